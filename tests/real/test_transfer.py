"""Handing over, by ear: nobody is left in silence, and what nobody takes comes back."""

import pytest

from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome, RingFailure, TargetKind
from engine.wire.phone import TargetParams
from tests.real.scene import MUSIC, Scene
from tests.real.steps import FRIEND, agent, colleague, consulting, outside, state, talk_at
from tests.real.world import (
    CALLER,
    CLI,
    SEAT_TONES,
    call_in,
    presented,
    recording,
    recording_whole,
    talking,
    unbroken,
)
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_a_call_is_handed_over_after_a_word_with_the_colleague(real: Whole) -> None:
    """One recording has all of it."""
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    other = await colleague(real, "seat3")
    await scene.listen("before", caller={"seat2"}, seat2={"caller"})
    await consulting(desk, agent("8003"))
    await scene.listen("asking", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.complete_transfer")
    await talking(other, CLI)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    await scene.listen("handed over", caller={"seat3"}, seat3={"caller"})
    await other.ask("agent.hold")
    await state(other, AgentState.HOLDING)
    await scene.listen("on hold there", caller=MUSIC, seat3=set())
    await other.ask("agent.retrieve")
    await talking(other, CLI)
    await other.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    await scene.judge()
    assert not placed.hung_up_by_caller
    record = detail.record
    assert (record.outcome, record.ended_by, record.staff_number) == (
        Outcome.ANSWERED,
        EndedBy.AGENT,
        "8003",
    )
    assert record.transfers == 1
    recording_whole(real, detail)
    assert unbroken(real, recording(real, detail, 0).tone_spans(CALLER), 0.3)
    agents = recording(real, detail, 1)
    first, last = agents.tone_spans(SEAT_TONES["seat2"])[-1], agents.tone_spans(SEAT_TONES["seat3"])[0]
    assert first.end < last.start


async def test_a_call_is_handed_over_blindly(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    other = await real.desk("seat3", ready=False)
    await desk.ask("agent.transfer", agent("8003"))
    await presented(other, CLI)
    await state(desk, AgentState.WRAP_UP)
    await scene.listen("rung", caller=MUSIC)
    await real.phones["seat3"].wait_for(PhoneState.RINGING, 10)
    await real.phones["seat3"].answer()
    await talking(other, CLI)
    await scene.listen("answered", caller={"seat3"}, seat3={"caller"})
    await real.hang_up(CLI)
    await call
    record = (await real.detail(CLI)).record
    await scene.judge()
    assert (record.staff_number, record.ended_by) == ("8003", EndedBy.CUSTOMER)


async def test_a_call_that_the_colleague_refuses_comes_back(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, _ = await talk_at(real, "seat2")
    other = await real.desk("seat3", ready=False)
    await desk.ask("agent.transfer", agent("8003"))
    await presented(other, CLI)
    await real.phones["seat3"].wait_for(PhoneState.RINGING, 10)
    await real.phones["seat3"].decline()
    view = await state(desk, AgentState.RINGING)
    assert view.notice == RingFailure.BUSY  # as this phone refuses
    await scene.listen("back at the sender", caller=MUSIC)
    await desk.ask("agent.answer")
    await talking(desk, CLI)
    await scene.listen("with the sender", caller={"seat2"}, seat2={"caller"})
    await real.hang_up(CLI)
    assert (await real.detail(CLI)).record.staff_number == "8002"
    await scene.judge()


async def test_a_call_goes_to_a_queue_and_to_whoever_is_free_there(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, _ = await talk_at(real, "seat2")
    await desk.ask("agent.transfer", TargetParams(kind=TargetKind.QUEUE, value="complaint"))
    await call_in(real, CLI, CallState.QUEUED)
    await scene.listen("waiting", caller=MUSIC)
    real.phones["seat1"].pick_up_after_s = 0.1
    other = await real.desk("seat1")
    await talking(other, CLI)
    await scene.listen("taken", caller={"seat1"}, seat1={"caller"})
    await real.hang_up(CLI)
    record = (await real.detail(CLI)).record
    assert (record.staff_number, record.transfers) == ("8001", 1)
    await scene.judge()


async def test_a_call_goes_outside_or_comes_back_from_there(real: Whole) -> None:
    scene = Scene(real, CLI)
    scene.person_outside(FRIEND)
    desk, call = await talk_at(real, "seat2")
    await desk.ask("agent.transfer", outside("13900000486"))
    await state(desk, AgentState.RINGING)
    await desk.ask("agent.answer")
    await talking(desk, CLI)
    await desk.ask("agent.transfer", outside())
    await call_in(real, CLI, CallState.FORWARDED)
    await real.until_received(FRIEND)
    await scene.listen("forwarded", caller={"outside"}, outside={"caller"})
    await real.centre.exchange.put_down(FRIEND)
    placed = await call
    detail = await real.detail(CLI)
    await scene.judge()
    assert not placed.hung_up_by_caller
    recording_whole(real, detail)
