"""Alarms in words: what is wrong, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.core.records import Millis
from engine.core.states import AlarmKind, AlarmLevel
from engine.core.views import AlarmView, LineView
from tui.labels import SiteWords, duration
from tui.words import mark, tr

# What is wrong, and what to do. {subject}: queue, line or seat; {value} and {limit} as measured.
ALARMS: dict[AlarmKind, tuple[str, str]] = {
    AlarmKind.LONGEST_WAIT: (
        mark("{subject}: somebody has waited for {value}"),
        mark("Set agents ready, give the caller to somebody (p), or take the call yourself."),
    ),
    AlarmKind.ABANDON_RATE: (
        mark("{subject}: {value}% of the callers hung up while waiting"),
        mark("More agents ready, shorter breaks; look at the longest wait."),
    ),
    AlarmKind.NO_AGENT: (
        mark("No agent is ready for calls"),
        mark("Ask somebody to log in or to end the break; a supervisor can set agents ready (r)."),
    ),
    AlarmKind.LINES_BUSY: (
        mark("All lines are busy ({value} of {limit}): callers hear the busy tone"),
        mark("Keep talks short, no calls out; if it happens often, order another line."),
    ),
    AlarmKind.LINE_UNREACHABLE: (
        mark("Line {subject} cannot be reached: nobody can call in there"),
        mark("Look at power and cable of its gateway; then call the carrier."),
    ),
    AlarmKind.PHONE_UNREACHABLE: (
        mark("The phone of {subject} is not registered"),
        mark("Look at its power, cable and account; restart the phone."),
    ),
    AlarmKind.SWITCH_DOWN: (
        mark("Asterisk does not answer: no call can be handled"),
        mark("On the machine: systemctl status fourseat-asterisk; restart it if it is not running."),
    ),
    AlarmKind.SWITCH_STARTED: (
        mark("Asterisk has been restarted"),
        mark("Talks of that moment were cut off; call those customers back. Find out why it ended."),
    ),
    AlarmKind.ENGINE_STARTED: (
        mark("The engine has been restarted"),
        mark("Talks went on. If nobody restarted it, look at: journalctl -u fourseatd"),
    ),
    AlarmKind.DISK: (
        mark("Only {value} MB are free for recordings (limit {limit})"),
        mark("Copy old recordings away and delete them, or enlarge the disk."),
    ),
    AlarmKind.DATABASE: (
        mark("The database cannot be written"),
        mark("Look at the disk and at: journalctl -u fourseatd. Talks go on meanwhile."),
    ),
    AlarmKind.CLOCK_JUMPED: (
        mark("The machine's clock was set by {value}"),
        mark("Waiting times of that moment are wrong. See who sets the clock: timedatectl"),
    ),
    AlarmKind.CLOCK_UNSET: (
        mark("The machine's clock is set by nobody"),
        mark("Switch the time of the network on: timedatectl set-ntp true"),
    ),
}
LEVELS: dict[AlarmLevel, tuple[str, str]] = {
    AlarmLevel.WARNING: (mark("Warning"), "holding"),
    AlarmLevel.CRITICAL: (mark("CRITICAL"), "ringing"),
}
_DURATIONS = (AlarmKind.LONGEST_WAIT, AlarmKind.CLOCK_JUMPED)


def alarm_words(alarm: AlarmView, words: SiteWords, lines: Sequence[LineView]) -> str:
    """What is wrong."""
    value = duration(abs(alarm.value) * 1000) if alarm.kind in _DURATIONS else alarm.value
    subject = _subject(alarm, words, lines)
    return tr(ALARMS[alarm.kind][0], subject=subject, value=value, limit=alarm.limit)


def alarm_remedy(alarm: AlarmView) -> str:
    """What to do."""
    return tr(ALARMS[alarm.kind][1])


def alarm_level(alarm: AlarmView) -> tuple[str, str]:
    """How bad it is, and the tone of it."""
    word, tone = LEVELS[alarm.level]
    return tr(word), tone


def _subject(alarm: AlarmView, words: SiteWords, lines: Sequence[LineView]) -> str:
    if alarm.kind in (AlarmKind.LONGEST_WAIT, AlarmKind.ABANDON_RATE):
        return words.queue(alarm.subject)
    if alarm.kind is AlarmKind.LINE_UNREACHABLE:
        return next((line.name for line in lines if line.line_id == alarm.subject), alarm.subject)
    return words.seat(alarm.subject)


@dataclass(slots=True)
class KnownAlarms:
    """What this console has rung its bell for, and what its user has said to know."""

    _seen: set[tuple[str, AlarmLevel]] = field(default_factory=set)
    _known: dict[str, tuple[Millis, AlarmLevel]] = field(default_factory=dict)

    def rings(self, alarms: Sequence[AlarmView]) -> bool:
        """Whether a critical one is new since the last look."""
        now = {(alarm.id, alarm.level) for alarm in alarms}
        new = any(level is AlarmLevel.CRITICAL for _, level in now - self._seen)
        self._seen = now
        return new

    def acknowledge(self, alarms: Sequence[AlarmView]) -> None:
        """The user knows these; one that comes again or becomes worse is not known."""
        self._known = {alarm.id: (alarm.since, alarm.level) for alarm in alarms}

    def unknown(self, alarms: Sequence[AlarmView]) -> list[AlarmView]:
        """The alarms that the user has not said to know."""
        return [alarm for alarm in alarms if self._known.get(alarm.id) != (alarm.since, alarm.level)]
