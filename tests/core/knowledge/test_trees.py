"""Guided diagnosis: every shipped tree to all its ends, and everything that a reader of trees finds wrong."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engine.core.knowledge.trees import Finding, Walk, begin, report, walks
from engine.core.knowledge.trees_reader import read_tree
from engine.core.tickets.types import TicketBook
from engine.core.tickets.types_reader import read_types

HOME = Path(__file__).parents[3]
SHIPPED = sorted((HOME / "knowledge").glob("*.toml"))
SMALL: dict[str, Any] = {
    "id": "box",
    "zh": "机顶盒",
    "start": "light",
    "questions": {
        "light": {
            "zh": "灯亮吗?",
            "hint_zh": "看前面",
            "answers": {
                "1": {"zh": "亮", "en": "yes", "next": "on"},
                "2": {"zh": "不亮", "next": "plug"},
            },
        },
        "plug": {
            "zh": "插紧了吗?",
            "answers": {"1": {"zh": "没有", "next": "on"}, "2": {"zh": "插紧了", "next": "dead"}},
        },
    },
    "endings": {
        "on": {"finding": "usage", "zh": "正常", "reply_zh": "已经好了"},
        "dead": {
            "finding": "equipment",
            "zh": "坏了",
            "reply_zh": "派人上门",
            "ticket": "fault",
            "category": "box_no_power",
            "priority": 1,
        },
    },
}


def parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def shipped_book() -> TicketBook:
    files = {path.name: parsed(path) for path in (HOME / "tickets").glob("*.toml")}
    book, _ = read_types(files, {})
    return book


def small(*path: str, value: Any = None, drop: bool = False) -> dict[str, Any]:
    """The small tree with one thing changed, at this path."""
    tree = deepcopy(SMALL)
    place = tree
    for name in path[:-1]:
        place = place[name]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return tree


def wrong(tree: dict[str, Any], book: TicketBook | None = None) -> list[tuple[str, str]]:
    """Where and what, in English."""
    read, problems = read_tree("box.toml", tree, book)
    assert (read is None) is bool(problems)
    assert all(problem.words.zh and problem.file == "box.toml" for problem in problems)
    return [(problem.place, problem.words.of("en")) for problem in problems]


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_every_way_through_a_shipped_tree_ends(path: Path) -> None:
    tree, problems = read_tree(path.name, parsed(path), shipped_book())
    assert tree is not None, problems
    ways = list(walks(tree))
    assert {way.node for way in ways} == set(tree.endings)
    assert len({way.digits for way in ways}) == len(ways)
    for way in ways:
        assert way.ending is not None
        assert 1 <= len(way.asked) <= 7  # nobody is asked longer than that
        assert report(way, "en").count("\n") == len(way.asked) - 1
        again: Walk | None = begin(tree)
        for digit in way.digits:
            assert again is not None
            again = again.answered(digit)
        assert again == way
    assert {ending.finding for ending in tree.endings.values()} >= {Finding.EQUIPMENT, Finding.USAGE}
    articles = parsed(HOME / "knowledge" / "articles" / "office.toml")["articles"]
    named = {ending.article for ending in tree.endings.values()} - {""}
    assert named <= {article["key"] for article in articles}


def test_the_shipped_trees_are_all() -> None:
    assert [path.stem for path in SHIPPED] == ["box", "broadband", "tv"]


def test_a_walk_goes_on_by_digits_and_back() -> None:
    tree, _ = read_tree("box.toml", SMALL)
    assert tree is not None
    first = begin(tree)
    assert first.question is not None
    assert first.question.hint.of("en") == "看前面"
    assert (first.answered("3"), first.back(), first.ending) == (None, first, None)
    second = first.answered("2")
    assert second is not None
    third = second.answered("2")
    assert third is not None
    assert third.ending is not None
    assert (third.ending.id, third.ending.priority, third.digits) == ("dead", 1, "22")
    assert third.answered("1") is None
    assert third.question is None
    assert (third.back(), third.back().back()) == (second, first)
    assert report(third, "zh") == "灯亮吗? 不亮\n插紧了吗? 插紧了"


def test_all_that_can_be_wrong_with_the_words() -> None:
    assert wrong(small("zh", drop=True)) == [("zh", "has to be a text, and not empty")]
    assert wrong(small("questions", "light", "zh", value=" ")) == [
        ("questions.light.zh", "has to be a text, and not empty")
    ]
    assert wrong(small("endings", "on", "reply_zh", value=3)) == [
        ("endings.on.reply_zh", "has to be a text, and not empty")
    ]
    assert wrong(small("color", value="red")) == [("color", "there is no such key: delete it")]
    assert wrong(small("endings", "on", "color", value="red")) == [
        ("endings.on.color", "there is no such key: delete it")
    ]
    assert wrong(small("ties", value="fault")) == [("ties", "has to be a list of texts")]
    assert wrong(small("ties", value=[3])) == [("ties", "has to be a list of texts")]


def test_tables_have_to_be_tables() -> None:
    assert ("questions", "there is nothing in it") in wrong(small("questions", drop=True))
    assert ("endings", "there is nothing in it") in wrong(small("endings", value="x"))
    assert wrong(small("questions", "light", value="x")) == [("questions.light", "has to be a table")]


def test_what_is_wrong_with_answers() -> None:
    one = {"1": {"zh": "亮", "next": "on"}}
    assert wrong(small("questions", "plug", "answers", value=one)) == [
        ("questions.plug", "has one answer only: nothing to choose")
    ]
    for key in ("0", "12", "a"):
        assert wrong(small("questions", "plug", "answers", key, value={"zh": "?", "next": "on"})) == [
            (f"questions.plug.answers.{key}", "the key of an answer is 1 to 9")
        ]


def test_what_is_wrong_with_endings() -> None:
    assert wrong(small("endings", "on", "finding", value="magic")) == [
        ("endings.on.finding", "is one of equipment, usage, outage, account")
    ]
    for priority in (3, -1, True, "1"):
        assert wrong(small("endings", "dead", "priority", value=priority)) == [
            ("endings.dead.priority", "is 0, 1 or 2")
        ]
    assert wrong(small("endings", "dead", "ticket", value="")) == [
        ("endings.dead.ticket", "an equipment fault needs a ticket"),
        ("endings.dead.category", "a category without a type of ticket"),
    ]


def test_tickets_have_to_be_in_the_book() -> None:
    book = shipped_book()
    assert wrong(SMALL, book) == []
    assert wrong(small("endings", "dead", "ticket", value="x"), book) == [
        ("endings.dead.ticket", "there is no ticket type x")
    ]
    assert wrong(small("endings", "dead", "category", value="x"), book) == [
        ("endings.dead.category", "fault has no category x")
    ]
    assert wrong(small("endings", "dead", "category", value=""), book) == []


def test_ways_lead_somewhere_and_everything_is_reached() -> None:
    assert wrong(small("start", value="x")) == [("start", "leads to x, which is not there")]
    assert wrong(small("questions", "light", "answers", "1", "next", value="x")) == [
        ("questions.light.answers.1.next", "leads to x, which is not there")
    ]
    assert wrong(small("endings", "lost", value=SMALL["endings"]["on"])) == [("lost", "nobody gets there")]
    assert wrong(small("endings", "plug", value=SMALL["endings"]["on"])) == [
        ("plug", "is a question and an ending")
    ]


def test_a_slip_of_the_pen_is_told_with_what_was_meant() -> None:
    book = shipped_book()
    for tree, end in (
        (small("colour", value="x"), ""),
        (small("questions", "light", "hint_zhh", value="x"), '; did you mean "hint_zh"?'),
        (small("start", value="lihgt"), '; did you mean "light"?'),
        (small("endings", "dead", "ticket", value="falut"), '; did you mean "fault"?'),
        (small("endings", "dead", "category", value="box_nopower"), '; did you mean "box_no_power"?'),
    ):
        ((_, words),) = wrong(tree, book)
        assert words.endswith(end)
        assert ("did you mean" in words) is bool(end)


def test_circles_are_found() -> None:
    assert wrong(small("questions", "plug", "answers", "1", "next", value="light")) == [
        ("light", "goes round in circles: light > plug > light")
    ]
    assert wrong(small("questions", "plug", "answers", "1", "next", value="plug")) == [
        ("plug", "goes round in circles: plug > plug")
    ]
