"""What the agent's desk shows, as lines of text: from views to words, without widgets."""

import datetime
from dataclasses import dataclass, replace

from textual.content import Content

from engine.core.records import AgentDay, Customer, CustomerCard, Millis, PastCall
from engine.core.states import AgentState, AgentStatus
from engine.core.views import AgentView, CallView, DeskView
from tui.labels import (
    SiteWords,
    agent_since,
    agent_state,
    balance,
    duration,
    moment,
    phone_number,
    running,
    time_of_day,
)
from tui.widgets.cells import clip, fit, safe, spread, wrap
from tui.widgets.lines import Part, field, line
from tui.words import tr

BANDS = ("ready", "ringing", "talking", "holding", "wrap-up", "break", "off")


@dataclass(frozen=True, slots=True)
class Paper:
    """What every line is written on: the width, the time, and the words of the site."""

    width: int
    now: Millis
    zone: datetime.tzinfo
    words: SiteWords
    connected: bool = True
    last_data_at: Millis = 0
    view_at: Millis = 0  # when the view that is painted came


def status_line(view: DeskView, paper: Paper) -> Content:
    """Who sits where, in which state since when, with which phone, and the time."""
    agent = view.agent
    word, letter, tone = agent_state(agent)
    if not paper.connected:
        word, letter, tone = tr("Unknown"), "?", "off"
    left: list[Part] = [(f" {word} {letter} ", tone), f" {running(agent_since(agent), paper.now)}  "]
    who = f"{safe(agent.name)} {agent.staff_number}  {paper.words.seat(agent.seat_id)} {agent.extension}"
    phone = tr("Phone ok") if agent.phone_reachable else tr("Phone off")
    link = tr("Link ok") if paper.connected else tr("Link lost")
    clock = time_of_day(paper.now, paper.zone, seconds=True)
    right: list[Part] = [
        (phone, "label" if agent.phone_reachable else "warn"),
        "  ",
        (link, "label" if paper.connected else "warn"),
        (f"  {clock} ", "strong"),
    ]
    room = paper.width - _length(left) - _length(right)
    return line(*left, (fit(who, room), "plain"), *right)


def queue_line(view: DeskView, paper: Paper) -> Content:
    """Who waits, and how the own day went."""
    day = day_by_now(view, paper)
    mean = day.talk_ms // day.answered if day.answered else 0
    waiting = "ringing" if view.waiting else "plain"
    parts: list[Part] = [
        (f" {tr('Waiting')} ", "label"),
        (f" {view.waiting} ", waiting),
        (f" {tr('longest')} ", "label"),
        (running(view.longest_wait_since, paper.now), "plain"),
        (f"   {tr('Today')} ", "label"),
        (f"{tr('answered')} {day.answered}", "plain"),
        (f"  {tr('missed')} {day.rona}", "plain" if not day.rona else "warn"),
        (f"  {tr('mean talk')} {duration(mean)}", "plain"),
        (f"  {tr('break')} {duration(day.break_ms)}", "plain"),
    ]
    return line(*parts)


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
    """What is broken, in words, with the time of the last data; None when all is well."""
    if not paper.connected:
        time = time_of_day(paper.last_data_at, paper.zone, seconds=True)
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
    return Content(spread(f" {text}", f"{hint} ", paper.width))


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
    return f"{tr('Incoming call')}  {_caller(call, paper)}", hint


def _talk_band(view: DeskView, call: CallView, paper: Paper) -> tuple[str, str]:
    word = agent_state(view.agent)[0]
    after = tr("then break") if view.agent.next_status is AgentStatus.BREAK else ""
    hint = tr("F4 retrieve") if view.agent.state is AgentState.HOLDING else ""
    clock = running(view.agent.state_since, paper.now)
    return f"{word} {clock}  {_caller(call, paper)}", "  ".join(part for part in (after, hint) if part)


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
    return "  ".join((number, safe(paper.words.queue(call.queue_id)), f"{tr('waited')} {wait}"))


def card_lines(card: CustomerCard | None, paper: Paper) -> list[Content]:
    """The customer in three lines, every field in its fixed place."""
    if card is None or card.customer is None:
        return [line("")] * 3
    return customer_lines(card.customer, paper, others=len(card.matches))


def customer_lines(customer: Customer, paper: Paper, others: int = 0) -> list[Content]:
    """Name, numbers, balance; address and area; smart card and packages."""
    width = paper.width - 2
    vip = tr("VIP") if customer.vip else ""
    shared = tr("+{count} with this number, ^O", count=others) if others else ""
    tags = "  ".join(tag for tag in (vip, shared) if tag)
    owed = "warn" if customer.balance_fen < 0 else "plain"
    money_words = balance(customer)
    last = max(22, len(money_words.encode("gb18030")) + 1)
    name_width = width - last - 21 - 1
    name = clip(safe(customer.name), name_width - _width(tags) - 2)
    head: list[Part] = [" ", (name, "strong"), "  ", (tags, "holding")]
    head.append(" " * max(0, name_width - _width(name) - _width(tags) - 2))
    first = line(
        *head,
        *field(tr("Cust.no"), customer.customer_number, 21),
        " ",
        (fit(money_words, last), owed),
    )
    phones = " ".join(phone_number(number) for number in customer.phones)
    second = line(
        " ",
        *field(tr("Address"), customer.address, width - 22),
        " ",
        *field(tr("Area"), customer.area, 21),
    )
    packages = tr(", ").join(customer.packages) or tr("none")
    third_left = min(28, width // 3)
    third = line(
        " ",
        *field(tr("Phone"), phones, width - 24 - third_left - 2),
        " ",
        *field(tr("Card"), customer.card_number, 24),
        " ",
        *field(tr("Packages"), packages, third_left),
    )
    return [first, second, third]


def history_lines(card: CustomerCard | None, paper: Paper, height: int) -> list[Content]:
    """Open remarks first, then the last calls; a new caller has none, and that is said."""
    if card is None:
        return []
    lines: list[Content] = []
    if card.customer and card.customer.remark:
        lines += [
            line((f" {text}", "holding")) for text in wrap(safe(card.customer.remark), paper.width - 2)[:2]
        ]
    open_ids = {call.call_id for call in card.open_remarks}
    lines.append(_heading(tr("Unsolved"), len(card.open_remarks)))
    for call in card.open_remarks:
        lines += _past_lines(call, paper, note_lines=2, tone="holding")
    if not card.open_remarks:
        lines.append(line((f" {tr('Nothing is open')}", "faint")))
    past = [call for call in card.past_calls if call.call_id not in open_ids]
    lines.append(_heading(tr("Last calls"), len(card.past_calls)))
    for call in past:
        lines += _past_lines(call, paper, note_lines=1, tone="plain")
    if not card.past_calls:
        lines.append(line((f" {tr('This is the first call from here')}", "faint")))
    return lines[:height]


def _heading(words: str, count: int) -> Content:
    return line((f" {words}", "title"), (f" {count}" if count else "", "label"))


def _past_lines(call: PastCall, paper: Paper, note_lines: int, tone: str) -> list[Content]:
    words = paper.words
    what = words.disposition(call.disposition) if call.disposition else words.queue(call.queue_id)
    when = moment(call.at, paper.now, paper.zone)
    head = line(
        (f" {fit(when, 12)}", "label"),
        (fit(safe(f"{what}  {call.agent_name}"), paper.width - 14), tone),
    )
    notes = wrap(safe(call.note), paper.width - 4)[:note_lines] if call.note else []
    return [head, *(line(f"   {text}") for text in notes)]


def figure_lines(day: AgentDay, paper: Paper) -> list[Content]:
    """The own day in figures."""
    mean = day.talk_ms // day.answered if day.answered else 0
    counts = (
        (tr("Presented"), str(day.presented)),
        (tr("Answered"), str(day.answered)),
        (tr("Missed"), str(day.rona)),
        (tr("Rejected"), str(day.rejected)),
        (tr("Mean talk"), duration(mean)),
    )
    times = (
        (tr("Logged in"), duration(day.logged_in_ms)),
        (tr("Talk"), duration(day.talk_ms)),
        (tr("Hold"), duration(day.hold_ms)),
        (tr("Wrap-up"), duration(day.wrap_up_ms)),
        (tr("Break"), duration(day.break_ms)),
    )
    results = "  ".join(
        f"{safe(paper.words.disposition(name))} {count}" for name, count in day.by_disposition.items()
    )
    return [
        line((f" {tr('My day')}", "title")),
        _figures(counts, paper),
        _figures(times, paper),
        line((f" {tr('Results')} ", "label"), clip(results or tr("none yet"), paper.width - 12)),
    ]


def _figures(figures: tuple[tuple[str, str], ...], paper: Paper) -> Content:
    width = min(24, (paper.width - 1) // len(figures))
    parts: list[Part] = [" "]
    for label, value in figures:
        parts += [(f"{label} ", "label"), (fit(value, width - _width(label) - 1), "strong")]
    return line(*parts)


def _length(parts: list[Part]) -> int:
    return sum(_width(part if isinstance(part, str) else part[0]) for part in parts)


def _width(text: str) -> int:
    return Content(text).cell_length
