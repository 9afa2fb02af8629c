"""`fourseat tickets`: lists, one ticket, deeds to one and to many, files in and out, types."""

import csv
from pathlib import Path

import pytest

from engine.core.tickets.states import Deed, TicketState
from tests.support import world
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command

DISPATCHED, RETURNED, UNSEEN = "260302001", "260302007", "260302008"


def numbers(outcome_json: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [row["ticket"]["number"] for row in outcome_json["tickets"]]


def test_a_list_says_what_is_late_by_a_word(stage: Stage, fourseat: Command) -> None:
    lines = fourseat("tickets", "list").out.splitlines()
    assert lines[0].split()[:4] == ["工单号", "受理", "事由", "状态"]
    late = next(line for line in lines if line.startswith("260302009"))
    assert "逾期" in late
    assert "维修部" in late


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--view", "to_reply"], [RETURNED]),
        (["--type", "complaint"], [UNSEEN]),
        (["--department", "repair"], ["260302009"]),
        (["--text", "供销"], ["260302002"]),
        (["--state", "returned"], [RETURNED]),
        (["--state", "已返"], [RETURNED]),
        (["--by-due", "--limit", "2"], ["260302009", "260302005"]),
    ],
)
def test_lists_are_narrowed(stage: Stage, fourseat: Command, arguments: list[str], found: list[str]) -> None:
    assert numbers(fourseat("tickets", "list", *arguments, "--json").json) == found


def test_one_ticket_with_its_history(stage: Stage, fourseat: Command) -> None:
    fourseat("tickets", "do", DISPATCHED, "remark", "--text", "客户明天在家")
    page = fourseat("tickets", "show", DISPATCHED).out
    for words in ("张华山", "东山维护站", "早上八点起", "客户明天在家"):
        assert words in page


def test_a_deed_by_its_word_and_by_its_code(stage: Stage, fourseat: Command) -> None:
    done = fourseat("tickets", "do", DISPATCHED, "接单")
    assert (done.code, done.err) == (0, "")
    assert stage.tickets.tickets[DISPATCHED].state is TicketState.ACCEPTED
    assert fourseat("tickets", "do", DISPATCHED, "send-back", "--text", "不归我们").code == 0
    assert stage.tickets.tickets[DISPATCHED].state is TicketState.VERIFIED


def test_what_waits_says_until_when(stage: Stage, fourseat: Command) -> None:
    waits = ("tickets", "do", DISPATCHED, "suspend", "--code", "customer", "--text", "出差")
    assert fourseat(*waits, "--at", "2026-03-24 17:30").code == 0
    assert stage.tickets.tickets[DISPATCHED].resume_at == world.instant("2026-03-24 17:30")
    line = next(one for one in fourseat("tickets", "show", DISPATCHED).out.splitlines() if "自动恢复" in one)
    assert "03-24 17:30" in line


def test_the_same_to_many_and_who_is_refused(stage: Stage, fourseat: Command) -> None:
    result = fourseat("tickets", "do", DISPATCHED, UNSEEN, "verify", "--json")
    assert result.code == 1
    assert [row["ticket"]["number"] for row in result.json["done"]] == [UNSEEN]
    assert result.json["refused"].keys() == {DISPATCHED}
    again = fourseat("tickets", "do", DISPATCHED, UNSEEN, "verify")
    assert f"{DISPATCHED}:没有办成" in again.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["do", DISPATCHED], 2, "哪张工单"),
        (["do", DISPATCHED, "juggle"], 2, "没有动作「juggle」"),
        (["do", DISPATCHED, "close"], 1, "办不了：工单现在是已派；可以：派单、接单、退单、返单、"),
        (["do", "999", "remark", "--text", "x"], 1, "工单号 999:没有找到"),
        (["do", DISPATCHED, "edit", "--field", "box"], 2, "不是栏目"),
        (["show", "'; DROP TABLE tickets"], 1, "没有"),
        (["list", "--view", "everything"], 2, "没有列表"),
        (["list", "--state", "lost"], 2, "没有状态「lost」"),
        (["types", "lawsuit"], 1, "没有工单类型"),
        (["attach", DISPATCHED, "/nowhere/scan.pdf"], 1, "读不了"),
        (["import", "/nowhere.csv"], 1, "读不了"),
    ],
)
def test_what_is_wrong_is_said(
    stage: Stage, fourseat: Command, arguments: list[str], code: int, words: str
) -> None:
    outcome = fourseat("tickets", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err


def test_a_new_one_unless_the_same_is_open(stage: Stage, fourseat: Command) -> None:
    made = fourseat("tickets", "add", "--type", "fault", "--category", "slow", "--text", "慢", "--json")
    assert made.code == 0
    assert stage.tickets.tickets[made.json["row"]["ticket"]["number"]].category == "slow"


def test_what_is_exported_can_be_imported(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    file = tmp_path / "工单.csv"
    before = len(stage.tickets.tickets)
    assert fourseat("tickets", "export", str(file)).out == f"{before} 张工单已写入 {file}\n"
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    assert {row["phone"] for row in rows} >= {"13893812345"}
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    dry = fourseat("tickets", "import", str(file), "--dry-run")
    assert (dry.code, dry.out) == (0, f"将登记 {before} 张工单\n")
    assert len(stage.tickets.tickets) == before
    file.write_bytes("type,text,phone\nfault,信号弱,13911112222\nlawsuit,x,\n".encode("gb18030"))
    taken = fourseat("tickets", "import", str(file))
    assert taken.code == 1
    assert taken.out == "已登记 1 张工单\n第 3 行:没有工单类型'lawsuit'\n"
    assert "信号弱" in {one.text for one in stage.tickets.tickets.values()}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("type,text\nfault,信号弱\nfault,".encode("gb18030") + b"\xff\xff\n", "第 3 行:既不是 UTF-8 也不是"),
        (b'type,text\nfault,"' + b"x" * 200_000, "没有成对的引号"),
        (b"PK\x03\x04" + bytes(50), "既不是 UTF-8 也不是 GB18030"),
    ],
    ids=["byte", "quotation", "spreadsheet"],
)
def test_a_table_that_cannot_be_read_is_named_and_makes_no_ticket(
    stage: Stage, fourseat: Command, tmp_path: Path, content: bytes, words: str
) -> None:
    before = len(stage.tickets.tickets)
    (tmp_path / "a.csv").write_bytes(content)
    outcome = fourseat("tickets", "import", str(tmp_path / "a.csv"))
    assert (outcome.code, outcome.out) == (1, "")
    assert words in outcome.err
    assert len(stage.tickets.tickets) == before


def test_types_and_what_is_wrong_with_their_files(stage: Stage, fourseat: Command) -> None:
    assert "故障报修" in fourseat("tickets", "types").out
    one = fourseat("tickets", "types", "fault").out
    assert "无信号" in one
    assert "片区维护站" in one
    stage.tickets.problems = ["fault.toml: sla.resolve: 写成 24h"]
    wrong = fourseat("tickets", "types", "--reload")
    assert wrong.code == 1
    assert "! fault.toml" in wrong.out


def test_every_deed_has_a_word_that_can_be_written(stage: Stage, fourseat: Command) -> None:
    for deed in Deed:
        outcome = fourseat("tickets", "do", "999", str(deed))
        assert outcome.code == (2 if deed is Deed.CREATED else 1), deed
