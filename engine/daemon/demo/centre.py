"""A whole centre: PBX, practice exchange, engine and phones, started together and stopped together."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from engine.adapters.asterisk.ports import PortBlock, free_ports
from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.render import ExchangeSettings, InstancePaths, render_exchange, write_if_changed
from engine.adapters.exchange import ExchangeAddress, PracticeExchange
from engine.adapters.phone import Phone, PhoneAccount, PhoneStack
from engine.daemon import prompts, telephony
from engine.daemon.demo import voices
from engine.daemon.demo.engine_process import EngineProcess
from engine.daemon.demo.site import HOME, NUMBER, DemoSite, fill_database, write_site
from engine.daemon.secrets import load_secrets
from engine.provision.asterisk import AsteriskInstall
from engine.provision.progress import Progress

log = logging.getLogger(__name__)

_EXCHANGE_USER = "practice"


class Stopped(Exception):
    """The person does not want to wait any longer."""


class Centre:
    """One practice site in one folder, which nobody else may use meanwhile.

    `phones`: `ring` or `auto` by seat id. `start` once; `stop` ends every process that was started.
    """

    def __init__(
        self,
        folder: Path,
        install: AsteriskInstall,
        phones: Mapping[str, str],
        *,
        seed: int = 1,
        queue_settings: Mapping[str, int] | None = None,
        channels: int = 1,
        progress: Progress = lambda what, share: None,
        on_process: Callable[[str, int], None] = lambda what, pid: None,
    ) -> None:
        self.folder = folder
        self.ports: PortBlock = free_ports()
        self.site: DemoSite = write_site(folder, self.ports, phones, queue_settings, channels)
        self.site.paths.create()
        self.secrets = load_secrets(self.site.paths.secrets, self.site.config)
        self.sounds = folder / "callers"
        self.pbx = telephony.process_of(self.site.paths, install)
        instance = self._exchange_paths = InstancePaths.below(folder / "exchange")
        self.exchange_pbx = AsteriskProcess(install, instance.etc, instance.run)
        self.engine = EngineProcess(self.site, folder / "engine.log")
        self.exchange = PracticeExchange(
            ExchangeAddress(
                ami_port=self.ports.exchange_ami,
                ami_user=_EXCHANGE_USER,
                ami_secret=self.secrets["ami"],
                agi_port=self.ports.exchange_agi,
            ),
            number=NUMBER,
            lines={line.id: line.channels for line in self.site.config.lines},
            sounds=self.sounds,
            record_to=folder / "heard",
        )
        self.phones: dict[str, Phone] = {}
        self.stack = PhoneStack()
        self._stack_up = False
        self._install = install
        self._seed = seed
        self._progress = progress
        self._on_process = on_process
        self._stopping = False

    # Start

    async def start(self) -> None:
        """Start everything. Raises DemoError, AsteriskProcessError, SpeechError, DbError, PhoneError, ..."""
        self._progress("启动 Asterisk 和演练局  starting Asterisk and the practice exchange", None)
        blocking = (self._start_pbx, self._start_exchange, self._fill_database, self._speak)
        await self._in_threads(blocking)
        self._progress("启动引擎,注册话机  starting the engine, registering phones", None)
        await _together([self._start_engine(), self.exchange.start(), self._plug_in_phones()])
        await self.engine.wait_for_seats(set(self.phones))

    async def _in_threads(self, works: Iterable[Callable[[], None]]) -> None:
        """Do all at once. Threads cannot be stopped: whatever happens, wait for all of them."""
        tasks = [asyncio.ensure_future(asyncio.to_thread(work)) for work in works]
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        for task in tasks:
            task.result()

    async def _start_engine(self) -> None:
        self.engine.spawn()
        if self.engine.pid is not None:
            self._on_process("engine", self.engine.pid)
        await self.engine.wait_ready()

    def _start_pbx(self) -> None:
        telephony.bring_up(self.site.config, self.site.paths, self.secrets, self._install)

    def _start_exchange(self) -> None:
        instance = self._exchange_paths
        instance.create()
        rtp_first, rtp_last = self.ports.exchange_rtp
        settings = ExchangeSettings(
            ami_port=self.ports.exchange_ami,
            ami_user=_EXCHANGE_USER,
            ami_secret=self.secrets["ami"],
            agi_port=self.ports.exchange_agi,
            rtp_first=rtp_first,
            rtp_last=rtp_last,
        )
        files = render_exchange(self.site.config, paths=instance, exchange=settings, install=self._install)
        write_if_changed(instance.etc, files)
        self.exchange_pbx.start()

    def _fill_database(self) -> None:
        fill_database(self.site, len(self.site.config.seats), self._seed, time.time_ns() // 1_000_000)

    def _speak(self) -> None:
        language = self.site.config.site.language
        for each in prompts.languages_of(self.site.config, self.site.paths):
            prompts.build(self.site.config, self.site.paths, each, progress=self._spoken)
        voices.build(HOME, self.sounds, language, self._spoken)

    def _spoken(self, done: int, total: int, name: str) -> None:
        if self._stopping:
            raise Stopped
        self._progress("合成语音  speaking the prompts", done / max(1, total))

    async def _plug_in_phones(self) -> None:
        await self.stack.start()
        self._stack_up = True
        for seat in self.site.config.seats:
            account = PhoneAccount(
                user=seat.id,
                server="127.0.0.1",
                port=self.ports.sip,
                secret=self.secrets[f"seat.{seat.id}"],
            )
            phone = Phone(
                self.stack,
                account,
                microphone=self.sounds / f"{voices.AGENT}.wav",
                record_to=self.folder / "heard",
            )
            await phone.register()
            self.phones[seat.id] = phone

    # Stop

    async def stop(self) -> None:
        """End everything that was started; what fails does not keep the rest from ending."""
        self._stopping = True
        await self._quietly("practice exchange", self.exchange.stop())
        for phone in self.phones.values():
            await self._quietly("phone", phone.close())
        if self._stack_up:
            await self._quietly("phones", self.stack.close())
        await self._quietly("engine", asyncio.to_thread(self.engine.stop))
        await asyncio.gather(
            self._quietly("PBX", asyncio.to_thread(self.pbx.stop)),
            self._quietly("exchange", asyncio.to_thread(self.exchange_pbx.stop)),
        )
        self.ports.close()

    async def _quietly(self, what: str, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            log.exception("%s did not stop in order", what)


async def _together(works: Iterable[Awaitable[None]]) -> None:
    """Do all at once; when one fails, the others are given up."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
