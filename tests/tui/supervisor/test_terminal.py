"""The supervisor's console and the wallboard in a real terminal: bursts of keys, and an engine that goes."""

from pathlib import Path

import pytest

from engine.core.states import AgentStatus
from tests.support import world
from tests.support.stage import Stage
from tests.tui.terminal import Terminal

pytestmark = pytest.mark.asyncio
PREFILL = ("9001", world.PIN, "seat1")
DEEDS = ("agents.force", "calls.release", "calls.pick", "calls.move", "monitor.listen", "monitor.take_over")


async def log_in(terminal: Terminal) -> None:
    """The cursor is on the seat that was named: Enter."""
    await terminal.until(lambda: terminal.is_bold("一号席"), "the cursor on the seat")
    await terminal.send(b"\r")
    await terminal.see("欧阳静怡")


def none_of(stage: Stage, deeds: tuple[str, ...]) -> None:
    """None of these was asked for."""
    assert not [name for name, _ in stage.requests if name in deeds]


async def test_what_is_typed_behind_a_key_that_opens_a_field_is_text(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.supervisor.app", stage.path, *PREFILL) as terminal:
        await log_in(terminal)
        await terminal.send(b"a\x1b[Hnzrolx tbwu\r")
        params = await stage.asked("chat.send")
        assert (params.to, params.text) == ("8002", "zrolx tbwu")
        none_of(stage, DEEDS)
        await terminal.send(b"/xrolz")
        await terminal.see("没有含这些文字的行")
        none_of(stage, DEEDS)


async def test_a_letter_behind_a_question_is_no_answer_and_no_command(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.supervisor.app", stage.path, *PREFILL) as terminal:
        await log_in(terminal)
        await terminal.send(b"a\x1b[Hozrx")
        await terminal.see("签出？")
        await terminal.send(b"n")
        await terminal.until(lambda: "签出？" not in terminal.text(), "the question is gone")
        none_of(stage, DEEDS)
        await terminal.send(b"z")
        await terminal.see("小休，原因")
        await terminal.send(b"1")
        params = await stage.asked("agents.force")
        assert params.status is AgentStatus.BREAK
        assert params.reason == "meal"


async def test_rubbish_keys_end_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.supervisor.app", stage.path, *PREFILL) as terminal:
        await log_in(terminal)
        await terminal.send(b"\x00\x01\xff\xfe\x1b[99~\x1bOP\x1b\x1b[A\x1b[B12345\t\t\x7f\x7f;'[]{}|\xe4\xb8")
        await terminal.send(b"\x1b\x1b\x1b")
        await stage.stop()
        await terminal.see("连接断开")
        await terminal.send(b"lwbstxrzopumdhvngki/abc\x1b\x1b\x10x\x1b")
        await stage.start()
        await terminal.see("连接正常")
        assert terminal.process.returncode is None
        none_of(stage, DEEDS)
