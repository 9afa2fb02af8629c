"""An engine as a process of its own at a switch without telephones: calls without Asterisk's share."""

import asyncio
import json
import os
import shutil
import signal
import tempfile
import tomllib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from benchmarks import customers
from benchmarks.engine_process import EngineProcess
from benchmarks.figures import Figures, spread
from benchmarks.loopback import PERSON, LoopbackCaller, LoopbackSwitch, talk_lengths
from benchmarks.processes import own_cpu_seconds, resident_mb
from benchmarks.site import HOME, PIN, SHARED, SUPERVISOR, staff_number
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

SEATS = 10
ADMIN = "8901"
_WAIT = 4  # callers who wait for a person at any time
_EMPTY_WAV = b"\0" * 64  # nobody hears it


class WatchedEngine(EngineProcess):
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


class LoopbackCentre:
    """Engine, database and a loopback switch in a folder of their own, with so many customers.

    `prepare` does what more there is to do before the engine starts; it may block.
    """

    def __init__(
        self, size: int, prepare: Callable[[Config, SitePaths], None] = lambda config, paths: None
    ) -> None:
        self._size = size
        self._more = prepare
        self.folder = Path(tempfile.mkdtemp(prefix="fs-bench-"))
        self.seats = tuple(f"seat{number}" for number in range(1, SEATS + 1))
        self.switch: LoopbackSwitch
        self.engine: WatchedEngine
        self.paths: SitePaths
        self.watch = LoopWatch()
        self._clients: list[SocketClient] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Bring everything up; ten agents are ready. `stop` is needed in any case."""
        for name in SHARED:
            (self.folder / name).symlink_to(HOME / name)
        self._spawn(self.watch.run())
        self.switch = LoopbackSwitch("secret", self.seats)
        await self.switch.asterisk.start()
        self.switch.agi_port = free_port()
        config_file = self.folder / "config.toml"
        text = toml_text(self._settings())
        config_file.write_text(text, encoding="utf-8")
        config = parse_config(text, "config.toml")
        paths = self.paths = SitePaths.of(config, self.folder)
        paths.create()
        await asyncio.to_thread(self._prepare, config, paths)
        report = self.folder / "loop.json"
        self.engine = WatchedEngine(config_file, paths.socket, self.folder / "engine.log", report)
        await self.engine.start()
        supervisor = await self.log_in(SUPERVISOR, "")
        await supervisor.call("view.subscribe", SubscribeParams(topics=["floor"]))
        for number, seat in enumerate(self.seats, start=1):
            agent = await self.log_in(staff_number(number), seat)
            await agent.call("view.subscribe", SubscribeParams(topics=["desk"]))
            await agent.call("agent.ready")

    async def stop(self) -> None:
        """End what was started."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(client.close() for client in self._clients), return_exceptions=True)
        await asyncio.to_thread(self.engine.stop)
        await self.switch.asterisk.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def log_in(self, staff: str, seat: str) -> SocketClient:
        """A console without a screen."""
        client = SocketClient(str(self.paths.socket), "benchmark")
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

    def _prepare(self, config: Config, paths: SitePaths) -> None:
        load_secrets(paths.secrets, config)
        customers.copy_to(paths.database, self._size)
        store = Store(paths.database)
        store.open()
        try:
            hashed = hash_pin(PIN)
            for number in range(1, SEATS + 1):
                user = User(staff_number=staff_number(number), name=f"坐席{number}", role=Role.AGENT)
                store.submit(add_user, user, hashed).result()
            for boss, role in ((SUPERVISOR, Role.SUPERVISOR), (ADMIN, Role.ADMIN)):
                store.submit(add_user, User(staff_number=boss, name=role, role=role), hashed).result()
        finally:
            store.close()
        for prompt in catalogue_of(paths).sounds("zh"):
            make_empty(paths.prompts / "zh" / f"{prompt.prompt_id}.wav")
        self._more(config, paths)

    # Callers

    def keep_agents_talking(self) -> None:
        """More callers who want a person than there are agents, from now on."""
        talks = talk_lengths()
        self.keep_calling(
            SEATS + _WAIT,
            lambda place: LoopbackCaller(self.switch, f"1360000{place:04}", PERSON, lambda: 0.2, next(talks)),
            1.0,
        )

    async def begin_watch(self) -> float:
        """Count anew; returns the engine's processor time so far, in seconds."""
        await self.engine.blocked()
        self.watch.seen()
        self.switch.times.clear()
        return own_cpu_seconds(self.engine.pid)

    async def seen(self, name: str, used_before: float, seconds: float) -> Figures:
        """What was seen since `begin_watch`."""
        used = own_cpu_seconds(self.engine.pid) - used_before
        blocked, callers = await self.engine.blocked(), self.watch.seen()
        times = self.switch.times
        return {
            f"{name}_engine_percent_of_a_core": 100 * used / seconds,
            f"{name}_engine_mb": resident_mb(self.engine.pid),
            f"{name}_blocked_p99_ms": blocked["p99_ms"],
            f"{name}_blocked_max_ms": blocked["max_ms"],
            f"{name}_callers_late_p99_ms": callers["p99_ms"],  # the measuring process itself
            f"{name}_callers_late_max_ms": callers["max_ms"],
            f"{name}_calls_through": times.walked,
            f"{name}_calls_astray": times.astray,
            **spread(f"{name}_agent_free", times.free),
        }

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


def make_empty(path: Path) -> None:
    """A sound that nobody hears."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_EMPTY_WAV)
