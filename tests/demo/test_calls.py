"""Calls through the whole centre: lines, menu, queue, phones, recording, record."""

import pytest

from engine.adapters.exchange import AwaitAgent, Listen, Press, Say
from engine.adapters.phone import Phone, PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome
from engine.daemon.demo.verify import recording_problems
from tests.support.centre import Desk, Whole, eventually
from tests.support.sound import likeness

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

KNOWN = "13900000007"
OPENING = (Say("opening_0"), Press("2"))


def talking(desk: Desk, cli: str) -> bool:
    return (
        desk.view.agent.state is AgentState.TALKING
        and desk.view.call is not None
        and desk.view.call.cli == cli
    )


async def test_a_ringing_phone_is_picked_up_and_the_customer_hangs_up(centre: Whole) -> None:
    desk = await centre.desk("seat1")
    centre.phones["seat1"].pick_up_after_s = 0.3
    call = centre.call(KNOWN, *OPENING, AwaitAgent(20), Say("thanks_0"))
    view = await desk.until(lambda view: view.card is not None and view.card.customer is not None)
    assert view.card is not None
    assert view.card.cli == KNOWN
    await desk.until(lambda view: talking(desk, KNOWN))
    centre.centre.exchange.agent_came(KNOWN)
    placed = await call
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    detail = await centre.detail(KNOWN)
    record = detail.record
    assert placed.hung_up_by_caller
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    assert (record.customer_cause, record.agent_cause) == (16, 16)
    assert (record.queue_id, record.staff_number, record.seat_id) == ("fault", "8001", "seat1")
    assert record.accepted_at < record.offered_at < record.answered_at < record.ended_at
    assert record.talk_ms == record.ended_at - record.answered_at
    assert recording_problems(detail.recordings[0], record, centre.centre.site.paths.recordings) == []


async def test_f4_makes_an_auto_phone_answer_at_once_and_f8_ends_the_talk(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    phone = centre.phones["seat2"]
    call = centre.call(KNOWN, *OPENING, AwaitAgent(20), Say("detail_0"), Listen(30))
    await desk.until(lambda view: view.call is not None and view.call.state is CallState.PRESENTED)
    assert phone.state is PhoneState.IDLE  # silent until the agent says so
    await desk.ask("agent.answer")
    await phone.wait_for(PhoneState.TALKING, 10)
    await desk.until(lambda view: talking(desk, KNOWN))
    centre.centre.exchange.agent_came(KNOWN)
    assert phone.headers["X-Fourseat-Call"] == desk.view.agent.call_id
    await desk.ask("agent.hang_up")
    placed = await call
    record = (await centre.detail(KNOWN)).record
    assert not placed.hung_up_by_caller
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)


async def test_a_held_customer_hears_music_and_the_recording_has_no_hole(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    call = centre.call(KNOWN, *OPENING, AwaitAgent(20), Listen(60))
    await desk.until(lambda view: view.call is not None and view.call.state is CallState.PRESENTED)
    await desk.ask("agent.answer")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    centre.centre.exchange.agent_came(KNOWN)
    for _ in range(2):
        await desk.ask("agent.hold")
        await desk.until(lambda view: view.agent.state is AgentState.HOLDING)
        held = await desk.until(lambda view: view.call is not None and view.call.state is CallState.HOLDING)
        assert held.call is not None
        await centre.phones["seat2"].wait_for(PhoneState.TALKING, 10)  # kept, in silence
        await eventually(
            lambda held=held: _held_for(centre, held.call.state_since, 500), 5, "held for a while"
        )
        await desk.ask("agent.retrieve")
        await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    await desk.ask("agent.hang_up")
    placed = await call
    detail = await centre.detail(KNOWN)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    assert detail.record.hold_ms > 1000
    together_ms = detail.record.ended_at - detail.record.answered_at
    assert detail.record.talk_ms + detail.record.hold_ms == pytest.approx(together_ms, abs=50)
    assert abs(detail.recordings[0].length_ms - placed.length_ms) < 500


async def test_agent_and_customer_hear_each_other(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    call = centre.call(KNOWN, *OPENING, AwaitAgent(20), Say("detail_0"), Listen(30))
    await desk.until(lambda view: view.call is not None and view.call.state is CallState.PRESENTED)
    await desk.ask("agent.answer")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    centre.centre.exchange.agent_came(KNOWN)
    phone = centre.phones["seat2"]
    await eventually(lambda: _heard(phone, 5.0), 15, "5 s heard at the phone")
    await desk.ask("agent.hang_up")
    placed = await call
    heard_by_agent = await phone.recording()
    sounds = centre.centre.sounds
    assert placed.heard is not None
    assert heard_by_agent is not None
    assert likeness(sounds / "detail_0.wav", heard_by_agent) > 0.8
    assert likeness(sounds / "agent.wav", placed.heard) > 0.8
    detail = await centre.detail(KNOWN)
    stereo = centre.centre.site.paths.recordings / detail.recordings[0].path
    assert likeness(sounds / "detail_0.wav", stereo, channel=0) > 0.8  # customer left
    assert likeness(sounds / "agent.wav", stereo, channel=1) > 0.8  # agent right
    assert likeness(sounds / "detail_0.wav", stereo, channel=1) < 0.4


async def _heard(phone: Phone, seconds: float) -> bool | None:
    return phone.heard_seconds > seconds or None


async def _held_for(centre: Whole, since: int, milliseconds: int) -> bool | None:
    return (await centre.status()).now - since > milliseconds or None
