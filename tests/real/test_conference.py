"""Three in a talk, by ear: everybody hears everybody, and any of them may leave."""

import pytest

from engine.adapters.phone import PhoneState
from engine.core.states import AgentState
from tests.real.scene import MUSIC, Scene
from tests.real.steps import FRIEND, agent, colleague, conferring, consulting, outside, state, talk_at
from tests.real.world import CLI, recording_whole, talking
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_the_agent_leaves_and_the_two_others_go_on(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    other = await colleague(real, "seat3")
    await consulting(desk, agent("8003"))
    await conferring(desk)
    everybody = {"caller", "seat2", "seat3"}
    await scene.listen("three", **{party: everybody - {party} for party in everybody})
    await desk.ask("agent.hang_up")
    await talking(other, CLI)
    await scene.listen("two", caller={"seat3"}, seat3={"caller"})
    await other.ask("agent.hold")
    await state(other, AgentState.HOLDING)
    await scene.listen("hold", caller=MUSIC, seat3=set())
    await other.ask("agent.retrieve")
    await talking(other, CLI)
    await scene.listen("back", caller={"seat3"}, seat3={"caller"})
    await other.ask("agent.hang_up")
    placed = await call
    assert not placed.hung_up_by_caller
    recording_whole(real, await real.detail(CLI))
    await scene.judge()


async def test_a_person_outside_leaves_and_the_two_others_go_on(real: Whole) -> None:
    scene = Scene(real, CLI)
    scene.person_outside(FRIEND)
    desk, call = await talk_at(real, "seat2")
    await consulting(desk, outside())
    await conferring(desk)
    everybody = {"caller", "seat2", "outside"}
    await scene.listen("three", **{party: everybody - {party} for party in everybody})
    await real.centre.exchange.put_down(FRIEND)
    await talking(desk, CLI)
    await scene.listen("two", caller={"seat2"}, seat2={"caller"})
    await real.hang_up(CLI)
    await call
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    await scene.judge()


async def test_the_customer_leaves_and_all_phones_are_free(real: Whole) -> None:
    desk, call = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    await consulting(desk, agent("8003"))
    await conferring(desk)
    await real.hang_up(CLI)
    await call
    for seat_id in ("seat2", "seat3"):
        await real.phones[seat_id].wait_for(PhoneState.IDLE, 10)
    await state(desk, AgentState.WRAP_UP)
