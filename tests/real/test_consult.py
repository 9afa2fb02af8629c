"""Consultation, by ear: the customer hears music, and whoever is spoken to hears the agent."""

import pytest

from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome, RingFailure
from engine.wire.phone import DigitsParams, SwitchParams
from tests.real.scene import MUSIC, Scene
from tests.real.steps import agent, alternated, colleague, consulting, outside, talk_at
from tests.real.world import CALLER, CLI, call_in, recording, recording_whole, talking, unbroken
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_who_hears_whom_while_an_agent_asks_a_colleague(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    await desk.ask("agent.mute", SwitchParams(on=True))
    await desk.until(lambda view: view.agent.muted)
    await scene.listen("muted", caller=set(), seat2={"caller"})
    await desk.ask("agent.mute", SwitchParams(on=False))
    await desk.ask("agent.digits", DigitsParams(digits="18#"))
    await consulting(desk, agent("8003"))
    await scene.listen("asking", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await alternated(desk, to_party=False)
    await scene.listen("with the customer", caller={"seat2"}, seat2={"caller"}, seat3=MUSIC)
    await alternated(desk, to_party=True)
    await scene.listen("asking again", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.cancel_consult")
    await talking(desk, CLI)
    await scene.listen("back", caller={"seat2"}, seat2={"caller"})
    await desk.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    await scene.judge()
    assert placed.keys == "18#"
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    recording_whole(real, detail)
    assert unbroken(real, recording(real, detail, 0).tone_spans(CALLER), 0.3)


async def test_who_is_busy_is_told_and_the_customer_is_fetched_back(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await desk.ask("agent.consult", outside("13900000486"))
    await desk.until(lambda view: view.notice == RingFailure.BUSY)
    assert desk.view.agent.state is AgentState.HOLDING
    await scene.listen("busy", caller=MUSIC, seat2=set())
    await desk.ask("agent.retrieve")
    await talking(desk, CLI)
    await scene.listen("back", caller={"seat2"}, seat2={"caller"})
    await real.hang_up(CLI)
    await call
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    await scene.judge()


async def test_a_phone_that_dies_while_asking_leaves_the_customer_to_the_queue(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, _ = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    await consulting(desk, agent("8003"))
    await real.phones["seat2"].hang_up()
    await call_in(real, CLI, CallState.QUEUED)
    await real.phones["seat3"].wait_for(PhoneState.IDLE, 10)
    await scene.listen("queued again", caller=MUSIC)
    await real.hang_up(CLI)
    assert (await real.detail(CLI)).record.outcome is Outcome.ANSWERED
    await scene.judge()
