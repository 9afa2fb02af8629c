"""The engine dies while more than two speak, and finds them when it comes back."""

import pytest

from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, Outcome, SpyMode
from engine.wire.supervision import ListenParams
from tests.real.scene import MUSIC, Scene
from tests.real.steps import FRIEND, agent, colleague, conferring, consulting, state, talk_at
from tests.real.test_outbound import dial
from tests.real.world import CLI, call_in, recording_whole
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_a_conference_goes_on(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    await consulting(desk, agent("8003"))
    await conferring(desk)
    await real.kill_engine()
    everybody = {"caller", "seat2", "seat3"}
    await scene.listen("without the engine", **{party: everybody - {party} for party in everybody})
    await real.start_engine()
    await call_in(real, CLI, CallState.TALKING)
    again = await real.desk("seat2", ready=False)
    assert again.view.agent.state is AgentState.TALKING
    await again.ask("agent.hold")
    await state(again, AgentState.HOLDING)
    await scene.listen("on hold", caller=MUSIC, seat2=set())
    await again.ask("agent.retrieve")
    await state(again, AgentState.TALKING)
    await scene.listen("retrieved", caller={"seat2"}, seat2={"caller"})
    await real.hang_up(CLI)
    await call
    for seat_id in ("seat2", "seat3"):
        await real.phones[seat_id].wait_for(PhoneState.IDLE, 10)
    recording_whole(real, await real.detail(CLI))
    await scene.judge()


async def test_who_was_asked_goes_and_the_customer_has_the_agent_again(real: Whole) -> None:
    """A supervisor who listens without an engine would be on no record: that leg is ended."""
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    real.phones["seat1"].pick_up_after_s = 0.1
    supervisor = await real.supervisor("seat1")
    await consulting(desk, agent("8003"))
    await supervisor.ask("monitor.listen", ListenParams(staff_number="8002", mode=SpyMode.LISTEN))
    await supervisor.until(lambda view: view.spy is not None and view.spy.since > 0)
    await real.kill_engine()
    await real.phones["seat3"].wait_for(PhoneState.IDLE, 10)
    await scene.listen("without the engine", caller={"seat2"}, seat2={"caller"})
    await real.start_engine()
    await call_in(real, CLI, CallState.TALKING)
    await real.phones["seat1"].wait_for(PhoneState.IDLE, 10)
    await real.hang_up(CLI)
    await call
    record = (await real.detail(CLI)).record
    assert (record.outcome, record.staff_number) == (Outcome.ANSWERED, "8002")
    await scene.judge()


async def test_a_call_that_an_agent_began_goes_on(real: Whole) -> None:
    scene = Scene(real)
    scene.person_outside(FRIEND)
    desk = await real.desk("seat2", ready=False)
    await dial(desk, FRIEND)
    await state(desk, AgentState.TALKING)
    await real.kill_engine()
    await scene.listen("without the engine", seat2={"outside"}, outside={"seat2"})
    await real.start_engine()
    await call_in(real, FRIEND, CallState.TALKING)
    again = await real.desk("seat2", ready=False)
    await again.ask("agent.hang_up")
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    record = (await real.detail(FRIEND)).record
    assert (record.outcome, record.staff_number) == (Outcome.ANSWERED, "8002")
    await scene.judge()
