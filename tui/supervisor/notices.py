"""Lines that appear on the supervisor's screen when something asks for attention, the most urgent on top."""

from collections.abc import Sequence

from textual.content import Content

from engine.core.records import Message
from engine.core.states import AgentState, AgentStatus, SpyMode
from engine.core.views import AgentView, AlarmView, CallView, DeskView, FloorView, LineView, SpyView
from tui.alarms import alarm_level, alarm_words
from tui.floor_situation import BUSY, RINGING
from tui.labels import SPY_MODES, agent_state, phone_number, running, time_of_day
from tui.widgets.cells import fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import tr


def hands_line(agents: Sequence[AgentView], paper: Paper) -> Content | None:
    """Who has raised a hand and how long ago, the longest first."""
    raised = hands(agents)
    if not raised:
        return None
    parts: list[Part] = [(f" {tr('Hand')} {len(raised)} ", "ringing"), " "]
    for agent in raised:
        who = f"{safe(agent.name)} {running(agent.hand_since, paper.now)}   "
        if cells_of(parts) + cells_of([who]) > paper.width - 16:
            parts.append(("..  ", "strong"))
            break
        parts.append((who, "strong"))
    parts += [(" h ", "key"), tr("answer")]
    return line(*parts)


def hands(agents: Sequence[AgentView]) -> list[AgentView]:
    """Agents with a raised hand, the longest first."""
    return sorted(
        (agent for agent in agents if agent.hand_since),
        key=lambda agent: (agent.hand_since, agent.staff_number),
    )


def listening_line(spy: SpyView | None, floor: FloorView, paper: Paper) -> Content | None:
    """Whose talk one is in, how, with which customer, and since when."""
    if spy is None:
        return None
    agent = next((one for one in floor.agents if one.staff_number == spy.agent), None)
    call = next((one for one in floor.calls if one.call_id == spy.call_id), None)
    mode = tr(SPY_MODES[spy.mode])
    left = f" {mode}  {safe(agent.name if agent else spy.agent)}  "
    if spy.since:
        left += f"{running(spy.since, paper.now)} {tr('since')} {time_of_day(spy.since, paper.zone)}  "
    else:
        left += tr("your phone rings: pick it up") + "  "
    if call is not None:
        left += f"{tr('with')} {customer_of(call)} "
    right = _modes(spy.mode)
    return line((fit(left, paper.width - cells_of(right)), "talking"), *right)


def _modes(mode: SpyMode) -> list[Part]:
    keys = (
        (SpyMode.LISTEN, "l", tr("Listen")),
        (SpyMode.WHISPER, "w", tr("Whisper")),
        (SpyMode.BARGE, "b", tr("Barge")),
    )
    parts: list[Part] = []
    for other, key, word in keys:
        if other is not mode:
            parts += [(f" {key} ", "key"), word]
    return [*parts, (" s ", "key"), f"{tr('Stop')} "]


def own_line(desk: DeskView | None, paper: Paper) -> Content | None:
    """The supervisor's own seat, when something goes on there; while listening the other line says it."""
    if desk is None or desk.agent.state in (AgentState.IDLE, AgentState.MONITORING):
        return None
    word, letter, tone = agent_state(desk.agent)
    parts: list[Part] = [(f" {tr('Own phone')}: {word} {letter} ", tone)]
    parts.append(f" {running(desk.agent.state_since, paper.now)}  ")
    if desk.call is not None:
        parts.append((f"{customer_of(desk.call)}  ", "strong"))
    if desk.agent.state in RINGING:
        parts += [("F4 ", "key"), f"{tr('Answer')} ", ("F8 ", "key"), tr("Reject")]
    elif desk.agent.state in BUSY:
        parts += [("F8 ", "key"), tr("Hang up")]
    elif desk.agent.state is AgentState.WRAP_UP:
        parts += [("F9 ", "key"), tr("Finish")]
    return line(*parts)


def alarm_line(
    alarms: Sequence[AlarmView], unknown: Sequence[AlarmView], lines: Sequence[LineView], paper: Paper
) -> Content | None:
    """The worst alarm that nobody here has said to know, and how many there are; faint when all are known."""
    if not alarms:
        return None
    shown = (unknown or alarms)[0]
    word, tone = alarm_level(shown)
    head: Part = (f" {tr('Alarm')} {len(alarms)} {word} ", tone if unknown else "label")
    keys: list[Part] = [(" k ", "key"), f"{tr('What to do')} "]
    text = f" {time_of_day(shown.since, paper.zone)} {alarm_words(shown, paper.words, lines)}"
    room = paper.width - cells_of(keys) - cells_of([head])
    return line(head, (fit(safe(text), room), "strong" if unknown else "label"), *keys)


def message_line(unread: Sequence[Message], paper: Paper) -> Content | None:
    """The newest message that was not read yet, and how many there are."""
    if not unread:
        return None
    newest = unread[-1]
    who = newest.sender_name or newest.sender
    if not newest.to:
        who = f"{who} {tr('to all')}"
    keys: list[Part] = [(" i ", "key"), f"{tr('Read')} "]
    head = f" {tr('Message')} {len(unread)} "
    text = f" {safe(who)} {time_of_day(newest.at, paper.zone)}: {safe(newest.text)}"
    room = paper.width - cells_of(keys) - cells_of([head])
    return line((head, "next"), (fit(text, room), "strong"), *keys)


def customer_of(call: CallView) -> str:
    """Name and number of the customer of a call, as far as known."""
    number = phone_number(call.cli) or tr("no number")
    return safe(f"{call.customer_name} {number}".strip())


def seat_words(desk: DeskView | None, paper: Paper) -> str:
    """Where the supervisor sits, and whether callers may come there."""
    if desk is None:
        return tr("no seat")
    ready = desk.agent.status is AgentStatus.READY
    seat = f"{safe(paper.words.seat(desk.agent.seat_id))} {desk.agent.extension}"
    return f"{seat} {tr('Ready')}" if ready else seat
