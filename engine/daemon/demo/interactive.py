"""The practice world in front of a person: the agent's console, and calls that come by themselves."""

import asyncio
import contextlib
import logging
import os
import random
import sys
import termios
from collections.abc import Callable
from pathlib import Path

from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.core.states import CallState
from engine.daemon.demo import voices
from engine.daemon.demo.callers import daily_calls
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.colleague import sit_down
from engine.daemon.demo.site import HOME, people
from engine.wire.methods import SubscribeParams, Views

log = logging.getLogger(__name__)

_FIRST_CALL_S = (4.0, 8.0)  # after the console has opened
_NEXT_CALL_S = (10.0, 25.0)
_WATCH_S = 1.0
_COLLEAGUE_SEAT = "seat2"


async def run_console(centre: Centre, calls: int, seed: int, on_process: Callable[[str, int], None]) -> int:
    """Open the agent's console and return its exit code; `calls` 0: calls without end."""
    background = [
        asyncio.create_task(_call_by_themselves(centre, calls, seed)),
        asyncio.create_task(_watch_floor(centre)),
        asyncio.create_task(_keep_engine(centre, on_process)),
    ]
    if _COLLEAGUE_SEAT in centre.phones:
        socket, phone = str(centre.site.paths.socket), centre.phones[_COLLEAGUE_SEAT]
        background.append(asyncio.create_task(sit_down(socket, people(2)[1], _COLLEAGUE_SEAT, phone)))
    try:
        return await _console(centre, on_process)
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


async def _console(centre: Centre, on_process: Callable[[str, int], None]) -> int:
    person = people(1)[0]  # whoever tries this out presses Enter and sits at seat 1
    console = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tui.cli.main",
        "agent",
        *("--staff", person.staff_number, "--seat", "seat1"),
        cwd=HOME,
        env={
            **os.environ,
            "FOURSEAT_SOCKET": str(centre.site.paths.socket),
            "FOURSEAT_PIN": person.pin,
        },
    )
    on_process("console", console.pid)
    terminal = termios.tcgetattr(sys.stdin)
    try:
        return await console.wait()
    finally:
        if console.returncode is None:
            console.terminate()
            await console.wait()
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, terminal)  # a killed console leaves it raw


async def _call_by_themselves(centre: Centre, calls: int, seed: int) -> None:
    """A caller now and then, as long as there is a free line; otherwise the caller waits for one."""
    source = random.Random(seed)
    going_on: set[asyncio.Task[object]] = set()
    await asyncio.sleep(source.uniform(*_FIRST_CALL_S))
    try:
        for number, call in enumerate(daily_calls(voices.topics(HOME), seed), 1):
            task: asyncio.Task[object] = asyncio.create_task(centre.exchange.place(call.script))
            going_on.add(task)
            task.add_done_callback(going_on.discard)
            if number == calls:
                break
            await asyncio.sleep(source.uniform(*_NEXT_CALL_S))
            await centre.exchange.wait_for_line()
        await asyncio.gather(*going_on)
    finally:
        for task in list(going_on):
            task.cancel()


async def _watch_floor(centre: Centre) -> None:
    """Tell callers when somebody has taken their call."""

    def seen(views: Views) -> None:
        for call in views.floor.calls if views.floor is not None else ():
            if call.state is CallState.TALKING:
                centre.exchange.agent_came(call.cli)

    while True:
        gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        client = SocketClient(str(centre.site.paths.socket), "demo", on_views=seen, on_gone=gone.set_result)
        try:
            await client.open()
            seen(await client.call("view.subscribe", SubscribeParams(topics=["floor"])))
            await gone
        except EngineError as error:
            log.info("floor cannot be watched: %s", error)
        finally:
            await client.close()
        await asyncio.sleep(_WATCH_S)


async def _keep_engine(centre: Centre, on_process: Callable[[str, int], None]) -> None:
    """Start a dead engine again, as the service manager of a real site does."""
    while True:
        await asyncio.sleep(_WATCH_S)
        if centre.engine.pid is None:
            log.warning("the engine has ended; starting it again")
            centre.engine.spawn()
            if centre.engine.pid is not None:
                on_process("engine", centre.engine.pid)


async def wait_for_enter(prompt: str, seconds: int) -> None:
    """Let the words above be read: until Enter, or for so long."""
    loop, entered = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, entered.set)
    try:
        for left in range(seconds, 0, -1):
            sys.stderr.write(f"\r{prompt} {left:2} ")
            sys.stderr.flush()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await entered.wait()
                sys.stdin.readline()  # a terminal has a whole line, or says nothing
                break
    finally:
        loop.remove_reader(sys.stdin)
    sys.stderr.write("\n")


def has_terminal() -> bool:
    """Whether a console can be opened here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def log_to_file(path: Path) -> None:
    """The screen belongs to the console."""
    logging.basicConfig(
        filename=path, level=logging.INFO, format="%(asctime)s %(levelname).1s %(name)s %(message)s"
    )
