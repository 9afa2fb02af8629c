"""The supervisor's head lines: link, seats and calls in figures, and how the service level is counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from engine.core.states import AgentState, AgentStatus, CallState
from engine.core.views import CallView, FloorView, QueueView
from tui.labels import running, time_of_day
from tui.widgets.cells import clip, fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import tr

_SERVING = (
    AgentState.RESERVED,
    AgentState.RINGING,
    AgentState.DIALLING,
    AgentState.TALKING,
    AgentState.HOLDING,
    AgentState.CONSULTING,
    AgentState.CONFERENCE,
    AgentState.WRAP_UP,
)
_IN_MENU = (CallState.IVR, CallState.MESSAGE)
_MOST_PLACES = 3  # at which callers are
_IN_TALK = (CallState.TALKING, CallState.HOLDING, CallState.CONSULTING, CallState.CONFERENCE)


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """Seats by what they do for callers; away: on break or offline, closed: nobody is logged in."""

    serving: int
    idle: int
    away: int
    closed: int


def seat_counts(floor: FloorView, seats: int) -> SeatCounts:
    """Each seat is counted once; who only supervises serves nobody and is not away."""
    present = [agent for agent in floor.agents if not agent.supervises or agent.status is AgentStatus.READY]
    serving = sum(agent.state in _SERVING for agent in present)
    idle = sum(agent.state is AgentState.IDLE and agent.status is AgentStatus.READY for agent in present)
    return SeatCounts(serving, idle, len(present) - serving - idle, max(0, seats - len(floor.agents)))


def title_line(name: str, seat: str, site: str, floor: FloorView, paper: Paper) -> Content:
    """Who watches which site from which seat, the link, and the time."""
    switch_up = floor.switch is None or floor.switch.up
    right: list[Part] = [
        (tr("Switch ok") if switch_up else tr("Switch down"), "label" if switch_up else "warn"),
        "  ",
        (
            tr("Link ok") if paper.connected else tr("Link lost"),
            "label" if paper.connected else "warn",
        ),
        (f"  {time_of_day(paper.now, paper.zone, seconds=True)} ", "strong"),
    ]
    left: list[Part] = [(f" {tr('Supervisor')} ", "title"), f"{safe(name)}  {seat}  "]
    room = paper.width - cells_of(left) - cells_of(right)
    return line(*left, (fit(safe(site), room), "label"), *right)


def seats_line(floor: FloorView, seats: int, paper: Paper) -> Content:
    """Seats, waiting callers, talks and lines in one row of figures."""
    counts = seat_counts(floor, seats)
    waiting = sum(queue.waiting for queue in floor.queues)
    since = [queue.longest_wait_since for queue in floor.queues if queue.longest_wait_since]
    talks = sum(call.state in _IN_TALK for call in floor.calls)
    busy = sum(one.busy for one in floor.lines)
    channels = sum(one.channels for one in floor.lines)
    figures = (
        (tr("Serving"), str(counts.serving), "strong"),
        (tr("Idle"), str(counts.idle), "ready"),
        (tr("Away"), str(counts.away), "break"),
        (tr("Closed"), str(counts.closed), "off"),
        (tr("Waiting"), f" {waiting} ", "ringing" if waiting else "strong"),
        (tr("longest"), running(min(since, default=0), paper.now), "strong"),
        (tr("Talks"), str(talks), "strong"),
        (tr("Lines busy"), f"{busy}/{channels}", "strong"),
    )
    roomy: list[Part] = [part for figure in figures for part in _figure(*figure, gap=" ")]
    if cells_of(roomy) <= paper.width:
        return line(*roomy)
    return line(*(part for figure in figures for part in _figure(*figure, gap="")))


def lines_line(floor: FloorView, paper: Paper) -> Content:
    """Each external line: busy or free, or how many of its channels; and who serves themselves."""
    lines = floor.lines
    parts: list[Part] = [(f" {tr('Lines')}  ", "title")]
    for one in lines:
        if one.channels > 1:
            state = f"{one.busy}/{one.channels}"
        else:
            state = tr("busy") if one.busy else tr("free")
        if not one.reachable:
            state = tr("cannot be reached")
        tone = "warn" if not one.reachable else "in-talk" if one.busy else "good"
        parts += [f"{safe(one.name)} ", (f"{state}   ", tone)]
    if not lines:
        parts.append((tr("No lines"), "faint"))
    return line(*parts, *_by_keys(floor.calls, paper))


def _by_keys(calls: Sequence[CallView], paper: Paper) -> list[Part]:
    """How many callers are in the menu, and where most of them are."""
    inside = [call for call in calls if call.state in _IN_MENU]
    if not inside:
        return []
    ways = (paper.words.way(call.ivr_path) for call in inside)
    places = Counter(way[-1] for way in ways if way).most_common(_MOST_PLACES)
    where = "  ".join(f"{safe(name)} {count}" for name, count in places)
    return [(f" {tr('By keys')}  ", "title"), (f"{len(inside)}", "strong"), (f"   {where}", "label")]


def _figure(label: str, value: str, tone: str, gap: str) -> tuple[Part, ...]:
    return (f" {label} ", "label"), (value, tone), gap


def banner(floor: FloorView, paper: Paper) -> Content | None:
    """What is broken, with the time when the link was lost; None when all is well."""
    if not paper.connected:
        time = time_of_day(paper.now, paper.zone, seconds=True)
        words = tr("No connection to the engine. Data of {time}; connecting again. Talks go on.", time=time)
    elif floor.switch is not None and not floor.switch.up:
        time = time_of_day(floor.switch.since, paper.zone)
        words = tr("The switch is down since {time}; calls cannot be handled.", time=time)
    else:
        return None
    return line((fit(f" {words}", paper.width), "ringing"))


def formula_line(queues: Sequence[QueueView], paper: Paper) -> Content:
    """How the service level is counted, so that nobody has to ask."""
    limits = sorted({queue.service_level_seconds for queue in queues}) or [20]
    limit = "/".join(str(seconds) for seconds in limits)
    words = tr(
        "{limit} s service level = answered within {limit} s / (ended offers - short abandons)", limit=limit
    )
    return line((f" {clip(words, paper.width - 2)}", "faint"))
