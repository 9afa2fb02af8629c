"""Tickets through the real socket: who works here, and short words to ask."""

import asyncio
import base64
from typing import Any

import pytest

from db.customers import save_customer
from db.users import add_user
from engine.core.records import Customer, User
from engine.core.states import Role
from engine.core.tickets.records import Act, Attachment, NewTicket
from engine.core.tickets.states import Deed
from engine.daemon.tickets.attachments import PIECE
from engine.wire.messages import Reason
from engine.wire.tickets import (
    ActParams,
    AttachParams,
    CreatedTicket,
    CreateTicketParams,
    TicketDetail,
    TicketNumberParams,
    TicketRow,
)
from tests.support.quick_hash import quick_hash
from tests.support.site import PIN, FakeSite
from tui.client import EngineClient, EngineFault

EAST, WEST = "7001", "7002"  # of the station of the shipped configuration, and of the repair department
STATIONS = (
    User(staff_number=EAST, name="东山站", role=Role.STATION, department="east"),
    User(staff_number=WEST, name="维修部", role=Role.STATION, department="repair"),
)
AREA = "东山片区"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2_000)


async def with_stations(site: FakeSite) -> None:
    """People of two departments, with the usual PIN."""
    pin_hash = quick_hash(PIN)
    for user in STATIONS:
        await asyncio.wrap_future(site.service.store.submit(add_user, user, pin_hash))


async def customer(site: FakeSite, count: int, area: str = AREA) -> int:
    """A customer with a number of its own."""
    one = Customer(name=f"客户{count}", phones=(f"139000{count:05}",), area=area, address=f"{area}{count}号")
    stored = await asyncio.wrap_future(site.service.store.submit(save_customer, one))
    return int(stored.id)


def fault(key: str = "k1", **values: Any) -> CreateTicketParams:
    """A fault of the shipped types."""
    force = bool(values.pop("force", False))
    known = {"type": "fault", "category": "tv_no_signal", "area": AREA, "contact": "李秀英"}
    return CreateTicketParams(ticket=NewTicket(key=key, **{**known, **values}), force=force)


async def create(client: EngineClient, key: str = "k1", **values: Any) -> TicketRow:
    """A new ticket."""
    made: CreatedTicket = await client.call("tickets.create", fault(key, **values))
    assert made.row is not None, made.same
    return made.row


async def act(client: EngineClient, number: str, deed: Deed, **values: Any) -> TicketRow:
    """Do something to a ticket."""
    row: TicketRow = await client.call(
        "tickets.act", ActParams(number=number, act=Act(deed=deed, **values)), timeout=30
    )
    return row


async def show(client: EngineClient, number: str) -> TicketDetail:
    """One ticket with all that belongs to it."""
    detail: TicketDetail = await client.call("tickets.show", TicketNumberParams(number=number))
    return detail


async def attach(client: EngineClient, number: str, name: str, content: bytes) -> Attachment:
    """Send a file in pieces."""
    for offset in range(0, max(1, len(content)), PIECE):
        piece = content[offset : offset + PIECE]
        params = AttachParams(
            number=number,
            name=name,
            offset=offset,
            data=base64.b64encode(piece).decode(),
            last=offset + PIECE >= len(content),
        )
        kept = (await client.call("tickets.attach", params)).attachment
    assert isinstance(kept, Attachment)
    return kept


async def refused(client: EngineClient, method: str, params: Any) -> tuple[Reason, str]:
    """Why the engine does not do it."""
    with pytest.raises(EngineFault) as refusal:
        await client.call(method, params)
    return Reason(refusal.value.reason), refusal.value.detail


async def settle(client: EngineClient, number: str) -> TicketRow:
    """The technician has been there, and the customer knows."""
    kinds = {kind.id: kind for kind in (await client.call("tickets.words")).types}
    await act(client, number, Deed.ACCEPT)
    for point, _ in kinds["fault"].checklist:
        await act(client, number, Deed.CHECK, target=point)
    await act(client, number, Deed.RETURN, text="更换接头", code=kinds["fault"].causes[0][0])
    return await act(client, number, Deed.REPLY, text="已修复")
