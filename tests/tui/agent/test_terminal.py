"""The agent's console in a real terminal: bytes that no keyboard sends do not end it."""

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from tests.support import world
from tests.support.stage import Stage
from tests.tui.terminal import Terminal

F4, F5 = b"\x1bOS", b"\x1b[15~"


async def in_a_call(terminal: Terminal, stage: Stage) -> None:
    """Log in by keys, and answer a call."""
    await terminal.see("三号席")
    await terminal.send(b"8001")
    await terminal.see("8001")
    await terminal.send(b"\r")
    await terminal.until(lambda: terminal.cursor_is_in("密码"), "the cursor is in the PIN")
    await terminal.send(world.PIN.encode())
    await terminal.see("****")
    await terminal.send(b"\r")
    await terminal.until(lambda: terminal.is_bold("一号席"), "the first seat is marked")
    await terminal.send(b"1")
    await terminal.see("我的今日")
    stage.floor.ready()
    stage.floor.present_call()
    await terminal.see("有来电")
    await terminal.send(F4)
    await stage.asked("agent.answer")
    await terminal.see("通话 T")


@pytest.mark.asyncio
async def test_a_log_in_that_is_typed_faster_than_it_is_painted(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await terminal.see("三号席")
        await terminal.send(b"8001\r" + world.PIN.encode() + b"\r2")
        entered = await stage.asked("session.log_in")
        assert (entered.staff_number, entered.pin, entered.seat) == ("8001", world.PIN, "seat2")
        await terminal.see("我的今日")


@pytest.mark.asyncio
async def test_a_supervisors_log_in_that_is_typed_in_one_go(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.supervisor.app", stage.path) as terminal:
        await terminal.see("某某广电网络分公司")
        await terminal.send(b"9001\r" + world.PIN.encode() + b"\r")
        entered = await stage.asked("session.log_in")
        assert (entered.staff_number, entered.pin) == ("9001", world.PIN)
        await terminal.see("陈班长")


@pytest.mark.asyncio
async def test_with_everything_filled_in_enter_logs_in(tmp_path: Path) -> None:
    who = ("8001", "seat2", world.PIN)
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path, *who) as terminal:
        await terminal.see("8001")
        await terminal.see("****")
        await terminal.until(lambda: terminal.is_bold("二号席"), "the seat is marked")
        assert world.PIN not in terminal.text()
        await terminal.send(b"\r")
        entered = await stage.asked("session.log_in")
        assert (entered.staff_number, entered.pin, entered.seat) == ("8001", world.PIN, "seat2")


@pytest.mark.asyncio
async def test_with_staff_number_and_seat_the_pin_is_asked(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path, "8001", "seat2") as terminal:
        await terminal.see("三号席")
        await terminal.until(lambda: terminal.cursor_is_in("密码"), "the cursor is in the PIN")
        await terminal.send(world.PIN.encode() + b"\r\r")
        assert (await stage.asked("session.log_in")).seat == "seat2"


@pytest.mark.asyncio
async def test_a_terminal_with_another_character_set_is_told_and_ends_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await in_a_call(terminal, stage)
        await terminal.send("机顶盒".encode("gb18030"))
        await terminal.see("终端编码不是 UTF-8")
        await terminal.send(F5)
        await stage.asked("agent.hold")


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", [1, 2])
async def test_rubbish_bytes_end_nothing(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await in_a_call(terminal, stage)
        rubbish = rng.randbytes(4000).replace(b"\x1b", b"").replace(b"\x11", b"")
        while rubbish:
            size = rng.choice([1, 3, 20, 200, 2000])
            await terminal.send(rubbish[:size])
            rubbish = rubbish[size:]
            await asyncio.sleep(rng.choice([0, 0.01, 0.05]))
        await _hold(terminal, stage)
        assert terminal.process.returncode is None


async def _hold(terminal: Terminal, stage: Stage) -> None:
    """Escape leaves whatever the rubbish has opened, and F5 works again."""
    async with asyncio.timeout(90):
        while True:
            await terminal.send(b"\x1b")
            await asyncio.sleep(0.3)  # Escape is one only when nothing follows it at once
            await terminal.send(F5)
            with contextlib.suppress(TimeoutError):
                await stage.asked("agent.hold", seconds=3.0)
                return


@pytest.mark.asyncio
async def test_a_bracketed_paste_of_a_million_bytes_is_taken_in_one_go(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await in_a_call(terminal, stage)
        await terminal.send(b"\x1b[200~" + "坏\x07 abc\r\n".encode() * 100_000 + b"\x1b[201~")
        await terminal.see("备注最多")
        await terminal.send(F5)
        await stage.asked("agent.hold", seconds=30.0)
