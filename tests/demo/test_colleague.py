"""The colleague of the demo is there to be consulted, and takes nobody's callers."""

import asyncio

import pytest

from engine.adapters.exchange import Press
from engine.core.states import AgentState, AgentStatus, TargetKind
from engine.daemon.demo.colleague import sit_down
from engine.daemon.demo.site import people
from engine.wire.phone import TargetParams
from tests.real.world import CALLER, CLI, make_sounds, talking, tone
from tests.support.centre import Whole, eventually

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_a_colleague_can_be_consulted_and_gives_the_place_to_a_person(centre: Whole) -> None:
    make_sounds(centre)
    socket, phone = str(centre.centre.site.paths.socket), centre.phones["seat2"]
    colleague = asyncio.create_task(sit_down(socket, people(2)[1], "seat2", phone))
    try:
        desk = await centre.desk("seat1")
        centre.phones["seat1"].pick_up_after_s = 0.1
        call = centre.call(CLI, Press("2"), tone(CALLER))
        await talking(desk, CLI)
        await desk.ask("agent.consult", TargetParams(kind=TargetKind.AGENT, value="8002"))
        await desk.until(
            lambda view: view.call is not None and view.call.party is not None and view.call.party.answered
        )
        await desk.ask("agent.cancel_consult")
        await talking(desk, CLI)
        await desk.ask("agent.hang_up")
        await call

        async def on_break() -> bool | None:
            agents = {agent.staff_number: agent for agent in (await centre.ask("floor.agents")).agents}
            agent = agents["8002"]
            return (agent.status, agent.state) == (AgentStatus.BREAK, AgentState.IDLE) or None

        await eventually(on_break, 10, "the colleague is on break again")
        await centre.desk("seat2", ready=False)
        async with asyncio.timeout(10):
            await colleague
    finally:
        colleague.cancel()
