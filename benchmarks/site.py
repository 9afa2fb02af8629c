"""The centre that is measured: one Asterisk, one engine, and a second Asterisk that plays the callers."""

import asyncio
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import engine
from benchmarks import customers
from benchmarks.callers import CONTEXTS, Callers
from benchmarks.engine_process import EngineProcess
from benchmarks.progress import say
from db.store import Store
from db.users import add_user
from engine.adapters.asterisk.link import AmiLink
from engine.adapters.asterisk.ports import free_ports
from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.render import ExchangeSettings, InstancePaths, render_exchange, write_if_changed
from engine.adapters.unix_socket.client import SocketClient
from engine.config import Config, parse_config
from engine.core.records import User
from engine.core.states import Role
from engine.daemon import prompts, telephony
from engine.daemon.demo.site import toml_text
from engine.daemon.paths import SitePaths
from engine.daemon.people import hash_pin
from engine.daemon.secrets import load_secrets
from engine.provision.asterisk import AsteriskInstall
from engine.wire.methods import LogInParams

HOME = Path(engine.__file__).resolve().parents[1]
NUMBER = "96335"
PIN = "24680"
SUPERVISOR = "8801"
SEATS = 12
_WAITING = 200
SHARED = ("flows", "voice_prompts", "tickets", "knowledge")


def staff_number(seat: int) -> str:
    """Who sits at seat 1, 2 .."""
    return f"80{seat:02}"


class Site:
    """One centre in a folder of its own that is taken away at the end, with so many customers and seats."""

    def __init__(self, install: AsteriskInstall, size: int, seats: int = SEATS) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fs-bench-"))
        self.install = install
        self._size = size
        self.seats = seats
        self.ports = free_ports()
        self.config_file = self.folder / "config.toml"
        self.config = self._write_config()
        self.paths = SitePaths.of(self.config, self.folder)
        self.paths.create()
        self.secrets = load_secrets(self.paths.secrets, self.config)
        self.pbx: AsteriskProcess = telephony.process_of(self.paths, install)
        self._exchange_paths = InstancePaths.below(self.folder / "exchange")
        self.exchange = AsteriskProcess(install, self._exchange_paths.etc, self._exchange_paths.run)
        self.engine = EngineProcess(self.config_file, self.paths.socket, self.folder / "engine.log")
        self.callers = Callers(self.ports.exchange_ami, self.secrets["ami"])
        self.watcher: SocketClient  # a supervisor
        self._clients: list[SocketClient] = []

    async def start(self, *, exchange: bool = True) -> None:
        """Bring everything up but the engine. Raises what its parts raise; `stop` is needed in any case.

        Without `exchange` the far end of the line, whose port is `line_port`, is somebody else's.
        """
        await asyncio.to_thread(self._prepare)
        await asyncio.to_thread(telephony.bring_up, self.config, self.paths, self.secrets, self.install)
        if exchange:
            await asyncio.to_thread(self._start_exchange)
            await self.callers.start()

    @property
    def line_port(self) -> int:
        """Where the far end of the line is."""
        return self.ports.line(0)

    async def start_engine(self) -> float:
        """Start the engine; returns the seconds until it was ready."""
        seconds = await self.engine.start()
        self.watcher = await self.log_in(SUPERVISOR)
        return seconds

    async def stop_engine(self) -> None:
        """End the engine; Asterisk stays up."""
        await self._close_clients()
        await asyncio.to_thread(self.engine.stop)

    async def stop(self) -> None:
        """End every process that was started, whatever fails."""
        await asyncio.gather(self._close_clients(), self.callers.stop(), return_exceptions=True)
        ends = (asyncio.to_thread(process.stop) for process in (self.engine, self.pbx, self.exchange))
        await asyncio.gather(*ends, return_exceptions=True)
        self.ports.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _close_clients(self) -> None:
        await asyncio.gather(*(client.close() for client in self._clients))
        self._clients.clear()

    async def log_in(self, staff: str, seat: str = "", **callbacks: Any) -> SocketClient:
        """A console without a screen."""
        client = SocketClient(str(self.paths.socket), "benchmark", **callbacks)
        await client.open()
        self._clients.append(client)
        await client.call("session.log_in", LogInParams(staff_number=staff, pin=PIN, seat=seat))
        return client

    def ami(self, on_event: Any) -> AmiLink:
        """An ear at the Asterisk that is measured, beside the engine's own."""
        return AmiLink(
            self.config.asterisk.host,
            self.config.asterisk.ami_port,
            self.config.asterisk.ami_user,
            self.secrets["ami"],
            on_event=on_event,
            on_up=lambda: None,
            on_down=lambda reason: None,
        )

    def _prepare(self) -> None:
        customers.copy_to(self.paths.database, self._size)
        store = Store(self.paths.database)
        store.open()
        try:
            hashed = hash_pin(PIN)
            for seat in range(1, self.seats + 1):
                user = User(staff_number=staff_number(seat), name=f"坐席{seat}", role=Role.AGENT)
                store.submit(add_user, user, hashed).result()
            store.submit(
                add_user, User(staff_number=SUPERVISOR, name="班长", role=Role.SUPERVISOR), hashed
            ).result()
        finally:
            store.close()
        say("synthesising the prompts")
        prompts.build(self.config, self.paths, self.config.site.language)

    def _start_exchange(self) -> None:
        self._exchange_paths.create()
        rtp_first, rtp_last = self.ports.exchange_rtp
        settings = ExchangeSettings(
            ami_port=self.ports.exchange_ami,
            ami_user=Callers.USER,
            ami_secret=self.secrets["ami"],
            agi_port=self.ports.exchange_agi,
            rtp_first=rtp_first,
            rtp_last=rtp_last,
        )
        paths = self._exchange_paths
        files = render_exchange(self.config, paths=paths, exchange=settings, install=self.install)
        files["extensions.conf"] += CONTEXTS
        write_if_changed(paths.etc, files)
        self.exchange.start()

    def _write_config(self) -> Config:
        for name in SHARED:
            (self.folder / name).symlink_to(HOME / name)
        shipped = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
        text = toml_text(self._settings(shipped))
        self.config_file.write_text(text, encoding="utf-8")
        return parse_config(text, str(self.config_file))

    def _settings(self, shipped: Mapping[str, Any]) -> dict[str, Any]:
        """The shipped configuration, with room for many callers and nothing that delays the next call."""
        ports = self.ports
        queue = {"wrap_up_seconds": 0, "max_waiting": _WAITING, "announce_first_seconds": 600}
        return {
            **shipped,
            "site": shipped["site"] | {"data": "data"},
            "asterisk": shipped["asterisk"]
            | {
                "sip_address": "127.0.0.1",
                "sip_port": ports.sip,
                "ami_port": ports.ami,
                "agi_port": ports.agi,
                "rtp_first": ports.rtp[0],
                "rtp_last": ports.rtp[1],
            },
            "lines": [
                {
                    "id": "line1",
                    "name": "外线",
                    "number": NUMBER,
                    "host": "127.0.0.1",
                    "port": ports.line(0),
                    "channels": _WAITING,
                }
            ],
            "seats": [
                {"id": f"seat{seat}", "name": f"{seat}号席", "extension": f"80{seat}", "phone": "ring"}
                for seat in range(1, self.seats + 1)
            ],
            "queues": [section | queue for section in shipped["queues"]],
        }
