"""kill -9 of the engine: no talk drops, nobody is left in silence, every call has its one record."""

import asyncio

import pytest

from engine.adapters.exchange import AwaitAgent, Listen, Pause, Press, Say
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome
from tests.support.centre import Desk, Whole, eventually

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

TALKER, WAITER, LATER = "13900000011", "13900000012", "13900000013"
OPENING = (Say("opening_0"), Press("2"))


async def test_a_talk_goes_on_and_is_taken_up_again(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    call = centre.call(TALKER, *OPENING, AwaitAgent(20), Listen(60))
    await _take(centre, desk, TALKER)
    answered_at = desk.view.call.answered_at
    await centre.kill_engine()
    await centre.start_engine()
    assert centre.phones["seat2"].state is PhoneState.TALKING
    floor = await centre.floor()
    (view,) = floor.calls
    assert (view.cli, view.state, view.staff_number) == (TALKER, CallState.TALKING, "8002")
    assert abs(view.answered_at - answered_at) <= 1000
    again = await centre.desk("seat2", ready=False)
    assert again.view.agent.state is AgentState.TALKING
    await again.ask("agent.hang_up")
    placed = await call
    detail = await centre.detail(TALKER)
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    assert abs(detail.recordings[0].length_ms - placed.length_ms) < 1000


async def test_who_waits_rings_all_seats_and_who_calls_is_greeted(centre: Whole) -> None:
    await centre.desk("seat2")
    waiting = centre.call(WAITER, *OPENING, AwaitAgent(30), Say("thanks_0"))
    await eventually(lambda: _state_of(centre, WAITER, CallState.PRESENTED), 10, "presented")
    await centre.kill_engine()
    for seat_id in ("seat1", "seat2", "seat3"):
        await centre.phones[seat_id].wait_for(PhoneState.RINGING, 10)
    later = centre.call(LATER, Say("opening_0"), Pause(4))
    await centre.phones["seat3"].answer()
    centre.centre.exchange.agent_came(WAITER)
    await asyncio.gather(waiting, later)
    await centre.start_engine()
    first, second = (await centre.detail(WAITER)).record, (await centre.detail(LATER)).record
    assert (first.outcome, first.seat_id, first.unattended) == (Outcome.ANSWERED, "seat3", True)
    assert (second.outcome, second.unattended) == (Outcome.ABANDONED, True)


async def test_a_call_that_ended_meanwhile_has_one_record_with_a_recording(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    call = centre.call(TALKER, *OPENING, AwaitAgent(20), Say("detail_0"))
    await _take(centre, desk, TALKER)
    await centre.kill_engine()
    placed = await call
    await centre.start_engine()
    detail = await centre.detail(TALKER)
    assert detail.record.outcome is Outcome.ANSWERED
    assert abs(detail.record.ended_at - placed.ended_at) < 1000
    assert abs(detail.recordings[0].length_ms - placed.length_ms) < 1000
    assert detail.recordings[0].customer_rms_dbfs > -45


async def _take(centre: Whole, desk: Desk, cli: str) -> None:
    await desk.until(lambda view: view.call is not None and view.call.state is CallState.PRESENTED)
    await desk.ask("agent.answer")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    centre.centre.exchange.agent_came(cli)


async def _state_of(centre: Whole, cli: str, state: CallState) -> bool | None:
    return any(call.cli == cli and call.state is state for call in (await centre.floor()).calls) or None
