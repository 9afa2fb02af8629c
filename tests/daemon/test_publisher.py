"""Which consoles are told of what."""

from typing import Any

import pytest

from engine.wire.methods import SubscribeParams, Views
from tests.daemon.test_a_call import dialled, through_the_menu
from tests.support.site import FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def test_a_desk_hears_of_the_queue_when_other_callers_wait_than_it_shows(site: FakeSite) -> None:
    own: list[Any] = []
    other: list[Any] = []
    floors: list[Views] = []
    agent = await site.console("8001", "seat1", on_views=lambda views: own.append(views.desk))
    await agent.call("view.subscribe", SubscribeParams(topics=["desk"]))
    colleague = await site.console("8002", "seat2", on_views=lambda views: other.append(views.desk))
    await colleague.call("view.subscribe", SubscribeParams(topics=["desk"]))
    supervisor = await site.console("8801", "", on_views=floors.append)
    await supervisor.call("view.subscribe", SubscribeParams(topics=["floor"]))
    await agent.call("agent.ready")

    def supervisor_sees(call_id: str, state: str) -> bool:
        seen = (call for views in floors if views.floor is not None for call in views.floor.calls)
        return any(call.call_id == call_id and call.state == state for call in seen)

    def supervisor_sees_ready() -> bool:
        seen = (one for views in floors if views.floor is not None for one in views.floor.agents)
        return any(one.staff_number == "8001" and one.status == "ready" for one in seen)

    await until(supervisor_sees_ready)
    other.clear()  # what came of logging in

    # Served at once: nobody waited, and the colleague is left alone.
    first = await site.call("c1")
    await through_the_menu(first)
    await dialled(first)
    await until(lambda: supervisor_sees("c1", "presented"))
    assert own[-1].call.call_id == "c1"
    assert other == []

    second = await site.call("c2")
    await through_the_menu(second)
    await until(lambda: other and other[-1].waiting == 1)
    await until(lambda: own[-1].waiting == 1)
    await site.customer_hangs_up("c2")
    await until(lambda: other[-1].waiting == 0)
    await until(lambda: own[-1].waiting == 0)
    first.close()
    second.close()
