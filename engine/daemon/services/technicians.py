"""Technicians by telephone: who they are, their orders, and what has become of them."""

import asyncio
from collections.abc import Mapping

from db.ticket_lists import list_tickets
from db.ticket_query import DUE, MAX_LIST, TicketFilter
from db.ticket_technicians import WITH_TECHNICIAN, order_of, report_by_telephone
from db.users import credentials
from engine.core.ivr.values import Row
from engine.core.records import User
from engine.core.tickets.heard import STATUS, about, heard
from engine.core.tickets.records import Actor, Ticket
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.services.tickets import expected_text, recording_of
from engine.wire.messages import Fault, Reason

_MOST = 9  # that a technician hears in a row
_SIGNED_OUT = Answer("signed_out")
_SAID = {"zh": "电话返单,详见录音", "en": "told by telephone; see the recording"}


async def sign_in(asked: Asked, tools: Tools) -> Answer:
    """Staff number and PIN, as at the consoles; wrong ones count there too.

    Who is of no department has no orders, and cannot be locked out of a console by whoever calls.
    """
    known = await asyncio.wrap_future(tools.store.read(credentials, asked.text("staff")))
    if known is not None and not known.user.department:
        return Answer("wrong")
    try:
        user = await tools.people.check_pin(asked.text("staff"), asked.text("pin"), _NO_PEER)
    except Fault as fault:
        return Answer("locked" if fault.fault.reason in (Reason.LOCKED, Reason.DISABLED) else "wrong")
    tools.vault.sign_in(asked.call_id, user)
    return Answer("found", {"technician_name": user.name})


_NO_PEER = -1  # nobody of this machine


async def orders(asked: Asked, tools: Tools) -> Answer:
    """Those of the technician and those of the department that nobody has yet, by when they are due."""
    user = tools.vault.staff(asked.call_id)
    if user is None:
        return _SIGNED_OUT
    wanted = TicketFilter(department=user.department, states=WITH_TECHNICIAN, order=DUE, limit=MAX_LIST)
    found = await asyncio.wrap_future(tools.store.read(list_tickets, wanted, _actor(user)))
    own = [ticket for ticket, _ in found if ticket.technician in ("", user.staff_number)]
    if not own:
        return Answer("none")
    return Answer("found", {"orders": tuple(_row(ticket, asked, tools) for ticket in own[:_MOST])})


async def order(asked: Asked, tools: Tools) -> Answer:
    """One of the department by its number."""
    user = tools.vault.staff(asked.call_id)
    if user is None:
        return _SIGNED_OUT
    ticket = await asyncio.wrap_future(tools.store.read(order_of, asked.text("number"), _actor(user)))
    return Answer("gone") if ticket is None else Answer("found", _row(ticket, asked, tools))


async def report(asked: Asked, tools: Tools) -> Answer:
    """Accepted, there, repaired with its cause, or not for this department."""
    user = tools.vault.staff(asked.call_id)
    if user is None:
        return _SIGNED_OUT
    outcome = await tools.tickets.by_caller(
        report_by_telephone,
        asked.key,
        asked.text("order"),
        _actor(user),
        asked.text("result"),
        asked.number("cause"),
        _SAID[tools.config.site.language],
        await recording_of(asked, tools),
        at=asked.now,
    )
    return Answer(outcome)


def _actor(user: User) -> Actor:
    return Actor(staff_number=user.staff_number, role=user.role, department=user.department)


def _row(ticket: Ticket, asked: Asked, tools: Tools) -> Row:
    language = asked.language or tools.config.site.language
    kind = tools.tickets.rules.type_of(ticket).kind
    values: Mapping[str, str] = {
        "order": ticket.number,
        "order_about": about(ticket, kind, language),
        "order_status": STATUS[heard(ticket)].of(language),
        "order_place": ticket.address or ticket.area,
        "order_due": expected_text(ticket.expected_at or ticket.resolve_by, asked.zone),
    }
    return values


SERVICES: dict[str, Handler] = {
    "technician_sign_in": sign_in,
    "technician_orders": orders,
    "technician_order": order,
    "technician_report": report,
}
