"""Files of types: the shipped ones are right, and every mistake is told with its place and what to do."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.config.office import DepartmentSection
from engine.core.lines import LINES
from engine.core.tickets.states import TicketKind
from engine.core.tickets.types import Department, FieldKind, Limit, Words
from engine.core.tickets.types_reader import Problem, parse_limit, read_types
from tests.core.tickets.office import DEPARTMENTS

ROOT = Path(__file__).parents[3]
GOOD = """
id = "fault"
kind = "fault"
name = "故障"

[limits]
respond = "24h"
resolve = "2d"
"""


def read(text: str, departments: tuple[Department, ...] = DEPARTMENTS) -> tuple[set[str], list[Problem]]:
    book, problems = read_types({"a.toml": tomllib.loads(text)}, departments)
    return set(book.types), problems


def test_the_shipped_types_are_right_for_the_shipped_configuration() -> None:
    files = {path.name: tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "tickets").glob("*.toml")}
    raw = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["departments"]
    sections = [DepartmentSection(**{**one, "areas": tuple(one.get("areas", ()))}) for one in raw]
    departments = [Department(id=one.id, words=Words(one.name), station=one.station) for one in sections]
    book, problems = read_types(files, departments)
    assert problems == []
    assert list(book.types) == list(TicketKind)
    assert [one.kind for one in book.types.values()] == [one.id for one in book.types.values()]
    quick = [category.quick for one in book.types.values() for category in one.categories]
    assert len(set(quick)) == len(quick)  # a code is enough, whatever type it is of
    matters = {(one.line, one.fault) for one in book.types["fault"].categories}
    assert matters == {(line, fault) for line, about in LINES.items() for fault in about.faults}
    assert book.types["complaint"].sla.respond == Limit(days=2)
    assert (book.types["fault"].sla.respond.minutes, book.types["fault"].sla.resolve.minutes) == (
        1_440,
        2_880,
    )
    assert book.types["fault"].follow_up
    assert book.types["complaint"].follow_up
    assert all(words.en for one in book.types.values() for words in [one.words, *one.templates])


def test_a_file_with_all_that_there_is() -> None:
    book, problems = read_types(
        {
            "order.toml": tomllib.loads("""
id = "order"
kind = "order"
name = "业务"
name_en = "Order"
key = "6"
quick = "yw"
follow_up = true
[limits]
respond = "90m"
resolve = "4h working"
warn = 50
supervisor = "1h"
leader = "2d"
[route]
department = "repair"
by_area = true
automatic = true
verify = true
[[categories]]
id = "new"
name = "新装"
key = "1"
quick = "xz"
line = "tv"
fault = "card"
template = "地址:"
template_en = "Address:"
[[fields]]
id = "service"
name = "业务"
kind = "choice"
required = true
choices = [{ id = "tv", name = "电视", name_en = "TV" }]
[[causes]]
id = "done"
name = "已办"
[[checklist]]
id = "papers"
name = "证件"
[[replies]]
text = "办好了"
text_en = "Done"
""")
        },
        DEPARTMENTS,
        owner="7001",
    )
    assert problems == []
    assert book.owner == "7001"
    found = book.types["order"]
    assert (found.kind, found.words, found.key, found.quick) == (
        TicketKind.ORDER,
        Words("业务", "Order"),
        "6",
        "yw",
    )
    assert found.follow_up
    assert found.sla.respond == Limit(minutes=90, working=False)
    assert found.sla.resolve == Limit(minutes=240, working=True)
    assert (found.sla.warn_percent, found.sla.leader_after) == (50, Limit(days=2))
    assert (found.route.department, found.route.by_area, found.route.automatic, found.route.verify) == (
        "repair",
        True,
        True,
        True,
    )
    category = found.category("new")
    assert category is not None
    assert (category.line, category.fault, category.template.en) == ("tv", "card", "Address:")
    (field,) = found.fields
    assert (field.kind, field.required, field.choices) == (
        FieldKind.CHOICE,
        True,
        (("tv", Words("电视", "TV")),),
    )
    assert (found.causes, found.checklist) == ((("done", Words("已办")),), (("papers", Words("证件")),))
    assert found.templates == (Words("办好了", "Done"),)


@pytest.mark.parametrize(
    ("text", "key", "zh", "en"),
    [
        ('id = "Fault"', "id", "小写字母", "small letters"),
        ('kind = "falut"', "kind", '是不是"fault"', 'did you mean "fault"'),
        ('kind = "zzz"', "kind", '没有"zzz"', "write one of consult"),
        ("name = 5", "name", "引号", "quotes"),
        ('name = " "', "name", '缺少"name"', "is missing"),
        (f'name = "{"长" * 41}"', "name", "最多 40", "40 characters"),
        ('key = "12"', "key", "一个数字", "one digit"),
        ('quick = "GZ"', "quick", "小写字母", "small letters"),
        ("follow_up = 1", "follow_up", "true", "true or false"),
        ('folow_up = "x"', "folow_up", '是不是"follow_up"', 'did you mean "follow_up"'),
        ('colour = "red"', "colour", "请删除", "delete it"),
        ("categories = 5", "categories", "[[categories]]", "[[categories]]"),
        ("categories = [5]", "categories.1", "[[categories]]", "[[categories]]"),
        ("route = 5", "route", "[route]", "[route]"),
    ],
)
def test_mistakes_at_the_top(text: str, key: str, zh: str, en: str) -> None:
    lines = [line for line in GOOD.splitlines() if line.split(" =")[0] != text.split(" =")[0]]
    told(text + "\n".join(lines), key, zh, en)


@pytest.mark.parametrize(
    ("text", "key", "zh", "en"),
    [
        ('respond = "soon"', "respond", '"soon"不是时限', '"soon" is no limit'),
        ('respond = "0h"', "respond", "不是时限", "is no limit"),
        ('respond = "0h working"', "respond", "不是时限", "is no limit"),
        ('respond = "0d"', "respond", "不是时限", "is no limit"),
        ('respond = "367d"', "respond", "不是时限", "is no limit"),
        ('respond = "9000h"', "respond", "不是时限", "is no limit"),
        ("", "respond", '缺少"respond"', '"respond" is missing'),
        ('respond = "1d"\nwarn = 0', "warn", "1 到 100", "from 1 to 100"),
        ('respond = "1d"\nwarn = "50"', "warn", "整数", "a number"),
        ('respond = "1d"\nleader = "x"', "leader", "不是时限", "is no limit"),
        ('respond = "1d"\nsupervizor = "1h"', "supervizor", "supervisor", "supervisor"),
    ],
)
def test_mistakes_in_limits(text: str, key: str, zh: str, en: str) -> None:
    told(GOOD.replace('respond = "24h"', text), f"limits.{key}", zh, en)


@pytest.mark.parametrize(
    ("text", "key", "zh", "en"),
    [
        ("[route]\nautomatic = true", "route.automatic", "自动派单要有去处", "whom to dispatch to"),
        ('[route]\nto = "x"', "route.to", "请删除", "delete it"),
        ('[[categories]]\nid = "a"', "categories.1.name", '缺少"name"', "is missing"),
        (
            '[[categories]]\nid = "a"\nname = "甲"\nfault = "slow"',
            "categories.1.fault",
            "就要写 line",
            "needs a line",
        ),
        (
            '[[categories]]\nid = "a"\nname = "甲"\nline = "brodband"',
            "categories.1.line",
            '是不是"broadband"',
            'did you mean "broadband"',
        ),
        (
            '[[categories]]\nid = "a"\nname = "甲"\nline = "tv"\nfault = "slow"',
            "categories.1.fault",
            "no_signal",
            "write one of no_signal",
        ),
        (
            '[[categories]]\nid = "a"\nname = "甲"\n[[categories]]\nid = "a"\nname = "乙"',
            "categories.2.id",
            "已经用过",
            "is taken",
        ),
        (
            'categories = [{ id = "a", name = "甲", key = "1" }, { id = "b", name = "乙", key = "1" }]',
            "categories.2.key",
            "已经用过",
            "is taken",
        ),
        ('[[fields]]\nid = "title"\nname = "甲"', "fields.1.id", "都有的一栏", "every ticket has"),
        ('[[fields]]\nid = "type"\nname = "甲"', "fields.1.id", "都有的一栏", "every ticket has"),
        (
            '[[fields]]\nid = "a"\nname = "甲"\nkind = "choice"',
            "fields.1.choices",
            "列出来",
            "write the choices",
        ),
        (
            '[[fields]]\nid = "a"\nname = "甲"\nchoices = [{ id = "x", name = "x" }]',
            "fields.1.choices",
            "才有选择项",
            "has choices",
        ),
        (
            '[[fields]]\nid = "a"\nname = "甲"\nkind = "choice"\nchoices = [{ id = "x", name = "x", e = 1 }]',
            "fields.1.choices.1.e",
            "请删除",
            "delete it",
        ),
        (
            '[[fields]]\nid = "a"\nname = "甲"\n[[fields]]\nid = "a"\nname = "乙"',
            "fields.2.id",
            "已经用过",
            "is taken",
        ),
        (
            '[[causes]]\nid = "a"\nname = "甲"\n[[causes]]\nid = "a"\nname = "乙"',
            "causes.2.id",
            "已经用过",
            "is taken",
        ),
        ('[[replies]]\ntext_en = "x"', "replies.1.text", '缺少"text"', "is missing"),
        (f'[[replies]]\ntext = "{"长" * 501}"', "replies.1.text", "最多 500", "500 characters"),
    ],
)
def test_mistakes_in_the_parts(text: str, key: str, zh: str, en: str) -> None:
    told(f"{text}\n{GOOD}" if text.startswith("categories =") else f"{GOOD}\n{text}", key, zh, en)


def told(text: str, key: str, zh: str, en: str) -> None:
    """The file is left out, and the one mistake is told."""
    types, problems = read(text)
    assert types == set()
    assert [one.key for one in problems] == [key], problems
    assert zh in problems[0].text("zh")
    assert en in problems[0].text("en")
    assert problems[0].text("zh").startswith(f"a.toml [{key}]: ")


def test_without_limits_both_are_asked_for() -> None:
    _, problems = read(GOOD.split("[limits]")[0])
    assert {one.key for one in problems} == {"limits", "limits.respond", "limits.resolve"}


def test_a_wrong_file_keeps_the_others_and_what_is_alike_is_told() -> None:
    good, bad = tomllib.loads(GOOD), tomllib.loads(GOOD.replace('name = "故障"', ""))
    other: dict[str, Any] = {**good, "id": "order", "key": "1", "quick": "yw"}
    book, problems = read_types({"a.toml": other, "b.toml": bad, "c.toml": good}, DEPARTMENTS)
    assert list(book.types) == ["order", "fault"]  # those with a digit first
    assert [(one.file, one.key) for one in problems] == [("b.toml", "name")]
    again = {"a.toml": other, "c.toml": {**other, "id": "visit"}, "d.toml": good, "e.toml": good}
    _, problems = read_types(again, DEPARTMENTS)
    assert [(one.file, one.key) for one in problems] == [
        ("c.toml", "key"),
        ("c.toml", "quick"),
        ("e.toml", "id"),
    ]


def test_a_department_that_is_not_there_is_told_and_the_type_is_in_force() -> None:
    text = f'{GOOD}\n[route]\ndepartment = "repare"\nautomatic = true'
    types, problems = read(text)
    assert types == {"fault"}
    assert [one.key for one in problems] == ["route.department"]
    assert 'no department "repare"; did you mean "repair"? Correct it' in problems[0].words.en
    _, (other,) = read(f'{GOOD}\n[route]\ndepartment = "xyz"')
    assert 'no department "xyz". Correct it' in other.words.en
    assert '没有部门"xyz"。请改正' in other.words.zh
    assert '是不是"repair"' in problems[0].text("zh")
    assert 'did you mean "repair"' in problems[0].text("en")
    assert "是不是" not in read(text.replace("repare", "zzz"))[1][0].text("zh")
    assert read(text, departments=()) == ({"fault"}, [])


def test_a_problem_of_a_whole_file_names_the_file() -> None:
    assert Problem("a.toml", "", Words("不是 TOML", "no TOML")).text("en") == "a.toml: no TOML"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("90m", Limit(minutes=90, working=False)),
        ("24h", Limit(minutes=1_440, working=False)),
        ("8784h", Limit(minutes=527_040, working=False)),
        ("4h working", Limit(minutes=240)),
        ("30m working", Limit(minutes=30)),
        ("2d", Limit(days=2)),
        ("0m", Limit(minutes=0, working=False)),
        ("2d working", None),
        ("2 d", None),
        ("1.5h", None),
        ("", None),
        ("二天", None),
    ],
)
def test_how_limits_are_written(text: str, limit: Limit | None) -> None:
    assert parse_limit(text) == limit
