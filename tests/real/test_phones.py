"""The agents' phones: ringing, answering by themselves, refusing, busy, out of reach."""

import asyncio

import pytest

from engine.adapters.exchange import Press
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, AgentStatus, EndedBy, Outcome
from tests.real.world import CALLER, CLI, SEAT_TONES, heard_by, presented, recording_whole, talking, tone
from tests.support.centre import Whole
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

FAULT = Press("2")


async def test_an_auto_phone_is_silent_until_f4_and_then_speaks_at_once(real: Whole) -> None:
    desk = await real.desk("seat2")
    phone = real.phones["seat2"]
    rung_before = phone.calls
    call = real.call(CLI, FAULT, tone(CALLER))
    await presented(desk, CLI)
    await asyncio.sleep(1.5)  # long enough for an INVITE to arrive
    assert (phone.state, phone.calls) == (PhoneState.IDLE, rung_before)
    await desk.ask("agent.answer")
    await phone.wait_for(PhoneState.TALKING, 10)
    assert "answer-after=0" in phone.headers["Call-Info"]
    assert "alert-autoanswer" in phone.headers["Alert-Info"]
    await talking(desk, CLI)
    await asyncio.sleep(1.5)  # the talk
    await desk.ask("agent.hang_up")
    placed = await call
    listened = await phone.recording()
    assert listened is not None
    assert Sound.of(listened).tone_seconds(CALLER) > 1
    assert heard_by(placed).tone_seconds(SEAT_TONES["seat2"]) > 1
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    assert (detail.record.customer_cause, detail.record.agent_cause) == (16, 16)
    recording_whole(real, detail)


async def test_a_call_goes_on_to_the_next_agent_until_somebody_takes_it(real: Whole) -> None:
    """Refused on the screen, refused at the phone, out of reach, taken."""
    by_screen = await real.desk("seat1")
    call = real.call(CLI, FAULT, tone(CALLER))
    await real.phones["seat1"].wait_for(PhoneState.RINGING, 10)
    by_phone = await real.desk("seat3")
    await by_screen.ask("agent.reject")
    await real.phones["seat3"].wait_for(PhoneState.RINGING, 10)
    assert real.phones["seat1"].state is PhoneState.IDLE
    await by_screen.until(lambda view: view.agent.status is AgentStatus.BREAK)
    assert by_screen.view.agent.reason == "rejected"
    await real.phones["seat1"].unregister()
    try:
        await by_screen.until(lambda view: not view.agent.phone_reachable)
        await by_screen.ask("agent.ready")
        assert by_screen.view.agent.state is AgentState.UNREACHABLE
        taker = await real.desk("seat2")
        await real.phones["seat3"].decline()
        await presented(taker, CLI)
        await by_phone.until(lambda view: view.agent.status is AgentStatus.BREAK)
        assert by_phone.view.agent.reason in ("rejected", "phone_busy")
        await taker.ask("agent.answer")
        await talking(taker, CLI)
        await taker.ask("agent.hang_up")
        await call
    finally:
        await real.phones["seat1"].register()
    await by_screen.until(lambda view: view.agent.state is AgentState.IDLE)
    record = (await real.detail(CLI)).record
    assert (record.staff_number, record.presented_count) == ("8002", 3)


async def test_a_phone_that_hangs_up_ends_the_call(real: Whole) -> None:
    desk = await real.desk("seat1")
    real.phones["seat1"].pick_up_after_s = 0.2
    call = real.call(CLI, FAULT, tone(CALLER))
    await talking(desk, CLI)
    await real.phones["seat1"].hang_up()
    placed = await call
    assert not placed.hung_up_by_caller
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    recording_whole(real, detail)
