"""Greeting, menu and keys, as the caller hears them; leaving anywhere."""

import asyncio
from pathlib import Path

import pytest

from engine.adapters.exchange import Listen, Pause, PlacedCall, Press, Say
from engine.core.records import CallRecord
from engine.core.states import CallState, EndedBy, Outcome
from tests.real.world import (
    BLIP,
    CALLER,
    CLI,
    OTHER,
    SEAT_TONES,
    WHOLE,
    blip,
    call_in,
    heard_by,
    prompt,
    recording,
    recording_whole,
    talking,
    times_in_order,
    tone,
    unbroken,
)
from tests.support.centre import Whole
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

STOPS_WITHIN_S = 0.45  # from the beginning of the key, which itself lasts 0.1 s


def seconds_of(path: Path) -> float:
    return Sound.of(path).seconds


def before_message(real: Whole) -> Pause:
    """From the key until the beep is over."""
    return Pause(seconds_of(prompt(real, "leave_message")) + 0.9)


async def test_the_caller_hears_greeting_and_menu_and_then_the_agent(real: Whole) -> None:
    desk = await real.desk("seat1")
    real.phones["seat1"].pick_up_after_s = 0.3
    greeting, menu = prompt(real, "greeting"), prompt(real, "main_menu")
    whole_s = seconds_of(greeting) + seconds_of(menu)
    call = real.call(CLI, Pause(whole_s + 0.7), Press("1"), tone(CALLER))
    await talking(desk, CLI, 30)
    await asyncio.sleep(2)  # the talk
    await real.hang_up(CLI)
    placed = await call
    heard = heard_by(placed)
    first, second = heard.find(greeting), heard.find(menu)
    assert first is not None
    assert second is not None
    assert min(first.share, second.share) > WHOLE
    assert first.start < 0.5
    assert first.end < second.start < first.end + 0.5
    at_the_phone = await real.phones["seat1"].recording()
    assert at_the_phone is not None
    assert heard.tone_seconds(SEAT_TONES["seat1"]) == pytest.approx(2, abs=0.5)
    assert Sound.of(at_the_phone).tone_seconds(CALLER) == pytest.approx(2, abs=0.5)
    await _talk_is_on_record(real, placed, first.start)


async def _talk_is_on_record(real: Whole, placed: PlacedCall, begins: float) -> None:
    detail = await real.detail(CLI)
    record = detail.record
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    assert (record.queue_id, record.staff_number, record.seat_id) == ("enquiry", "8001", "seat1")
    assert (record.customer_cause, record.agent_cause) == (16, 16)
    assert record.talk_ms == record.ended_at - record.answered_at
    times_in_order(record, placed)
    recording_whole(real, detail)
    left, right = recording(real, detail, 0), recording(real, detail, 1)
    agent = SEAT_TONES["seat1"]
    assert left.tone_seconds(CALLER) > 1.7
    assert right.tone_seconds(agent) > 1.7
    assert left.tone_seconds(agent) == right.tone_seconds(CALLER) == 0
    assert unbroken(real, right.tone_spans(agent))
    greeting = right.find(prompt(real, "greeting"))
    assert greeting is not None
    assert greeting.start == pytest.approx(begins, abs=0.3)


async def test_a_key_stops_greeting_and_menu(real: Whole) -> None:
    await real.desk("seat1", ready=False)
    early = seconds_of(prompt(real, "greeting"))
    calls = [
        real.call(CLI, Pause(1.2), blip(), Press("2"), Pause(1)),
        real.call(OTHER, Pause(early + 1.5), blip(), Press("2"), Pause(1)),
    ]
    await asyncio.gather(*calls)
    for cli, name in ((CLI, "greeting"), (OTHER, "main_menu")):
        detail = await real.detail(cli)
        (mark,) = recording(real, detail, 0).tone_spans(BLIP)
        cut = recording(real, detail, 1).find(prompt(real, name))
        assert cut is not None
        assert cut.share < 0.6
        assert mark.end - 0.1 <= cut.end < mark.end + STOPS_WITHIN_S, (cli, mark, cut)
        assert (detail.record.queue_id, detail.record.outcome) == ("fault", Outcome.ABANDONED)


async def test_each_key_leads_where_the_menu_says(real: Whole) -> None:
    await real.desk("seat1", ready=False)
    queues = {"1": "enquiry", "2": "fault", "3": "complaint", "0": "general"}
    calls = {f"1391111002{key}": real.call(f"1391111002{key}", Press(key), Pause(30)) for key in queues}
    for cli in calls:
        await call_in(real, cli, CallState.QUEUED)
    waiting = {view.cli: (view.queue_id, view.position) for view in (await real.floor()).calls}
    for cli in calls:
        await real.hang_up(cli)
    await asyncio.gather(*calls.values())
    for cli in calls:
        assert waiting[cli] == (queues[cli[-1]], 1)
        record = (await real.detail(cli)).record
        assert (record.queue_id, record.outcome, record.ended_by) == (
            queues[cli[-1]],
            Outcome.ABANDONED,
            EndedBy.CUSTOMER,
        )


async def test_key_four_takes_a_voice_message(real: Whole) -> None:
    message_s = 3.0
    steps = (Press("4"), before_message(real), Say("tone_3s"), Press("#"), Listen(20))
    placed = await real.call(CLI, *steps)
    detail = await real.detail(CLI)
    record = detail.record
    assert not placed.hung_up_by_caller
    assert (record.outcome, record.ended_by, record.offered_at) == (Outcome.VOICEMAIL, EndedBy.SYSTEM, 0)
    assert record.message_ms == pytest.approx(message_s * 1000, abs=700)
    message = Sound.of(real.centre.site.paths.messages / record.message_file)
    assert message.seconds * 1000 == pytest.approx(record.message_ms, abs=50)
    assert message.tone_seconds(CALLER) == pytest.approx(message_s, abs=0.3)
    heard = heard_by(placed)
    asked, thanked = heard.find(prompt(real, "leave_message")), heard.find(prompt(real, "message_saved"))
    said_goodbye = heard.find(prompt(real, "goodbye"))
    assert asked is not None
    assert thanked is not None
    assert said_goodbye is not None
    assert min(asked.share, thanked.share, said_goodbye.share) > WHOLE
    assert heard.part(asked.end, asked.end + 0.8).level_dbfs() > -30  # the beep
    assert heard.part(thanked.start - 2, thanked.start - 0.1).level_dbfs() < -50  # and nothing while speaking
    times_in_order(record, placed)
    recording_whole(real, detail)


async def test_a_key_that_leads_nowhere_is_named_and_asked_again(real: Whole) -> None:
    await real.desk("seat1", ready=False)
    patience = seconds_of(prompt(real, "wrong_key")) + 2
    keys = ("9", "#", "*")
    clis = [f"1391111003{number}" for number in range(len(keys))]
    steps = [(Pause(0.5), Press(key), Pause(patience), Press("1"), Pause(1)) for key in keys]
    calls = [real.call(cli, *script) for cli, script in zip(clis, steps, strict=True)]
    for placed in await asyncio.gather(*calls):
        heard = heard_by(placed)
        wrong, menu = heard.find(prompt(real, "wrong_key")), heard.find(prompt(real, "main_menu"))
        assert wrong is not None
        assert menu is not None
        assert wrong.share > WHOLE
        assert wrong.end < menu.start < wrong.end + 0.5
        record = (await real.detail(placed.script.cli)).record
        assert (record.queue_id, record.ivr_path[-1]) == ("enquiry", "enquiry")


async def test_callers_who_leave_in_the_menu_are_on_record(real: Whole) -> None:
    greeting_s = seconds_of(prompt(real, "greeting"))
    leaving = {
        "13911110041": (Pause(1),),
        "13911110042": (Pause(greeting_s + 1.5),),
        "13911110043": (Press("4"), Pause(1)),
    }
    for placed in await asyncio.gather(*(real.call(cli, *steps) for cli, steps in leaving.items())):
        record = await _left(real, placed.script.cli)
        assert (record.outcome, record.offered_at, record.queue_id) == (Outcome.IVR_EXIT, 0, "")


async def test_callers_who_leave_after_speaking_have_left_a_message(real: Whole) -> None:
    spoken = (Press("4"), before_message(real), Say("tone_3s"))
    leaving = {"13911110051": spoken, "13911110052": (*spoken, Press("#"))}
    await asyncio.gather(*(real.call(cli, *steps) for cli, steps in leaving.items()))
    for cli in leaving:
        record = await _left(real, cli)
        assert record.outcome is Outcome.VOICEMAIL
        message = Sound.of(real.centre.site.paths.messages / record.message_file)
        assert message.tone_seconds(CALLER) == pytest.approx(3, abs=0.4)


async def test_callers_who_leave_the_queue_have_abandoned(real: Whole) -> None:
    await real.desk("seat1", ready=False)
    placed = await real.call(CLI, Press("2"), Pause(1.5))
    record = await _left(real, CLI)
    assert (record.outcome, record.queue_id, record.short_abandon) == (Outcome.ABANDONED, "fault", True)
    assert 0 < record.wait_ms < placed.length_ms


async def _left(real: Whole, cli: str) -> CallRecord:
    """The record of a caller who hung up, with a recording of the whole call."""
    detail = await real.detail(cli)
    assert real.placed[cli].hung_up_by_caller
    assert (detail.record.ended_by, detail.record.customer_cause) == (EndedBy.CUSTOMER, 16)
    assert detail.record.answered_at == 0
    times_in_order(detail.record, real.placed[cli])
    recording_whole(real, detail)
    return detail.record
