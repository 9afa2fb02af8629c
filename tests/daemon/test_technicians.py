"""Technicians by telephone: who they are, what they hear, and what becomes of an order."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.users import add_user, credentials
from engine.core.records import User
from engine.core.states import Role
from engine.core.tickets.records import Act, NewTicket, Ticket
from engine.core.tickets.states import Deed, TicketState
from engine.daemon.services.base import Answer, Asked
from engine.daemon.services.technicians import SERVICES
from tests.daemon.test_ticket_services import NOW, Office
from tests.support.quick_hash import quick_hash
from tests.support.tickets import ADMIN, shown

pytestmark = pytest.mark.asyncio
EAST = "东山片区"


class Van:
    """A technician's telephone."""

    def __init__(self, desk: Office) -> None:
        self.desk = desk
        self.count = 0

    async def ask(self, service: str, call_id: str = "v1", key: str = "", **arguments: Any) -> Answer:
        self.count += 1
        secrets = {"pin": arguments.pop("pin")} if "pin" in arguments else {}
        asked = Asked(
            call_id=call_id,
            request=self.count,
            key=key or f"{call_id}:{self.count}",
            service=service,
            arguments=arguments,
            cli="13909310000",
            now=NOW,
            zone=self.desk.tools.zone,
            secrets=secrets,
        )
        return await SERVICES[service](asked, self.desk.tools)

    async def signs_in(self, staff: str = "8011", pin: str = "46810") -> str:
        return (await self.ask("technician_sign_in", staff=staff, pin=pin)).outcome

    async def order(self, **given: Any) -> str:
        """A fault that the station has by its area; its number."""
        values: dict[str, Any] = {
            "type": "fault",
            "category": "tv_no_signal",
            "area": EAST,
            "address": "东街1号",
        }
        new = NewTicket(key=f"k{len(given)}{self.count}{given}", **(values | given))
        ticket, _ = await self.desk.tools.tickets.create(new, ADMIN, force=True)
        assert ticket is not None
        return ticket.number

    async def ticket(self, number: str) -> Ticket:
        return (await asyncio.wrap_future(self.desk.tools.store.read(shown, number))).ticket


@pytest.fixture
def van(tmp_path: Path) -> Iterator[Van]:
    desk = Office(tmp_path)
    people = (
        ("8011", "马师傅", Role.STATION, "east"),
        ("8012", "牛师傅", Role.STATION, "east"),
        ("8001", "林晓燕", Role.AGENT, ""),
    )
    for number, name, role, department in people:
        user = User(staff_number=number, name=name, role=role, department=department)
        desk.tools.store.submit(add_user, user, quick_hash("46810")).result()
    yield Van(desk)
    desk.tools.store.close()


async def test_only_people_of_a_department_with_their_pin(van: Van) -> None:
    assert await van.signs_in("8011", "99999") == "wrong"
    assert await van.signs_in("8001") == "wrong"  # of the office
    assert await van.signs_in("7777") == "wrong"
    for service in SERVICES:
        if service != "technician_sign_in":
            answer = await van.ask(service, number="1", order="1", result="done")
            assert answer.outcome == "signed_out", service
    assert await van.signs_in() == "found"
    assert (await van.ask("technician_orders", call_id="v2")).outcome == "signed_out"  # another call
    van.desk.tools.vault.forget("v1")
    assert (await van.ask("technician_orders")).outcome == "signed_out"  # the call is over
    for _ in range(6):
        last = await van.signs_in("8011", "99999")
    assert last == "locked"


async def test_nobody_locks_the_office_out_by_telephone(van: Van) -> None:
    for _ in range(8):
        assert await van.signs_in("8001", "99999") == "wrong"
    found = van.desk.tools.store.read(credentials, "8001").result()
    assert found is not None
    assert (found.failed_attempts, found.user.locked_until) == (0, 0)


async def test_orders_of_the_station_what_is_due_first(van: Van) -> None:
    await van.signs_in()
    assert (await van.ask("technician_orders")).outcome == "none"
    first = await van.order()
    await van.order(area="城关镇")
    answer = await van.ask("technician_orders")
    (row,) = answer.values["orders"]  # type: ignore[misc, str-unpack]
    assert row["order"] == first  # type: ignore[index]
    assert row["order_place"] == "东街1号"  # type: ignore[index]
    assert (await van.ask("technician_order", number=first)).values == row


async def test_behind_many_orders_of_colleagues_the_own_one_is_heard(van: Van) -> None:
    await van.signs_in()
    for count in range(100):
        number = await van.order(title=f"{count}", created_at=NOW - 1)
        await van.desk.tools.tickets.act(number, Act(deed=Deed.ASSIGN, target="8012"), ADMIN)
    own = await van.order()
    answer = await van.ask("technician_orders")
    assert [row["order"] for row in answer.values["orders"]] == [own]  # type: ignore[index, union-attr]


async def test_accepted_there_and_repaired_with_cause_and_voice_once(van: Van) -> None:
    await van.signs_in()
    number = await van.order()
    assert (await van.ask("technician_report", order=number, result="accept")).outcome == "done"
    assert (await van.ticket(number)).technician == "8011"
    assert (await van.ask("technician_report", order=number, result="arrive")).outcome == "done"
    assert (await van.ticket(number)).state is TicketState.ON_SITE
    for wrong in ("0", "99", "x", ""):
        answer = await van.ask("technician_report", order=number, result="done", cause=wrong)
        assert answer.outcome == "bad_cause", wrong
    van.desk.voice("said")
    asked = {"order": number, "result": "done", "cause": "1", "recording": "said"}
    for _ in range(2):
        assert (await van.ask("technician_report", key="once", **asked)).outcome == "done"
    after = await asyncio.wrap_future(van.desk.tools.store.read(shown, number))
    kind = van.desk.tools.tickets.book.types["fault"]
    assert after.ticket.state is TicketState.RETURNED
    assert after.ticket.cause == kind.causes[0][0]
    assert set(after.ticket.checked) == {point for point, _ in kind.checklist}
    assert [(one.name, one.who) for one in after.attachments] == [("said.wav", "8011")]
    assert [step.deed for step in after.steps].count(Deed.RETURN) == 1
    assert (await van.ask("technician_report", order=number, result="done", cause="1")).outcome == "gone"


async def test_returned_at_once_from_dispatched(van: Van) -> None:
    await van.signs_in()
    number = await van.order()
    assert (await van.ask("technician_report", order=number, result="done", cause="2")).outcome == "done"
    assert (await van.ticket(number)).state is TicketState.RETURNED


async def test_what_cannot_be_leaves_everything_as_it_was(van: Van) -> None:
    await van.signs_in()
    number = await van.order()
    before = await van.ticket(number)
    for result in ("juggle", "", "close"):
        answer = await van.ask("technician_report", order=number, result=result)
        assert answer.outcome == "refused", result
    assert await van.ticket(number) == before
    elsewhere = await van.order(area="城关镇")
    for number in (elsewhere, "999999999", "'; DROP TABLE tickets", "\ud800"):
        assert (await van.ask("technician_report", order=number, result="accept")).outcome == "gone"
        assert (await van.ask("technician_order", number=number)).outcome == "gone"


async def test_what_is_not_theirs_goes_back_with_the_voice(van: Van) -> None:
    await van.signs_in()
    number = await van.order()
    van.desk.voice("why")
    asked = {"order": number, "result": "not_ours", "recording": "why"}
    assert (await van.ask("technician_report", **asked)).outcome == "done"
    ticket = await van.ticket(number)
    assert (ticket.state, ticket.department) == (TicketState.VERIFIED, "")
    after = await asyncio.wrap_future(van.desk.tools.store.read(shown, number))
    assert [one.name for one in after.attachments] == ["why.wav"]
