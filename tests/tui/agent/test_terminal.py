"""The agent's console in a real terminal: bytes that no keyboard sends do not end it."""

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from engine.core.states import RefusalCode
from engine.wire.messages import Reason
from tests.support import stage_chat, stage_phone, world
from tests.support.stage import Stage
from tests.tui.terminal import Terminal

F3, F4, F5, F6, F7, F8 = b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~", b"\x1b[19~"
CTRL_D, CTRL_K, CTRL_N, CTRL_R, CTRL_U = b"\x04", b"\x0b", b"\x0e", b"\x12", b"\x15"


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
@pytest.mark.parametrize("further", [b"\r", b"\t"], ids=["enter", "tab"])
async def test_a_log_in_that_is_typed_faster_than_it_is_painted(tmp_path: Path, further: bytes) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await terminal.see("三号席")
        await terminal.send(b"8001" + further + world.PIN.encode() + further + b"2")
        entered = await stage.asked("session.log_in")
        assert (entered.staff_number, entered.pin, entered.seat) == ("8001", world.PIN, "seat2")
        await terminal.see("我的今日")


@pytest.mark.asyncio
async def test_a_supervisors_log_in_that_is_typed_in_one_go(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.supervisor.app", stage.path) as terminal:
        await terminal.see("某某广电网络分公司")
        await terminal.send(b"9001\r" + world.PIN.encode() + b"\r\r")
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


@pytest.mark.asyncio
async def test_a_consultation_by_the_keys_that_a_terminal_sends(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await in_a_call(terminal, stage)
        await terminal.send(F6)
        await terminal.see("满意度评价")
        await terminal.send(b"oy")
        await terminal.see("转接到 oy")
        await terminal.send(F7)
        await stage.asked("agent.consult")
        await terminal.see("正在呼叫")
        stage_phone.party_answers(stage.floor)
        await terminal.see("正在讲话")
        await terminal.send(F5)
        await terminal.see("> 客户")
        await terminal.send(F7)
        await terminal.see("三方通话")
        await terminal.send(CTRL_U)
        await terminal.see("静音")
        await terminal.send(CTRL_R)
        await terminal.see("举手")
        await terminal.send(CTRL_D)
        await terminal.see("每个按键立即送出")
        await terminal.send(b"12#")
        await terminal.see("按键 12#")
        await terminal.send(F8)
        await stage.asked("agent.cancel_consult")
        await terminal.see("通话 T")


@pytest.mark.asyncio
async def test_dialling_tasks_and_messages_by_the_keys_that_a_terminal_sends(tmp_path: Path) -> None:
    who = ("8001", "seat1", world.PIN)
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path, *who) as terminal:
        await terminal.until(lambda: terminal.is_bold("一号席"), "the seat is marked")
        await terminal.send(b"\r")
        await terminal.see("我的今日")
        stage_chat.post(stage, "9001", "请回电")
        await terminal.see("陈班长：请回电")
        await terminal.send(CTRL_N)
        await terminal.see("发给 陈班长")
        await terminal.send("好的".encode() + b"\r")
        assert (await stage.asked("chat.send")).text == "好的"
        await terminal.send(CTRL_K)
        await terminal.see("待拨打")
        await terminal.send(F3 + b"0931-8881234\r")
        assert (await stage.asked("agent.dial")).number == "0931-8881234"
        await terminal.see("呼出 D")
        await terminal.send(F8)
        await stage.asked("agent.hang_up")


@pytest.mark.asyncio
@pytest.mark.parametrize("key", [F6, CTRL_D, CTRL_K, CTRL_N])
async def test_rubbish_bytes_in_the_lists_end_nothing(tmp_path: Path, key: bytes) -> None:
    rng = random.Random(key)
    async with Stage(tmp_path) as stage, Terminal("tui.agent.app", stage.path) as terminal:
        await in_a_call(terminal, stage)
        stage.refuse("agent.transfer", Reason.REFUSED, RefusalCode.TARGET_BUSY)
        stage.refuse("agent.consult", Reason.REFUSED, RefusalCode.TARGET_BUSY)
        await terminal.send(key)
        await terminal.see("Esc")
        await terminal.send(rng.randbytes(1500).replace(b"\x1b", b"").replace(b"\x11", b""))
        await _hold(terminal, stage)
        assert terminal.process.returncode is None
