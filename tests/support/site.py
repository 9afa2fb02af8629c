"""A site in a folder: the real service over a fake Asterisk, with callers that are AGI sessions."""

import asyncio
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from db.users import add_user
from engine.config import Config, parse_config
from engine.core.records import User
from engine.core.states import Role
from engine.daemon.paths import SitePaths
from engine.daemon.prompts import catalogue_of
from engine.daemon.secrets import load_secrets
from engine.daemon.service import Service
from engine.provision.asterisk import AsteriskInstall
from engine.wire.methods import LogInParams
from tests.support.database import new_database
from tests.support.fake_asterisk import FakeAsterisk, FakeCaller, listing, message
from tests.support.flows import use_classic_flow
from tests.support.quick_hash import quick_hash
from tests.support.until import until
from tui.client import EngineClient

HOME = Path(__file__).parents[2]
PIN = "2468"
# Enough of an Asterisk to write its files for; it has no module and is never started.
NO_MODULES = AsteriskInstall("private", ("false",), "22.0.0", Path("/usr/lib"), Path("/usr/share/asterisk"))
USERS = (
    ("8001", "李秀英", Role.AGENT),
    ("8002", "欧阳春花", Role.AGENT),
    ("8801", "王班长", Role.SUPERVISOR),
    ("8901", "管理员", Role.ADMIN),
)
_PIN_HASH = quick_hash(PIN)
_AS_MADE = 1.0  # the time of a folder in which nobody has made, replaced or removed a file


_silent_prompts: dict[frozenset[str], Path] = {}  # by the names of the files


def _make_prompts(paths: SitePaths) -> None:
    """Empty files in place of the prompts: nothing has to be spoken, as nobody hears it.

    All sites have one folder, beside that of the first of them: hundreds of files a test take their time.
    """
    folder = paths.prompts / "zh"
    if folder.is_symlink() or not folder.exists():
        folder.unlink(missing_ok=True)
        names = frozenset(prompt.prompt_id for prompt in catalogue_of(paths).sounds("zh"))
        if names not in _silent_prompts:
            _silent_prompts[names] = _empty_files(paths.home.parent, names)
        folder.symlink_to(_silent_prompts[names])


def _empty_files(beside: Path, names: Iterable[str]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="prompts-", dir=beside))
    for name in names:
        (folder / f"{name}.wav").touch()
    os.utime(folder, (_AS_MADE, _AS_MADE))
    return folder


def free_port() -> int:
    """A TCP port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FakeSite:
    """One site; `restart` is a new engine on the same data."""

    def __init__(self, folder: Path, **config: str) -> None:
        self.folder = folder
        self.asterisk = FakeAsterisk()
        self.asterisk.answers["CoreShowChannels"] = lambda action: listing(
            "CoreShowChannel", "CoreShowChannelsComplete", *self.channels
        )
        self.asterisk.answers["PJSIPShowEndpoints"] = lambda action: listing(
            "EndpointList",
            "EndpointListComplete",
            *({"ObjectName": seat, "DeviceState": "Not in use"} for seat in ("seat1", "seat2")),
        )
        self.channels: list[dict[str, str]] = []
        self.settings = {
            "phone": "ring",
            "wrap_up_seconds": "30",
            "hours": "00:00-24:00",
            "announce_first": "20",
            **config,
        }
        self.keep_config = False  # a restart reads config.toml as it is by then
        self.clients: list[EngineClient] = []
        self.service: Service

    def _config(self) -> Config:
        text = (HOME / "config.toml").read_text(encoding="utf-8")
        replacements = {
            r'^data = ".*?"': f'data = "{self.folder / "data"}"',
            r'^socket = ".*?"': f'socket = "{self.folder / "s"}"',
            r"^ami_port = \d+": f"ami_port = {self.asterisk.port}",
            r'^ami_secret = ".*?"': 'ami_secret = "secret"',
            r"^agi_port = \d+": f"agi_port = {free_port()}",
            r'^phone = ".*?"': f'phone = "{self.settings["phone"]}"',
            r"^wrap_up_seconds = \d+": f"wrap_up_seconds = {self.settings['wrap_up_seconds']}",
            r"^announce_first_seconds = \d+": f"announce_first_seconds = {self.settings['announce_first']}",
            r'"00:00-24:00"': f'"{self.settings["hours"]}"',
        }
        for pattern, value in replacements.items():
            text = re.sub(pattern, value, text, flags=re.MULTILINE)
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        return parse_config(text, "config.toml")

    def _kept(self) -> Config:
        return parse_config((self.folder / "config.toml").read_text(encoding="utf-8"), "config.toml")

    async def start(self) -> None:
        await self.asterisk.start()
        for name in ("voice_prompts", "tickets", "knowledge"):
            shutil.copytree(
                HOME / name, self.folder / name, copy_function=shutil.copyfile, dirs_exist_ok=True
            )
        use_classic_flow(self.folder)
        await self._start_engine()
        for staff_number, name, role in USERS:
            user = User(staff_number=staff_number, name=name, role=role)
            self.service.store.submit(add_user, user, _PIN_HASH).result()

    async def _start_engine(self) -> None:
        config = self._kept() if self.keep_config else self._config()
        paths = SitePaths.of(config, self.folder)
        paths.create()
        _make_prompts(paths)
        new_database(paths.database)
        secrets = load_secrets(paths.secrets, config)
        self.service = Service(config, self.folder / "config.toml", paths, secrets, install=NO_MODULES)
        await self.service.start()
        self.service.voice.live.workers = 0  # a process for each caller, whom nobody hears
        self.service.engine.recordings.settle_s = 0.02  # what there is of recordings was written by the test
        await until(lambda: self.service.engine.floor.state.switch_up)

    def own_prompts(self) -> Path:
        """A folder of prompts that may be written into, in place of the one that all share."""
        folder = self.service.paths.prompts / "zh"
        shared = folder.resolve()
        folder.unlink()
        shutil.copytree(shared, folder)
        return folder

    async def stop_engine(self) -> None:
        for client in self.clients:
            await client.close()
        self.clients.clear()
        await self.service.stop()
        zh = self.service.paths.prompts / "zh"
        assert not zh.is_symlink() or zh.stat().st_mtime == _AS_MADE, "own_prompts() are to be changed"

    async def restart(self) -> None:
        await self.stop_engine()
        await self._start_engine()

    async def stop(self) -> None:
        await self.stop_engine()
        await self.asterisk.stop()

    @property
    def socket(self) -> str:
        return str(self.service.paths.socket)

    @property
    def floor(self) -> str:
        return repr(self.service.engine.floor)

    async def client(self, program: str = "test", **callbacks: Any) -> EngineClient:
        client = EngineClient(self.socket, program, **callbacks)
        await client.open()
        self.clients.append(client)
        return client

    async def console(
        self, staff_number: str = "8001", seat: str = "seat1", **callbacks: Any
    ) -> EngineClient:
        """Somebody who has logged in."""
        client = await self.client(**callbacks)
        await client.call("session.log_in", LogInParams(staff_number=staff_number, pin=PIN, seat=seat))
        return client

    async def call(self, call_id: str = "c1", cli: str = "13900000001", line: str = "line1") -> FakeCaller:
        """A caller who has reached the engine."""
        caller = await FakeCaller.call(
            self.service.config.asterisk.agi_port,
            "inbound",
            callerid=cli,
            channel=f"PJSIP/{line}-{call_id}",
            uniqueid=call_id,
            arg_1=call_id,
            arg_2=line,
            arg_3="96335",
        )
        await until(lambda: call_id in self.service.engine.floor.state.calls)
        return caller

    async def customer_hangs_up(self, call_id: str, cause: int = 16) -> None:
        """Asterisk says that the caller's channel is gone."""
        await self.asterisk.send(
            message(
                Event="Hangup",
                Channel=f"PJSIP/line1-{call_id}",
                Uniqueid=call_id,
                Cause=str(cause),
                ChanVariable=f"FS_CALL={call_id}",
            )
        )

    async def settle(self) -> None:
        """Everything that was handed over is in the database."""
        await asyncio.wrap_future(self.service.store.flush())
