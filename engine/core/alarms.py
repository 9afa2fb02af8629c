"""What is wrong with the centre now, or about to be: conditions, raised and cleared without flicker.

An alarm is raised when its condition has held for a while, and cleared when it has been fine for a while; a
value between its limit and the limit for clearing leaves the alarm as it is. Twice the limit is critical. The
level rises while an alarm is up, and falls only with its end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.core.records import Millis
from engine.core.states import AlarmKind, AlarmLevel
from engine.core.views import AlarmView

_CRITICAL = 2  # times the limit
_NEAR = 0.8  # of the limit: from there on down all is well
_CLEAR_MS = 5_000  # so long it has to be fine
_SWITCH_DOWN_MS = 3_000  # a restart of Asterisk that takes no longer is told as such
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRules:
    """The thresholds; 0 of one switches its alarm off."""

    longest_wait_ms: Millis
    abandon_percent: int
    abandon_calls: int  # fewer calls of today say nothing about a rate
    no_agent_ms: Millis
    lines_busy_ms: Millis
    unreachable_ms: Millis
    disk_free_mb: int
    clock_jump_ms: Millis
    restart_shown_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line now."""

    channels: int
    busy: int
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFacts:
    """All that alarms are made of, at one instant. An instant 0: never, or nobody."""

    open: bool
    waiting_since: Mapping[str, Millis]  # by queue: the caller who waits longest
    abandoned: Mapping[str, tuple[int, int]]  # by queue: abandoned and all offered calls of today
    agents: int  # logged in
    agents_on_break: int
    lines: Mapping[str, LineFacts]
    phones: Mapping[str, bool]  # by seat where somebody sits: whether the phone can be reached
    switch_up: bool
    disk_free_mb: int
    clock_jumped_ms: Millis  # the last jump, forward or back
    clock_jumped_at: Millis
    clock_in_step: bool  # with the time of the network, or not asked for
    database_well: bool
    engine_started_at: Millis
    switch_started_at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One condition now. `level` None: it does not hold; `near`: but it is not well either."""

    kind: AlarmKind
    subject: str = ""
    value: int = 0
    limit: int = 0
    level: AlarmLevel | None
    near: bool = False
    hold_ms: Millis = 0  # so long it has to hold

    @property
    def id(self) -> str:
        """What tells one alarm from another."""
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChange:
    """An alarm was raised or became worse, or was cleared."""

    alarm: AlarmView
    raised: bool


@dataclass(slots=True)
class _Watch:
    """A condition that holds, or held a moment ago."""

    bad_since: Millis
    fine_since: Millis | None = None
    raised: AlarmView | None = None


@dataclass(slots=True)
class Alarms:
    """Which alarms are up."""

    rules: AlarmRules
    _watched: dict[str, _Watch] = field(default_factory=dict)

    def look(self, facts: AlarmFacts, now: Millis) -> tuple[AlarmChange, ...]:
        """Take in how things are; returns what was raised, became worse, or was cleared."""
        readings = {reading.id: reading for reading in _readings(facts, self.rules, now)}
        changes = [self._judge(reading, now) for reading in readings.values()]
        gone = [self._fine(alarm_id, now) for alarm_id in self._watched.keys() - readings.keys()]
        return tuple(change for change in (*changes, *gone) if change is not None)

    def views(self) -> tuple[AlarmView, ...]:
        """The alarms that are up, the worst and oldest first."""
        up = [watch.raised for watch in self._watched.values() if watch.raised is not None]
        return tuple(sorted(up, key=lambda alarm: (alarm.level is AlarmLevel.WARNING, alarm.since, alarm.id)))

    def _judge(self, reading: Reading, now: Millis) -> AlarmChange | None:
        watch = self._watched.get(reading.id)
        if reading.level is None and not (reading.near and watch is not None and watch.raised is not None):
            return self._fine(reading.id, now)
        if watch is None:
            watch = self._watched[reading.id] = _Watch(now)
        watch.fine_since = None
        if watch.raised is not None:
            return self._goes_on(watch, watch.raised, reading)
        if reading.level is None or now - watch.bad_since < reading.hold_ms:
            return None
        watch.raised = AlarmView(
            id=reading.id,
            kind=reading.kind,
            subject=reading.subject,
            since=watch.bad_since,
            level=reading.level,
            value=reading.value,
            limit=reading.limit,
        )
        return AlarmChange(alarm=watch.raised, raised=True)

    def _goes_on(self, watch: _Watch, before: AlarmView, reading: Reading) -> AlarmChange | None:
        worse = reading.level is AlarmLevel.CRITICAL and before.level is AlarmLevel.WARNING
        level = AlarmLevel.CRITICAL if worse else before.level
        watch.raised = replace(before, level=level, value=reading.value, limit=reading.limit)
        return AlarmChange(alarm=watch.raised, raised=True) if worse else None

    def _fine(self, alarm_id: str, now: Millis) -> AlarmChange | None:
        watch = self._watched.get(alarm_id)
        if watch is None:
            return None
        watch.fine_since = now if watch.fine_since is None else watch.fine_since
        if watch.raised is not None and now - watch.fine_since < _CLEAR_MS:
            return None
        del self._watched[alarm_id]
        return AlarmChange(alarm=watch.raised, raised=False) if watch.raised is not None else None


def _readings(facts: AlarmFacts, rules: AlarmRules, now: Millis) -> Iterator[Reading]:
    """Every condition that is watched."""
    yield from _of_callers(facts, rules, now)
    yield from _of_agents(facts, rules)
    yield from _of_lines(facts, rules)
    yield from _of_the_machine(facts, rules, now)


def _of_callers(facts: AlarmFacts, rules: AlarmRules, now: Millis) -> Iterator[Reading]:
    for queue_id, since in facts.waiting_since.items():
        waited = now - since if since else 0
        yield _above(AlarmKind.LONGEST_WAIT, queue_id, waited // 1000, rules.longest_wait_ms // 1000)
    for queue_id, (abandoned, offered) in facts.abandoned.items():
        enough = offered >= max(1, rules.abandon_calls)
        percent = abandoned * 100 // offered if enough else 0
        yield _above(AlarmKind.ABANDON_RATE, queue_id, percent, rules.abandon_percent)


def _above(kind: AlarmKind, subject: str, value: int, limit: int) -> Reading:
    """A value that should be below its limit."""
    level = None
    if limit and value >= limit:
        level = AlarmLevel.CRITICAL if value >= _CRITICAL * limit else AlarmLevel.WARNING
    near = bool(limit) and value >= _NEAR * limit
    return Reading(kind=kind, subject=subject, value=value, limit=limit, level=level, near=near)


def _of_agents(facts: AlarmFacts, rules: AlarmRules) -> Iterator[Reading]:
    level = None
    if facts.open and rules.no_agent_ms and facts.agents_on_break == facts.agents:
        level = AlarmLevel.WARNING if facts.agents else AlarmLevel.CRITICAL
    yield Reading(
        kind=AlarmKind.NO_AGENT,
        value=facts.agents,
        limit=rules.no_agent_ms // 1000,
        level=level,
        hold_ms=rules.no_agent_ms,
    )
    for seat_id, reachable in facts.phones.items():
        yield _unreachable(AlarmKind.PHONE_UNREACHABLE, seat_id, reachable, AlarmLevel.WARNING, facts, rules)


def _of_lines(facts: AlarmFacts, rules: AlarmRules) -> Iterator[Reading]:
    channels = sum(line.channels for line in facts.lines.values())
    busy = sum(line.busy for line in facts.lines.values())
    yield Reading(
        kind=AlarmKind.LINES_BUSY,
        value=busy,
        limit=channels,
        level=AlarmLevel.WARNING if 0 < channels <= busy and rules.lines_busy_ms else None,
        hold_ms=rules.lines_busy_ms,
    )
    for line_id, line in facts.lines.items():
        yield _unreachable(
            AlarmKind.LINE_UNREACHABLE, line_id, line.reachable, AlarmLevel.CRITICAL, facts, rules
        )


def _unreachable(
    kind: AlarmKind, subject: str, reachable: bool, level: AlarmLevel, facts: AlarmFacts, rules: AlarmRules
) -> Reading:
    """While Asterisk is away nothing is known of lines and phones, and it is the one alarm that counts."""
    is_bad = not reachable and facts.switch_up and rules.unreachable_ms
    return Reading(kind=kind, subject=subject, level=level if is_bad else None, hold_ms=rules.unreachable_ms)


def _of_the_machine(facts: AlarmFacts, rules: AlarmRules, now: Millis) -> Iterator[Reading]:
    yield _bad(AlarmKind.SWITCH_DOWN, not facts.switch_up, AlarmLevel.CRITICAL, _SWITCH_DOWN_MS)
    yield _bad(AlarmKind.DATABASE, not facts.database_well, AlarmLevel.CRITICAL, 0)
    yield _bad(AlarmKind.CLOCK_UNSET, not facts.clock_in_step, AlarmLevel.WARNING, _MINUTE_MS)
    yield _disk(facts.disk_free_mb, rules.disk_free_mb)
    jump = rules.clock_jump_ms
    yield Reading(
        kind=AlarmKind.CLOCK_JUMPED,
        value=facts.clock_jumped_ms // 1000,
        limit=jump // 1000,
        level=AlarmLevel.WARNING if _lately(facts.clock_jumped_at, jump, rules, now) else None,
    )
    for kind, at in (
        (AlarmKind.ENGINE_STARTED, facts.engine_started_at),
        (AlarmKind.SWITCH_STARTED, facts.switch_started_at),
    ):
        yield _bad(kind, _lately(at, rules.restart_shown_ms, rules, now), AlarmLevel.WARNING, 0)


def _bad(kind: AlarmKind, is_bad: bool, level: AlarmLevel, hold_ms: Millis) -> Reading:
    return Reading(kind=kind, level=level if is_bad else None, hold_ms=hold_ms)


def _lately(at: Millis, wanted: int, rules: AlarmRules, now: Millis) -> bool:
    """Whether something that happens in an instant is to be shown still."""
    return bool(at and wanted) and now - at < rules.restart_shown_ms


def _disk(free_mb: int, limit: int) -> Reading:
    """A value that should be above its limit."""
    level = None
    if free_mb < limit:
        level = AlarmLevel.CRITICAL if free_mb < limit / _CRITICAL else AlarmLevel.WARNING
    near = free_mb < limit / _NEAR
    return Reading(kind=AlarmKind.DISK, value=free_mb, limit=limit, level=level, near=near)
