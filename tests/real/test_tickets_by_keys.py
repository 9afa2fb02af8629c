"""A fault told by keys and an outage waited for, from the real telephone line to the office's lists."""

import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.adapters.exchange import Listen, Pause, Press, Say
from engine.core.notices import NoticeKind
from engine.core.records import Customer
from engine.core.states import CallbackKind, CallState
from engine.core.tickets.states import TicketState
from engine.wire.callbacks import CallbackRow, CallbacksParams, CloseCallbackParams
from engine.wire.methods import SaveCustomerParams
from engine.wire.notices import AddNoticeParams, NoticeIdParams, NoticesParams
from engine.wire.tickets import TicketDetail, TicketNumberParams, TicketsParams
from tests.real.world import call_in, gone, now_ms, other_configuration, prompt
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound
from tests.support.site import HOME

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

LI, WANG = "13911110071", "13911110072"
PLACE = "东坪新村"
THINKS = Pause(0.8)  # between hearing a menu and pressing a key


@pytest_asyncio.fixture(loop_scope="session")
async def real(real: Whole) -> AsyncIterator[Whole]:
    """The centre with the menu that is shipped."""
    home = real.centre.site.paths.home
    shutil.copytree(HOME / "flows", home / "shipped", dirs_exist_ok=True)
    async with other_configuration(
        real, lambda settings: settings["ivr"].__setitem__("flow", "shipped/main.toml")
    ):
        yield real


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


async def test_a_fault_by_keys_is_a_ticket_with_what_was_said(real: Whole) -> None:
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


async def test_who_wants_to_know_when_an_outage_is_over_is_a_task(real: Whole) -> None:
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
