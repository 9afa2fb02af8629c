"""The line under the card: who is spoken to and who waits, why a call came back, from whom one comes.

When there is nothing of that to say: what the caller has done in self-service.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from engine.core.records import CallbackRecord
from engine.core.states import AgentState, CallbackKind, CallState, Direction
from engine.core.views import CallView, DeskView, PartyView
from tui.agent.told import told_line
from tui.labels import moment, notice_words, phone_number, running
from tui.situation import WITH_THIRD, is_guest
from tui.widgets.cells import fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import tr


def parties_line(view: DeskView, paper: Paper, standing: Sequence[Part] = ()) -> Content | None:
    """The most important of what there is to say besides the band; None for nothing.

    `standing`: how things are with this customer; it goes behind what the caller did by keys.
    """
    call = view.call
    if call is not None and call.party is not None and call.state in WITH_THIRD:
        return _three(view, call, call.party, paper)
    if view.callback is not None and call is not None and view.agent.state is AgentState.DIALLING:
        return line((fit(f" {_task(view.callback, paper)}", paper.width), "holding"))
    if view.notice:
        return line((fit(f" {_notice(view)}", paper.width), "warn"))
    if view.agent.muted:
        return line(
            (
                fit(f" {tr('Your microphone is off: nobody hears you. ^U turns it on')}", paper.width),
                "ringing",
            )
        )
    sender = comes_from(view)
    if call is not None and sender:
        return line((fit(f" {_from_whom(sender, call, paper)}", paper.width), "holding"))
    if view.agent.next_seat_id:
        return line((fit(f" {_two_seats(view, paper)}", paper.width), "holding"))
    return _told_and_standing(view, paper, list(standing))


def _told_and_standing(view: DeskView, paper: Paper, standing: list[Part]) -> Content | None:
    """What was told by keys goes first: nobody else knows it; of the rest as much as fits."""
    told = told_line(view, paper)
    if not standing:
        return told
    room = paper.width - (told.cell_length if told else 0)
    fitting: list[Part] = []
    for part in standing:
        if cells_of([*fitting, part]) > room:
            break
        fitting.append(part)
    return Content.assemble(told, line(*fitting)) if told else line(*fitting)


def comes_from(view: DeskView) -> str:
    """The staff number of the colleague whose call this is or was just now; "" for the own one."""
    call, own = view.call, view.agent.staff_number
    if call is None or call.direction is Direction.INTERNAL or view.agent.state is AgentState.WRAP_UP:
        return ""
    return next((one for one in (call.sender, call.staff_number) if one not in ("", own)), "")


def person(staff_number: str, paper: Paper) -> str:
    """Name and staff number, as far as they are known."""
    return safe(f"{paper.names.get(staff_number, '')} {staff_number}".strip())


def _notice(view: DeskView) -> str:
    reason = notice_words(view.notice)
    if view.call is not None:
        return tr("Came back: {reason}. The customer is with you", reason=reason)
    return tr("Not connected: {reason}", reason=reason)


def _two_seats(view: DeskView, paper: Paper) -> str:
    here, there = paper.words.seat(view.agent.seat_id), paper.words.seat(view.agent.next_seat_id)
    return tr(
        "The talk goes on at the phone of {here}; afterwards you are at {there}", here=here, there=there
    )


def _task(record: CallbackRecord, paper: Paper) -> str:
    asked = moment(record.asked_at, paper.now, paper.zone)
    if record.kind is CallbackKind.CALLBACK:
        return tr(
            "Asked for a call back: {asked}, {queue}", asked=asked, queue=paper.words.queue(record.queue_id)
        )
    if record.kind is CallbackKind.REPAIRED:
        return tr("Tell the customer: repaired. {text}", text=safe(record.remark))
    return tr("Waited in vain {count} times, first {asked}", count=record.abandoned, asked=asked)


def _from_whom(sender: str, call: CallView, paper: Paper) -> str:
    who = tr("Handed over by {who}, with notes and form", who=person(sender, paper))
    places = paper.words.way(call.ivr_path)
    way = f"   {tr('Way')} {' > '.join(places)}" if places else ""
    return who + safe(way)


def _three(view: DeskView, call: CallView, party: PartyView, paper: Paper) -> Content:
    other, customer = _named(party.name, party.number), _named(call.customer_name, call.cli)
    if call.state is CallState.CONFERENCE:
        words = tr("All three speak: you, {customer}, {other}", customer=customer, other=other)
        clock = running(call.state_since, paper.now)
        return line((fit(f" {words}  {clock}", paper.width), "talking"))
    half, clock = paper.width // 2, running(party.since, paper.now)
    if is_guest(view):
        states = _states_of_guest(party, clock)
        active = False, party.active and party.answered
    else:
        states = _states(party, clock)
        active = not party.active, party.active
    return line(
        *_block(tr("Customer"), customer, states[0], half, active=active[0]),
        *_block(tr("Third"), other, states[1], paper.width - half, active=active[1]),
    )


def _states(party: PartyView, clock: str) -> tuple[str, str]:
    """What customer and third party do, as the one sees it who has the call."""
    if not party.answered:
        return tr("hears music"), tr("is called {time}", time=clock)
    if party.active:
        return tr("hears music"), tr("SPEAKING {time}", time=clock)
    return tr("SPEAKING"), tr("waits {time}", time=clock)


def _states_of_guest(party: PartyView, clock: str) -> tuple[str, str]:
    """The same for the one who was asked: the third party is the colleague."""
    if not party.answered:
        return tr("hears music"), tr("asks for you {time}", time=clock)
    if party.active:
        return tr("hears music"), tr("SPEAKING {time}", time=clock)
    return tr("with the colleague"), tr("back soon {time}", time=clock)


def _block(label: str, name: str, state: str, width: int, *, active: bool) -> tuple[tuple[str, str], ...]:
    """One party in its half of the line; the active one is painted whole, and its word says so too."""
    tail = f" {state} "
    head = fit(f" {'>' if active else ' '} {label} {name}", width - cell_len(tail))
    return ((head + tail, "talking" if active else "holding"),)


def _named(name: str, number: str) -> str:
    return safe(f"{name} {phone_number(number)}".strip()) or tr("no number")
