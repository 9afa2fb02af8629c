"""New tickets at the stage, made by the rules of the core; the same deed to many; files of tickets."""

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.hours import DayKind, OpeningHours
from engine.core.sla import WorkingTime, due
from engine.core.states import Role
from engine.core.tickets.create import create
from engine.core.tickets.records import Actor, Attachment, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import OPEN_STATES
from engine.core.tickets.types import TicketBook
from engine.wire import tickets as wire
from engine.wire.base import Chunk
from engine.wire.messages import Fault, Reason
from tests.support import stage_ticket_site, stage_tickets, world
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

PIECE = 200_000
HALF_DAYS = ((510, 720), (840, 1050))  # minutes from midnight


def rules(stage: "Stage") -> Rules:
    """What the core decides by: the stage's types, departments and people, in ordinary weeks."""
    weekly = (HALF_DAYS,) * 5 + ((),) * 2
    people = {
        user.staff_number: Actor(staff_number=user.staff_number, role=user.role, department=user.department)
        for user in stage.users.values()
    }
    return Rules(
        book=TicketBook(
            types={one.id: one for one in stage.tickets.types},
            departments={one.id: one for one in stage_ticket_site.DEPARTMENTS},
        ),
        working=WorkingTime(OpeningHours(weekly=weekly), world.ZONE, lambda day: DayKind.ORDINARY),
        people=people,
    )


def _same(stage: "Stage", customer_id: int, phone: str, kind: str, category: str) -> list[Ticket]:
    """Open tickets of this customer or number, of the same matter where one is named."""
    return [
        one
        for one in stage.tickets.tickets.values()
        if one.state in OPEN_STATES
        and ((customer_id and one.customer_id == customer_id) or (phone and one.phone == phone))
        and kind in ("", one.type)
        and category in ("", one.category)
    ]


@answers("tickets.create")
def _create(stage: "Stage", connection: Connection, params: wire.CreateTicketParams) -> wire.CreatedTicket:
    new = params.ticket
    same = _same(stage, new.customer_id, new.phone, new.type, new.category)
    if same and not params.force:
        return wire.CreatedTicket(
            row=None, same=tuple(stage_tickets._row(stage, connection, one) for one in same)
        )
    number = f"260302{len(stage.tickets.tickets) + 1:03}"
    actor = Actor(staff_number=who(connection), role=Role.AGENT)
    made = create(new, actor, rules(stage), number, stage.floor.now)
    if isinstance(made, Refusal):
        raise Fault(Reason.REFUSED, "refused", f"{made.code}:{made.detail}")
    stage.tickets.tickets[number] = made.ticket
    stage.tickets.steps[number] = list(made.steps[1:])
    stage_tickets.tell(stage, [number])
    return wire.CreatedTicket(row=stage_tickets._row(stage, connection, made.ticket))


@answers("tickets.due")
def _due(stage: "Stage", connection: Connection, params: wire.DueParams) -> wire.Due:
    sla, working = rules(stage).book.types[params.type].sla, rules(stage).working
    return wire.Due(
        respond_by=due(sla.respond, stage.floor.now, working),
        resolve_by=due(sla.resolve, stage.floor.now, working),
    )


@answers("tickets.similar")
def _similar(stage: "Stage", connection: Connection, params: wire.SimilarParams) -> wire.Similar:
    asked = params.type or stage.comes_back
    found = _same(stage, params.customer_id, params.phone, params.type, params.category) if asked else []
    rows = [stage_tickets._row(stage, connection, one) for one in found]
    return wire.Similar(
        open=rows, calls_30=4 if stage.comes_back else 0, tickets_90=len(rows), same_matter_90=len(rows)
    )


@answers("tickets.batch")
def _batch(stage: "Stage", connection: Connection, params: wire.BatchParams) -> wire.BatchResult:
    done, refused = [], {}
    for number in params.numbers:
        try:
            row = stage_tickets._act(stage, connection, wire.ActParams(number=number, act=params.act))
        except Fault as fault:
            refused[number] = fault.fault.detail
        else:
            done.append(row)
    return wire.BatchResult(done=done, refused=refused)


@answers("tickets.attach")
def _attach(stage: "Stage", connection: Connection, params: wire.AttachParams) -> wire.Attached:
    piece = base64.b64decode(params.data)
    content = stage.uploads.setdefault(f"{params.number}/{params.name}", bytearray())
    del content[params.offset :]
    content += piece
    if not params.last:
        return wire.Attached(attachment=None)
    kept = Attachment(
        id=len(stage.uploads),
        ticket=params.number,
        name=params.name,
        kind=params.name.rpartition(".")[2],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        at=stage.floor.now,
        who=who(connection),
    )
    stage.tickets.attachments.setdefault(params.number, []).append(kept)
    ticket = stage.tickets.tickets[params.number]
    stage.tickets.tickets[params.number] = replace(ticket, version=ticket.version + 1)
    return wire.Attached(attachment=kept)


@answers("tickets.attachment")
def _attachment(stage: "Stage", connection: Connection, params: wire.AttachmentParams) -> Chunk:
    kept = next(one for all_ in stage.tickets.attachments.values() for one in all_ if one.id == params.id)
    content = bytes(stage.uploads[f"{kept.ticket}/{kept.name}"])
    piece = content[params.offset : params.offset + PIECE]
    return Chunk(data=base64.b64encode(piece).decode("ascii"), size=len(content))
