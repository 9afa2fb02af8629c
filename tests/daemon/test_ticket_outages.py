"""What looks like an outage, through the socket: suspected, confirmed, joined, ended, dismissed."""

from typing import Any

import pytest

from engine.core.notices import NoticeKind
from engine.core.states import CallbackKind
from engine.core.tickets.records import NewTicket
from engine.core.tickets.states import Deed, TicketState
from engine.wire.callbacks import CallbacksParams
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams
from engine.wire.notices import NoticeIdParams, NoticesParams
from engine.wire.tickets import (
    TICKETS_CHANGED,
    ConfirmedOutage,
    ConfirmOutageParams,
    Suspect,
    SuspectParams,
    TicketRow,
    TicketsChanged,
)
from tests.daemon.ticket_site import AREA, act, create, customer, fault, refused, settle, show
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient

pytestmark = pytest.mark.asyncio
HOUR = 3_600_000


async def reports(office: FakeSite, agent: EngineClient, *counts: int, area: str = AREA) -> list[TicketRow]:
    """So many customers have no signal."""
    return [
        await create(agent, f"f{count}", customer_id=await customer(office, count, area), area=area)
        for count in counts
    ]


async def suspected(office: FakeSite, supervisor: EngineClient) -> list[Suspect]:
    """What the detector has found by now."""
    await until(lambda: office.service.tickets.outages.count)
    found: list[Suspect] = (await supervisor.call("outages.suspected")).suspects
    return found


def in_an_hour(office: FakeSite) -> int:
    return office.service.engine.clock.now() + HOUR


async def test_an_outage_from_the_first_report_to_the_last_call_back(office: FakeSite) -> None:
    told: list[TicketsChanged] = []

    def listen(name: str, params: Any) -> None:
        if name == TICKETS_CHANGED:
            told.append(params)

    agent, supervisor = await office.console(), await office.console("8801", "", on_notice=listen)
    assert (await supervisor.call("tickets.watch")).suspects == 0
    rows = await reports(office, agent, 1, 2, 3, 4)
    numbers = [row.ticket.number for row in rows]
    assert (await supervisor.call("outages.suspected")).suspects == []
    numbers += [row.ticket.number for row in await reports(office, agent, 5)]
    (suspect,) = await suspected(office, supervisor)
    assert (suspect.line, suspect.area, suspect.numbers) == ("tv", AREA, numbers)
    await until(lambda: told and told[-1].suspects == 1)

    done: ConfirmedOutage = await supervisor.call(
        "outages.confirm", ConfirmOutageParams(id=suspect.id, until_at=in_an_hour(office))
    )
    assert (done.main, done.merged, done.watchers) == (numbers[0], numbers[1:], 5)
    (notice,) = (await agent.call("notices.list", NoticesParams())).notices
    assert (notice.notice.id, notice.notice.kind, notice.waiting) == (done.notice_id, NoticeKind.OUTAGE, 5)
    assert (notice.notice.areas, notice.notice.line) == ((AREA,), "tv")
    assert notice.notice.text == f"{AREA}数字电视故障,正在抢修"
    main = await show(agent, numbers[0])
    assert (main.merged, main.row.ticket.outage_id) == (numbers[1:], done.notice_id)
    assert [step.target for step in main.steps if step.deed is Deed.AGAIN] == numbers[1:]
    await until(lambda: told[-1].suspects == 0)

    later = (await reports(office, agent, 6))[0].ticket  # who reports now belongs to it
    assert (later.merged_into, later.outage_id) == (numbers[0], done.notice_id)
    elsewhere = (await reports(office, agent, 7, area="西山片区"))[0].ticket
    assert elsewhere.merged_into == ""

    apart = await act(supervisor, numbers[1], Deed.UNMERGE, text="户内问题")
    assert (apart.ticket.merged_into, apart.ticket.state) == ("", TicketState.VERIFIED)

    answer = await settle(supervisor, numbers[0])
    assert answer.ticket.state is TicketState.REPLIED
    ended = await supervisor.call("notices.end", NoticeIdParams(id=done.notice_id))
    assert ended.to_call == 6
    tasks = [row.record for row in (await supervisor.call("callbacks.list", CallbacksParams())).callbacks]
    assert {task.kind for task in tasks} == {CallbackKind.REPAIRED}
    assert sorted(task.number for task in tasks) == [f"139000{count:05}" for count in range(1, 7)]

    late = (await reports(office, agent, 8))[0].ticket  # it is over: this is another matter
    assert late.merged_into == ""
    await office.settle()
    audit = (await (await office.console("8901", "")).call("audit.list", AuditParams())).rows
    assert [row.detail for row in audit if row.what == "outages.confirm"] == [
        f"main={numbers[0]} merged=4 watchers=5"
    ]


async def test_what_callers_tell_by_keys_counts_and_joins(office: FakeSite) -> None:
    supervisor = await office.console("8801", "")
    desk = office.service.tickets

    async def tells(count: int) -> str:
        new = NewTicket(
            key=f"c{count}",
            type="fault",
            line="broadband",
            fault="no_connection",
            customer_id=await customer(office, count),
            phone=f"139000{count:05}",
        )
        return (await desk.report(new, None, at=desk.now()))[1].number

    numbers = [await tells(count) for count in range(5)]
    (suspect,) = await suspected(office, supervisor)
    assert suspect.numbers == numbers
    params = ConfirmOutageParams(
        id=suspect.id, until_at=in_an_hour(office), text="光缆被挖断", text_en="cable"
    )
    done = await supervisor.call("outages.confirm", params)
    joined = await tells(9)
    detail = await show(supervisor, joined)
    assert detail.row.ticket.merged_into == done.main
    assert detail.row.ticket.outage_id == done.notice_id
    (notice,) = (await supervisor.call("notices.list", NoticesParams())).notices
    assert (notice.waiting, notice.notice.text_en) == (6, "cable")


async def test_what_is_none_is_dismissed_for_good(office: FakeSite) -> None:
    agent, supervisor = await office.console(), await office.console("8801", "")
    await reports(office, agent, *range(5))
    (suspect,) = await suspected(office, supervisor)
    assert (await refused(agent, "outages.dismiss", SuspectParams(id=suspect.id)))[0] is Reason.NOT_ALLOWED
    too_early = ConfirmOutageParams(id=suspect.id, until_at=1)
    assert (await refused(supervisor, "outages.confirm", too_early))[0] is Reason.INVALID
    assert len((await supervisor.call("outages.suspected")).suspects) == 1  # all of it or nothing
    assert (await agent.call("notices.list", NoticesParams())).notices == []
    await supervisor.call("outages.dismiss", SuspectParams(id=suspect.id))
    again = ConfirmOutageParams(id=suspect.id, until_at=in_an_hour(office))
    assert (await refused(supervisor, "outages.confirm", again))[0] is Reason.CONFLICT
    assert (await refused(supervisor, "outages.dismiss", SuspectParams(id=99)))[0] is Reason.NOT_FOUND
    await reports(office, agent, 11)
    assert (await supervisor.call("outages.suspected")).suspects == []


async def test_without_any_place_nobody_is_told_of_an_outage(office: FakeSite) -> None:
    agent, supervisor = await office.console(), await office.console("8801", "")
    for count in range(5):
        await agent.call("tickets.create", fault(f"n{count}", area="", node="N7", phone=f"139000{count:05}"))
    (suspect,) = await suspected(office, supervisor)
    assert (suspect.area, suspect.node) == ("", "N7")
    params = ConfirmOutageParams(id=suspect.id, until_at=in_an_hour(office))
    assert await refused(supervisor, "outages.confirm", params) == (Reason.INVALID, "area")


async def test_suspects_are_found_again_after_a_restart(office: FakeSite) -> None:
    agent = await office.console()
    await reports(office, agent, *range(5))
    await until(lambda: office.service.tickets.outages.count == 1)
    await office.restart()
    supervisor = await office.console("8801", "")
    assert len(await suspected(office, supervisor)) == 1
    assert (await supervisor.call("tickets.watch")).suspects == 1


async def test_what_is_solved_while_an_outage_goes_on_is_kept(office: FakeSite) -> None:
    """Who has the answer already does not belong to the outage, and the ticket is not refused either."""
    agent, supervisor = await office.console(), await office.console("8801", "")
    await reports(office, agent, 1, 2, 3, 4, 5)
    (suspect,) = await suspected(office, supervisor)
    await supervisor.call("outages.confirm", ConfirmOutageParams(id=suspect.id, until_at=in_an_hour(office)))
    li = await customer(office, 6)
    solved = (await create(agent, "s1", customer_id=li, solved=True, reply="机顶盒重启后正常")).ticket
    assert (solved.state, solved.merged_into) == (TicketState.REPLIED, "")
