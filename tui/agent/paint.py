"""What the agent's desk shows, as lines of text: from views to words, without widgets."""

from dataclasses import replace

from textual.content import Content

from engine.core.records import AgentDay
from engine.core.states import AgentState, AgentStatus, Direction
from engine.core.tickets.records import TicketCounts
from engine.core.views import AgentView, CallView, DeskView
from tui.agent.parties import comes_from
from tui.labels import (
    agent_since,
    agent_state,
    duration,
    phone_number,
    running,
    time_of_day,
)
from tui.situation import is_guest
from tui.widgets.cells import fit, safe, spread
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import tr

NO_TICKETS = TicketCounts()
BANDS = ("ready", "ringing", "talking", "holding", "wrap-up", "break", "off")


def status_line(view: DeskView, paper: Paper) -> Content:
    """Who sits where, in which state since when, with which phone, and the time."""
    agent = view.agent
    word, letter, tone = agent_state(agent)
    if not paper.connected:
        word, letter, tone = tr("Unknown"), "?", "off"
    left: list[Part] = [(f" {word} {letter} ", tone), f" {running(agent_since(agent), paper.now)} "]
    if agent.muted:
        left.append((f" {tr('MUTED')} ", "ringing"))
    if agent.hand_since:
        left.append((f" {tr('Hand up')} {running(agent.hand_since, paper.now)} ", "holding"))
    left.append(" ")
    who = f"{safe(agent.name)} {agent.staff_number}  {paper.words.seat(agent.seat_id)} {agent.extension}"
    phone = tr("Phone ok") if agent.phone_reachable else tr("Phone off")
    link = tr("Link ok") if paper.connected else tr("Link lost")
    clock = time_of_day(paper.now, paper.zone, seconds=True)
    watched: list[Part] = [(tr("Watched"), "label"), "  "] if paper.watched else []
    right: list[Part] = [
        *watched,
        (phone, "label" if agent.phone_reachable else "warn"),
        "  ",
        (link, "label" if paper.connected else "warn"),
        (f"  {clock} ", "strong"),
    ]
    room = paper.width - cells_of(left) - cells_of(right)
    return line(*left, (fit(who, room - 1) + " ", "plain"), *right)


def queue_line(view: DeskView, paper: Paper, unread: int = 0, tickets: TicketCounts = NO_TICKETS) -> Content:
    """Who waits, who is to be called, what is unread or due, and how the own day went."""
    day = day_by_now(view, paper)
    mean = day.talk_ms // day.answered if day.answered else 0
    waiting = "ringing" if view.waiting else "plain"
    parts: list[Part] = [
        (f" {tr('Waiting')} ", "label"),
        (f" {view.waiting} ", waiting),
        (f" {tr('longest')} ", "label"),
        (running(view.longest_wait_since, paper.now), "plain"),
        *_counts(view, unread, tickets),
        (f"   {tr('Today')} ", "label"),
        (f"{tr('answered')} {day.answered}", "plain"),
        (f"  {tr('missed')} {day.rona}", "plain" if not day.rona else "warn"),
    ]
    for figure in (f"  {tr('mean talk')} {duration(mean)}", f"  {tr('break')} {duration(day.break_ms)}"):
        if cells_of([*parts, figure]) <= paper.width:  # the panel of the own day has them too
            parts.append(figure)
    return line(*parts)


def _counts(view: DeskView, unread: int, tickets: TicketCounts) -> list[Part]:
    """Tasks, messages, tickets due today and late, when there are any."""
    counts: list[Part] = []
    if view.to_call:
        counts += [(f"   {tr('Tasks')} ", "label"), (f"{view.to_call}", "holding")]
    if unread:
        counts += [(f"   {tr('Messages')} ", "label"), (f" {unread} ", "ringing")]
    if tickets.today:
        counts += [(f"   {tr('tickets due')} ", "label"), (f"{tickets.today}", "holding")]
    if tickets.overdue:
        counts += [(f"   {tr('late tickets')} ", "label"), (f"{tickets.overdue}", "warn")]
    return counts


def day_by_now(view: DeskView, paper: Paper) -> AgentDay:
    """The own figures with the time since the view came, because a break goes on without news."""
    gone = max(0, paper.now - paper.view_at) if paper.view_at else 0
    on_break = view.agent.status is AgentStatus.BREAK
    return replace(
        view.day,
        logged_in_ms=view.day.logged_in_ms + gone,
        break_ms=view.day.break_ms + (gone if on_break else 0),
    )


def banner_line(view: DeskView | None, paper: Paper) -> Content | None:
    """What is broken, in words, with the time when the link was lost; None when all is well."""
    if not paper.connected:
        time = time_of_day(paper.now, paper.zone, seconds=True)
        words = tr("No connection to the engine. Data of {time}; connecting again. Talks go on.", time=time)
    elif view and not view.switch.up:
        time = time_of_day(view.switch.since, paper.zone)
        words = tr("The switch is down since {time}; calls cannot be handled.", time=time)
    elif view and not view.agent.phone_reachable:
        words = tr("Your phone is not registered: check its cable and power. No calls come to you.")
    else:
        return None
    return line((fit(f" {words}", paper.width), "ringing"))


def band_tone(view: DeskView, connected: bool) -> str:
    """The tone of the band over the card: it is the state in colour."""
    return agent_state(view.agent)[2] if connected else "off"


def band_line(view: DeskView, paper: Paper) -> Content:
    """The state in large words, and what to do next."""
    call, state = view.call, view.agent.state
    if call is None:
        text, hint = _idle_band(view.agent, paper)
    elif state in (AgentState.RINGING, AgentState.RESERVED):
        text, hint = _ringing_band(view, call, paper)
    elif state is AgentState.WRAP_UP:
        text, hint = _wrap_up_band(view, call, paper)
    else:
        text, hint = _talk_band(view, call, paper)
    return Content(spread(f" {text}", f"  {hint} ", paper.width))


def _idle_band(agent: AgentView, paper: Paper) -> tuple[str, str]:
    if agent.state is AgentState.UNREACHABLE:
        return tr("Offline: the phone is not registered"), tr("check the phone")
    if agent.status is AgentStatus.BREAK:
        since = running(agent.status_since, paper.now)
        return f"{tr('Break')}  {safe(paper.words.reason(agent.reason))}  {since}", tr("F2 ready for calls")
    return tr("Ready, no call"), tr("the next call comes by itself")


def _ringing_band(view: DeskView, call: CallView, paper: Paper) -> tuple[str, str]:
    left = max(0, view.present_until - paper.now) // 1000
    hint = tr("F4 answer") if view.phone == "auto" else tr("Pick up the phone, or F4")
    if view.present_until:
        hint = tr("{hint}  {seconds} s left", hint=hint, seconds=left)
    kind = tr("Incoming call")
    if call.direction is Direction.INTERNAL:
        kind = tr("Colleague calls")
    elif comes_from(view):
        kind = tr("Consultation") if is_guest(view) else tr("Transferred call")
    return f"{kind}  {_caller(call, paper)}", hint


def _talk_band(view: DeskView, call: CallView, paper: Paper) -> tuple[str, str]:
    word, state = agent_state(view.agent)[0], view.agent.state
    after = tr("then break") if view.agent.next_status is AgentStatus.BREAK else ""
    own_clock = state in (AgentState.HOLDING, AgentState.DIALLING)
    hint = _talk_hint(view)
    since = view.agent.state_since if own_clock else call.answered_at
    clock = running(since, paper.now)
    return f"{word} {clock}  {_caller(call, paper)}", "  ".join(part for part in (after, hint) if part)


def _talk_hint(view: DeskView) -> str:
    match view.agent.state:
        case AgentState.HOLDING:
            return tr("F4 retrieve")
        case AgentState.DIALLING if view.phone == "ring":
            return tr("Pick up the phone and listen")
        case AgentState.DIALLING:
            return tr("Listen: ringing or an announcement")
        case AgentState.TALKING:
            return _new_customer_hint(view)
        case _:
            return ""


def _new_customer_hint(view: DeskView) -> str:
    unknown = view.card is not None and view.card.customer is None
    return tr("New customer: ^E") if unknown else ""


def _wrap_up_band(view: DeskView, call: CallView, paper: Paper) -> tuple[str, str]:
    after = tr("then break") if view.agent.next_status is AgentStatus.BREAK else ""
    if view.wrap_up_until:
        left = duration(max(0, view.wrap_up_until - paper.now) + 999)
        hint = tr("{time} left", time=left)
    else:
        hint = running(view.agent.state_since, paper.now)
    hints = "  ".join(part for part in (after, tr("F9 result, Enter"), hint) if part)
    return f"{tr('Wrap-up')}  {_caller(call, paper)}", hints


def _caller(call: CallView, paper: Paper) -> str:
    wait_end = call.answered_at or paper.now
    wait = duration(wait_end - call.offered_at) if call.offered_at else "--:--"
    number = phone_number(safe(call.cli)) or tr("no number")
    if call.direction is Direction.INTERNAL and call.party is not None:
        return safe(f"{call.party.name} {call.party.number}")
    if call.direction is not Direction.INBOUND:
        return f"{number}  {safe(call.customer_name)}"
    return "  ".join((number, safe(paper.words.queue(call.queue_id)), f"{tr('waited')} {wait}"))
