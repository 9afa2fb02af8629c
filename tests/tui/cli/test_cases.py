"""`fourseat cases` and `notice`: seeing to what customers told, announcing, ending an outage."""

import csv
from pathlib import Path
from typing import Any

import pytest

from db.case_lists import show_case
from db.cases import report_case, update_case
from db.customers import save_customer
from db.notices import get_notice
from engine.core.cases import CaseChange, CaseKind, CaseState, NewCase
from engine.core.notices import NoticeKind
from engine.core.records import Customer
from tests.support import world
from tests.support.stage import Stage
from tests.support.stage_answers import ANSWERS
from tests.tui.cli.conftest import Command

NUMBER = "260302001"


# Cases


def test_one_is_dispatched(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat(
        "cases",
        "update",
        NUMBER,
        "--state",
        "dispatched",
        "--technician",
        "王师傅",
        "--expected",
        "2026-03-03 14:00",
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{NUMBER} 已记下:数字电视无信号,已派单\n", "")
    case, _, steps, _ = show_case(stage.office, NUMBER)
    assert (case.state, case.technician) == (CaseState.DISPATCHED, "王师傅")
    assert case.expected_at == world.instant("2026-03-03 14:00")
    assert len(steps) == 4


@pytest.mark.parametrize("state", ["done", "已完成", "DONE"])
def test_a_state_may_be_written_as_it_is_shown(stage: Stage, fourseat: Command, state: str) -> None:
    assert fourseat("cases", "update", NUMBER, "--state", state).code == 0
    assert show_case(stage.office, NUMBER)[0].state is CaseState.DONE
    assert NUMBER not in fourseat("cases", "list").out
    assert NUMBER in fourseat("cases", "list", "--all").out
    assert NUMBER in fourseat("cases", "list", "--state", state).out


def test_a_remark_alone(stage: Stage, fourseat: Command) -> None:
    assert (
        fourseat("cases", "update", NUMBER, "--remark", "客户明天在家", "--json").json["case"]["version"] == 2
    )
    assert "客户明天在家" in fourseat("cases", "show", NUMBER).out


def test_who_comes_second_is_told(stage: Stage, fourseat: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    show = ANSWERS["cases.show"]

    def shown_and_changed(*asked: Any) -> Any:
        detail = show(*asked)
        update_case(stage.office, NUMBER, CaseChange(technician="赵师傅"), "8002", world.NOW)
        return detail

    monkeypatch.setitem(ANSWERS, "cases.show", shown_and_changed)
    outcome = fourseat("cases", "update", NUMBER, "--technician", "王师傅")
    assert outcome.code == 1
    assert "其他人刚改过" in outcome.err
    assert show_case(stage.office, NUMBER)[0].technician == "赵师傅"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["update", NUMBER], 2, "没有要改的"),
        (["update", NUMBER, "--state", "lost"], 2, "没有状态「lost」"),
        (["update", NUMBER, "--expected", "soon"], 2, "不是日期或时间"),
        (["update", NUMBER, "--expected", "2026-03-03"], 2, "是整天"),
        (["update", NUMBER, "--expected", "1999-03-03 14:00"], 1, "已经过了"),
        (["update", NUMBER, "--technician", "长" * 61], 1, "太长"),
        (["update", "999", "--remark", "x"], 1, "没有"),
        (["show", "'; DROP TABLE cases"], 1, "没有"),
        (["list", "--kind", "lawsuit"], 2, "没有种类「lawsuit」"),
    ],
)
def test_what_is_wrong_is_said(
    stage: Stage, fourseat: Command, arguments: list[str], code: int, words: str
) -> None:
    outcome = fourseat("cases", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err


def test_lists_by_kind_customer_and_number(stage: Stage, fourseat: Command) -> None:
    def numbers(*arguments: str) -> list[str]:
        return [
            row["case"]["number"] for row in fourseat("cases", "list", *arguments, "--json").json["cases"]
        ]

    assert numbers() == ["260302003", "260302002", "260302001"]
    assert numbers("--kind", "投诉") == ["260302003"]
    assert numbers("--customer", "2") == ["260302002"]
    assert numbers("--number", "13893812345") == ["260302001"]
    assert numbers("--since", "today") == ["260302003", "260302002"]
    assert numbers("--limit", "1") == ["260302003"]


def test_nothing_to_do(stage: Stage, fourseat: Command) -> None:
    for number in ("260302001", "260302002", "260302003"):
        fourseat("cases", "update", number, "--state", "cancelled")
    assert fourseat("cases", "list").out == "没有未了结的事项\n"
    assert "There are no cases" in fourseat("cases", "list", "--state", "done", lang="en").out


def test_a_spreadsheet_of_all_cases(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    save_customer(stage.office, Customer(name="=cmd|' /C calc'!A0", phones=("13912121212",)))
    for count in range(600):
        new = NewCase(
            key=f"x{count}",
            day="260301",
            kind=CaseKind.SUGGESTION,
            customer_id=4,
            cli="13912121212",
            at=world.NOW - world.DAY,
            expected_at=world.NOW,
        )
        report_case(stage.office, new)
    file = tmp_path / "事项.csv"
    assert fourseat("cases", "export", str(file)).out == f"603 件已导出到 {file}\n"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    assert len({row["单号"] for row in rows}) == 603
    assert {row["客户"] for row in rows if row["种类"] == "建议"} == {"'=cmd|' /C calc'!A0"}
    one = next(row for row in rows if row["单号"] == "260302002")
    assert (one["事项"], one["状态"], one["登记"], one["办结"]) == (
        "宽带网速慢",
        "已派单",
        "2026-03-02 08:30",
        "",
    )
    assert fourseat("cases", "export", str(file), "--kind", "fault", "--json").json["cases"] == 2
    refused = fourseat("cases", "export", str(tmp_path / "no" / "x.csv"))
    assert refused.code == 1
    assert "x.csv" in refused.err


# Announcements


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
