"""The voice menu at the command line: checked and walked, from the engine or from a file."""

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import world
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
    outcome = fourseat("ivr", "try", stdin="\n1\ntimeout\n\n8\n")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "语音:您好,欢迎使用某某广电网络分公司客服热线!",
        "没有按键",
        "语音:业务咨询请按1,故障申告请按2,人工服务请按0。",
        "按键:1",
        "进入队列 业务咨询 等待",
        "离开队列:timeout",
        "语音:请在提示音后留言。",
        "没有按键",
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


# Services


def test_services_answer_by_their_samples_or_as_chosen(stage: Stage, fourseat: Command) -> None:
    good = fourseat("ivr", "try", stdin="3\n").out
    assert "问业务 recognise\n" in good
    assert "业务 balance 回答 paid (balance = 12850, arrears = 0)" in good
    assert "语音:您的余额是128.50元。" in good
    owing = fourseat("ivr", "try", "--outcome", "balance=owing", stdin="3\n").out
    assert "语音:您已欠费26.00元。" in owing
    both = fourseat(
        "ivr", "try", "--outcome", "recognise=found", "--outcome", "balance=failed", stdin="3\n\n"
    )
    assert both.out.endswith("进入队列 人工服务 等待\n坐席接听\n")


def test_with_a_number_the_engine_answers(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", "--as", world.OWES, stdin="3\n")
    assert "语音:您已欠费26.00元。" in outcome.out
    assert outcome.err == ""
    assert "128.50" in fourseat("ivr", "try", "--as", "", stdin="3\n").out


PAYING = """
start = "secret"
[nodes.secret]
kind = "entry"
prompts = ["goodbye"]
store = "code"
secret = true
longest = 6
next = "pay"
exhausted = "end"
[nodes.pay]
kind = "service"
service = "recharge"
with = { card = "85310001", secret = "{code}" }
outcomes = { done = "shop", wrong = "end", spent = "end", expired = "end", locked = "end", \
unidentified = "end", failed = "end" }
[nodes.shop]
kind = "transfer"
number = "09310000"
failed = "end"
[nodes.end]
kind = "hangup"
"""


def test_the_engine_carries_nothing_out_and_says_so(stage: Stage, fourseat: Command) -> None:
    stage.flow_text = PAYING
    outcome = fourseat("ivr", "try", "--as", world.OWES, stdin="123456\nfailed\n")
    assert "recharge 会改动数据:没有真的办理" in outcome.err
    assert "按键:******" in outcome.out
    assert "123456" not in outcome.out
    assert outcome.out.endswith("转接到 09310000\n那边没人接\n通话结束\n")


def test_a_transfer_has_its_own_lines(stage: Stage, fourseat: Command) -> None:
    stage.flow_text = PAYING
    outcome = fourseat("ivr", "try", stdin="123456\nlater\n\n")
    assert outcome.err == "只能写 answered、failed,或直接回车\n"


def test_other_languages_and_days(stage: Stage, fourseat: Command) -> None:
    english = fourseat("ivr", "try", "--language", "en", stdin="3\n").out
    assert "语音:Your balance is" in english
    refused = fourseat("ivr", "try", "--language", "fr")
    assert (refused.code, "--language zh" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("balence=paid", "是不是 balance?"),
        ("zzz=paid", "recognise, choose_customer"),
        ("balance=payed", "可以用:paid, owing, unidentified, failed"),
        ("balance", "没有结果 ''"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(
    stage: Stage, fourseat: Command, written: str, words: str
) -> None:
    outcome = fourseat("ivr", "try", "--outcome", written)
    assert outcome.code == 2
    assert words in outcome.err


def test_the_sound_of_a_prompt_without_a_file_is_missed(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "try", "--sound", "--as", world.OWES, stdin="3\n")
    assert "balance_owing 没有声音" in outcome.err
    assert outcome.code == 0


# Scripted walks

WALKS = """
[[walk]]
name = "查余额"
steps = [
    { hears = ["greeting", "main_menu"] },
    { presses = "3", asks = "balance", outcome = "owing", hears = ["balance_owing", "main_menu"] },
]
[[walk]]
name = "找人工"
steps = [{ presses = "0", waits_in = "fault" }]
"""


def test_walks_are_told_one_by_one(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    file = tmp_path / "walks.toml"
    file.write_text(WALKS, encoding="utf-8")
    outcome = fourseat("ivr", "test", str(file))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "通过:查余额",
        "没通过:找人工",
        "  第 1 步:waits_in:应当是 fault;实际是 general",
        "  客户上一次动作以后:",
        "    按键:0",
        "    进入队列 人工服务 等待",
        "走查 2 次,1 次不一样",
    ]
    english = fourseat("ivr", "test", str(file), lang="en_GB.UTF-8").out
    assert "step 1: waits_in: expected fault; found general" in english


def test_walks_for_programs(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    file = tmp_path / "walks.toml"
    file.write_text(WALKS, encoding="utf-8")
    outcome = fourseat("ivr", "test", str(file), "--json")
    assert outcome.code == 1
    assert outcome.json["ok"] is False
    good, bad = outcome.json["walks"]
    assert (good["ok"], good["services"], good["why"]) == (True, ["recognise", "balance"], "")
    assert (bad["ok"], bad["path"][-1], len(bad["heard"])) == (False, "general", 2)


@pytest.mark.usefixtures("no_engine")
def test_the_shipped_walks_go_as_written_without_an_engine(fourseat: Command) -> None:
    outcome = fourseat("ivr", "test")
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1].endswith("0 次不一样")


@pytest.mark.usefixtures("no_engine")
def test_walks_may_go_through_another_flow(fourseat: Command, tmp_path: Path) -> None:
    (tmp_path / "flow.toml").write_text(PAYING, encoding="utf-8")
    for head, options in (('flow = "flow.toml"\n', ()), ("", ("--file", "flow.toml"))):
        text = (
            '[[walk]]\nname = "w"\nsteps = [{ presses = "12#", asks = "recharge", with = { secret = "12" } }]'
        )
        (tmp_path / "walks.toml").write_text(head + text, encoding="utf-8")
        assert fourseat("ivr", "test", "walks.toml", *options).code == 0


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("walk", "TOML"),
        ('[[walk]]\nname = "w"\nsteps = [{ press = "1" }]', "第 1 步:不认识 press"),
        ('flow = "none.toml"\n[[walk]]\nname = "w"\nsteps = [{ ends = true }]', "none.toml"),
    ],
)
def test_a_file_of_walks_with_a_mistake_is_refused(
    fourseat: Command, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "walks.toml").write_text(text, encoding="utf-8")
    outcome = fourseat("ivr", "test", "walks.toml")
    assert outcome.code == 1
    assert words in outcome.err


@pytest.mark.usefixtures("no_engine")
def test_an_empty_folder_of_walks_is_told(fourseat: Command, tmp_path: Path) -> None:
    (tmp_path / "tests" / "flows").mkdir(parents=True)
    outcome = fourseat("ivr", "test")
    assert outcome.code == 1
    assert "tests/flows 里没有走查文件" in outcome.err


# Drawn


def test_a_part_of_the_tree_and_so_many_levels(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("ivr", "graph", "--from", "balance", "--depth", "2")
    assert outcome.out.splitlines() == [
        "[balance] 服务 余额",
        "  结果 paid: [balance_paid] 播放 您的余额是{balance:money}。",
        "  然后: [main_menu] 菜单 业务咨询请按1,故障申告请按2,人工服务请按0。",
        "  结果 owing: [balance_owing] 播放 您已欠费{arrears:money}。",
        "  然后: 见 [main_menu]",
        "  结果 unidentified、failed: [general] 排队 人工服务",
        "(还有 10 行更深的没有显示)",
    ]
    unknown = fourseat("ivr", "graph", "--from", "balence")
    assert (unknown.code, "是不是 balance?" in unknown.err) == (2, True)
    far = fourseat("ivr", "graph", "--from", "zzz")
    assert "fourseat ivr graph" in far.err


def test_the_picture_is_a_sound_svg_that_is_always_the_same(
    stage: Stage, fourseat: Command, tmp_path: Path
) -> None:
    picture = tmp_path / "menu.svg"
    outcome = fourseat("ivr", "graph", "--svg", str(picture))
    assert outcome.out == f"11 个节点已画到 {picture}\n"
    first = picture.read_text(encoding="utf-8")
    root = ElementTree.fromstring(first)
    boxes = {group.get("id"): group[0] for group in root.iter("{http://www.w3.org/2000/svg}g")}
    assert set(boxes) == {
        "greeting",
        "main_menu",
        "enquiry",
        "fault",
        "general",
        "message",
        "goodbye",
        "who",
    } | {
        "balance",
        "balance_paid",
        "balance_owing",
    }
    assert not [(a, b) for a, b in combinations(boxes.values(), 2) if overlap(a, b)]
    assert "您的余额是" in first
    fourseat("ivr", "graph", "--svg", str(picture))
    assert picture.read_text(encoding="utf-8") == first
    told = fourseat("ivr", "graph", "--svg", str(picture), "--from", "balance", "--depth", "1", "--json")
    assert [node["node"] for node in told.json["nodes"]] == ["balance"]
    nowhere = fourseat("ivr", "graph", "--svg", str(tmp_path / "none" / "menu.svg"))
    assert (nowhere.code, "none" in nowhere.err) == (1, True)


def overlap(one: ElementTree.Element, other: ElementTree.Element) -> bool:
    """Whether two boxes share any place."""
    (x, y, width, height), (u, v, breadth, depth) = (
        [float(box.attrib[key]) for key in ("x", "y", "width", "height")] for box in (one, other)
    )
    return x < u + breadth and u < x + width and y < v + depth and v < y + height
