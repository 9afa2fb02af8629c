"""Articles: when they may be told, what is wrong with one, and which is nearest to what a caller asks."""

from dataclasses import replace

import pytest

from engine.core.knowledge.articles import (
    Article,
    ArticleState,
    ArticleUses,
    is_current,
    is_valid,
    matter_of,
    proposed_by,
    rank,
    said,
    tidied,
    trouble,
)
from engine.core.tickets.records import Ticket

ARTICLE = Article(title="机顶盒重启", text="断电半分钟。", state=ArticleState.PUBLISHED)
TICKET = Ticket(
    number="261122001",
    type="fault",
    category="tv_no_signal",
    title="",
    text="无信号\n邻居正常",
    result="更换接头",
    reply="已修好,是接头氧化",
    owner="8001",
    created_at=1,
)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "holds"),
    [
        ("", "", True),
        ("2026-11-22", "2026-11-22", True),
        ("2026-11-23", "", False),
        ("", "2026-11-21", False),
    ],
)
def test_an_article_holds_between_its_days(valid_from: str, valid_until: str, holds: bool) -> None:
    article = replace(ARTICLE, valid_from=valid_from, valid_until=valid_until)
    assert is_valid(article, "2026-11-22") is holds
    assert is_current(article, "2026-11-22") is holds
    assert not is_current(replace(article, state=ArticleState.DRAFT), "2026-11-22")


def test_callers_hear_the_spoken_words_in_one_line() -> None:
    assert said(ARTICLE) == "断电半分钟。"
    assert said(replace(ARTICLE, spoken="第一句。\n 第二句。")) == "第一句。 第二句。"
    assert len(said(replace(ARTICLE, text="长" * 8_000))) == 600


def test_an_article_is_tidied() -> None:
    untidy = replace(ARTICLE, title=" 机顶盒  重启\n", text=" x \n", ties=("fault", " ", "fault ", "consult"))
    clean = tidied(untidy)
    assert (clean.title, clean.text, clean.ties) == ("机顶盒 重启", "x", ("fault", "consult"))


@pytest.mark.parametrize(
    ("article", "wrong"),
    [
        (ARTICLE, None),
        (replace(ARTICLE, title=""), ("title", "required")),
        (replace(ARTICLE, text=""), ("text", "required")),
        (replace(ARTICLE, text="长" * 8_001), ("text", "too_long")),
        (replace(ARTICLE, ties=tuple(map(str, range(41)))), ("ties", "too_long")),
        (replace(ARTICLE, valid_from="2026-12-01", valid_until="2026-11-30"), ("valid_until", "bad_time")),
        (replace(ARTICLE, valid_until="2026-11-30"), None),
        (replace(ARTICLE, valid_until="30.11.2026"), ("valid_until", "bad_time")),
        (replace(ARTICLE, valid_from="2026-13-01"), ("valid_from", "bad_time")),
    ],
)
def test_what_is_wrong_with_an_article(article: Article, wrong: tuple[str, str] | None) -> None:
    assert trouble(article) == wrong


def test_the_nearest_matter_goes_first_and_what_helps_breaks_ties() -> None:
    matter = matter_of("fault", "tv_card", ("greeting", "line_tv"))
    assert matter == ("fault/tv_card", "fault", "ivr:line_tv", "ivr:greeting")
    none, much, bad = ArticleUses(), ArticleUses(helped=900), ArticleUses(not_helped=900)
    exact, kind = replace(ARTICLE, ties=("fault/tv_card",)), replace(ARTICLE, ties=("fault", "ivr:greeting"))
    assert rank(exact, bad, matter) > rank(kind, much, matter) > rank(kind, none, matter) > 0
    assert rank(ARTICLE, much, matter) == 0
    assert matter_of("", "tv_card") == ()
    assert matter_of("fault", "") == ("fault",)


def test_a_ticket_proposes_what_was_wrong_done_and_told() -> None:
    draft = proposed_by(TICKET)
    assert draft.title == "无信号"
    assert draft.text == "现象：无信号\n邻居正常\n处理：更换接头\n答复：已修好,是接头氧化"
    assert (draft.spoken, draft.ties) == ("已修好,是接头氧化", ("fault/tv_no_signal",))
    assert (draft.from_ticket, draft.state) == ("261122001", ArticleState.DRAFT)
    bare = proposed_by(replace(TICKET, category="", text="", result="", reply="", title="标题"))
    assert (bare.title, bare.text, bare.ties) == ("标题", "", ("fault",))
    assert proposed_by(TICKET, "接头氧化").title == "接头氧化"
    assert proposed_by(replace(TICKET, text="", result="", reply="")).title == ""
