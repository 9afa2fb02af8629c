"""Numbers on tickets: hidden from agents who need them not, and never lost by being hidden."""

import pytest

from db.audit import list_audit
from engine.core.tickets.states import Deed
from engine.wire.messages import Reason
from engine.wire.paper import PrintTicketParams
from engine.wire.phone import DialParams
from engine.wire.tickets import SimilarParams, TicketsParams
from tests.daemon.ticket_site import EAST, act, create, customer, fault, refused, show
from tests.support.site import FakeSite

pytestmark = pytest.mark.asyncio
CLEAR, HIDDEN = "13900000001", "139****0001"


async def test_who_needs_the_number_sees_it_and_others_do_not(office: FakeSite) -> None:
    owner, other = await office.console(), await office.console("8002", "seat2")
    station, supervisor = await office.console(EAST, ""), await office.console("8801", "")
    li = await customer(office, 1)
    number = (await create(owner, customer_id=li)).ticket.number
    for client, phone in ((owner, CLEAR), (station, CLEAR), (supervisor, CLEAR), (other, HIDDEN)):
        (row,) = (await client.call("tickets.list", TicketsParams())).tickets
        assert row.ticket.phone == phone
        assert (await show(client, number)).row.ticket.phone == phone
    same = await other.call("tickets.similar", SimilarParams(customer_id=li, phone=HIDDEN))
    assert [row.ticket.phone for row in same.open] == [HIDDEN]
    known = await other.call("tickets.create", fault("k2", customer_id=li))
    assert [row.ticket.phone for row in known.same] == [HIDDEN]
    await act(owner, number, Deed.EDIT, fields={"phone": "13700000002"})
    shown = await show(other, number)
    assert (shown.row.ticket.phone, shown.steps[-1].text) == (
        "137****0002",
        "phone: 139****0001 => 137****0002",
    )


async def test_a_number_that_was_hidden_is_not_lost(office: FakeSite) -> None:
    owner, other = await office.console(), await office.console("8002", "seat2")
    li = await customer(office, 1)
    made = await create(other, customer_id=li, phone=HIDDEN)  # as the form had it from the card
    assert made.ticket.phone == CLEAR
    wrong = fault("k3", force=True, customer_id=li, phone="138****9999")
    assert (await refused(owner, "tickets.create", wrong))[0] is Reason.NOT_FOUND
    remark = {"phone": HIDDEN, "contact": "李四妹"}
    edited = await act(owner, made.ticket.number, Deed.EDIT, fields=remark)
    assert (edited.ticket.phone, edited.ticket.contact) == (HIDDEN, "李四妹")
    assert (await show(other, made.ticket.number)).row.ticket.phone == CLEAR


async def test_a_hidden_number_is_dialled_by_its_ticket(office: FakeSite) -> None:
    owner, other = await office.console(), await office.console("8002", "seat2")
    number = (await create(owner, phone=CLEAR)).ticket.number  # of nobody who is known
    await other.call("agent.ready")
    await other.call("agent.dial", DialParams(number=HIDDEN, ticket=number))
    await office.asterisk.wait_received("Originate")
    (call,) = office.service.engine.floor.state.calls.values()
    assert call.record.cli == CLEAR


async def test_who_prints_an_order_is_written_down(office: FakeSite) -> None:
    station = await office.console(EAST, "")
    number = (await create(await office.console(), phone=CLEAR)).ticket.number
    await station.call("tickets.print", PrintTicketParams(number=number), timeout=60)
    office.service.store.flush().result()
    rows = office.service.store.read(list_audit, what="tickets.print").result()
    assert [(row.who, row.subject) for row in rows] == [(EAST, number)]
