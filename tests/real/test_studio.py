"""Prompts recorded at a seat's telephone: kept, heard by the next caller; and who may not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from engine.adapters.exchange import Pause
from engine.adapters.phone import Phone, PhoneError, PhoneState
from engine.adapters.unix_socket.client import EngineError
from engine.core.voice.catalogue import parse_catalogue
from engine.wire.methods import AuditParams
from engine.wire.prompts import PromptInfo, PromptParams, Prompts, PromptsParams
from tests.real.world import CLI, SEAT_TONES, heard_by, prompt
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound
from tests.support.site import HOME

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

VOICE = SEAT_TONES["seat1"]
NUMBER = parse_catalogue((HOME / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8"))[
    "greeting"
].number


@pytest_asyncio.fixture(loop_scope="session")
async def studio(real: Whole) -> AsyncIterator[Whole]:
    """Whatever is recorded, the prompt is as it was afterwards."""
    yield real
    try:
        await real.ask("prompts.remove", PromptParams(prompt_id="greeting", language="zh"))
    except EngineError:
        pass  # nothing was kept


class Handset:
    """Somebody at the phone of a seat, who listens before pressing keys."""

    def __init__(self, real: Whole, seat_id: str) -> None:
        self._real = real
        self.phone: Phone = real.phones[seat_id]
        self._at = 0.0

    async def dial(self) -> None:
        heard_before = len(self.phone.heard)
        for _ in range(3):  # the exchange may still be busy with what another test changed in it
            await self.phone.dial("*77")
            with suppress(PhoneError):
                await self.phone.wait_for(PhoneState.TALKING, 10)
                break
            await self.phone.hang_up()

        async def listens() -> bool | None:
            return len(self.phone.heard) > heard_before or None

        await eventually(listens, 15, "an ear at the phone")

    async def hears(self, name: str, seconds: float = 25.0) -> None:
        """Wait for the beginning of a prompt, after what was heard before."""

        async def begun() -> float | None:
            return await asyncio.to_thread(self._find, prompt(self._real, name))

        self._at = await eventually(begun, seconds, f"{name} is heard")

    def _find(self, file: Path) -> float | None:
        found = self.so_far().find_sound(Sound.of(file).part(0, 0.9), after=self._at)
        return None if found is None or found.share < 0.6 else found.end

    def so_far(self) -> Sound:
        ear = self.phone.heard[-1]
        assert ear.path is not None
        return Sound(np.frombuffer(even(ear.path.read_bytes()[44:]), dtype="<i2") / np.float32(32768))

    async def speaks(self, seconds: float) -> None:
        """Let so much time go by on the line."""
        until = self.phone.heard_seconds + seconds

        async def passed() -> bool | None:
            return self.phone.heard_seconds >= until or None

        await eventually(passed, seconds + 10, "time on the line")

    async def press(self, keys: str) -> None:
        """One after another, at a person's pace."""
        for key in keys:
            await self.phone.press(key)
            await asyncio.sleep(0.2)


def even(data: bytes) -> bytes:
    return data[: len(data) // 2 * 2]


async def greeting(real: Whole) -> PromptInfo:
    listed: Prompts = await real.ask("prompts.list", PromptsParams(language="zh"))
    return next(info for info in listed.prompts if info.id == "greeting")


async def log_in(hand: Handset, staff_number: str, pin: str) -> None:
    await hand.hears("studio_staff_number")
    await hand.press(f"{staff_number}#")
    await hand.hears("studio_pin")
    await hand.press(f"{pin}#")


async def test_what_is_recorded_and_kept_is_what_the_next_caller_hears(studio: Whole) -> None:
    hand = Handset(studio, "seat1")
    await hand.dial()
    await log_in(hand, "8801", "8642")
    await hand.hears("studio_number")
    await hand.press(f"{NUMBER}#")
    await hand.hears("greeting")
    await hand.hears("studio_record")
    await hand.press("1")  # enough of the words
    await hand.speaks(4.0)
    await hand.press("#")
    await hand.hears("studio_review")
    assert hand.so_far().tone_seconds(VOICE) > 1.0  # its own take
    await hand.press("2")
    await hand.speaks(4.0)
    await hand.press("#")
    await hand.hears("studio_review")
    assert (await greeting(studio)).source == "synthesised"
    await hand.press("1")
    await hand.hears("studio_kept", 60)
    await hand.hears("studio_number")
    await hand.press("#")
    await hand.hears("goodbye")
    await hand.phone.wait_for(PhoneState.IDLE, 20)
    assert (await greeting(studio)).source == "human"
    await _heard_by_a_caller(studio)
    audit = await studio.ask("audit.list", AuditParams(limit=50))
    assert {row.what for row in audit.rows} >= {"studio.log_in", "prompts.record"}


async def _heard_by_a_caller(studio: Whole) -> None:
    placed = await studio.call(CLI, Pause(6))
    assert heard_by(placed).tone_seconds(VOICE) > 2.0


async def test_agents_and_wrong_pins_may_not(studio: Whole) -> None:
    hand = Handset(studio, "seat2")
    await hand.dial()
    await log_in(hand, "8801", "1111")
    await hand.hears("studio_wrong")
    await log_in(hand, "8001", "2468")
    await hand.hears("studio_not_allowed")
    await hand.phone.wait_for(PhoneState.IDLE, 20)


async def test_silence_is_not_kept_and_a_prompt_may_be_left_as_it_is(studio: Whole) -> None:
    hand = Handset(studio, "seat2")
    hand.phone.speak_from(None)
    await hand.dial()
    await log_in(hand, "8901", "9753")
    await hand.hears("studio_number")
    await hand.press("9999#")
    await hand.hears("studio_unknown")
    await hand.hears("studio_number")
    await hand.press(f"{NUMBER}#")
    await hand.hears("studio_record")
    await hand.press("1")
    await hand.speaks(2.0)
    await hand.press("#")
    await hand.hears("studio_useless")
    await hand.phone.hang_up()
    assert (await greeting(studio)).source == "synthesised"
