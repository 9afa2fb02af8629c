"""A fault told by keys, an outage waited for, a technician's order: from the line to the office's lists."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from engine.adapters.exchange import Listen, Pause, Press, Say
from engine.core.notices import NoticeKind
from engine.core.records import Customer
from engine.core.states import CallbackKind, CallState, Role
from engine.core.tickets.heard import STATUS, about, heard
from engine.core.tickets.records import Act, NewTicket
from engine.core.tickets.states import Deed, TicketKind, TicketState
from engine.daemon.services.tickets import expected_text
from engine.wire.callbacks import CallbackRow, CallbacksParams, CloseCallbackParams
from engine.wire.customers import SaveCustomerParams
from engine.wire.methods import AddUserParams
from engine.wire.notices import AddNoticeParams, NoticeIdParams, NoticesParams
from engine.wire.tickets import (
    ActParams,
    CreateTicketParams,
    TicketDetail,
    TicketNumberParams,
    TicketsParams,
)
from tests.real.office import Office, open_office
from tests.real.world import CALLER, call_in, gone, now_ms, prompt
from tests.support.centre import Whole, eventually
from tests.support.heard import RATE, Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

LI, WANG = "13911110071", "13911110072"
PLACE = "东坪新村"
STATION, TECHNICIAN, PIN = "east", "7011", "8342965"
THINKS = Pause(0.8)  # between hearing a menu and pressing a key


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(whole_centre: Whole) -> AsyncIterator[Office]:
    async with open_office(whole_centre) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def office(running: Office, real: Whole) -> AsyncIterator[Office]:
    """The centre with the menu that is shipped, and a line to call from."""
    yield running
    await running.gateway.hang_up_all()


async def lives(real: Whole, number: str, name: str) -> int:
    """A customer with this number, in a place where nobody else lives."""
    customer = Customer(name=name, phones=(number,), area=PLACE, address="3号楼")
    card = await real.ask("customer.save", SaveCustomerParams(customer=customer))
    return int(card.customer.id)


async def told(real: Whole, number: str) -> TicketDetail:
    """The one ticket from this number, with its voice message."""

    async def found() -> TicketDetail | None:
        rows = (await real.ask("tickets.list", TicketsParams(phone=number))).tickets
        if not rows:
            return None
        (row,) = rows
        detail: TicketDetail = await real.ask("tickets.show", TicketNumberParams(number=row.ticket.number))
        return detail

    detail: TicketDetail = await eventually(found, 60, f"a ticket of {number}")
    return detail


async def test_a_fault_by_keys_is_a_ticket_with_what_was_said(office: Office) -> None:
    real = office.real
    customer_id = await lives(real, LI, "李桂芳")
    question_s = Sound.of(prompt(real, "fault_describe")).seconds
    # 2 faults, 1 television, 1 no signal; a few words, then #
    real.call(
        LI,
        *(THINKS, Press("2"), THINKS, Press("1"), THINKS, Press("1")),
        *(Pause(question_s + 1.5), Say("tone_3s"), Press("#"), Listen(60)),
    )
    detail = await told(real, LI)
    ticket = detail.row.ticket
    assert (ticket.type, ticket.line, ticket.fault) == ("fault", "tv", "no_signal")
    assert (ticket.state, ticket.customer_id, ticket.phone) == (TicketState.DISPATCHED, customer_id, LI)
    (recording,) = detail.attachments
    file = Path(detail.folder) / recording.name
    assert recording.error == ""
    assert 2_000 < recording.length_ms < 8_000
    assert hashlib.sha256(file.read_bytes()).hexdigest() == recording.sha256
    await real.hang_up(LI)
    await gone(real, LI)
    assert ticket.call_id == (await real.detail(LI)).record.call_id


async def test_who_wants_to_know_when_an_outage_is_over_is_a_task(office: Office) -> None:
    real = office.real
    await lives(real, WANG, "王德海")
    outage = AddNoticeParams(
        kind=NoticeKind.OUTAGE, areas=(PLACE,), until_at=now_ms() + 3_600_000, text="光缆被挖断"
    )
    added = (await real.ask("notices.add", outage)).notice
    try:
        real.call(WANG, Pause(1.5), Press("#"), Listen(60))
        await call_in(real, WANG, CallState.IVR)

        async def waits() -> bool | None:
            (row,) = [
                row
                for row in (await real.ask("notices.list", NoticesParams())).notices
                if row.notice.id == added.id
            ]
            return True if row.waiting else None

        await eventually(waits, 60, "waiting for the end of the outage")
        await real.hang_up(WANG)
        await gone(real, WANG)
    finally:
        ended = await real.ask("notices.end", NoticeIdParams(id=added.id))
    assert ended.to_call == 1
    tasks: list[CallbackRow] = (await real.ask("callbacks.list", CallbacksParams())).callbacks
    (task,) = [row.record for row in tasks if row.record.number == WANG]
    assert (task.kind, task.remark) == (CallbackKind.REPAIRED, "光缆被挖断")
    await real.ask("callbacks.done", CloseCallbackParams(id=task.id))


async def test_a_technician_returns_an_order_by_telephone(office: Office) -> None:
    real = office.real
    office.secrets.add(PIN)
    somebody = AddUserParams(
        staff_number=TECHNICIAN, name="马师傅", role=Role.STATION, pin=PIN, department=STATION
    )
    await real.ask("users.add", somebody)
    for row in (await real.ask("tickets.list", TicketsParams(department=STATION))).tickets:
        if not row.ticket.technician:  # of other tests
            given = Act(deed=Deed.ASSIGN, target="李师傅")
            await real.ask("tickets.act", ActParams(number=row.ticket.number, act=given))
    new = NewTicket(
        key="by-telephone", type="fault", category="tv_no_signal", address="柳林乡东街8号", department=STATION
    )
    ticket = (await real.ask("tickets.create", CreateTicketParams(ticket=new))).row.ticket
    what = {"order_about": about(ticket, TicketKind.FAULT, "zh"), "order_place": ticket.address}
    status = STATUS[heard(ticket)].of("zh")

    caller = await office.call("13909310011")
    await caller.press(f"8,{TECHNICIAN}#")
    await caller.hears("enter_staff_pin")
    await caller.press(f"{PIN}#")
    due = expected_text(ticket.resolve_by, office.zone)
    await caller.hears("job", **what, order_status=status, order_due=due)
    await caller.press("1")
    await caller.hears_out("job_detail", order=ticket.number, **what)
    await caller.press("3")
    await caller.hears("enter_cause")
    await caller.press("1#")
    times = np.arange(2 * RATE) / RATE
    await caller.leaves_message("job_note", Sound(0.3 * np.sin(2 * np.pi * CALLER * times)))
    await caller.hears("job_kept")
    await caller.hears("no_jobs")
    await caller.hang_up()

    detail: TicketDetail = await real.ask("tickets.show", TicketNumberParams(number=ticket.number))
    after = detail.row.ticket
    assert (after.state, after.cause, after.technician) == (TicketState.RETURNED, "cable", TECHNICIAN)
    assert {step.who for step in detail.steps if step.deed is Deed.RETURN} == {TECHNICIAN}
    (spoken,) = detail.attachments
    file = Path(detail.folder) / spoken.name
    assert (spoken.error, spoken.who) == ("", TECHNICIAN)
    assert 1_000 < spoken.length_ms < 6_000
    assert hashlib.sha256(file.read_bytes()).hexdigest() == spoken.sha256
    assert Sound.of(file).tone_seconds(CALLER) > 1
    office.secrets_kept()
