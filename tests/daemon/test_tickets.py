"""Tickets through the socket: made, seen, changed and told of, by those who may."""

import asyncio
import base64
from typing import Any

import pytest

from db.ticket_query import TicketFilter
from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed, Escalation, TicketState
from engine.wire.messages import Reason
from engine.wire.methods import METHODS, AuditParams
from engine.wire.tickets import (
    TICKETS_CHANGED,
    ActParams,
    AttachmentParams,
    AttachParams,
    BatchParams,
    DueParams,
    SimilarParams,
    TicketNumberParams,
    TicketsChanged,
    TicketsParams,
)
from tests.daemon.ticket_site import (
    AREA,
    EAST,
    PNG,
    WEST,
    act,
    attach,
    create,
    customer,
    fault,
    refused,
    show,
)
from tests.support.site import FakeSite
from tests.support.socket_line import RawClient
from tests.support.until import until
from tui.client import EngineClient

pytestmark = pytest.mark.asyncio
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def numbers(rows: Any) -> list[str]:
    return [row.ticket.number for row in rows]


# Made and moved


async def test_a_fault_goes_from_the_call_to_its_answer(office: FakeSite) -> None:
    agent, station = await office.console(), await office.console(EAST, "")
    li = await customer(office, 1)
    made = await create(agent, customer_id=li)
    ticket = made.ticket
    assert (ticket.state, ticket.department, ticket.owner) == (TicketState.DISPATCHED, "east", "8001")
    assert (made.customer_name, ticket.phone, ticket.area) == ("客户1", "13900000001", AREA)
    assert Deed.ACCEPT not in made.deeds  # that is for the station
    (row,) = (await station.call("tickets.list", TicketsParams(view="department"))).tickets
    assert (row.ticket.number, Deed.ACCEPT in row.deeds) == (ticket.number, True)
    kinds = {kind.id: kind for kind in (await agent.call("tickets.words")).types}
    await act(station, ticket.number, Deed.ACCEPT, version=ticket.version)
    for point, _ in kinds["fault"].checklist:
        await act(station, ticket.number, Deed.CHECK, target=point)
    await act(station, ticket.number, Deed.RETURN, text="更换接头", code=kinds["fault"].causes[0][0])
    answer = await act(agent, ticket.number, Deed.REPLY, text="已修复")
    assert answer.ticket.state is TicketState.REPLIED
    detail = await show(agent, ticket.number)
    assert [step.deed for step in detail.steps][:3] == [Deed.CREATED, Deed.DISPATCH, Deed.ACCEPT]
    assert {step.who for step in detail.steps} == {"8001", "system", EAST}
    assert detail.folder == str(office.service.paths.messages)


async def test_the_same_matter_is_proposed_and_a_lost_answer_makes_no_second_ticket(office: FakeSite) -> None:
    agent = await office.console()
    li = await customer(office, 1)
    first = await create(agent, customer_id=li)
    again = await agent.call("tickets.create", fault("k1", customer_id=li))
    assert (again.row.ticket.number, again.same) == (first.ticket.number, ())
    other = await agent.call("tickets.create", fault("k2", customer_id=li))
    assert (other.row, numbers(other.same)) == (None, [first.ticket.number])
    forced = await agent.call("tickets.create", fault("k2", customer_id=li, force=True))
    assert forced.row.ticket.number != first.ticket.number
    found = await agent.call("tickets.similar", SimilarParams(customer_id=li, type="fault"))
    assert (len(found.open), found.tickets_90) == (2, 2)


async def test_who_comes_second_is_told_who_was_first(office: FakeSite) -> None:
    one, two = await office.console(), await office.console("8002", "seat2")
    ticket = (await create(one)).ticket
    await act(one, ticket.number, Deed.REMARK, text="先到", version=ticket.version)
    late = ActParams(number=ticket.number, act=Act(deed=Deed.REMARK, text="后到", version=ticket.version))
    reason, detail = await refused(two, "tickets.act", late)
    number, version, who, at = detail.split()
    assert (reason, number, version, who) == (Reason.CONFLICT, ticket.number, str(ticket.version + 1), "8001")
    assert int(at) > 0
    assert "后到" not in [step.text for step in (await show(two, ticket.number)).steps]


async def test_what_the_rules_refuse_says_why(office: FakeSite) -> None:
    agent, station = await office.console(), await office.console(WEST, "")
    ticket = (await create(agent)).ticket

    async def why(client: EngineClient, deed: Deed, **values: Any) -> tuple[Reason, str]:
        return await refused(
            client, "tickets.act", ActParams(number=ticket.number, act=Act(deed=deed, **values))
        )

    now = "dispatched:dispatch,send_back,suspend,cancel,merge"
    assert await why(agent, Deed.CLOSE) == (Reason.REFUSED, f"illegal:{now}")
    assert await why(agent, Deed.ACCEPT) == (Reason.REFUSED, f"not_allowed:{now}")
    assert await why(agent, Deed.OWN, target="8002") == (Reason.REFUSED, "needs_reason")
    assert await why(agent, Deed.DISPATCH, target="nobody", text="?") == (Reason.REFUSED, "bad_target:nobody")
    assert await why(station, Deed.ACCEPT) == (Reason.REFUSED, "not_allowed")
    assert (await show(agent, ticket.number)).row.ticket.version == ticket.version


async def test_a_station_sees_its_own_tickets_and_nothing_else(office: FakeSite) -> None:
    agent, east, west = await office.console(), await office.console(EAST, ""), await office.console(WEST, "")
    ticket = (await create(agent)).ticket
    kept = await attach(agent, ticket.number, "现场.png", PNG)
    assert numbers((await east.call("tickets.list", TicketsParams())).tickets) == [ticket.number]
    assert (await west.call("tickets.list", TicketsParams(everything=True))).tickets == []
    for method, params in (
        ("tickets.show", TicketNumberParams(number=ticket.number)),
        ("tickets.attachment", AttachmentParams(id=kept.id)),
        ("tickets.attach", AttachParams(number=ticket.number, name="a.png", offset=0, data="", last=True)),
    ):
        assert (await refused(west, method, params))[0] is Reason.NOT_FOUND
    assert base64.b64decode((await east.call("tickets.attachment", AttachmentParams(id=kept.id))).data) == PNG
    for method in ("tickets.create", "tickets.batch", "tickets.similar", "tickets.aging", "tickets.reload"):
        assert (await refused(east, method, None))[0] is Reason.NOT_ALLOWED
    assert (await refused(east, "outages.suspected", None))[0] is Reason.NOT_ALLOWED


async def test_a_form_is_told_when_its_ticket_would_be_due(office: FakeSite) -> None:
    agent = await office.console()
    due = await agent.call("tickets.due", DueParams(type="fault"))
    ticket = (await create(agent)).ticket
    assert abs(due.respond_by - ticket.respond_by) < MINUTE
    assert abs(due.resolve_by - ticket.resolve_by) < MINUTE
    assert (await refused(agent, "tickets.due", DueParams(type="none")))[0] is Reason.NOT_FOUND


async def test_lists_counts_and_batches(office: FakeSite) -> None:
    agent, supervisor = await office.console(), await office.console("8801", "")
    made = [(await create(agent, f"k{n}")).ticket.number for n in range(3)]
    consult = (await create(agent, "c", type="consult", category="")).ticket.number
    listed = (await agent.call("tickets.list", TicketsParams(view="mine", type="fault"))).tickets
    assert numbers(listed) == made[::-1]
    assert (await agent.call("tickets.watch")).counts.mine == 4
    batch = BatchParams(
        numbers=(*made, consult, "999"), act=Act(deed=Deed.DISPATCH, target="repair", text="集中")
    )
    done = await supervisor.call("tickets.batch", batch)
    assert {row.ticket.department for row in done.done} == {"repair"}
    assert done.refused == {"999": "not_found"}
    rows = {row.department: row for row in (await supervisor.call("tickets.aging")).rows}
    assert rows["repair"].open == 4
    await office.settle()
    audit = (await (await office.console("8901", "")).call("audit.list", AuditParams())).rows
    assert [row.detail for row in audit if row.what == "tickets.batch"] == ["dispatch done=4 refused=1"]


# Told


async def test_consoles_are_told_together_each_with_its_own_counts(office: FakeSite) -> None:
    told: dict[str, list[TicketsChanged]] = {"8002": [], EAST: [], WEST: []}

    def listen(who: str) -> Any:
        return lambda name, params: told[who].append(params) if name == TICKETS_CHANGED else None

    agent = await office.console()
    other = await office.console("8002", "seat2", on_notice=listen("8002"))
    east = await office.console(EAST, "", on_notice=listen(EAST))
    west = await office.console(WEST, "", on_notice=listen(WEST))
    for client in (other, east, west):
        assert (await client.call("tickets.watch")).counts.overdue == 0
    made = [(await create(agent, f"k{n}", force=True)).ticket.number for n in range(5)]
    await until(lambda: all(told.values()) and told[EAST][-1].counts.department == 5)
    assert sorted({number for news in told["8002"] for number in news.numbers}) == made
    assert len(told["8002"]) < 5
    assert sorted({number for news in told[EAST] for number in news.numbers}) == made
    assert [news.numbers for news in told[WEST]] == [[]] * len(told[WEST])
    await other.close()
    watch = office.service.tickets.watch
    await until(lambda: "2 consoles" in repr(watch))


async def test_a_database_that_cannot_be_read_is_told_of_later(office: FakeSite) -> None:
    told: list[TicketsChanged] = []
    agent = await office.console()
    other = await office.console("8002", "seat2", on_notice=lambda name, params: told.append(params))
    await other.call("tickets.watch")
    await asyncio.wrap_future(
        office.service.store.submit(lambda conn: conn.execute("ALTER TABLE tickets RENAME TO away") and None)
    )
    assert (await refused(agent, "tickets.create", fault()))[0] is Reason.INTERNAL
    await asyncio.wrap_future(
        office.service.store.submit(lambda conn: conn.execute("ALTER TABLE away RENAME TO tickets") and None)
    )
    ticket = (await create(agent)).ticket
    await until(lambda: told and ticket.number in told[-1].numbers)


# Clocks


async def test_a_late_ticket_is_told_upwards_each_step_once(office: FakeSite) -> None:
    late: list[str] = []
    office.service.tickets.tell_leader = lambda number, since, hours, title: late.append(number)
    agent = await office.console()
    now = office.service.engine.clock.now()
    number = (await create(agent, created_at=now - 20 * DAY)).ticket.number

    async def escalations() -> list[str]:
        return [step.code for step in (await show(agent, number)).steps if step.deed is Deed.ESCALATE]

    await until(lambda: late == [number])
    assert await escalations() == ["warned", "breached", "supervisor", "leader"]
    assert (await show(agent, number)).row.ticket.escalation is Escalation.LEADER
    overdue = await agent.call("tickets.list", TicketsParams(view="overdue"))
    assert numbers(overdue.tickets) == [number]
    await office.restart()
    agent = await office.console()
    assert await escalations() == ["warned", "breached", "supervisor", "leader"]


async def test_what_waits_until_an_instant_comes_up_again_by_itself(office: FakeSite) -> None:
    agent = await office.console()
    number = (await create(agent)).ticket.number
    until_when = office.service.engine.clock.now() + 300
    row = await act(agent, number, Deed.SUSPEND, text="出差", code="customer", at=until_when)
    assert (row.ticket.state, row.ticket.resume_at) == (TicketState.SUSPENDED, until_when)

    async def history() -> list[tuple[Deed, str]]:
        return [(step.deed, step.who) for step in (await show(agent, number)).steps]

    while (Deed.RESUME, "system") not in await history():
        assert office.service.engine.clock.now() < until_when + 30_000
        await asyncio.sleep(0.02)
    assert office.service.engine.clock.now() >= until_when
    ticket = (await show(agent, number)).row.ticket
    assert (ticket.state, ticket.resume_at, ticket.department) == (TicketState.DISPATCHED, 0, "east")


async def test_clocks_wait_for_a_database_that_cannot_be_written(
    office: FakeSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("engine.daemon.tickets.clock._AGAIN_S", 0.05)

    def change(text: str) -> None:
        office.service.store.submit(lambda conn: conn.execute(text) and None).result()

    change("CREATE TRIGGER full BEFORE UPDATE ON tickets BEGIN SELECT RAISE(ABORT, 'no room'); END")
    late: list[str] = []
    office.service.tickets.tell_leader = lambda number, since, hours, title: late.append(number)
    agent = await office.console()
    now = office.service.engine.clock.now()
    number = (await create(agent, created_at=now - 20 * DAY)).ticket.number
    await until(lambda: "the clocks stand" in caplog.text)
    assert late == []
    change("DROP TRIGGER full")
    await until(lambda: late == [number])


# Rubbish

RUBBISH: tuple[Any, ...] = (
    {},
    {"number": "' OR 1=1 --"},
    {"number": "x" * 5000, "act": {"deed": "remark", "text": "长" * 9_000}},
    {"number": "1", "act": {"deed": "no such deed"}},
    {"number": "1", "act": {"deed": "expect", "at": 2**62}},
    {"number": "1", "act": {"deed": "expect", "at": -5}},
    {"number": "1", "act": {"deed": "edit", "fields": {"\u202e" * 100: "x" * 9999}}},
    {"ticket": {"key": "", "type": "", "created_at": -1}},
    {"ticket": {"key": "k", "type": "fault", "customer_id": 2**70}},
    {"ticket": {"key": "k", "type": "fault", "priority": 99, "fields": {"a": "b"}}},
    {"view": "all", "order": "sideways"},
    {"view": "mine", "limit": -1, "before_id": 2**64, "customer_id": -1},
    {"since": 2**60, "until": -1, "text": "%_*\"'", "phone": "++--"},
    {"numbers": ["1"] * 501, "act": {"deed": "close"}},
    {"numbers": [], "act": {"deed": "merge", "target": "1"}},
    {"id": 2**64, "offset": -(2**64)},
    {"id": 1, "until_at": 1, "text": "x" * 9999},
    {"number": "1", "name": "\u0007", "offset": 0, "data": "", "last": True},
    {"text": "", "limit": 10**9},
)


async def test_rubbish_is_refused_in_words_by_every_method(office: FakeSite) -> None:
    admin = await office.console("8901", "")
    number = (await create(admin, force=True)).ticket.number
    names = [name for name in METHODS if name.startswith(("tickets.", "outages."))]
    async with RawClient(office.socket) as raw:
        await raw.ask("session.hello", {"client": "test", "protocol": 1})
        for name in names:
            for body in RUBBISH:
                for params in (body, {**body, "number": number} if "number" in body else body):
                    answer = await raw.ask(name, params)
                    if "error" in answer:
                        assert answer["error"]["reason"] != Reason.INTERNAL, (name, params)
    assert (await show(admin, number)).row.ticket.state is TicketState.DISPATCHED


async def test_the_filter_of_the_socket_is_that_of_the_database() -> None:
    fields = set(TicketsParams.__struct_fields__)
    assert set(TicketFilter.__dataclass_fields__) == fields | {"now", "midnight"}
