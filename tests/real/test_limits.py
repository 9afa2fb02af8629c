"""Closed hours, full queues, too long a wait, callers without keys."""

import asyncio
from typing import Any

import pytest

from engine.adapters.exchange import Pause, Press, Say
from engine.core.states import CallState, EndedBy, Outcome
from tests.real.world import (
    CALLER,
    CLI,
    OTHER,
    WHOLE,
    call_in,
    cut_short,
    heard_by,
    other_configuration,
    prompt,
)
from tests.support.centre import Whole
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

FAULT = Press("2")


def _closed(settings: dict[str, Any]) -> None:
    settings["hours"] |= {name: [] for name in settings["hours"] if name.endswith("day")}


def _narrow(settings: dict[str, Any]) -> None:
    for queue in settings["queues"]:
        queue |= {"max_waiting": 1, "max_wait_seconds": 10}


async def test_outside_opening_hours_callers_are_told_and_leave_a_message(real: Whole) -> None:
    said = ("closed_hours", "leave_message")
    before_message = Pause(sum(Sound.of(prompt(real, name)).seconds for name in said) + 1)
    async with other_configuration(real, _closed):
        await real.desk("seat1")
        calls = [
            real.call(CLI, Press("5"), before_message, Say("tone_3s"), Press("#"), Pause(1)),
            real.call(OTHER, Press("5"), Pause(1)),
        ]
        left, silent = await asyncio.gather(*calls)
        spoken, unspoken = (await real.detail(CLI)).record, (await real.detail(OTHER)).record
        assert (spoken.outcome, spoken.offered_at) == (Outcome.VOICEMAIL, 0)
        assert (unspoken.outcome, unspoken.ended_by) == (Outcome.CLOSED, EndedBy.CUSTOMER)
        message = Sound.of(real.centre.site.paths.messages / spoken.message_file)
        assert message.tone_seconds(CALLER) == pytest.approx(3, abs=0.4)
        for name in said:
            match = heard_by(left).find(prompt(real, name))
            assert match is not None
            assert match.share > WHOLE
        assert heard_by(silent).find(prompt(real, "main_menu")) is None


async def test_full_queue_long_wait_and_silence(real: Whole) -> None:
    short = ("main_menu", "no_input")
    with cut_short(real, 1.5, *short):
        async with other_configuration(real, _narrow, {"timeout_seconds = 5": "timeout_seconds = 1"}):
            await real.desk("seat1", ready=False)
            patient = real.call(CLI, FAULT, Pause(60))
            await call_in(real, CLI, CallState.QUEUED)
            refused = real.call(OTHER, FAULT, Pause(60))
            silent = real.call("", Pause(60))
            await asyncio.gather(
                _leaves(real, CLI, CallState.MESSAGE),
                _leaves(real, OTHER, CallState.MESSAGE),
                _leaves(real, "", CallState.QUEUED),
            )
            calls = dict(zip((CLI, OTHER, ""), await asyncio.gather(patient, refused, silent), strict=True))
            records = {cli: (await real.detail(cli)).record for cli in calls}
            assert records[""].queue_id == "general"
            outcomes = {cli: record.outcome for cli, record in records.items()}
            assert outcomes == {CLI: Outcome.TIMEOUT, OTHER: Outcome.FULL, "": Outcome.ABANDONED}
            for cli, name in ((CLI, "queue_timeout"), (OTHER, "queue_full"), ("", "too_many_errors")):
                match = heard_by(calls[cli]).find(prompt(real, name))
                assert match is not None, name
                assert match.share > WHOLE
            _was_asked_three_times(real, heard_by(calls[""]))


async def _leaves(real: Whole, cli: str, state: CallState) -> None:
    """Hang up as soon as the call is there."""
    await call_in(real, cli, state, seconds=40)
    await real.hang_up(cli)


def _was_asked_three_times(real: Whole, heard: Sound) -> None:
    """Menu, then twice: nothing was heard, and the menu again."""
    order: list[float] = []
    menu = heard.find(prompt(real, "main_menu"), before=8)
    assert menu is not None
    place = menu.end
    for name in ("no_input", "main_menu", "no_input", "main_menu", "too_many_errors"):
        # The next of the same name begins 5 s on: the window must not hold both.
        match = heard.find(prompt(real, name), after=place, before=place + 4)
        assert match is not None, (name, order)
        order.append(match.start)
        place = match.end
    assert order == sorted(order)
