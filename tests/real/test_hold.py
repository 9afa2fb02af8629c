"""Hold and retrieve: who hears what, and what becomes of the call."""

import asyncio
from pathlib import Path

import pytest

from engine.adapters.exchange import PlacedCall, Press
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome
from tests.real.scene import MUSIC, Scene
from tests.real.world import (
    CALLER,
    CLI,
    SEAT_TONES,
    at,
    call_in,
    heard_by,
    hears_music,
    presented,
    recording,
    recording_whole,
    talking,
    tone,
    unbroken,
)
from tests.support.centre import Desk, Whole
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEAT = "seat2"
AGENT = SEAT_TONES[SEAT]


async def talk(real: Whole) -> tuple[Desk, "asyncio.Task[PlacedCall]"]:
    """A talk at seat 2."""
    desk = await real.desk(SEAT)
    call = real.call(CLI, Press("2"), tone(CALLER))
    await presented(desk, CLI)
    await desk.ask("agent.answer")
    await talking(desk, CLI)
    return desk, call


async def hold(desk: Desk) -> int:
    """Hold the call; returns since when (UTC ms)."""
    await desk.ask("agent.hold")
    view = await desk.until(lambda view: view.agent.state is AgentState.HOLDING)
    return view.agent.state_since


async def test_the_held_customer_hears_music_then_the_agent_again(real: Whole) -> None:
    desk, call = await talk(real)
    await asyncio.sleep(1)
    held = await hold(desk)
    await asyncio.sleep(2.5)
    await desk.ask("agent.retrieve")
    retrieved = (await desk.until(lambda view: view.agent.state is AgentState.TALKING)).agent.state_since
    await asyncio.sleep(1.5)
    await desk.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    record = detail.record
    heard, phone = heard_by(placed), Sound.of(await _recorded(real))
    first, last = at(placed, held), at(placed, retrieved)
    assert hears_music(real, heard, first + 0.7, last - 0.3)
    assert heard.part(first + 0.3, last - 0.3).tone_seconds(AGENT) == 0
    assert heard.part(first - 0.8, first).tone_seconds(AGENT) > 0.5
    assert heard.part(last + 0.3, last + 1.2).tone_seconds(AGENT) > 0.7
    # At the phone: the customer, 2.5 s without, the customer again.
    before, after = phone.tone_spans(CALLER, bridge=0.5)
    assert after.start - before.end == pytest.approx(2.5, abs=0.5)
    assert (record.outcome, record.ended_by, record.agent_cause) == (Outcome.ANSWERED, EndedBy.AGENT, 16)
    assert record.hold_ms == pytest.approx(retrieved - held, abs=50)
    assert record.talk_ms + record.hold_ms == pytest.approx(record.ended_at - record.answered_at, abs=50)
    recording_whole(real, detail)
    left, right = recording(real, detail, 0), recording(real, detail, 1)
    assert unbroken(real, left.tone_spans(CALLER), 0.3)
    assert left.tone_seconds(CALLER) == pytest.approx(left.seconds, abs=1.2)
    assert hears_music(real, right, first + 0.7, last - 0.3)


async def test_a_customer_who_leaves_on_hold_frees_the_phone(real: Whole) -> None:
    desk, call = await talk(real)
    await hold(desk)
    await real.hang_up(CLI)
    await call
    await real.phones[SEAT].wait_for(PhoneState.IDLE, 10)
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    assert detail.record.hold_ms > 0
    assert detail.record.customer_cause == 16
    recording_whole(real, detail)


async def test_a_customer_who_leaves_after_hold_frees_the_phone(real: Whole) -> None:
    desk, call = await talk(real)
    await hold(desk)
    await desk.ask("agent.retrieve")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    await real.hang_up(CLI)
    await call
    await real.phones[SEAT].wait_for(PhoneState.IDLE, 10)
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    recording_whole(real, detail)


async def test_a_phone_that_is_put_down_on_hold_leaves_the_customer_to_the_queue(real: Whole) -> None:
    """It may have lost its power: the customer goes on hearing music, and is not hung up on."""
    scene = Scene(real, CLI)
    desk, call = await talk(real)
    await hold(desk)
    await real.phones[SEAT].hang_up()
    await call_in(real, CLI, CallState.QUEUED)
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    await scene.listen("queued", caller=MUSIC)
    await real.hang_up(CLI)
    await call
    await scene.judge()
    recording_whole(real, await real.detail(CLI))


async def test_an_agent_who_hangs_up_on_hold_ends_the_call(real: Whole) -> None:
    desk, call = await talk(real)
    await hold(desk)
    await desk.ask("agent.hang_up")
    placed = await call
    assert not placed.hung_up_by_caller
    await real.phones[SEAT].wait_for(PhoneState.IDLE, 10)
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    recording_whole(real, detail)


async def test_when_the_engine_dies_on_hold_the_parties_hear_each_other_again(real: Whole) -> None:
    desk, call = await talk(real)
    await hold(desk)
    await real.kill_engine()
    phone = real.phones[SEAT]
    before = phone.heard_seconds
    await asyncio.sleep(2)
    await real.start_engine()
    await call_in(real, CLI, CallState.TALKING)
    assert phone.state is PhoneState.TALKING
    assert phone.heard_seconds > before
    again = await real.desk(SEAT, ready=False)
    assert again.view.agent.state is AgentState.TALKING
    await again.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    assert detail.record.staff_number == "8002"
    heard = heard_by(placed)
    assert heard.part(heard.seconds - 2.5, heard.seconds - 0.5).tone_seconds(AGENT) > 1.5
    assert Sound.of(await _recorded(real)).tone_spans(CALLER)[-1].length > 1.5
    recording_whole(real, detail)


async def _recorded(real: Whole) -> Path:
    heard = await real.phones[SEAT].recording()
    assert heard is not None
    return heard
