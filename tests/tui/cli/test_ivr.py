"""The voice menu at the command line: checked and walked, from the engine or from a file."""

from pathlib import Path

import pytest

from tests.support.flows import CLASSIC
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command

ROOT = Path(__file__).parents[3]
SHIPPED = str(ROOT / "flows" / "main.toml")


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FOURSEAT_SOCKET", raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_walk_through_the_engines_flow(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", stdin="\n1\ntimeout\n8\n")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "语音:您好,欢迎使用某某广电网络分公司客服热线!",
        "没有按键",
        "语音:业务咨询请按1,故障申告请按2,人工服务请按0。",
        "按键:1",
        "进入队列 业务咨询 等待",
        "离开队列:timeout",
        "语音:请在提示音后留言。",
        "嘀声,开始录留言",
        "录了 8 秒",
        "语音:谢谢您的来电,再见。",
        "通话结束",
    ]


def test_a_walk_for_programs(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", "--json", stdin="2\n\n")
    assert outcome.json["over"] is True
    assert outcome.json["path"] == ["greeting", "main_menu", "fault"]
    assert [line["kind"] for line in outcome.json["lines"]][-2:] == ["queued", "answered"]


def test_a_line_that_cannot_be_is_asked_again(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", stdin="abc\n1\nlater\n\n")
    assert outcome.code == 0
    assert outcome.err.splitlines() == [
        "只能是电话按键:0-9、* 和 #",
        "只能写 timeout, full, no_agents, closed,或直接回车",
    ]
    assert outcome.out.endswith("坐席接听\n")


def test_the_end_of_input_ends_the_walk(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", "--json")
    assert outcome.code == 0
    assert outcome.json["over"] is False


@pytest.mark.usefixtures("no_engine")
def test_the_shipped_flow_is_sound_and_needs_no_engine(fourseat: Command) -> None:
    outcome = fourseat("ivr", "check", "--file", SHIPPED, "--json")
    assert outcome.code == 0
    assert outcome.json["ok"] is True
    assert outcome.json["problems"] == []


@pytest.mark.usefixtures("no_engine")
def test_closed_hours_can_be_tried(fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", "--file", str(CLASSIC), "--closed", "--json", stdin="\n" * 9)
    assert "closed" in outcome.json["path"]
    assert "general" not in outcome.json["path"]


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('start = "a"\n[nodes.a]\nkind = "play"\nprompts = ["greeting"]\nnext = "b"\n', "b 不存在"),
        ('start = "a"\n[nodes.a]\nkind = "queue"\nqueue = "sales"\n', "on_timeout"),
        ("start = \n", "TOML"),
    ],
)
def test_a_broken_flow_is_refused_with_the_place(
    fourseat: Command, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "flow.toml").write_text(text, encoding="utf-8")
    checked = fourseat("ivr", "check", "--file", "flow.toml")
    assert checked.code == 1
    assert words in checked.out + checked.err
    tried = fourseat("ivr", "try", "--file", "flow.toml")
    assert tried.code == 1
    assert words in tried.err


@pytest.mark.usefixtures("no_engine")
def test_warnings_do_not_make_a_flow_unusable(fourseat: Command, tmp_path: Path) -> None:
    text = CLASSIC.read_text(encoding="utf-8")
    lonely = '\n[nodes.lonely]\nkind = "hangup"\nprompts = ["goodbye"]\n'
    (tmp_path / "flow.toml").write_text(text + lonely, encoding="utf-8")
    outcome = fourseat("ivr", "check", "--file", "flow.toml")
    assert outcome.code == 0
    assert "警告:[lonely]" in outcome.out


@pytest.mark.usefixtures("no_engine")
def test_a_missing_flow_file_is_named(fourseat: Command) -> None:
    outcome = fourseat("ivr", "check", "--file", "none.toml")
    assert outcome.code == 1
    assert "none.toml" in outcome.err
