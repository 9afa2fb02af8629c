"""The engine or Asterisk dies in mid-traffic: nobody is lost, and every call has its one record."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from engine.adapters.exchange import Listen, Pause, Press, Say
from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, CallState, EndedBy, Outcome
from engine.core.views import CallRow, CallView
from engine.wire.methods import CallDetail
from tests.real.world import (
    CALLER,
    CLI,
    OTHER,
    OTHER_CALLER,
    SEAT_TONES,
    WHOLE,
    at,
    call_in,
    cut_short,
    heard_by,
    presented,
    prompt,
    recording,
    recording_whole,
    talking,
    times_in_order,
    tone,
    unbroken,
)
from tests.support.centre import Desk, Whole, eventually
from tests.support.heard import Sound
from tests.support.until import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

FAULT = Press("2")
NEW = "13911110003"


async def talk(real: Whole, cli: str = CLI) -> Desk:
    """A talk at seat 2."""
    desk = await real.desk("seat2")
    real.call(cli, FAULT, tone(CALLER))
    await presented(desk, cli)
    await desk.ask("agent.answer")
    await talking(desk, cli)
    return desk


async def on_disk(real: Whole, cli: str, condition: Callable[[CallRow], object]) -> None:
    """Wait until the stored row of this call fulfils a condition: a kill loses the last 20 ms."""

    async def there() -> bool | None:
        return any(row.cli == cli and condition(row) for row in await real.rows()) or None

    await eventually(there, 15, f"a stored row of {cli}")


@pytest.fixture
def brief(real: Whole) -> Iterator[None]:
    """Only the beginnings of what the dialplan says by itself, so that nobody has to hear it out."""
    with cut_short(real, 1.5, "unattended_greeting", "leave_message", "message_saved", "goodbye"):
        yield


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def test_kill_9_in_mid_traffic(real: Whole) -> None:
    """A talk, a waiting caller and a new one; the waiting one is answered without the engine."""
    await talk(real)
    waiting = real.call(OTHER, FAULT, tone(OTHER_CALLER))
    await call_in(real, OTHER, CallState.QUEUED)
    await on_disk(real, OTHER, lambda row: row.queue_id)
    await real.kill_engine()
    killed = now_ms()
    phones = [real.phones[seat_id] for seat_id in ("seat1", "seat3")]
    await asyncio.gather(*(phone.wait_for(PhoneState.RINGING, 10) for phone in phones))
    new = real.call(NEW, Pause(60))
    await real.phones["seat3"].answer()
    greeting_s = Sound.of(prompt(real, "unattended_greeting")).seconds
    await asyncio.sleep(greeting_s + 1)
    await real.start_engine()
    up: dict[str, CallView] = {}

    async def all_shown() -> bool | None:
        nonlocal up
        up = {view.cli: view for view in (await real.floor()).calls}
        return up.keys() == {CLI, OTHER, NEW} or None

    await eventually(all_shown, 15, "all calls on the floor")
    assert (up[CLI].state, up[CLI].staff_number) == (CallState.TALKING, "8002")
    assert up[OTHER].state is CallState.TALKING
    assert up[NEW].state is CallState.UNATTENDED
    again = await real.desk("seat2", ready=False)
    assert again.view.agent.state is AgentState.TALKING
    await again.ask("agent.hang_up")
    await real.phones["seat3"].hang_up()
    await real.hang_up(NEW)
    await asyncio.gather(waiting, new)
    await _talk_went_on(real, killed)
    await _rang_all_seats(real, killed)
    unanswered = await real.detail(NEW)
    greeted = heard_by(real.placed[NEW]).find(prompt(real, "unattended_greeting"))
    assert greeted is not None
    assert greeted.share > WHOLE
    assert greeted.start < 1
    assert (unanswered.record.outcome, unanswered.record.unattended) == (Outcome.ABANDONED, True)
    recording_whole(real, unanswered)


async def _talk_went_on(real: Whole, killed: int) -> None:
    detail = await real.detail(CLI)
    record, placed = detail.record, real.placed[CLI]
    assert (record.outcome, record.ended_by, record.staff_number) == (
        Outcome.ANSWERED,
        EndedBy.AGENT,
        "8002",
    )
    assert record.queue_id == "fault"
    times_in_order(record, placed)
    recording_whole(real, detail)
    heard = heard_by(placed)
    assert unbroken(real, heard.part(at(placed, killed) - 1).tone_spans(SEAT_TONES["seat2"]))
    at_the_phone = await real.phones["seat2"].recording()
    assert at_the_phone is not None
    assert unbroken(real, Sound.of(at_the_phone).tone_spans(CALLER))
    assert unbroken(real, recording(real, detail, 0).tone_spans(CALLER))


async def _rang_all_seats(real: Whole, killed: int) -> None:
    detail = await real.detail(OTHER)
    record, placed = detail.record, real.placed[OTHER]
    assert (record.outcome, record.seat_id, record.unattended) == (Outcome.ANSWERED, "seat3", True)
    assert record.ended_by is EndedBy.AGENT
    assert record.queue_id == "fault"
    assert killed - 200 <= record.answered_at < killed + 2500
    times_in_order(record, placed)
    recording_whole(real, detail)
    assert heard_by(placed).tone_seconds(SEAT_TONES["seat3"]) > 2


@pytest.mark.usefixtures("brief")
async def test_what_ended_during_the_outage_is_on_record(real: Whole) -> None:
    """A talk that the customer ends, one that the agent ends, a new call that is answered and ended."""
    await talk(real)
    desk = await real.desk("seat1")
    real.phones["seat1"].pick_up_after_s = 0.2
    real.call(OTHER, FAULT, tone(OTHER_CALLER))
    await talking(desk, OTHER)
    await on_disk(real, OTHER, lambda row: row.staff_number)
    await real.kill_engine()
    real.call(NEW, tone(CALLER))
    await real.hang_up(CLI)
    await real.phones["seat1"].hang_up()
    await real.phones["seat1"].wait_for(PhoneState.IDLE, 10)
    await real.phones["seat1"].wait_for(PhoneState.TALKING, 20)
    await asyncio.sleep(1)  # the talk
    await real.hang_up(NEW)
    await asyncio.gather(*real.calls)
    await real.start_engine()
    who = {CLI: ("8002", "seat2"), OTHER: ("8001", "seat1"), NEW: ("8001", "seat1")}
    ended_by = {CLI: EndedBy.CUSTOMER, OTHER: EndedBy.AGENT, NEW: EndedBy.CUSTOMER}
    for cli, person in who.items():
        detail = await real.detail(cli)
        record = detail.record
        assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, ended_by[cli])
        assert (record.staff_number, record.seat_id) == person
        assert record.talk_ms > 0
        times_in_order(record, real.placed[cli])
        recording_whole(real, detail)
    assert len(await real.rows()) == 3


@pytest.mark.usefixtures("brief")
async def test_a_voice_message_without_the_engine_is_found(real: Whole) -> None:
    """No phone is there, so the dialplan takes a message; the engine comes back while the caller speaks."""
    said = ("unattended_greeting", "leave_message")
    before_message = Pause(sum(Sound.of(prompt(real, name)).seconds for name in said) + 1.2)
    try:
        for phone in real.phones.values():
            await phone.unregister()
        await real.kill_engine()
        call = real.call(NEW, before_message, Say("tone_3s"), Press("#"), Listen(20))
        messages = real.centre.site.paths.messages
        before = len(list(messages.glob("*.wav")))
        await until(lambda: len(list(messages.glob("*.wav"))) > before, 20)
        await real.start_engine()
        await call_in(real, NEW, CallState.UNATTENDED)
        placed = await call
    finally:
        for phone in real.phones.values():
            await phone.register()
    assert not placed.hung_up_by_caller
    heard = heard_by(placed)
    for name in (*said, "message_saved", "goodbye"):
        match = heard.find(prompt(real, name))
        assert match is not None, name
        assert match.share > WHOLE

    async def closed() -> CallDetail | None:
        detail = await real.detail(NEW)
        return detail if detail.record.outcome is Outcome.VOICEMAIL else None

    record = (await eventually(closed, 15, "a voice message on record")).record
    assert record.message_ms == pytest.approx(3000, abs=700)
    assert Sound.of(messages / record.message_file).tone_seconds(CALLER) == pytest.approx(3, abs=0.4)
    recording_whole(real, await real.detail(NEW))


@pytest.mark.usefixtures("brief")
async def test_a_frozen_engine_that_is_killed_loses_nobody(real: Whole) -> None:
    """SIGSTOP, then SIGKILL by a watchdog: who called meanwhile is greeted as soon as it is dead."""
    await talk(real)
    pid = real.centre.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    frozen = now_ms()
    new = real.call(NEW, Pause(60))
    await eventually(lambda: _answered(real, NEW), 5, "the line answered")
    await asyncio.sleep(0.7)  # the watchdog's patience
    await real.kill_engine()
    killed = now_ms()
    await real.phones["seat1"].wait_for(PhoneState.RINGING, 20)
    await real.start_engine()
    await call_in(real, CLI, CallState.TALKING)
    await call_in(real, NEW, CallState.UNATTENDED)
    for cli in (CLI, NEW):
        await real.hang_up(cli)
    placed = await new
    greeted = heard_by(placed).find(prompt(real, "unattended_greeting"))
    assert greeted is not None
    assert greeted.share > WHOLE
    assert greeted.start < at(placed, killed) + 1
    assert (await real.detail(NEW)).record.outcome is Outcome.ABANDONED
    talked = await real.detail(CLI)
    assert (talked.record.outcome, talked.record.staff_number) == (Outcome.ANSWERED, "8002")
    heard = heard_by(real.placed[CLI])
    assert unbroken(real, heard.part(at(real.placed[CLI], frozen) - 1).tone_spans(SEAT_TONES["seat2"]))
    recording_whole(real, talked)


async def _answered(real: Whole, cli: str) -> bool | None:
    return (cli in real.placed and real.placed[cli].answered_at > 0) or None


@pytest.mark.parametrize("crash", [False, True], ids=["in order", "kill -9"])
async def test_asterisk_is_restarted_under_the_engine(real: Whole, crash: bool) -> None:
    desk = await talk(real)
    await asyncio.sleep(3)  # the talk
    pbx = real.centre.pbx
    pid = pbx.pid
    assert pid is not None
    talked_until = now_ms()
    if crash:
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: _dead(real), 15, "Asterisk dead")
    else:
        await asyncio.to_thread(pbx.stop)
    died = now_ms()
    await desk.until(lambda view: not view.switch.up)
    await asyncio.to_thread(pbx.start)
    await desk.until(lambda view: view.switch.up)
    await desk.until(lambda view: view.agent.state is AgentState.WRAP_UP)
    await real.hang_up(CLI)
    await real.phones["seat2"].hang_up()
    for phone in real.phones.values():  # they would do it by themselves within a minute
        await phone.unregister()
        await phone.register()
    await real.centre.engine.wait_for_seats(set(real.phones))
    detail = await real.detail(CLI)
    record = detail.record
    assert (record.outcome, record.staff_number) == (Outcome.ANSWERED, "8002")
    assert record.ended_by is EndedBy.UNKNOWN or not crash
    assert abs(record.ended_at - died) < 3000
    (info,) = detail.recordings
    assert info.error == ""
    length_ms = talked_until - record.accepted_at
    written_ms = length_ms - 2100 * crash  # Asterisk writes two seconds at a time
    assert info.length_ms > written_ms - 700
    assert info.customer_rms_dbfs > -30
    await desk.ask("agent.finish_wrap_up")
    real.call(OTHER, FAULT, tone(OTHER_CALLER))
    await presented(desk, OTHER)
    await desk.ask("agent.answer")
    await talking(desk, OTHER)


async def _dead(real: Whole) -> bool | None:
    return real.centre.pbx.pid is None or None


async def test_a_phone_that_is_picked_up_unheard_keeps_its_call(real: Whole) -> None:
    """Asterisk freezes for a moment; the agent lifts the phone, and the engine does not hear of it."""
    desk = await real.desk("seat1")
    phone = real.phones["seat1"]
    real.call(CLI, FAULT, tone(CALLER))
    await phone.wait_for(PhoneState.RINGING, 10)
    pid = real.centre.pbx.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        await phone.answer()
        await desk.until(lambda view: not view.switch.up)
    finally:
        os.kill(pid, signal.SIGCONT)
    await talking(desk, CLI)
    await asyncio.sleep(5)  # longer than a phone may ring
    assert phone.state is PhoneState.TALKING
    await desk.ask("agent.hang_up")
    record = (await real.detail(CLI)).record
    assert (record.outcome, record.staff_number, record.presented_count) == (Outcome.ANSWERED, "8001", 1)
