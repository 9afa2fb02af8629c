"""The line under the card: who is spoken to and who waits, why a call came back, from whom one comes."""

from rich.cells import cell_len
from textual.content import Content

from engine.core.records import CallbackRecord
from engine.core.states import AgentState, CallbackKind
from engine.core.views import CallView, DeskView, PartyView
from tui.labels import moment, notice_words, phone_number, running
from tui.widgets.cells import fit, safe
from tui.widgets.lines import line
from tui.widgets.paper import Paper
from tui.words import tr


def parties_line(view: DeskView, paper: Paper) -> Content | None:
    """The most important of what there is to say besides the band; None for nothing."""
    call = view.call
    if call is not None and call.party is not None and view.agent.call_id:
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
    if call is not None and is_handed_over(view):
        return line((fit(f" {_from_whom(call, paper)}", paper.width), "holding"))
    return None


def is_handed_over(view: DeskView) -> bool:
    """The call comes from another agent."""
    return view.call is not None and view.call.staff_number not in ("", view.agent.staff_number)


def is_third(view: DeskView) -> bool:
    """This agent is the one who is asked in a consultation."""
    party = view.call.party if view.call else None
    return party is not None and party.number in (view.agent.staff_number, view.agent.extension)


def person(staff_number: str, paper: Paper) -> str:
    """Name and staff number, as far as they are known."""
    return safe(f"{paper.names.get(staff_number, '')} {staff_number}".strip())


def _notice(view: DeskView) -> str:
    reason = notice_words(view.notice)
    if view.call is not None:
        return tr("Came back: {reason}. The customer is with you", reason=reason)
    return tr("Not connected: {reason}", reason=reason)


def _task(record: CallbackRecord, paper: Paper) -> str:
    asked = moment(record.asked_at, paper.now, paper.zone)
    if record.kind is CallbackKind.CALLBACK:
        return tr(
            "Asked for a call back: {asked}, {queue}", asked=asked, queue=paper.words.queue(record.queue_id)
        )
    return tr("Waited in vain {count} times, first {asked}", count=record.abandoned, asked=asked)


def _from_whom(call: CallView, paper: Paper) -> str:
    who = tr("Handed over by {who}, with notes and form", who=person(call.staff_number, paper))
    way = f"   {tr('Way')} {' > '.join(call.ivr_path)}" if call.ivr_path else ""
    return who + safe(way)


def _three(view: DeskView, call: CallView, party: PartyView, paper: Paper) -> Content:
    other = person(call.staff_number, paper) if is_third(view) else _named(party.name, party.number)
    customer = _named(call.customer_name, call.cli)
    if view.agent.state is AgentState.CONFERENCE:
        words = tr("All three speak: you, {customer}, {other}", customer=customer, other=other)
        clock = running(view.agent.state_since, paper.now)
        return line((fit(f" {words}  {clock}", paper.width), "talking"))
    half = paper.width // 2
    clock = running(party.since, paper.now)
    if not party.answered:
        states = tr("hears music"), tr("is called {time}", time=clock)
    elif party.active:
        states = tr("hears music"), tr("SPEAKING {time}", time=clock)
    else:
        states = tr("SPEAKING"), tr("waits {time}", time=clock)
    with_third = party.active and not (is_third(view) and not party.answered)
    return line(
        *_block(tr("Customer"), customer, states[0], half, active=not party.active),
        *_block(tr("Third"), other, states[1], paper.width - half, active=with_third),
    )


def _block(label: str, name: str, state: str, width: int, *, active: bool) -> tuple[tuple[str, str], ...]:
    """One party in its half of the line; the active one is painted whole, and its word says so too."""
    tail = f" {state} "
    head = fit(f" {'>' if active else ' '} {label} {name}", width - cell_len(tail))
    return ((head + tail, "talking" if active else "holding"),)


def _named(name: str, number: str) -> str:
    return safe(f"{name} {phone_number(number)}".strip()) or tr("no number")
