"""Waiting and distribution, as callers hear them and agents see them."""

import asyncio

import numpy as np
import pytest

from engine.adapters.exchange import Pause, PlacedCall, Press
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, Outcome
from engine.core.voice.pieces import pieces_for_number
from engine.wire.methods import BreakParams
from tests.real.world import (
    CALLER,
    CLI,
    OTHER,
    OTHER_CALLER,
    WHOLE,
    at,
    call_in,
    heard_by,
    hears_music,
    presented,
    prompt,
    recording_whole,
    talking,
    times_in_order,
    tone,
)
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

FAULT = Press("2")


async def test_waiting_callers_hear_music_their_place_and_music_again(real: Whole) -> None:
    await real.desk("seat1", ready=False)
    first = real.call(CLI, FAULT, Pause(60))
    await call_in(real, CLI, CallState.QUEUED)
    second = real.call(OTHER, FAULT, Pause(60))
    await call_in(real, OTHER, CallState.QUEUED)
    await asyncio.sleep(12)  # the first announcement comes after 6 s and lasts for five
    for cli in (CLI, OTHER):
        await real.hang_up(cli)
    await _hears_announcement(real, await first, "queue_next", "queue_next")
    # The estimate is short when the calls of the tests before were.
    await _hears_announcement(real, await second, "queue_position_before", "wait_about", "wait_under_minute")
    said = heard_by(real.placed[OTHER])
    before, number = said.find(prompt(real, "queue_position_before")), pieces_for_number(2, "zh")[0]
    assert before is not None
    assert said.part(before.end - 0.1, before.end + 1).find(prompt(real, number)) is not None


async def _hears_announcement(real: Whole, placed: PlacedCall, first: str, *last: str) -> None:
    record = (await real.detail(placed.script.cli)).record
    heard = heard_by(placed)
    begin = heard.find(prompt(real, first))
    ends = [match for name in last if (match := heard.find(prompt(real, name))) is not None]
    assert begin is not None
    end = max(ends, key=lambda match: match.share)
    assert min(begin.share, end.share) > 0.5  # they are short
    offered = at(placed, record.offered_at)
    assert begin.start == pytest.approx(offered + 6, abs=1)
    assert hears_music(real, heard, offered + 1.5, begin.start - 0.3)
    assert not hears_music(real, heard, begin.start, begin.end)
    # The next one comes after 12 s; music in between, wherever a busy machine has put it.
    afterwards = np.arange(end.end + 0.1, heard.seconds - 0.9, 0.2)
    assert any(hears_music(real, heard, start, start + 0.9) for start in afterwards)


async def test_the_longest_idle_agent_is_rung_and_wrap_up_is_left_in_peace(real: Whole) -> None:
    third = await real.desk("seat3")
    first = await real.desk("seat1")
    real.phones["seat3"].pick_up_after_s = 0.2
    call = real.call(CLI, FAULT, tone(CALLER))
    await talking(third, CLI)
    await real.hang_up(CLI)
    await call
    await third.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    await first.ask("agent.break", BreakParams(reason="meal"))
    waiting = real.call(OTHER, FAULT, Pause(30))
    await call_in(real, OTHER, CallState.QUEUED)
    assert third.view.agent.state is AgentState.WRAP_UP
    await third.ask("agent.finish_wrap_up")
    await presented(third, OTHER)
    await talking(third, OTHER)
    await real.hang_up(OTHER)
    await waiting
    for cli in (CLI, OTHER):
        record = (await real.detail(cli)).record
        assert (record.staff_number, record.presented_count) == ("8003", 1)


async def test_an_unanswered_call_keeps_its_place(real: Whole) -> None:
    first = await real.desk("seat1")
    calls = [real.call(CLI, FAULT, tone(CALLER))]
    await presented(first, CLI)
    calls.append(real.call(OTHER, FAULT, tone(OTHER_CALLER)))
    await call_in(real, OTHER, CallState.QUEUED)
    await first.until(lambda view: view.agent.reason == "rona")
    assert (first.view.agent.status, first.view.agent.state) == (AgentStatus.BREAK, AgentState.IDLE)
    await real.phones["seat1"].wait_for(PhoneState.IDLE, 2)
    places = {view.cli: view.position for view in (await real.floor()).calls}
    assert places == {CLI: 1, OTHER: 2}
    third = await real.desk("seat3")
    real.phones["seat3"].pick_up_after_s = 0.2
    await talking(third, CLI)
    await asyncio.sleep(0.5)  # the talk
    for cli in (CLI, OTHER):
        await real.hang_up(cli)
    placed, _ = await asyncio.gather(*calls)
    detail = await real.detail(CLI)
    record = detail.record
    assert (record.staff_number, record.presented_count, record.outcome) == ("8003", 2, Outcome.ANSWERED)
    times_in_order(record, placed)
    recording_whole(real, detail)
    missed = at(placed, record.presented_at)
    assert hears_music(real, heard_by(placed), missed - 3, missed - 0.2)  # while the first phone rang
    assert (await real.detail(OTHER)).record.outcome is Outcome.ABANDONED


async def test_a_caller_who_gives_up_silences_the_phone_at_once(real: Whole) -> None:
    desk = await real.desk("seat1")
    call = real.call(CLI, FAULT, Pause(30))
    await real.phones["seat1"].wait_for(PhoneState.RINGING, 10)
    await real.hang_up(CLI)
    await real.phones["seat1"].wait_for(PhoneState.IDLE, 2)  # it would ring for four
    await call
    await desk.until(lambda view: view.call is None)
    assert (desk.view.agent.status, desk.view.agent.state) == (AgentStatus.READY, AgentState.IDLE)
    record = (await real.detail(CLI)).record
    assert (record.outcome, record.ended_by, record.answered_at) == (
        Outcome.ABANDONED,
        EndedBy.CUSTOMER,
        0,
    )


async def test_when_the_last_agent_leaves_who_waits_is_asked_for_a_message(real: Whole) -> None:
    desk = await real.desk("seat1", ready=False)
    no_agents, leave_message = prompt(real, "no_agents"), prompt(real, "leave_message")
    call = real.call(CLI, FAULT, Pause(30))
    await call_in(real, CLI, CallState.QUEUED)
    await desk.ask("session.log_out")
    await call_in(real, CLI, CallState.MESSAGE, seconds=20)
    await real.hang_up(CLI)
    heard = heard_by(await call)
    said, asked = heard.find(no_agents), heard.find(leave_message)
    assert said is not None
    assert asked is not None
    assert min(said.share, asked.share) > WHOLE
    assert said.end < asked.start
    record = (await real.detail(CLI)).record
    assert (record.outcome, record.message_ms) == (Outcome.NO_AGENTS, 0)
