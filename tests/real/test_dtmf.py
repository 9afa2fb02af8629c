"""Keys reach the services however they are sent and pressed; what is no key is not taken for one."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from tests.real.gateway import By
from tests.real.office import Office, RechargeCard, all_of, open_office
from tests.real.said import Visitor
from tests.real.world import music_folder, prompt, recording
from tests.support.centre import Whole
from tests.support.heard import RATE, Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

STRANGER = "13911120"
QUICK, LONG = 60, 900
SILENT = 0.02
# The secrets have double digits, and no two the same part that could be found by chance.
WAYS = {
    By.RFC4733: (101, RechargeCard("1122003344556677", "990017744811", 5_000), "733914400"),
    By.INFO: (102, RechargeCard("9988770066554433", "661188003355", 3_000), "911728855"),
    By.TONE: (103, RechargeCard("5500114477332288", "447711229900", 2_050), "558830066"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(whole_centre: Whole) -> AsyncIterator[Office]:
    async with open_office(whole_centre) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def office(running: Office, real: Whole) -> AsyncIterator[Office]:
    yield running
    await running.gateway.hang_up_all()


async def test_each_way_a_stranger_signs_in_and_pays(office: Office) -> None:
    """Typed as quickly as a memory key does, with long keys and double digits between."""
    await all_of(*(_signs_in_and_pays(office, by) for by in WAYS))
    office.secrets_kept()


async def _signs_in_and_pays(office: Office, by: By) -> None:
    number, card, password = WAYS[by]
    customer = office.customer(number, balance=0, password=password)
    office.card(card.number, card.secret, card.amount_fen)
    call = await office.call(f"{STRANGER}{number}", by)
    await call.press("5", ms=LONG)
    await call.hears("enter_account")
    await call.press(f"{customer.customer_number}#", ms=QUICK, pause_ms=QUICK)
    await call.hears("enter_password")
    await call.press(f"{password}#", ms=QUICK, pause_ms=QUICK)
    await call.hears("account_menu")
    await call.press("3", ms=LONG)
    await call.hears("enter_card")
    await call.press(f"{card.number}#", ms=QUICK, pause_ms=QUICK)
    await call.hears("card_confirm", card=card.number)
    await call.press("1")
    await call.hears("enter_card_secret")
    await call.press(card.secret[:6], ms=QUICK, pause_ms=QUICK)
    await call.press(card.secret[6], ms=LONG)
    await call.press(f"{card.secret[7:]}#", ms=QUICK, pause_ms=QUICK)
    await call.hears_out("paid", amount=card.amount_fen, balance=card.amount_fen)
    await call.hang_up()
    assert office.paid_with(card, customer)
    await _is_not_overheard(office, call)


async def _is_not_overheard(office: Office, call: Visitor) -> None:
    """From the question for a secret to the next one the recording is deaf to the caller."""
    detail = await office.real.detail(call.cli, 40)
    caller, centre = (recording(office.real, detail, channel) for channel in (0, 1))
    questions = ("enter_password", "account_menu", "enter_card_secret")
    found = [centre.find(prompt(office.real, name)) for name in questions]
    assert all(found), found
    password_s, menu_s, secret_s = (match.start for match in found if match)
    assert _loudest(caller.part(password_s, menu_s)) < SILENT
    assert _loudest(caller.part(secret_s)) < SILENT
    if call.call.by is By.TONE:  # what is no secret is on record, as all that is heard
        assert _loudest(caller.part(menu_s, secret_s)) > 5 * SILENT


def _loudest(sound: Sound) -> float:
    return float(np.abs(sound.samples).max())


async def test_voices_and_music_are_no_keys(office: Office) -> None:
    """On a line with tones, where the centre listens for them in everything that is said."""
    sounds = office.real.centre.sounds
    voices = [Sound.of(path).samples for path in sorted(sounds.glob("*_[0-9].wav"))]
    assert len(voices) > 10
    music = [
        Sound.of(path).part(0, 12).samples for path in sorted(music_folder(office.real).glob("*.wav"))[:2]
    ]
    halves = [np.concatenate(voices[0::2]), np.concatenate(voices[1::2])]
    spoken = [Sound(samples[: 12 * RATE]) for samples in (*halves, *music)]
    calls = [await office.call(f"139111210{number}", By.TONE) for number in range(len(spoken))]
    await asyncio.gather(*(call.say(sound) for call, sound in zip(calls, spoken, strict=True)))
    assert not any(call.call.gone.is_set() for call in calls)
    await asyncio.gather(*(_presses_star_one(call) for call in calls))
    assert {call.cli: await office.keys_of(call.cli) for call in calls} == {
        call.cli: ["1", "*"] for call in calls
    }


async def _presses_star_one(call: Visitor) -> None:
    """And real keys are taken at once on the same line."""
    await call.press("1")
    await call.hears("information_menu")
    await call.press("*")
    await call.hears("main_menu")
    await call.hang_up()
