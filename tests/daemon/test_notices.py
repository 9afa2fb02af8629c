"""Announcements and outages through the socket, and who is called when one is over."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from db.notices import end_notice, watch_outage
from engine.core.notices import NoticeKind, Watcher
from engine.core.states import CallbackKind, CallbackState
from engine.wire.callbacks import CallbacksParams
from engine.wire.messages import Reason
from engine.wire.notices import AddNoticeParams, ChangeNoticeParams, NoticeIdParams, NoticesParams
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

HOUR = 3_600_000
LI, WANG = "13900000001", "13900000002"


async def watches(site: FakeSite, outage: int, *numbers: str) -> None:
    for number in numbers:
        await asyncio.wrap_future(
            site.service.store.submit(watch_outage, outage, Watcher(number=number, call_id=f"x{number}"), 5)
        )


async def refused(client: EngineClient, method: str, params: Any) -> Reason:
    with pytest.raises(EngineFault) as refusal:
        await client.call(method, params)
    return Reason(refusal.value.reason)


@pytest.mark.asyncio
async def test_supervisors_announce_and_agents_look(site: FakeSite) -> None:
    supervisor, agent = await site.console("8801", ""), await site.console()
    now = site.service.engine.clock.now()
    params = AddNoticeParams(
        kind=NoticeKind.OUTAGE, areas=("城东",), until_at=now + HOUR, text="光缆抢修", text_en="cable"
    )
    added = await supervisor.call("notices.add", params)
    assert added.notice.by == "8801"
    assert added.notice.from_at >= now
    changed = await supervisor.call(
        "notices.change", ChangeNoticeParams(id=added.notice.id, until_at=now + 2 * HOUR)
    )
    assert changed.notice == replace(added.notice, until_at=now + 2 * HOUR)
    (row,) = (await agent.call("notices.list", NoticesParams())).notices
    assert (row.notice, row.waiting) == (changed.notice, 0)
    for method, wanted in (
        ("notices.add", params),
        ("notices.change", ChangeNoticeParams(id=1)),
        ("notices.end", NoticeIdParams(id=1)),
    ):
        assert await refused(agent, method, wanted) is Reason.NOT_ALLOWED
    assert await refused(supervisor, "notices.end", NoticeIdParams(id=99)) is Reason.NOT_FOUND
    assert await refused(supervisor, "notices.end", NoticeIdParams(id=2**70)) is Reason.NOT_FOUND
    assert await refused(supervisor, "notices.add", AddNoticeParams(from_at=-1)) is Reason.INVALID
    assert await refused(supervisor, "notices.add", AddNoticeParams()) is Reason.INVALID


@pytest.mark.asyncio
async def test_the_end_of_an_outage_puts_each_number_down_once(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    now = site.service.engine.clock.now()
    params = AddNoticeParams(kind=NoticeKind.OUTAGE, until_at=now + HOUR, text="光缆抢修")
    first, second = [(await supervisor.call("notices.add", params)).notice.id for _ in range(2)]
    await watches(site, first, LI, WANG)
    await watches(site, second, LI)
    ended = await supervisor.call("notices.end", NoticeIdParams(id=first))
    assert ended.to_call == 2
    assert (await supervisor.call("notices.end", NoticeIdParams(id=first))).to_call == 0
    assert (await supervisor.call("notices.end", NoticeIdParams(id=second))).to_call == 1
    tasks = [row.record for row in (await supervisor.call("callbacks.list", CallbacksParams())).callbacks]
    assert [(task.number, task.kind, task.state, task.remark) for task in tasks] == [
        (LI, CallbackKind.REPAIRED, CallbackState.OPEN, "光缆抢修"),
        (WANG, CallbackKind.REPAIRED, CallbackState.OPEN, "光缆抢修"),
    ]


@pytest.mark.asyncio
async def test_an_engine_that_stopped_in_between_calls_the_rest(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    now = site.service.engine.clock.now()
    params = AddNoticeParams(kind=NoticeKind.OUTAGE, until_at=now + HOUR, text="光缆抢修")
    outage = (await supervisor.call("notices.add", params)).notice.id
    await watches(site, outage, LI)
    await asyncio.wrap_future(site.service.store.submit(end_notice, outage, now))
    await site.restart()
    agent = await site.console()
    await until(lambda: len(site.service.engine.floor.state.wishes) == 1)
    assert len((await agent.call("callbacks.list", CallbacksParams())).callbacks) == 1
    await site.restart()
    agent = await site.console()
    assert len((await agent.call("callbacks.list", CallbacksParams())).callbacks) == 1


@pytest.mark.asyncio
async def test_an_outage_that_nobody_ends_is_a_problem_of_the_site(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    now = site.service.engine.clock.now()

    async def problems() -> list[str]:
        return [text for text in (await supervisor.call("floor.status")).problems if "notice end" in text]

    params = AddNoticeParams(kind=NoticeKind.OUTAGE, from_at=now - 9, until_at=now + HOUR, text="光缆抢修")
    outage = (await supervisor.call("notices.add", params)).notice.id
    assert await problems() == []
    await supervisor.call("notices.change", ChangeNoticeParams(id=outage, until_at=now - 1))
    (problem,) = await problems()
    assert f"停播停网 {outage} 号" in problem
    await supervisor.call("notices.end", NoticeIdParams(id=outage))
    assert await problems() == []
