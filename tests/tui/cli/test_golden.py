"""Every table and every JSON output, compared with a stored page, in both languages where words are shown."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.support.stage import Stage
from tests.tui.cli.conftest import Command

COMMANDS = {
    "status": ["status"],
    "agents": ["agents"],
    "queues": ["queues"],
    "calls-list": ["calls", "list"],
    "calls-show": ["calls", "show", "c-1003"],
    "recordings-list": ["recordings", "list"],
    "callbacks-list": ["callbacks", "list"],
    "callbacks-show": ["callbacks", "show", "2"],
    "notice-list": ["notice", "list"],
    "surveys-list": ["surveys", "list"],
    "customers-search": ["customers", "search", "新城"],
    "customers-show": ["customers", "show", "1"],
    "users-list": ["users", "list"],
    "prompts-list": ["prompts", "list"],
    "ivr-check": ["ivr", "check"],
    "ivr-graph": ["ivr", "graph"],
    "audit": ["audit"],
}


@pytest.fixture
def busy_stage(stage: Stage) -> Stage:
    """A call rings, another one waits, one agent's phone is off, and something needs attention."""
    stage.record("c-1003")
    stage.floor.take_seat("8001", "seat1")
    stage.floor.ready()
    stage.floor.present_call()
    stage.floor.queue_call()
    stage.floor.agents["8002"] = replace(stage.floor.agents["8002"], phone_reachable=False)
    stage.problems.append("磁盘剩余空间不足 500 MB:请清理录音")
    return stage


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_tables(
    busy_stage: Stage, fourseat: Command, golden: Callable[[str, str], None], name: str, lang: str
) -> None:
    outcome = fourseat(*COMMANDS[name], lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}.{lang}.txt", outcome.out.replace(str(busy_stage.folder), "/data"))


@pytest.mark.parametrize("name", COMMANDS)
def test_json(busy_stage: Stage, fourseat: Command, golden: Callable[[str, str], None], name: str) -> None:
    outcome = fourseat(*COMMANDS[name], "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json
    golden(f"{name}.json", outcome.out.replace(str(busy_stage.folder), "/data"))


def test_columns_stay_straight_with_chinese_names(busy_stage: Stage, fourseat: Command) -> None:
    lines = fourseat("calls", "list").out.splitlines()
    rule = lines[1]
    starts = [
        index for index in range(len(rule)) if rule[index] == "-" and (index == 0 or rule[index - 1] == " ")
    ]
    for line in lines[2:]:
        for start in starts[1:]:
            head = next(n for n in range(len(line) + 1) if cell_len(line[:n]) >= start or n == len(line))
            before = line[:head]
            assert cell_len(before) < start or before.endswith(" ")


def test_the_same_words_in_any_order_of_options(busy_stage: Stage, fourseat: Command) -> None:
    behind = fourseat("agents", "--lang", "en", "--socket", busy_stage.path)
    before = fourseat("--lang=en", f"--socket={busy_stage.path}", "agents")
    assert behind == before
    assert "Break (Meal)" in behind.out


def test_control_characters_of_a_name_do_not_reach_the_terminal(stage: Stage, fourseat: Command) -> None:
    stage.call_rows = [replace(stage.call_rows[0], customer_name="张\x1b[2J\r\n三", note="\x07")]
    out = fourseat("calls", "list").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert len(out.splitlines()) == 3


def test_empty_lists_say_so(stage: Stage, fourseat: Command) -> None:
    stage.call_rows = []
    stage.prompts = []
    stage.floor.agents.clear()
    assert fourseat("calls", "list").out == "没有找到通话\n"
    assert fourseat("recordings", "list").out == "没有找到录音\n"
    assert fourseat("customers", "search", "不存在").out == "没有找到客户\n"
    assert fourseat("prompts", "list").out == "没有提示音\n"
    assert fourseat("agents").out == "没有坐席签入\n"
