"""All phones of a queue ring at once; the first one that is picked up has the caller."""

from typing import Any

import pytest

from engine.adapters.exchange import Press
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, AgentStatus, CallState
from tests.real.world import CALLER, CLI, OTHER, call_in, other_configuration, presented, talking, tone
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

FAULT = Press("2")


def _ring_all(settings: dict[str, Any]) -> None:
    for queue in settings["queues"]:
        queue |= {"strategy": "ring_all", "ring_seconds": 6}


async def test_all_phones_ring_and_the_first_one_has_the_caller(real: Whole) -> None:
    async with other_configuration(real, _ring_all):
        first, third = await real.desk("seat1"), await real.desk("seat3")
        call = real.call(CLI, FAULT, tone(CALLER))
        for seat_id in ("seat1", "seat3"):
            await real.phones[seat_id].wait_for(PhoneState.RINGING, 10)
        await presented(first, CLI)
        await presented(third, CLI)
        await real.phones["seat3"].answer()
        await talking(third, CLI)
        await real.phones["seat1"].wait_for(PhoneState.IDLE, 10)
        view = await first.until(lambda view: view.agent.state is AgentState.IDLE)
        assert (view.call, view.agent.status, view.day.rona) == (None, AgentStatus.READY, 0)
        await real.hang_up(CLI)
        await call
        record = (await real.detail(CLI)).record
        assert (record.staff_number, record.seat_id, record.presented_count) == ("8003", "seat3", 1)

        waiting = real.call(OTHER, FAULT, tone(CALLER))
        await third.ask("agent.finish_wrap_up")
        await presented(first, OTHER)
        await call_in(real, OTHER, CallState.QUEUED)  # nobody picks up: back to the queue
        assert first.view.agent.reason == "rona"
        await real.hang_up(OTHER)
        await waiting
