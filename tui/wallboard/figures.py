"""The figures of a wallboard: from the floor and the limits to numbers, and how each of them is."""

from dataclasses import dataclass
from enum import IntEnum

from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus
from engine.core.views import AgentView, FloorView
from engine.wire.wallboard import WallboardLimits
from tui.floor_situation import BUSY
from tui.supervisor.tables import total
from tui.words import mark, tr


class Grade(IntEnum):
    """How a figure is; words and colours say it."""

    COUNT = 0  # a number that is neither good nor bad
    PLAIN = 1
    WATCH = 2
    ALARM = 3


GRADE_WORDS: dict[Grade, str] = {
    Grade.COUNT: "",
    Grade.PLAIN: mark("Normal"),
    Grade.WATCH: mark("Watch"),
    Grade.ALARM: mark("Alarm"),
}
GRADE_TONES = {Grade.COUNT: "strong", Grade.PLAIN: "good", Grade.WATCH: "holding", Grade.ALARM: "warn"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One tile: what it is, the number, how it is, and what is said below it."""

    label: str
    text: str
    grade: Grade = Grade.PLAIN
    words: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Agents by what they do; who only supervises is none of them."""

    ready: int
    talking: int
    wrapping_up: int
    on_break: int
    present: int


def people_of(agents: tuple[AgentView, ...]) -> People:
    """Count each agent once."""
    present = [one for one in agents if not one.supervises or one.status is AgentStatus.READY]
    talking = sum(one.state in BUSY for one in present)
    wrapping_up = sum(one.state is AgentState.WRAP_UP for one in present)
    ready = sum(one.state is AgentState.IDLE and one.status is AgentStatus.READY for one in present)
    on_break = sum(one.state is AgentState.IDLE and one.status is AgentStatus.BREAK for one in present)
    return People(ready, talking, wrapping_up, on_break, len(present))


def figures(floor: FloorView, limits: WallboardLimits, now: Millis) -> list[list[Figure]]:
    """Rows of tiles, the most important first."""
    people = people_of(floor.agents)
    return [_queue_row(floor, limits, now), _people_row(people), _day_row(floor, limits)]


def _queue_row(floor: FloorView, limits: WallboardLimits, now: Millis) -> list[Figure]:
    together = total(floor.queues)
    since = together.longest_wait_since
    waited = max(0, now - since) // 1000 if since else 0
    minutes, seconds = divmod(min(waited, 99 * 60 + 59), 60)
    return [
        Figure(
            tr("Waiting"),
            str(together.waiting),
            _above(together.waiting, limits.waiting_watch, limits.waiting_alarm),
        ),
        Figure(
            tr("Longest wait"),
            f"{minutes:02}:{seconds:02}",
            _above(waited, limits.wait_watch_seconds, limits.wait_alarm_seconds),
        ),
    ]


def _people_row(people: People) -> list[Figure]:
    nobody = Grade.ALARM if not people.present else Grade.WATCH if not people.ready else Grade.PLAIN
    words = tr("nobody is logged in") if not people.present else ""
    return [
        Figure(tr("Ready"), str(people.ready), nobody, words),
        Figure(
            tr("Talking"),
            str(people.talking),
            Grade.COUNT,
            tr("{count} in wrap-up", count=people.wrapping_up) if people.wrapping_up else "",
        ),
        Figure(tr("Break"), str(people.on_break), Grade.COUNT),
    ]


def _day_row(floor: FloorView, limits: WallboardLimits) -> list[Figure]:
    together = total(floor.queues)
    share = together.service_level
    level = Grade.PLAIN
    if share is not None:
        level = _below(share * 100, limits.level_watch_percent, limits.level_alarm_percent)
    abandoned = 100 * together.abandoned / together.offered if together.offered else 0.0
    busy = sum(line.busy for line in floor.lines)
    channels = sum(line.channels for line in floor.lines)
    full = Grade.ALARM if channels and busy >= channels else Grade.PLAIN
    return [
        Figure(tr("Service level %"), "--" if share is None else f"{share * 100:.0f}", level),
        Figure(tr("Answered today"), str(together.answered), Grade.COUNT),
        Figure(
            tr("Abandoned today"),
            str(together.abandoned),
            _above(abandoned, limits.abandoned_watch_percent, limits.abandoned_alarm_percent),
            f"{abandoned:.0f}%",
        ),
        Figure(tr("Lines busy"), f"{busy}/{channels}", full, tr("all busy") if full else ""),
    ]


def _above(value: float, watch: int, alarm: int) -> Grade:
    if alarm and value >= alarm:
        return Grade.ALARM
    return Grade.WATCH if watch and value >= watch else Grade.PLAIN


def _below(value: float, watch: int, alarm: int) -> Grade:
    if alarm and value < alarm:
        return Grade.ALARM
    return Grade.WATCH if watch and value < watch else Grade.PLAIN
