"""Articles: every version kept, found by two characters, shown by matter, counted once a call."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from db.errors import Duplicate, Invalid, NotFound, Stale
from db.knowledge import (
    article_of_ticket,
    article_version,
    article_versions,
    count_use,
    get_article,
    import_article,
    roll_back,
    save_article,
    set_state,
    uses_of,
)
from db.knowledge_lists import Diagnosis, categories, diagnosis_counts, keep_diagnosis, list_articles
from db.paper_forms import get_form, list_forms, mark_entered, new_forms
from engine.core.knowledge.articles import Article, ArticleState, ArticleUses, UseKind

T0 = 1_795_000_000_000
TODAY = "2026-11-22"
REBOOT = Article(
    title="机顶盒无信号的处理",
    text="先检查射频线是否插紧，再重启机顶盒。",
    category="数字电视",
    ties=("fault/tv_no_signal", "fault"),
)


def kept(conn: sqlite3.Connection, article: Article = REBOOT, **values: Any) -> Article:
    """A published article."""
    new = save_article(conn, replace(article, **values), "8001", T0, version=0)
    return set_state(conn, new.id, ArticleState.PUBLISHED, "9001", T0 + 1, version=new.version)


def titles(conn: sqlite3.Connection, **wanted: Any) -> list[str]:
    return [row.article.title for row in list_articles(conn, today=TODAY, **wanted)]


def test_a_draft_is_published_changed_and_taken_back_to_what_it_said(conn: sqlite3.Connection) -> None:
    article = kept(conn)
    changed = save_article(conn, replace(article, text="拨打客服"), "9001", T0 + 2, version=2, note="太长")
    assert (changed.version, changed.state, changed.text) == (3, ArticleState.PUBLISHED, "拨打客服")
    back = roll_back(conn, article.id, 1, "9001", T0 + 3, version=3)
    assert (back.version, back.text, back.state, back.ties) == (
        4,
        REBOOT.text,
        ArticleState.PUBLISHED,
        REBOOT.ties,
    )
    assert get_article(conn, article.id) == back
    assert [(one.version, one.by, one.note) for one in article_versions(conn, article.id)] == [
        (4, "9001", "= 1"),
        (3, "9001", "太长"),
        (2, "9001", ""),
        (1, "8001", ""),
    ]
    assert article_version(conn, article.id, 3).text == "拨打客服"
    assert article_version(conn, article.id, 1).state is ArticleState.DRAFT


def test_what_says_the_same_is_no_new_version(conn: sqlite3.Connection) -> None:
    article = kept(conn)
    assert save_article(conn, article, "9001", T0 + 9, version=2) == article
    assert set_state(conn, article.id, ArticleState.PUBLISHED, "9001", T0 + 9, version=2) == article


def test_who_looked_at_an_older_version_changes_nothing(conn: sqlite3.Connection) -> None:
    article = kept(conn)
    with pytest.raises(Stale):
        save_article(conn, replace(article, text="x"), "8001", T0, version=1)
    with pytest.raises(Stale):
        set_state(conn, article.id, ArticleState.WITHDRAWN, "9001", T0, version=1)
    with pytest.raises(NotFound):
        article_version(conn, article.id, 9)
    assert get_article(conn, article.id) == article


def test_two_characters_find_it_and_the_title_goes_first(conn: sqlite3.Connection) -> None:
    kept(conn)
    kept(conn, Article(title="遥控器失灵", text="对准机顶盒，换电池。", category="机顶盒使用"))
    kept(conn, Article(title="宽带资费", text="百兆每月三十元。"))
    assert titles(conn, text="机顶") == [
        "遥控器失灵",
        "机顶盒无信号的处理",
    ]  # its category has it in the title
    assert titles(conn, text="电池") == ["遥控器失灵"]
    assert titles(conn, text="射频 重启") == ["机顶盒无信号的处理"]
    assert titles(conn, text="盒失") == []  # both pieces are there, but not in one word
    assert titles(conn, text="号机") == []
    assert titles(conn, text="。，") == []


def test_a_changed_article_is_found_by_what_it_says_now(conn: sqlite3.Connection) -> None:
    article = kept(conn)
    save_article(conn, replace(article, text="更换智能卡"), "9001", T0, version=2)
    assert titles(conn, text="智能卡") == [REBOOT.title]
    assert titles(conn, text="射频") == []


def test_drafts_and_what_does_not_hold_today_are_for_those_who_ask_for_everything(
    conn: sqlite3.Connection,
) -> None:
    save_article(conn, REBOOT, "8001", T0, version=0)
    kept(conn, title="旧资费", valid_until="2026-11-21")
    kept(conn, title="新资费", valid_from="2026-11-23")
    kept(conn, title="今天", valid_from=TODAY, valid_until=TODAY)
    assert titles(conn) == ["今天"]
    assert sorted(titles(conn, everything=True)) == sorted(["今天", "新资费", "旧资费", REBOOT.title])
    assert categories(conn) == ["数字电视"]
    assert titles(conn, category="宽带") == []


def test_the_nearest_matter_and_what_helped_more_goes_first(conn: sqlite3.Connection) -> None:
    general = kept(conn, title="报障流程", ties=("fault",))
    exact = kept(conn)
    better = kept(conn, title="信号源选择")
    kept(conn, title="别的", ties=("complaint",))
    count_use(conn, better.id, UseKind.HELPED, "8001", "c1", T0)
    matter = ("fault/tv_no_signal", "fault")
    assert titles(conn, matter=matter) == ["信号源选择", exact.title, general.title]
    assert titles(conn, matter=matter, text="报障") == ["报障流程"]
    assert titles(conn, matter=("order",)) == []


def test_a_use_counts_once_a_call_and_the_last_word_holds(conn: sqlite3.Connection) -> None:
    article = kept(conn)
    for kind in (UseKind.OPENED, UseKind.OPENED, UseKind.READ_OUT, UseKind.HELPED, UseKind.NOT_HELPED):
        count_use(conn, article.id, kind, "8001", "c1", T0)
    count_use(conn, article.id, UseKind.OPENED, "8001", "c2", T0)
    count_use(conn, article.id, UseKind.OPENED, "8001", "", T0)
    assert uses_of(conn, [article.id]) == {
        article.id: ArticleUses(opened=3, read_out=1, helped=0, not_helped=1)
    }
    with pytest.raises(NotFound):
        count_use(conn, 99, UseKind.OPENED, "8001", "c1", T0)


def test_a_file_is_taken_in_twice_and_changes_once(conn: sqlite3.Connection) -> None:
    article = replace(REBOOT, key="tv-no-signal")
    added, how = import_article(conn, article, "9001", T0)
    assert (how, added.state, added.key) == ("added", ArticleState.PUBLISHED, "tv-no-signal")
    assert import_article(conn, article, "9001", T0)[1] == "unchanged"
    updated, how = import_article(conn, replace(article, text="新"), "9001", T0)
    assert (how, updated.text, updated.id) == ("updated", "新", added.id)
    with pytest.raises(Invalid, match="required key"):
        import_article(conn, REBOOT, "9001", T0)


def test_a_ticket_proposes_one_article(conn: sqlite3.Connection) -> None:
    draft = save_article(conn, replace(REBOOT, from_ticket="261121001"), "8001", T0, version=0)
    assert article_of_ticket(conn, "261121001") == draft
    assert article_of_ticket(conn, "261121002") is None
    with pytest.raises(Duplicate):
        save_article(conn, replace(REBOOT, from_ticket="261121001"), "8001", T0, version=0)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"title": " "}, "required title"),
        ({"text": ""}, "required text"),
        ({"title": "长" * 81}, "too_long title"),
        ({"spoken": "长" * 601}, "too_long spoken"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "bad_time valid_until"),
    ],
)
def test_what_cannot_be_kept_is_refused(conn: sqlite3.Connection, values: Any, wrong: str) -> None:
    with pytest.raises(Invalid, match=wrong):
        save_article(conn, replace(REBOOT, **values), "8001", T0, version=0)


def test_what_diagnoses_found_is_counted(conn: sqlite3.Connection) -> None:
    found = Diagnosis(tree="tv", ending="cable", finding="usage", digits="12", staff_number="8001")
    for at, finding in ((T0, "usage"), (T0 + 5, "usage"), (T0 + 6, "equipment")):
        keep_diagnosis(conn, replace(found, finding=finding), at)
    assert diagnosis_counts(conn, 0) == {"tv": {"equipment": 1, "usage": 2}}
    assert diagnosis_counts(conn, T0 + 1) == {"tv": {"equipment": 1, "usage": 1}}


def test_printed_forms_are_open_until_each_is_entered_once(conn: sqlite3.Connection) -> None:
    numbers = new_forms(conn, 3, "fault", "9001", T0, "261122")
    assert [number[:-2] for number in numbers] == ["261122-001", "261122-002", "261122-003"]
    (further,) = new_forms(conn, 1, "", "9001", T0, "261122")
    assert further.startswith("261122-004-")
    entered = mark_entered(conn, numbers[1], "261121001", "8001", T0 + 9)
    assert (entered.ticket, entered.entered_by, entered.type) == ("261121001", "8001", "fault")
    with pytest.raises(Duplicate, match=f"{numbers[1]} 261121001"):
        mark_entered(conn, numbers[1], "261121002", "8001", T0 + 10)
    with pytest.raises(NotFound):
        mark_entered(conn, "261122-999-1", "", "8001", T0)
    assert [form.number for form in list_forms(conn)] == [numbers[0], numbers[2], further]
    assert [form.number for form in list_forms(conn, everything=True)][:2] == [further, numbers[2]]
    assert get_form(conn, numbers[1]).ticket == "261121001"


def test_a_day_has_999_forms(conn: sqlite3.Connection) -> None:
    new_forms(conn, 998, "", "9001", T0, "261122")
    with pytest.raises(Invalid, match="too_many"):
        new_forms(conn, 2, "", "9001", T0, "261122")
    assert len(new_forms(conn, 1, "", "9001", T0, "261122")) == 1
    assert len(new_forms(conn, 2, "", "9001", T0, "261123")) == 2
    with pytest.raises(Invalid):
        new_forms(conn, 0, "", "9001", T0, "261123")
