"""`fourseat notice`: announcing, and ending an outage."""

import pytest

from db.notices import get_notice
from engine.core.notices import NoticeKind
from tests.support import world
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


def test_an_outage_is_announced_put_off_and_ended(stage: Stage, fourseat: Command) -> None:
    added = fourseat(
        *("notice", "add", "--kind", "outage", "--area", "城东", "--area", "人民路", "--line", "有线"),
        *("--from", "2026-03-02 08:00", "--until", "2026-03-02 18:00", "--text", "光缆抢修"),
    )
    assert added.code == 2  # there is no such line of business
    added = fourseat(
        *("notice", "add", "--kind", "停播停网", "--area", "城东", "--area", "人民路", "--line", "宽带"),
        *("--from", "2026-03-02 08:00", "--until", "2026-03-02 18:00", "--text", "光缆抢修"),
        *("--text-en", "cable repair"),
    )
    assert added.out == "3 号停播停网:城东, 人民路 (宽带),2026-03-02 08:00 起,到 2026-03-02 18:00\n"
    notice = get_notice(stage.office, 3)
    assert (notice.kind, notice.areas, notice.line) == (NoticeKind.OUTAGE, ("城东", "人民路"), "broadband")
    assert notice.text_en == "cable repair"
    changed = fourseat("notice", "change", "3", "--until", "2026-03-02 20:00", "--everywhere", "--line", "")
    assert changed.out == "3 号停播停网:全部,2026-03-02 08:00 起,到 2026-03-02 20:00\n"
    assert fourseat("notice", "end", "3").out == "3 号已结束,来电不再播报\n"
    again = fourseat("notice", "change", "3", "--text", "又坏了")
    assert again.code == 1
    assert "其他人刚改过" in again.err


def test_who_waits_for_the_end_is_to_be_called(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("notice", "end", "2")
    assert outcome.out == (
        "2 号已结束,来电不再播报\n有 1 位客户等消息,已转为回呼任务:fourseat callbacks list\n"
    )
    assert fourseat("notice", "end", "2", "--json").json["notice"]["ended_at"] == world.NOW


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add"], 2, "缺少播报内容"),
        (["add", "--kind", "outage", "--text", "坏了"], 2, "预计几时恢复"),
        (["add", "--kind", "party", "--text", "x"], 2, "没有种类"),
        (["add", "--text", "x", "--until", "1999-01-01 08:00"], 1, "已经过了"),
        (["add", "--text", "x", "--area", "东"], 1, "不是地名"),
        (["add", "--text", "长" * 301], 1, "太长"),
        (["add", "--text", "x", "--until", "2026-03-03"], 2, "是整天"),
        (["change", "1"], 2, "没有要改的"),
        (["change", "1", "--area", "城东", "--everywhere"], 2, "只能写一个"),
        (["change", "99", "--text", "x"], 1, "没有"),
        (["end", "99"], 1, "没有"),
        (["end", "x"], 2, "notice end --help"),
    ],
)
def test_what_is_no_announcement_is_said(
    stage: Stage, fourseat: Command, arguments: list[str], code: int, words: str
) -> None:
    outcome = fourseat("notice", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err


def test_how_far_an_announcement_is(stage: Stage, fourseat: Command) -> None:
    fourseat("notice", "add", "--text", "以后", "--from", "2026-03-09 08:00")
    fourseat("notice", "end", "1")
    stage.office.execute("UPDATE notices SET from_at = 1, until_at = 2 WHERE id = 2")
    lines = fourseat("notice", "list", "--all").out.splitlines()[2:]
    assert [word in line for word, line in zip(("未到", "逾期未结束", "已结束"), lines, strict=True)] == [
        True
    ] * 3
    assert "1" not in [row["notice"]["id"] for row in fourseat("notice", "list", "--json").json["notices"]]
    fourseat("notice", "end", "2")
    fourseat("notice", "end", "3")
    assert "没有通知" in fourseat("notice", "list").out
