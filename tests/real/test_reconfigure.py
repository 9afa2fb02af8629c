"""A seat and a queue are added while two people talk: they notice nothing, and the new seat takes a call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine.adapters.exchange import Press
from engine.adapters.phone import Phone, PhoneAccount
from engine.core.states import CallState, Outcome
from engine.daemon.demo.site import people
from engine.wire.configuration import ChangeParams, ChangeResult, Edit, UndoParams
from tests.real.world import (
    CALLER,
    CLI,
    OTHER,
    OTHER_CALLER,
    SEAT_TONES,
    call_in,
    heard_by,
    presented,
    recording,
    recording_whole,
    talking,
    tone,
    unbroken,
)
from tests.support.centre import Desk, Whole, eventually
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEAT, NEW, NEW_TONE = "seat2", "seat4", 1780
EDITS = [
    Edit(section="seats", id=NEW, value={"name": "四号席", "extension": "804", "phone": "auto"}),
    Edit(section="queues", id="night", value={"name": "夜班", "name_en": "Night"}),
]


async def change(real: Whole, *edits: Edit) -> ChangeResult:
    result: ChangeResult = await real.ask("config.change", ChangeParams(edits=list(edits)))
    return result


@asynccontextmanager
async def phone_at(real: Whole, secret: str) -> AsyncIterator[Phone]:
    """A phone that logs in at the new seat."""
    account = PhoneAccount(user=NEW, server="127.0.0.1", port=real.centre.ports.sip, secret=secret)
    phone = Phone(
        real.centre.stack,
        account,
        microphone=real.centre.sounds / f"tone_{NEW_TONE}.wav",
        record_to=real.centre.folder / "heard",
    )
    try:
        await phone.register()
        await real.centre.engine.wait_for_seats({NEW})
        yield phone
    finally:
        await phone.close()


@asynccontextmanager
async def desk_at(real: Whole, phone: Phone) -> AsyncIterator[Desk]:
    """The first agent, who is not the one in the talk, sits there."""
    desk = Desk(str(real.centre.site.paths.socket), people(3)[0], NEW, phone)
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()


async def test_a_seat_and_a_queue_are_added_during_a_talk(real: Whole) -> None:
    config_file = real.centre.site.config_file
    before = config_file.read_text(encoding="utf-8")
    first = await real.desk(SEAT)
    call = real.call(CLI, Press("2"), tone(CALLER))
    await presented(first, CLI)
    await first.ask("agent.answer")
    await talking(first, CLI)

    result = await change(real, *EDITS)
    assert {effect.code for effect in result.effects} >= {"added", "set_up_phone", "reloads_switch"}
    async with phone_at(real, result.secrets[NEW]) as phone:
        async with desk_at(real, phone) as second:
            await second.ask("agent.ready")
            other = real.call(OTHER, Press("2"), tone(OTHER_CALLER))
            await presented(second, OTHER)
            await second.ask("agent.answer")
            await talking(second, OTHER)
            await asyncio.sleep(1.5)
            await second.ask("agent.hang_up")
            placed_other = await other
            await second.ask("agent.finish_wrap_up")
        assert heard_by(placed_other).tone_seconds(NEW_TONE) > 1
    undone = await real.ask("config.undo", UndoParams())
    assert config_file.read_text(encoding="utf-8") == before
    assert {effect.code for effect in undone.effects} >= {"removed", "reloads_switch"}
    shown = await asyncio.to_thread(real.centre.pbx.cli, f"pjsip show endpoint {NEW}")
    assert "Unable to find" in shown  # by these words a refused endpoint is recognised, too
    await call_in(real, CLI, CallState.TALKING)
    await asyncio.sleep(0.5)

    await first.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    assert detail.record.outcome is Outcome.ANSWERED
    recording_whole(real, detail)
    talk_s = detail.record.talk_ms / 1000
    for sound, hz in (
        (heard_by(placed), SEAT_TONES[SEAT]),
        (await _heard_at_the_phone(real), CALLER),
        (recording(real, detail, 1), SEAT_TONES[SEAT]),
    ):
        spans = sound.tone_spans(hz)
        assert unbroken(real, spans)
        assert spans[-1].end - spans[0].start == pytest.approx(talk_s, abs=1)


async def _heard_at_the_phone(real: Whole) -> Sound:
    path = await eventually(real.phones[SEAT].recording, 5, "a recording of the phone")
    return Sound.of(path)
