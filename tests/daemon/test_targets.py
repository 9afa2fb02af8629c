"""The list of places that a call can be handed to."""

from dataclasses import replace

import pytest

from engine.core.ivr.nodes import Title
from engine.core.states import AgentStatus, TargetKind
from tests.daemon.test_supervision import talk
from tests.support.site import FakeSite

pytestmark = pytest.mark.asyncio


async def test_others_queues_free_phones_and_places_of_the_flow_can_be_found(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    other = await site.console("8002", "seat2")
    await other.call("agent.ready")
    found = (await client.call("agent.targets")).targets
    of = {kind: [one for one in found if one.kind is kind] for kind in TargetKind}
    assert [one.value for one in of[TargetKind.AGENT]] == ["8002"]
    agent = of[TargetKind.AGENT][0].agent
    assert (agent.status, agent.extension) == (AgentStatus.READY, "802")
    assert "general" in {one.value for one in of[TargetKind.QUEUE]}
    assert "rgfw" in next(one.keys for one in of[TargetKind.QUEUE] if one.value == "general")
    assert {"801", "802"}.isdisjoint({one.value for one in of[TargetKind.EXTENSION]})
    places = {one.value: (one.name, one.name_en) for one in of[TargetKind.NODE]}
    assert places == {"main_menu": ("主菜单", "Main menu"), "leave_message": ("语音留言", "Voice message")}
    assert {one.id: (one.name, one.name_en) for one in client.hello.places} == places
    assert "zcd" in next(one.keys for one in of[TargetKind.NODE] if one.value == "main_menu")
    assert [one.value for one in of[TargetKind.SURVEY]] == [""]


async def test_the_places_are_those_of_the_flow_that_the_call_is_in(site: FakeSite) -> None:
    agent, caller = await talk(site)
    (call,) = site.service.engine.floor.state.calls.values()
    assert call.flow is not None
    call.flow = replace(call.flow, titles={"greeting": Title(zh="问候")})
    found = (await agent.call("agent.targets")).targets
    assert [one.value for one in found if one.kind is TargetKind.NODE] == ["greeting"]
    caller.close()
