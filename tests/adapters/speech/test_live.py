"""Speech while a caller waits: nothing that the worker does keeps the caller, and it comes back."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.speech import sound
from engine.adapters.speech.live import LIVE_COMMAND, LiveSpeaker
from engine.adapters.speech.sources import Tone, Utterance
from engine.adapters.speech.voices import PROMPT_VOICES
from tests.support.until import until

BEEP = Tone(tone_hz=1000, milliseconds=100)
ECHO = """
for line in sys.stdin:
    pathlib.Path(json.loads(line)["target"]).write_bytes(b"sound")
    print('{"size": 5}', flush=True)
"""


def worker(tmp_path: Path, body: str) -> tuple[str, ...]:
    """A program in place of the worker; `count` says which process this is, from 1."""
    program, log = tmp_path / "worker.py", tmp_path / "started"
    program.write_text(
        f"import json, os, pathlib, sys, time\nlog = open({str(log)!r}, 'a+')\n"
        f"log.write(f'{{os.getpid()}}\\n')\nlog.flush()\nlog.seek(0)\ncount = len(log.readlines())\n{body}\n"
    )
    return (sys.executable, str(program))


def started(tmp_path: Path) -> list[int]:
    """The processes that were started."""
    log = tmp_path / "started"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


@asynccontextmanager
async def speaking(**options: Any) -> AsyncIterator[LiveSpeaker]:
    speaker = LiveSpeaker(**options)
    try:
        yield speaker
    finally:
        await speaker.close()


@pytest.mark.asyncio
async def test_a_sentence_is_there_in_good_time(tmp_path: Path) -> None:
    said = Utterance(text="您的余额是一百二十八元五角。", voice=PROMPT_VOICES["zh"])
    async with speaking() as speaker:
        assert await speaker.say(said, tmp_path / "first.wav", 15.0)
        began = time.monotonic()
        assert await speaker.say(said, tmp_path / "second.wav", 15.0)
        assert time.monotonic() - began < 1.0
    assert 1.0 < sound.measure(tmp_path / "second.wav").seconds < 6.0


@pytest.mark.asyncio
async def test_what_is_late_is_there_for_the_next_caller(tmp_path: Path) -> None:
    slow = worker(tmp_path, "print(flush=True)\ntime.sleep(0.3)\n" + ECHO)
    async with speaking(command=slow) as speaker:
        assert not await speaker.say(BEEP, tmp_path / "a.wav", 0.05)
        await speaker.settled()
        assert (tmp_path / "a.wav").read_bytes() == b"sound"


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", ["time.sleep(60)", "sys.exit(1)", "os.abort()"])
async def test_a_worker_that_fails_keeps_nobody_and_is_replaced(tmp_path: Path, fault: str) -> None:
    broken = worker(
        tmp_path, f"print(flush=True)\nif count == 1:\n    sys.stdin.readline()\n    {fault}\n{ECHO}"
    )
    async with speaking(command=broken, job_seconds=0.2, back_off=(0.05,)) as speaker:
        began = time.monotonic()
        assert not await speaker.say(BEEP, tmp_path / "a.wav", 5.0)
        assert time.monotonic() - began < 4.0
        await until(lambda: not is_there(started(tmp_path)[0]))
        await asyncio.sleep(0.06)  # the pause after a failure
        assert await speaker.say(BEEP, tmp_path / "b.wav", 5.0)
    assert len(started(tmp_path)) == 2


@pytest.mark.asyncio
async def test_a_worker_that_never_gets_ready_is_not_started_for_each_sentence(tmp_path: Path) -> None:
    async with speaking(command=worker(tmp_path, "sys.exit(1)"), back_off=(60.0,)) as speaker:
        for number in range(3):
            began = time.monotonic()
            assert not await speaker.say(BEEP, tmp_path / f"{number}.wav", 5.0)
        assert time.monotonic() - began < 0.1
    assert len(started(tmp_path)) == 1


@pytest.mark.asyncio
async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    async with speaking(command=(str(tmp_path / "none"),)) as speaker:
        assert not await speaker.say(BEEP, tmp_path / "a.wav", 5.0)


@pytest.mark.asyncio
async def test_two_callers_who_want_the_same_wait_for_one_job(tmp_path: Path) -> None:
    counting = worker(tmp_path, "print(flush=True)\n" + ECHO.replace('b"sound"', "str(time.time()).encode()"))
    async with speaking(command=counting) as speaker:
        target = tmp_path / "a.wav"
        both = await asyncio.gather(speaker.say(BEEP, target, 5.0), speaker.say(BEEP, target, 5.0))
        assert all(both)
        made = target.stat().st_mtime_ns
        await speaker.settled()
        assert target.stat().st_mtime_ns == made


@pytest.mark.asyncio
async def test_a_caller_comes_before_what_is_made_ready(tmp_path: Path) -> None:
    ordered = worker(tmp_path, "print(flush=True)\nsys.stdin.readline\n" + ECHO)
    async with speaking(command=ordered) as speaker:
        for number in range(5):
            speaker.prepare(BEEP, tmp_path / f"ready{number}.wav")
        assert await speaker.say(BEEP, tmp_path / "asked.wav", 5.0)
        await speaker.settled()
    made = [(tmp_path / f"ready{number}.wav").stat().st_mtime_ns for number in range(5)]
    asked = (tmp_path / "asked.wav").stat().st_mtime_ns
    assert sum(instant < asked for instant in made) <= 1


@pytest.mark.asyncio
async def test_without_work_the_worker_ends(tmp_path: Path) -> None:
    async with speaking(command=worker(tmp_path, "print(flush=True)\n" + ECHO), idle_seconds=0.2) as speaker:
        assert await speaker.say(BEEP, tmp_path / "a.wav", 5.0)
        (pid,) = started(tmp_path)
        await until(lambda: not is_there(pid))
        assert await speaker.say(BEEP, tmp_path / "b.wav", 5.0)
        assert len(started(tmp_path)) == 2


@pytest.mark.asyncio
async def test_closing_leaves_no_process_and_nobody_waiting(tmp_path: Path) -> None:
    hanging = worker(tmp_path, "print(flush=True)\ntime.sleep(60)")
    async with speaking(command=hanging) as speaker:
        waiting = asyncio.ensure_future(speaker.say(BEEP, tmp_path / "a.wav", 30.0))
        await until(lambda: started(tmp_path))
    assert not await waiting
    assert not is_there(started(tmp_path)[0])
    assert LIVE_COMMAND[-1] == "--live"


def is_there(pid: int) -> bool:
    """Whether the process is still there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
