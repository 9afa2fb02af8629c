"""Parts that the tests of the Asterisk link share; every test must leave no task and no socket behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio

from engine.adapters.asterisk.link import AmiLink
from tests.support.fake_asterisk import FakeAsterisk


def _open_sockets() -> set[str]:
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


async def until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Waits for a condition, looking again after each step of the loop."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  (the condition may be anything)
            await asyncio.sleep(0.001)


@pytest_asyncio.fixture(autouse=True)
async def nothing_left_behind() -> AsyncIterator[None]:
    """Fails a test that leaves a task or a socket open."""
    sockets = _open_sockets()
    yield
    for _ in range(5):  # an aborted transport closes its socket in the loop's next rounds
        await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not left, left
    assert _open_sockets() <= sockets


@pytest_asyncio.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    """A running fake Asterisk."""
    fake = FakeAsterisk()
    await fake.start()
    yield fake
    await fake.stop()


class Recorder:
    """What a link reported, in order: events as dictionaries, "up", and ("down", reason)."""

    def __init__(self) -> None:
        self.heard: list[Mapping[str, str] | str | tuple[str, str]] = []

    @property
    def events(self) -> list[Mapping[str, str]]:
        return [item for item in self.heard if isinstance(item, dict)]

    @property
    def ups(self) -> int:
        return self.heard.count("up")

    @property
    def downs(self) -> list[str]:
        return [item[1] for item in self.heard if isinstance(item, tuple)]


def make_link(asterisk: FakeAsterisk, recorder: Recorder, **options: float) -> AmiLink:
    """A link to the fake, not started."""
    return AmiLink(
        "127.0.0.1",
        asterisk.port,
        asterisk.username,
        asterisk.secret,
        on_event=recorder.heard.append,
        on_up=lambda: recorder.heard.append("up"),
        on_down=lambda reason: recorder.heard.append(("down", reason)),
        **options,
    )


@pytest.fixture
def recorder() -> Recorder:
    """Notes what the link reports."""
    return Recorder()


@pytest_asyncio.fixture
async def link(asterisk: FakeAsterisk, recorder: Recorder) -> AsyncIterator[AmiLink]:
    """A link that is up."""
    started = make_link(asterisk, recorder)
    await started.start()
    await started.wait_up(5)
    yield started
    await started.stop()
