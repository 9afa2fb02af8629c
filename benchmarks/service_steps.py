"""450 callers who serve themselves, without sound, while agents' calls go on: time of a step, and cost.

So many are in self-service at the largest of the sites that were described (A8).
"""

import asyncio
import json
import os
import shutil
import signal
import tempfile
import tomllib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import customers
from benchmarks.engine_process import EngineProcess
from benchmarks.figures import Figures, spread
from benchmarks.loopback import PERSON, WAY, LoopbackCaller, LoopbackSwitch, listening, talk_lengths
from benchmarks.processes import own_cpu_seconds, resident_mb
from benchmarks.progress import say
from benchmarks.self_service_walk import Visitor, furnish, place_of
from benchmarks.site import HOME, PIN, SUPERVISOR, staff_number
from benchmarks.watched_engine import LoopWatch
from db.store import Store
from db.users import add_user
from engine.adapters.unix_socket.client import SocketClient
from engine.config import Config, parse_config
from engine.core.records import User
from engine.core.states import Role
from engine.daemon.demo.site import toml_text
from engine.daemon.paths import SitePaths
from engine.daemon.people import hash_pin
from engine.daemon.prompts import catalogue_of
from engine.daemon.secrets import load_secrets
from engine.wire.methods import LogInParams, SubscribeParams
from tests.support.site import free_port

_SEATS = 10
_WAIT = 4  # callers who wait for a person at any time
_LISTENS_S = (1.5, 4.5)
_ARRIVE_S = 8.0
_EMPTY_WAV = b"\0" * 64  # nobody hears it


@dataclass(frozen=True, slots=True)
class Size:
    """How many callers, and how long it is measured."""

    callers: int
    seconds: float


FULL = Size(callers=450, seconds=60.0)
QUICK = Size(callers=40, seconds=8.0)


class _Engine(EngineProcess):
    """The watched one."""

    def __init__(self, config: Path, socket: Path, log: Path, report: Path) -> None:
        command = ("-m", "benchmarks.watched_engine", str(config), str(report))
        super().__init__(config, socket, log, command)
        self._report = report

    async def blocked(self) -> dict[str, float]:
        """How late the loop was since the last time."""
        self._report.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        while not self._report.exists():  # noqa: ASYNC110  (another process writes it)
            await asyncio.sleep(0.01)
        told: dict[str, float] = json.loads(self._report.read_text(encoding="ascii"))
        return told


class _Centre:
    """Engine, database and a loopback switch in a folder of their own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fs-bench-"))
        self.seats = tuple(f"seat{number}" for number in range(1, _SEATS + 1))
        self.switch: LoopbackSwitch
        self.engine: _Engine
        self.visitors: list[Visitor] = []
        self.watch = LoopWatch()
        self._clients: list[SocketClient] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, callers: int) -> None:
        for name in ("flows", "voice_prompts", "tickets", "knowledge"):
            (self.folder / name).symlink_to(HOME / name)
        self._spawn(self.watch.run())
        self.switch = LoopbackSwitch("secret", self.seats)
        await self.switch.asterisk.start()
        self.switch.agi_port = free_port()
        config_file = self.folder / "config.toml"
        text = toml_text(self._settings())
        config_file.write_text(text, encoding="utf-8")
        config = parse_config(text, "config.toml")
        paths = SitePaths.of(config, self.folder)
        paths.create()
        await asyncio.to_thread(self._prepare, config, paths, callers)
        report = self.folder / "loop.json"
        self.engine = _Engine(config_file, paths.socket, self.folder / "engine.log", report)
        await self.engine.start()
        self._socket = paths.socket
        supervisor = await self._log_in(SUPERVISOR, "")
        await supervisor.call("view.subscribe", SubscribeParams(topics=["floor"]))
        for number, seat in enumerate(self.seats, start=1):
            agent = await self._log_in(staff_number(number), seat)
            await agent.call("view.subscribe", SubscribeParams(topics=["desk"]))
            await agent.call("agent.ready")

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(client.close() for client in self._clients), return_exceptions=True)
        await asyncio.to_thread(self.engine.stop)
        await self.switch.asterisk.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _log_in(self, staff: str, seat: str) -> SocketClient:
        client = SocketClient(str(self._socket), "benchmark")
        await client.open()
        self._clients.append(client)
        await client.call("session.log_in", LogInParams(staff_number=staff, pin=PIN, seat=seat))
        return client

    def _settings(self) -> dict[str, Any]:
        shipped = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
        queue = {"wrap_up_seconds": 0, "announce_first_seconds": 600}
        line = {"id": "line1", "name": "外线", "number": "96335", "host": "127.0.0.1", "channels": 780}
        return {
            **shipped,
            "site": shipped["site"] | {"data": "data"},
            "asterisk": shipped["asterisk"]
            | {
                "ami_port": self.switch.asterisk.port,
                "ami_secret": "secret",
                "agi_port": self.switch.agi_port,
            },
            "recording": shipped.get("recording", {}) | {"enabled": False},
            "lines": [line],
            "seats": [
                {"id": seat, "name": seat, "extension": f"80{number}", "phone": "ring"}
                for number, seat in enumerate(self.seats, start=1)
            ],
            "queues": [section | queue for section in shipped["queues"]],
        }

    def _prepare(self, config: Config, paths: SitePaths, callers: int) -> None:
        load_secrets(paths.secrets, config)
        customers.copy_to(paths.database, customers.SIZES["10k"])
        store = Store(paths.database)
        store.open()
        try:
            hashed = hash_pin(PIN)
            for number in range(1, _SEATS + 1):
                user = User(staff_number=staff_number(number), name=f"坐席{number}", role=Role.AGENT)
                store.submit(add_user, user, hashed).result()
            boss = User(staff_number=SUPERVISOR, name="班长", role=Role.SUPERVISOR)
            store.submit(add_user, boss, hashed).result()
        finally:
            store.close()
        self.visitors = furnish(paths.database, callers, seed=8)
        for prompt in catalogue_of(paths).sounds("zh"):
            _make(paths.prompts / "zh" / f"{prompt.prompt_id}.wav")
        for visitor in self.visitors:
            for order in visitor.orders:
                _make(place_of(config, paths, order))

    # Callers

    def keep_calling(self, count: int, caller: Callable[[int], LoopbackCaller], over_s: float) -> None:
        """So many calls at any time from now on."""
        for place in range(count):
            self._spawn(self._one_after_another(place, caller, over_s * place / count))

    async def _one_after_another(
        self, place: int, caller: Callable[[int], LoopbackCaller], after_s: float
    ) -> None:
        await asyncio.sleep(after_s)
        while True:
            await caller(place).go()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.ensure_future(work))


async def measure(size: Size) -> Figures:
    """First the agents' calls alone, then with the callers who serve themselves."""
    centre = _Centre()
    try:
        say(f"self-service without sound: {size.callers} customers")
        await centre.start(size.callers)
        listens, talks = listening(1, *_LISTENS_S), talk_lengths()
        centre.keep_calling(
            _SEATS + _WAIT,
            lambda place: LoopbackCaller(
                centre.switch, f"1360000{place:04}", PERSON, lambda: 0.2, next(talks)
            ),
            1.0,
        )
        await asyncio.sleep(3)
        say(f"self-service without sound: {_SEATS} agents' calls alone")
        alone = await _watch(centre, size.seconds / 2, "alone")
        say(f"self-service without sound: {size.callers} callers more")
        centre.keep_calling(
            size.callers,
            lambda place: LoopbackCaller(centre.switch, centre.visitors[place].cli, WAY, listens),
            _ARRIVE_S,
        )
        await asyncio.sleep(_ARRIVE_S + 2)
        together = await _watch(centre, size.seconds, "together")
        return {"steps.callers": size.callers, **alone, **together}
    finally:
        say("ending the processes")
        await centre.stop()


async def _watch(centre: _Centre, seconds: float, name: str) -> Figures:
    times, engine = centre.switch.times, centre.engine.pid
    await centre.engine.blocked()
    centre.watch.seen()
    times.clear()
    before = own_cpu_seconds(engine)
    await asyncio.sleep(seconds)
    used, blocked = own_cpu_seconds(engine) - before, await centre.engine.blocked()
    callers = centre.watch.seen()
    figures = {
        f"steps.{name}_engine_percent_of_a_core": 100 * used / seconds,
        f"steps.{name}_engine_mb": resident_mb(engine),
        f"steps.{name}_blocked_p99_ms": blocked["p99_ms"],
        f"steps.{name}_blocked_max_ms": blocked["max_ms"],
        f"steps.{name}_callers_late_p99_ms": callers["p99_ms"],  # the measuring process itself
        f"steps.{name}_callers_late_max_ms": callers["max_ms"],
        f"steps.{name}_calls_through": times.walked,
        f"steps.{name}_calls_astray": times.astray,
        **spread(f"steps.{name}_agent_free", times.free),
    }
    if times.steps:
        figures |= spread("steps.step", times.steps)
        figures["steps.steps_a_second"] = len(times.steps) / seconds
        figures["steps.engine_ms_per_step"] = 1000 * used / len(times.steps)
    return figures


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_EMPTY_WAV)
