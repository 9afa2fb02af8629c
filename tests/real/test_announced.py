"""Whose voice it will be is said before the talk, to the caller alone; and keys over music are heard."""

from typing import Any

import pytest

from engine.adapters.phone import Phone
from engine.core.states import AgentState
from tests.real.steps import state, talk_at
from tests.real.world import CALLER, CLI, SEAT_TONES, heard_by, other_configuration, prompt
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def _heard(phone: Phone) -> bool | None:
    return phone.heard_seconds > 1 or None  # nothing is sent to it before the talk


def _announcing(settings: dict[str, Any]) -> None:
    for queue in settings["queues"]:
        queue["announce_agent"] = True


async def test_the_agents_number_is_said_before_the_talk(real: Whole) -> None:
    async with other_configuration(real, _announcing):
        desk, call = await talk_at(real, "seat2")
        phone = real.phones["seat2"]
        await eventually(lambda: _heard(phone), 20, "the talk")
        await desk.ask("agent.hang_up")
        await state(desk, AgentState.WRAP_UP)
        placed = await call
        await real.detail(CLI)
    heard = heard_by(placed)
    before, after = (
        heard.find(prompt(real, "agent_number_before")),
        heard.find(prompt(real, "agent_number_after")),
    )
    assert before is not None
    assert after is not None
    assert min(before.share, after.share) > 0.75
    assert before.end <= after.start
    assert heard.tone_spans(SEAT_TONES["seat2"])[0].start > after.end - 0.1
    ear = phone.heard[-1]
    assert ear.path is not None
    at_the_phone = Sound.of(ear.path)
    assert at_the_phone.find(prompt(real, "agent_number_before")) is None
    assert at_the_phone.tone_seconds(CALLER) > 0.3
