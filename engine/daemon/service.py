"""The engine as a running service: everything opened in order, and closed in reverse."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import socket
from collections.abc import Coroutine
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from db.callbacks import open_callbacks
from db.journal import head
from db.notices import list_notices
from db.recordings import unrecorded
from db.store import Store
from engine.adapters.unix_socket import Connection, SocketServer
from engine.config import Config
from engine.core.events import (
    CallAdopted,
    CallImported,
    CustomerLegEnded,
    Event,
    MessageRecorded,
    NoteSaved,
    SwitchUp,
)
from engine.core.plan import Plan
from engine.core.records import CallRecord
from engine.daemon import restore
from engine.daemon.alarms import AlarmDesk
from engine.daemon.cdr import add_message, close_vanished, import_cdr
from engine.daemon.clock import Clock
from engine.daemon.engine import Engine
from engine.daemon.flow_desk import FlowDesk
from engine.daemon.flows import LiveFlows
from engine.daemon.handlers import HANDLERS
from engine.daemon.handlers.context import Context
from engine.daemon.handlers.session import closed, site_words
from engine.daemon.paths import SitePaths
from engine.daemon.people import People
from engine.daemon.plan import check_queues, load_plan
from engine.daemon.prompts import catalogue_of
from engine.daemon.reconfigure import LiveConfiguration, Prepared, seat_secrets
from engine.daemon.services.base import Tools
from engine.daemon.services.boss import make_boss
from engine.daemon.services.desk import ServiceDesk
from engine.daemon.services.outages import hand_over_rest
from engine.daemon.site_text import read_whole
from engine.daemon.sources.desk import SourceDesk
from engine.daemon.studio import SCRIPT, Studio
from engine.daemon.switch_files import SwitchFiles
from engine.daemon.telephony import switch_settings
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.voice import PromptVoice
from engine.provision.asterisk import AsteriskInstall
from engine.wire.methods import SITE_CHANGED, Method, Params

log = logging.getLogger(__name__)

# Asterisk writes a call's record a moment after its end: what ended just now is looked for again.
_IMPORT_AFTER_S = (0.0, 1.0, 5.0, 30.0)
_MESSAGE_AFTER_S = 1.0  # and its file is closed a moment after the hang-up
_WATCHDOG_S = 1.0
# Consoles that come back are answered when the calls that went on are known, or Asterisk is not there.
_FIRST_CENSUS_S = 1.0


@dataclass(slots=True)
class Service:
    """One site's engine, Asterisk being up already or coming up by itself."""

    config: Config
    config_path: Path
    paths: SitePaths
    secrets: dict[str, str]
    install: AsteriskInstall | None = None  # None: looked for when a change needs it
    store: Store = field(init=False)
    flows: LiveFlows = field(init=False)
    flow_desk: FlowDesk = field(init=False)
    engine: Engine = field(init=False)
    server: SocketServer = field(init=False)
    alarms: AlarmDesk = field(init=False)
    services: ServiceDesk = field(init=False)
    tickets: TicketDesk = field(init=False)
    people: People = field(init=False)
    voice: PromptVoice = field(init=False)
    sources: SourceDesk = field(init=False)
    _lock: IO[str] = field(init=False)
    _census: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    async def start(self) -> None:
        """Open the database, remember, connect to Asterisk, open the socket."""
        self.paths.create()
        self._lock = lock_site(self.paths.socket.parent / "engine.lock")
        text = read_whole(self.config_path)
        self.store = Store(self.paths.database)
        self.store.open()
        with contextlib.ExitStack() as failing:
            failing.callback(self.store.close)  # whatever keeps the plan from being made: no thread stays
            plan = self._plan()
            failing.pop_all()
        ran_before = self.store.read(head).result()[0] > 0
        self.voice = PromptVoice(self.config, self.paths)
        await self.voice.start()
        self.engine = Engine(
            plan,
            self.paths,
            self.store,
            switch_settings(self.config, self.paths, self.secrets),
            area_code=self.config.site.area_code,
            recording=self.config.recording.enabled,
            voice=self.voice,
        )
        self.engine.attach()
        await self._open_services()
        self.engine.before_event = self._before
        self.engine.on_event = self._after
        self._restore_floor()
        self.sources = SourceDesk(self.config, self.paths, self.store, self.engine.clock)
        context = self._context(text)

        async def handle(connection: Connection, method: Method, params: Params) -> object:
            return await HANDLERS[method.name](context, connection, params)

        self.engine.switch.services[SCRIPT] = Studio(context).serve
        self.alarms = self._alarm_desk(ran_before)
        self.tickets.tell_leader = self.alarms.hook.tell_late_ticket
        self.flow_desk = FlowDesk(context.live, self.flows)
        self.server = SocketServer(
            str(self.paths.socket), handle, lambda connection: None, lambda c: closed(context, c)
        )
        await self.engine.start()
        await self.tickets.start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_CENSUS_S):
                await self._census.wait()
        await self.server.start()
        self.alarms.start()
        self._spawn(hand_over_rest(self.store, self.engine.request, self.engine.clock.now()))
        self._spawn(self.flow_desk.run())
        self._spawn(self.voice.look_after())
        self._spawn(self.sources.run())
        self._spawn(self._prepare_notices())
        log.info("ready: %r socket=%s", self.engine.floor, self.paths.socket)

    async def stop(self) -> None:
        """Say good-bye to the consoles, let go of Asterisk, write what is to be written."""
        await self.server.stop()
        await self.tickets.stop()
        await self.alarms.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.engine.stop()
        await self.voice.stop()
        await asyncio.to_thread(self.store.close)
        self._lock.close()

    def _plan(self) -> Plan:
        """What the floor goes by; the menu is the version that is to answer callers."""
        catalogue = catalogue_of(self.paths)
        check_queues(self.config, self.paths.home, catalogue)
        self.flows = LiveFlows(self.paths.home, self.store, Clock())
        self.flows.begin(self.config, catalogue)
        return load_plan(self.config, self.paths.home, catalogue, self.flows.texts)

    async def _open_services(self) -> None:
        """Who answers what callers ask by keys."""
        clock = self.engine.clock
        self.people = People(self.store, self.config.security, clock)
        self.tickets = TicketDesk(self.store, clock, self.config, self.paths.home, self.paths.attachments)
        tools = Tools(
            store=self.store,
            config=self.config,
            paths=self.paths,
            clock=clock,
            boss=make_boss(self.config, self.paths, self.store, clock),
            tickets=self.tickets,
            people=self.people,
            vault=self.engine.vault,
        )
        self.services = ServiceDesk(tools, self.engine.vault, self.engine.emit)
        self.engine.services = self.services
        await self.services.start()

    def _context(self, text: str) -> Context:
        """What the handlers work with; `text` is that of the configuration."""
        context = Context(
            config=self.config,
            config_path=self.config_path,
            engine=self.engine,
            people=self.people,
            voice=self.voice,
            version=version("fourseat"),
            seat_secrets=seat_secrets(self.config, self.secrets),
            tickets=self.tickets,
            live=LiveConfiguration(
                path=self.config_path,
                paths=self.paths,
                engine=self.engine,
                flows=self.flows,
                files=SwitchFiles(self.paths, self.engine.switch.command, self.install),
                secrets=self.secrets,
                config=self.config,
                running=self.config,
                text=text,
                on_applied=lambda prepared: self._changed(context, prepared),
            ),
            sources=self.sources,
        )
        return context

    def _alarm_desk(self, ran_before: bool) -> AlarmDesk:
        return AlarmDesk(
            config=self.config,
            floor=self.engine.floor.state,
            folder=self.paths.data,
            now=self.engine.clock.now,
            publish=self.engine.publisher.alarms_changed,
            ask_switch=self.engine.switch.command,
            database_trouble=lambda: self.store.trouble,
            ran_before=ran_before,
        )

    async def _prepare_notices(self) -> None:
        now = self.engine.clock.now()
        rows = await asyncio.wrap_future(self.store.read(list_notices, now=now))
        self.voice.prepare_notices(notice for notice, _ in rows)

    def _restore_floor(self) -> None:
        engine = self.engine
        now = engine.clock.now()
        agents = restore.agents_at_stop(self.store)
        queue_days, agent_days = restore.today(self.store, self.config, engine.plan, now, agents)
        callbacks, last_callback_id = self.store.read(open_callbacks).result()
        engine.perform(
            engine.floor.start(
                now,
                agents=agents,
                queue_days=queue_days,
                agent_days=agent_days,
                callbacks=callbacks,
                last_callback_id=last_callback_id,
            )
        )

    def _changed(self, context: Context, prepared: Prepared) -> None:
        """The configuration is another one: everybody who keeps a part of it is told."""
        self.config = context.config = prepared.running
        context.seat_secrets = seat_secrets(prepared.running, self.secrets)
        context.people.security = prepared.running.security
        self.alarms.reconfigure(prepared.running)
        self.services.reconfigure(prepared.running)
        self.tickets.reconfigure(prepared.running)
        self.voice.reload(prepared.running)
        self.sources.reconfigure(prepared.running)
        for connection in self.server.connections:
            connection.notify(SITE_CHANGED, site_words(context, connection), SITE_CHANGED)

    def _before(self, event: Event) -> Event:
        return restore.with_stored_call(self.store, event)

    def _after(self, event: Event) -> None:
        if isinstance(event, SwitchUp):
            self._census.set()
            self._spawn(self._catch_up())
        elif isinstance(event, CallAdopted) and event.seat_id:
            self._restore_draft(event)
        elif isinstance(event, CustomerLegEnded):
            self._spawn(self._look_for_message(event.call_id))
        elif isinstance(event, MessageRecorded) and event.length_ms and not event.part:
            now = self.engine.clock.now()
            self.engine.recordings.keep_message(event.call_id, now, event.file, event.length_ms)

    def _restore_draft(self, event: CallAdopted) -> None:
        staff_number = self.engine.floor.owner_of(event.call_id)
        note = restore.draft_of(self.store, staff_number, event.call_id) if staff_number else None
        if note is not None:
            self.engine.emit(NoteSaved(call_id=event.call_id, note=note))

    async def _look_for_message(self, call_id: str) -> None:
        """A call without the engine may have left a voice message, which nobody reports."""
        await asyncio.sleep(_MESSAGE_AFTER_S)
        record = await asyncio.wrap_future(self.store.submit(add_message, call_id, self.paths.messages))
        if record is not None:
            self._finish_recordings([record])

    async def _catch_up(self) -> None:
        """Calls that ended while nobody looked get their record and their recording."""
        for delay in _IMPORT_AFTER_S:
            await asyncio.sleep(delay)
            up = frozenset(self.engine.floor.state.calls)
            records = await asyncio.wrap_future(
                self.store.submit(import_cdr, self.paths.cdr, up, self.paths.messages)
            )
            self._tell_of(records)
        up = frozenset(self.engine.floor.state.calls)
        now = self.engine.clock.now()
        self._tell_of(await asyncio.wrap_future(self.store.submit(close_vanished, up, now)))
        lying = [call_id for call_id in self.engine.recordings.left_over() if call_id not in up]
        self._finish_recordings(await asyncio.wrap_future(self.store.read(unrecorded, lying)))

    def _tell_of(self, records: list[CallRecord]) -> None:
        """Calls that ended while nobody looked: the floor is told, and their recordings are made final."""
        for record in records:
            self.engine.emit(CallImported(record=record))
        self._finish_recordings(records)

    def _finish_recordings(self, records: list[CallRecord]) -> None:
        lying = set(self.engine.recordings.left_over())
        for record in records:
            if record.message_ms:
                message = (record.call_id, record.accepted_at, record.message_file, record.message_ms)
                self.engine.recordings.keep_message(*message)
            if record.call_id in lying:
                self.engine.recordings.finish(record.call_id, record.accepted_at, record.ended_at)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class AlreadyRunning(RuntimeError):
    """Another engine has this site; the text says which process."""


def lock_site(path: Path) -> IO[str]:
    """Keep a second engine away from floor and database for as long as the file is open."""
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip()
        file.close()
        raise AlreadyRunning(f"an engine of this site is running already: process {owner}") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


async def run(service: Service) -> None:
    """Run until SIGTERM or SIGINT. Tells systemd that it is ready, and that it is alive."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await service.start()
    notify_systemd("READY=1")
    try:
        while not stop.is_set():
            notify_systemd("WATCHDOG=1")
            try:
                async with asyncio.timeout(_WATCHDOG_S):
                    await stop.wait()
            except TimeoutError:
                continue
    finally:
        notify_systemd("STOPPING=1")
        await service.stop()


def notify_systemd(state: str) -> None:
    """One state for the service manager (sd_notify(3)); nothing where there is none."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.sendto(state.encode(), address)
        except OSError as error:
            log.debug("the service manager cannot be told: %s", error)
