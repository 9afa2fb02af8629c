"""Tickets at the stage: a dozen of a station's and of the office's, moved by the table of the core.

`stage.tickets` has them. What the real rules ask for beyond the table (who may do what, clocks) is not played
here: the consoles are told by the deeds that each row offers.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.states import Role
from engine.core.tickets.machine import TRACES, TRANSITIONS
from engine.core.tickets.records import Act, AgingRow, Attachment, Ticket, TicketCounts, TicketStep
from engine.core.tickets.states import OPEN_STATES, Deed, Escalation, Refused
from engine.core.tickets.types import (
    TicketType,
)
from engine.wire import tickets as wire
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.paper import Printed, PrintTicketParams
from tests.support.stage_answers import answers, who
from tests.support.stage_ticket_site import (
    COMPLAINT,
    DEPARTMENTS,
    FAULT,
    HOUR,
    STATION_PEOPLE,
    TICKETS,
    S,
    make_ticket,
)

if TYPE_CHECKING:
    from tests.support.stage import Stage

_STATION = (
    Deed.ACCEPT,
    Deed.SEND_BACK,
    Deed.ARRIVE,
    Deed.RETURN,
    Deed.SUSPEND,
    Deed.RESUME,
    Deed.ASSIGN,
    Deed.REMARK,
    Deed.ATTACH,
    Deed.CHECK,
    Deed.CALL,
    Deed.EXPECT,
)


@dataclass(slots=True)
class StageTickets:
    """All tickets with their history, and who is told of changes."""

    tickets: dict[str, Ticket] = field(default_factory=lambda: {one.number: one for one in TICKETS})
    steps: dict[str, list[TicketStep]] = field(default_factory=dict)
    attachments: dict[str, list[Attachment]] = field(default_factory=dict)
    suspects: list[wire.Suspect] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    printer: bool = False
    types: list[TicketType] = field(default_factory=lambda: [FAULT, COMPLAINT])

    def change(self, stage: "Stage", number: str, who: str = "8002", **values: object) -> None:
        """Somebody else changes a ticket."""
        before = self.tickets[number]
        self.tickets[number] = replace(before, version=before.version + 1, **values)  # type: ignore[arg-type]
        step = TicketStep(at=stage.floor.now, who=who, deed=Deed.EDIT, state=self.tickets[number].state)
        self.steps.setdefault(number, []).append(step)
        tell(stage, [number])

    def arrive(self, stage: "Stage", **values: object) -> str:
        """A new ticket is dispatched to the station; its number."""
        ticket = make_ticket(len(self.tickets) + 1, S.DISPATCHED, 0, 24, **values)
        self.tickets[ticket.number] = ticket
        tell(stage, [ticket.number])
        return ticket.number

    def escalate(self, stage: "Stage", *numbers: str) -> None:
        """The clock tells the supervisor of these."""
        for number in numbers:
            self.change(stage, number, "system", escalation=Escalation.SUPERVISOR)

    def suspect(self, stage: "Stage", *suspects: wire.Suspect) -> None:
        """It looks like an outage."""
        self.suspects = list(suspects)
        tell(stage, [])


def open_station(stage: "Stage") -> None:
    """People of the station can log in."""
    stage.users.update({user.staff_number: user for user in STATION_PEOPLE})


def tell(stage: "Stage", numbers: list[str]) -> None:
    """Whoever watches is told."""
    for connection in stage.connections:
        if connection.data.get("tickets"):
            connection.notify(
                wire.TICKETS_CHANGED, _changed(stage, connection, numbers), wire.TICKETS_CHANGED
            )


def _changed(stage: "Stage", connection: Connection, numbers: list[str]) -> wire.TicketsChanged:
    department = connection.identity.department if connection.identity else ""
    own = [one for one in stage.tickets.tickets.values() if one.state in OPEN_STATES]
    counts = TicketCounts(
        mine=sum(one.owner == who(connection) for one in own),
        department=sum(one.department == department for one in own),
        overdue=sum(one.resolve_by < stage.floor.now for one in own if one.department == department),
    )
    return wire.TicketsChanged(numbers=numbers, counts=counts, suspects=len(stage.tickets.suspects))


def _row(stage: "Stage", connection: Connection, ticket: Ticket) -> wire.TicketRow:
    station = connection.identity is not None and connection.identity.role is Role.STATION
    possible = {*TRANSITIONS[ticket.state], *TRACES}
    if ticket.state is S.SUSPENDED:
        possible.add(Deed.RESUME)
    deeds = tuple(deed for deed in (_STATION if station else Deed) if deed in possible)
    customer = stage.customers.get(ticket.customer_id)
    return wire.TicketRow(ticket=ticket, customer_name=customer.name if customer else "", deeds=deeds)


def _found(stage: "Stage", connection: Connection, number: str) -> Ticket:
    ticket = stage.tickets.tickets.get(number)
    own = connection.identity.department if connection.identity else ""
    station = connection.identity is not None and connection.identity.role is Role.STATION
    if ticket is None or (station and ticket.department != own and ticket.technician != who(connection)):
        raise Fault(Reason.NOT_FOUND, f"not_found ticket {number}", "ticket")
    return ticket


def _site(stage: "Stage") -> wire.TicketWords:
    people = [
        wire.TicketPerson(staff_number=u.staff_number, name=u.name, department=u.department, role=u.role)
        for u in stage.users.values()
        if not u.disabled
    ]
    return wire.TicketWords(
        types=stage.tickets.types,
        departments=list(DEPARTMENTS),
        people=people,
        problems=stage.tickets.problems,
    )


@answers("tickets.words")
def _words(stage: "Stage", connection: Connection, params: Nothing) -> wire.TicketWords:
    return _site(stage)


@answers("tickets.reload")
def _reload(stage: "Stage", connection: Connection, params: Nothing) -> wire.TicketWords:
    return _site(stage)


@answers("tickets.print")
def _print(stage: "Stage", connection: Connection, params: PrintTicketParams) -> Printed:
    _found(stage, connection, params.number)
    pdf = base64.b64encode(b"%PDF-1.4 as short as can be").decode()
    return Printed(pdf=pdf, numbers=[params.number], printed=stage.tickets.printer)


@answers("tickets.watch")
def _watch(stage: "Stage", connection: Connection, params: Nothing) -> wire.TicketsChanged:
    connection.data["tickets"] = True
    return _changed(stage, connection, [])


@answers("tickets.list")
def _list(stage: "Stage", connection: Connection, params: wire.TicketsParams) -> wire.TicketList:
    found = [one for one in stage.tickets.tickets.values() if _fits(stage, connection, one, params)]
    found.sort(key=lambda one: one.resolve_by if params.order == "due" else -one.id)
    ids = [one.id for one in found]
    first = ids.index(params.before_id) + 1 if params.before_id else 0
    shown = found[first : first + params.limit]
    return wire.TicketList(tickets=[_row(stage, connection, one) for one in shown])


def _fits(stage: "Stage", connection: Connection, one: Ticket, params: wire.TicketsParams) -> bool:
    now, own = stage.floor.now, connection.identity
    assert own is not None
    if own.role is Role.STATION and own.department != one.department and own.staff_number != one.technician:
        return False
    if not params.everything and one.state not in (params.states or OPEN_STATES):
        return False
    if params.department and one.department != params.department.strip("-"):
        return False
    texts = (one.number, one.contact, one.address, one.area, one.phone, one.text)
    views = {
        "mine": one.owner == own.staff_number,
        "department": one.department == own.department,
        "overdue": one.resolve_by < now,
        "today": one.resolve_by < now + 15 * HOUR,
        "unverified": one.state is S.NEW,
        "to_reply": one.state is S.RETURNED,
        "to_follow_up": one.state is S.REPLIED,
    }
    plain = (
        ("technician", one.technician),
        ("type", one.type),
        ("category", one.category),
        ("area", one.area),
        ("owner", one.owner),
    )
    return (
        views.get(params.view, True)
        and all(not getattr(params, name) or getattr(params, name) == value for name, value in plain)
        and (not params.text or any(params.text in text for text in texts))
    )


@answers("tickets.show")
def _show(stage: "Stage", connection: Connection, params: wire.TicketNumberParams) -> wire.TicketDetail:
    ticket = _found(stage, connection, params.number)
    told = TicketStep(at=ticket.created_at, who=ticket.creator, deed=Deed.CREATED, state=S.NEW)
    return wire.TicketDetail(
        row=_row(stage, connection, ticket),
        steps=[told, *stage.tickets.steps.get(ticket.number, [])],
        attachments=stage.tickets.attachments.get(ticket.number, []),
        merged=[one.number for one in stage.tickets.tickets.values() if one.merged_into == ticket.number],
        folder="/data/recordings/messages",
    )


@answers("tickets.act")
def _act(stage: "Stage", connection: Connection, params: wire.ActParams) -> wire.TicketRow:
    ticket, act = _found(stage, connection, params.number), params.act
    if act.version not in (0, ticket.version):
        raise Fault(Reason.CONFLICT, f"stale ticket {ticket.number}", Refused.STALE)
    if act.deed not in _row(stage, connection, ticket).deeds:
        moves = ",".join(deed for deed in _row(stage, connection, ticket).deeds if deed not in TRACES)
        raise Fault(Reason.REFUSED, "refused", f"{Refused.ILLEGAL}:{ticket.state}:{moves}")
    if act.deed in (Deed.SEND_BACK, Deed.SUSPEND) and not act.text:
        raise Fault(Reason.REFUSED, "refused", Refused.NEEDS_REASON)
    changed = replace(_after(ticket, act), version=ticket.version + 1, changed_at=stage.floor.now)
    stage.tickets.tickets[ticket.number] = changed
    step = TicketStep(
        at=stage.floor.now,
        who=who(connection),
        deed=act.deed,
        state=changed.state,
        department=changed.department,
        text=act.text,
        code=act.code,
        target=act.target,
    )
    stage.tickets.steps.setdefault(ticket.number, []).append(step)
    tell(stage, [ticket.number])
    return _row(stage, connection, changed)


def _after(ticket: Ticket, act: Act) -> Ticket:
    state = TRANSITIONS[ticket.state].get(act.deed, ticket.state)
    moved = replace(ticket, state=state)
    match act.deed:
        case Deed.SUSPEND:
            return replace(moved, resume_to=ticket.state, resume_at=act.at)
        case Deed.RESUME:
            return replace(moved, state=ticket.resume_to or S.ACCEPTED, resume_to=None, resume_at=0)
        case Deed.RETURN:
            return replace(moved, result=act.text, cause=act.code, department="")
        case Deed.SEND_BACK:
            return replace(moved, department="", technician="")
        case Deed.DISPATCH:
            return replace(moved, department=act.target, technician="")
        case Deed.ASSIGN:
            return replace(moved, technician=act.target)
        case Deed.OWN:
            return replace(moved, owner=act.target)
        case Deed.EXPECT:
            return replace(moved, expected_at=act.at)
        case Deed.CHECK:
            return replace(moved, checked=(*moved.checked, act.target))
    return moved


@answers("tickets.aging")
def _aging(stage: "Stage", connection: Connection, params: Nothing) -> wire.Aging:
    tickets = stage.tickets.tickets.values()
    return wire.Aging(rows=[_aging_row(stage, one, tickets) for one in ("", "repair", "business", "east")])


def _aging_row(stage: "Stage", department: str, tickets: Iterable[Ticket]) -> AgingRow:
    now = stage.floor.now
    own = [one for one in tickets if one.department == department]
    ages = [(now - one.created_at) // (24 * HOUR) for one in own if one.state in OPEN_STATES]
    return AgingRow(
        department=department,
        open=len(ages),
        under_1_day=sum(age < 1 for age in ages),
        under_3_days=sum(1 <= age < 3 for age in ages),
        under_7_days=sum(3 <= age < 7 for age in ages),
        older=sum(age >= 7 for age in ages),
        overdue=sum(one.resolve_by < now for one in own if one.state in OPEN_STATES),
        escalated=sum(one.escalation in (Escalation.SUPERVISOR, Escalation.LEADER) for one in own),
        closed_today=2 if department == "east" else 0,
    )


@answers("outages.suspected")
def _suspected(stage: "Stage", connection: Connection, params: Nothing) -> wire.Suspects:
    return wire.Suspects(suspects=stage.tickets.suspects)


@answers("outages.confirm")
def _confirm(
    stage: "Stage", connection: Connection, params: wire.ConfirmOutageParams
) -> wire.ConfirmedOutage:
    suspect = _taken(stage, params.id)
    main, *merged = suspect.numbers
    for number in merged:
        ticket = stage.tickets.tickets[number]
        stage.tickets.tickets[number] = replace(ticket, state=S.CANCELLED, merged_into=main)
    tell(stage, suspect.numbers)
    return wire.ConfirmedOutage(notice_id=3, main=main, merged=merged, watchers=len(suspect.numbers))


@answers("outages.dismiss")
def _dismiss(stage: "Stage", connection: Connection, params: wire.SuspectParams) -> Done:
    _taken(stage, params.id)
    tell(stage, [])
    return Done()


def _taken(stage: "Stage", suspect_id: int) -> wire.Suspect:
    suspect = next((one for one in stage.tickets.suspects if one.id == suspect_id), None)
    if suspect is None:
        raise Fault(Reason.NOT_FOUND, f"not_found suspect {suspect_id}", "suspect")
    stage.tickets.suspects.remove(suspect)
    return suspect
