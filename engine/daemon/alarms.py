"""Alarms: the floor and the machine are looked at each second; consoles and a command are told."""

import asyncio
import contextlib
import ctypes
import logging
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.config import Config
from engine.core.alarms import AlarmFacts, AlarmRules, Alarms, LineFacts
from engine.core.floor.look import line_views
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import AgentStatus
from engine.core.views import AlarmView
from engine.daemon.alarm_hook import AlarmHook

log = logging.getLogger(__name__)

_EVERY_S = 1.0
_DISK_EVERY_S = 10.0  # a disk that hangs is asked in a thread, and not often
_VALUES_EVERY_S = 5.0  # how often a value that only grows is told again
_TIME_ERROR = 5  # what adjtimex(2) says of a clock that nobody sets


def rules_of(config: Config) -> AlarmRules:
    """The thresholds of `[alarms]`."""
    alarms = config.alarms
    return AlarmRules(
        longest_wait_ms=alarms.longest_wait_seconds * 1000,
        abandon_percent=alarms.abandon_percent,
        abandon_calls=alarms.abandon_calls,
        no_agent_ms=alarms.no_agent_seconds * 1000,
        lines_busy_ms=alarms.lines_busy_seconds * 1000,
        unreachable_ms=alarms.unreachable_seconds * 1000,
        disk_free_mb=config.recording.min_free_mb,
        clock_jump_ms=alarms.clock_jump_seconds * 1000,
        restart_shown_ms=alarms.restart_minutes * 60_000,
    )


def clock_in_step() -> bool:
    """Whether the kernel holds its clock to be set by somebody; True where it cannot be asked."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return True
    nothing_to_set = ctypes.create_string_buffer(512)  # struct timex, all of it 0
    return bool(adjtimex(nothing_to_set) != _TIME_ERROR)


@dataclass(slots=True)
class AlarmDesk:
    """Looks, and tells. `wall` and `steady` are seconds; they differ when the clock is set."""

    config: Config
    floor: FloorState
    folder: Path
    now: Callable[[], Millis]
    publish: Callable[[tuple[AlarmView, ...]], None]
    ask_switch: Callable[[str], Awaitable[str]]  # a command of Asterisk's command line
    database_trouble: Callable[[], str]
    ran_before: bool  # else this is the first start of a site, and no restart
    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    in_step: Callable[[], bool] = clock_in_step
    alarms: Alarms = field(init=False)
    hook: AlarmHook = field(init=False)
    _task: asyncio.Task[None] | None = None
    _published: tuple[AlarmView, ...] = ()
    _published_at: float = 0.0
    _clocks: tuple[float, float] | None = None
    _jumped: tuple[Millis, Millis] = (0, 0)  # by how much, and when
    _disk: tuple[float, int] | None = None  # when it was asked, MB
    _switch_up_since: Millis = 0  # as which the start of Asterisk was asked for
    _switch_started_at: Millis = 0

    def __post_init__(self) -> None:
        self.alarms = Alarms(rules_of(self.config))
        self.hook = AlarmHook(self.config.alarms.command, self.config.site.language, self.config.site.name)

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.create_task(self._run(), name="alarms")

    async def stop(self) -> None:
        """Look no more; a command that runs is given up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.hook.stop()

    def reconfigure(self, config: Config) -> None:
        """Other thresholds, or another command; what is up stays up until it is looked at again."""
        self.config = config
        self.alarms.rules = rules_of(config)
        self.hook.change(config.alarms.command, config.site.language, config.site.name)

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:  # what looks after the others may not die of a mistake
                log.exception("alarms cannot be judged")
            await asyncio.sleep(_EVERY_S)

    async def look(self) -> None:
        """One look at everything."""
        await self._ask_disk()
        await self._ask_switch()
        now = self.now()
        changes = self.alarms.look(self._facts(now), now)
        for change in changes:
            word = "raised" if change.raised else "cleared"
            log.warning("alarm %s %s value=%d", change.alarm.id, word, change.alarm.value)
            self.hook.tell(change)
        self._publish(bool(changes))

    def _publish(self, is_news: bool) -> None:
        up = self.alarms.views()
        old_values = up != self._published and self.steady() - self._published_at >= _VALUES_EVERY_S
        if is_news or old_values:
            self._published, self._published_at = up, self.steady()
            self.publish(up)

    def _facts(self, now: Millis) -> AlarmFacts:
        floor = self.floor
        agents = [agent for agent in floor.agents.values() if agent.counts_for_callers]
        self._watch_clock(now)
        return AlarmFacts(
            open=floor.plan.is_open(now),
            waiting_since={queue_id: line.oldest() for queue_id, line in floor.waiting.items()},
            abandoned={queue_id: (day.abandoned, day.offered_ended) for queue_id, day in floor.day.items()},
            agents=len(agents),
            agents_on_break=sum(agent.status is AgentStatus.BREAK for agent in agents),
            lines=_lines(floor),
            phones={agent.seat_id: floor.reachable[agent.seat_id] for agent in floor.agents.values()},
            switch_up=floor.switch_up,
            disk_free_mb=self._disk[1] if self._disk is not None else self.alarms.rules.disk_free_mb,
            clock_jumped_ms=self._jumped[0],
            clock_jumped_at=self._jumped[1],
            clock_in_step=not self.config.alarms.clock_sync or self.in_step(),
            database_well=not self.database_trouble(),
            engine_started_at=floor.started_at if self.ran_before else 0,
            switch_started_at=self._switch_started_at,
        )

    def _watch_clock(self, now: Millis) -> None:
        """The time of day should pass as fast as time."""
        wall, steady = self.wall(), self.steady()
        if self._clocks is not None:
            jump_ms = round(1000 * ((wall - self._clocks[0]) - (steady - self._clocks[1])))
            if abs(jump_ms) >= max(1, self.alarms.rules.clock_jump_ms):
                self._jumped = (jump_ms, now)
        self._clocks = (wall, steady)

    async def _ask_disk(self) -> None:
        if self._disk is None or self.steady() - self._disk[0] >= _DISK_EVERY_S:
            usage = await asyncio.to_thread(shutil.disk_usage, self.folder)
            self._disk = (self.steady(), usage.free // 1_048_576)

    async def _ask_switch(self) -> None:
        """Each time that the link is up again: whether Asterisk is the same one as before."""
        floor = self.floor
        if not floor.switch_up or self._switch_up_since == floor.switch_since:
            return
        first_start = not self.ran_before and not self._switch_up_since
        self._switch_up_since = floor.switch_since
        if first_start:
            return
        with contextlib.suppress(Exception):  # it is gone again, or does not say: the next time it may
            text = await self.ask_switch("core show uptime seconds")
            uptime = re.search(r"System uptime: *(\d+)", text)
            if uptime is not None:
                self._switch_started_at = self.now() - int(uptime.group(1)) * 1000


def _lines(floor: FloorState) -> Mapping[str, LineFacts]:
    return {
        line.line_id: LineFacts(channels=line.channels, busy=line.busy, reachable=line.reachable)
        for line in line_views(floor)
    }
