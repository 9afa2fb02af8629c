"""Keys that callers press: when they are enough, what is told of them, and what nobody may see."""

from __future__ import annotations

import pytest

from engine.adapters.asterisk.keyed import Keys
from engine.core import effects as do
from engine.core import events as fact
from engine.core.effects import PlayPrompts
from engine.core.ivr.nodes import DTMF_KEYS
from tests.adapters.asterisk.test_switch import CALL, CUSTOMER, Bench, bench
from tests.support.fake_asterisk import FakeCaller, failure

__all__ = ["bench"]  # the fixture


TYPES_ON = "WAIT FOR DIGIT 500"


def entry(*prompts: str, longest: int = 6, secret: bool = False) -> PlayPrompts:
    """What an entry of a flow asks for."""
    return PlayPrompts(
        call_id=CALL,
        prompts=prompts,
        barge_in=DTMF_KEYS,
        max_digits=longest,
        timeout_ms=5_000,
        terminator="#",
        secret=secret,
    )


def pressed(keys: str, *, longest: int = 6, secret: bool = False, spare: str = "") -> Keys:
    """The keys that are taken of those that are pressed."""
    taken = Keys(entry(longest=longest, secret=secret), spare)
    for key in keys:
        if taken.complete:
            break
        taken.take(key)
    return taken


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("1234#5", "1234#"),
        ("123456789", "123456"),
        ("12*3456#", "12*3456#"),
        ("1234*567890", "1234*567890"),  # what comes before the star does not fill the entry
        ("#", "#"),
        ("", ""),
        ("*" * 200, "*" * 100),
    ],
)
def test_an_entry_ends_with_its_terminator_or_when_it_is_full(keys: str, told: str) -> None:
    assert pressed(keys).digits == told


@pytest.mark.parametrize(
    ("keys", "told", "secret"),
    [
        ("12*3456#", "3456", True),
        ("123456", "123456", True),
        ("#", "", False),
        ("12*#", "", False),
        ("0#", "0", False),
        ("000", "000", False),
        ("", "", False),
    ],
)
def test_of_secret_keys_only_what_counts_is_kept(keys: str, told: str, secret: bool) -> None:
    taken = pressed(keys, secret=True)
    assert (taken.digits, taken.secret) == (told, secret)


def test_the_key_that_ends_a_full_entry_belongs_to_it() -> None:
    assert pressed("123456").spare == "#"
    assert pressed("123#").spare == ""
    again = pressed("#7#", spare="#")
    assert again.digits == "7#"
    assert pressed("7#", spare="#").digits == "7#"


async def at_the_prompt(bench: Bench, order: PlayPrompts) -> FakeCaller:
    """A caller who hears the words of an order."""
    caller = await bench.session("inbound")
    await bench.told(fact.CallArrived)
    bench.switch.perform(order)
    await caller.expect('SET VARIABLE "FS_GREETED" "1"')
    return caller


async def keys_in(caller: FakeCaller, keys: str, prompt: str) -> None:
    """The first key cuts the prompt short."""
    await caller.expect(
        f'STREAM FILE "/nowhere/{prompt}" "{DTMF_KEYS}"', f"200 result={ord(keys[0])} endpos=1"
    )
    for key in keys[1:]:
        await caller.expect("WAIT FOR DIGIT 5000", f"200 result={ord(key)}")


@pytest.mark.asyncio
async def test_a_secret_is_told_as_a_token_and_keyed_in_unrecorded(bench: Bench) -> None:
    caller = await at_the_prompt(bench, entry("password", secret=True))
    await keys_in(caller, "246810", "password")
    await caller.expect(TYPES_ON)
    played = await bench.told(fact.PromptsPlayed)
    assert (played.digits, bench.secrets) == ("§1:6", [(CALL, "246810")])
    off, on = [await bench.asterisk.wait_received("MixMonitorMute", times) for times in (1, 2)]
    assert (off["Channel"], off["Direction"], off["State"], on["State"]) == (CUSTOMER, "read", "1", "0")
    values = [action["Value"] for action in bench.asterisk.actions("Setvar")]
    assert values == ["1", ""]


@pytest.mark.asyncio
async def test_two_secrets_one_after_the_other_are_one_silence(bench: Bench) -> None:
    caller = await at_the_prompt(bench, entry("password", secret=True))
    await keys_in(caller, "1234#", "password")
    await bench.told(fact.PromptsPlayed)
    bench.switch.perform(entry("again", secret=True))
    await keys_in(caller, "1234#", "again")
    await bench.told(fact.PromptsPlayed, 2)
    await bench.asterisk.wait_received("MixMonitorMute", 2)
    assert [action["State"] for action in bench.asterisk.actions("MixMonitorMute")] == ["1", "0"]


@pytest.mark.asyncio
async def test_who_asks_for_a_person_in_the_place_of_a_secret_is_told_in_clear(bench: Bench) -> None:
    caller = await at_the_prompt(bench, entry("password", secret=True))
    await keys_in(caller, "0#", "password")
    assert ((await bench.told(fact.PromptsPlayed)).digits, bench.secrets) == ("0", [])
    await bench.asterisk.wait_received("MixMonitorMute", 2)


@pytest.mark.asyncio
async def test_a_caller_who_goes_while_keying_in_a_secret(bench: Bench) -> None:
    caller = await at_the_prompt(bench, entry("password", secret=True))
    await keys_in(caller, "12", "password")
    bench.asterisk.answers["Setvar"] = lambda action: failure("No such channel")
    caller.hang_up()
    caller.close()
    for _ in range(3):
        await bench.switch.command("core show version")
    assert bench.secrets == []
    assert [action["State"] for action in bench.asterisk.actions("MixMonitorMute")] == ["1"]


@pytest.mark.asyncio
async def test_the_end_of_a_full_entry_that_comes_late_does_not_cut_what_follows(bench: Bench) -> None:
    caller = await at_the_prompt(bench, entry("card", longest=2))
    await keys_in(caller, "47", "card")
    await caller.expect(TYPES_ON)
    assert (await bench.told(fact.PromptsPlayed)).digits == "47"
    bench.switch.perform(entry("next"))
    await keys_in(caller, "#", "next")
    await keys_in(caller, "1#", "next")  # said again from its beginning
    assert (await bench.told(fact.PromptsPlayed, 2)).digits == "1#"


@pytest.mark.asyncio
async def test_who_types_more_than_fits_answers_nothing_with_it(bench: Bench) -> None:
    """Neither the next question, nor, after a secret, with keys that anybody may see."""
    caller = await at_the_prompt(bench, entry("password", longest=2, secret=True))
    await keys_in(caller, "47", "password")
    for key in "112#":
        await caller.expect(TYPES_ON, f"200 result={ord(key)}")
    await bench.told(fact.PromptsPlayed)
    assert bench.secrets == [(CALL, "47")]
    bench.switch.perform(entry("next", longest=1))
    await keys_in(caller, "#", "next")
    assert (await bench.told(fact.PromptsPlayed, 2)).digits == "#"


@pytest.mark.asyncio
async def test_a_caller_hears_the_chosen_language(bench: Bench) -> None:
    caller = await at_the_prompt(bench, do.PlayPrompts(call_id=CALL, prompts=("one", "two"), language="en"))
    for prompt in ("en/one", "en/two"):
        await caller.expect(f'STREAM FILE "/{prompt}" ""', "200 result=0 endpos=1")
    assert (await bench.told(fact.PromptsPlayed)).digits == ""


@pytest.mark.asyncio
async def test_a_recording_on_the_way_has_the_name_that_it_was_given(bench: Bench) -> None:
    caller = await bench.session("inbound")
    await bench.told(fact.CallArrived)
    bench.switch.perform(
        do.RecordMessage(call_id=CALL, max_seconds=60, silence_seconds=5, min_ms=1_000, name=f"{CALL}-1")
    )
    await caller.expect(f'RECORD FILE "/nowhere/{CALL}-1" "wav" "#" 60000 BEEP s=5', "200 result=0")
    told = await bench.told(fact.MessageRecorded)
    assert (told.file, told.length_ms, told.part) == (f"{CALL}-1.wav", 0, True)


@pytest.mark.asyncio
async def test_keys_between_two_orders_are_not_lost(bench: Bench) -> None:
    """Asterisk forgets what is pressed while it is told nothing: a service may take seconds."""
    caller = await at_the_prompt(bench, entry("menu", longest=1))
    await keys_in(caller, "5", "menu")
    await bench.told(fact.PromptsPlayed)
    await caller.expect("WAIT FOR DIGIT 3600000", f"200 result={ord('1')}")
    await caller.expect("WAIT FOR DIGIT 3600000", f"200 result={ord('2')}")
    await caller.expect("WAIT FOR DIGIT 3600000", "")
    bench.switch.perform(entry("number", longest=2))
    await caller.expect("NOOP", "200 result=1")
    caller.send("200 result=0")
    await caller.expect(TYPES_ON)
    assert (await bench.told(fact.PromptsPlayed, 2)).digits == "12"


@pytest.mark.parametrize(
    ("early", "barge_in", "told", "left"),
    [("12", DTMF_KEYS, "1", "2"), ("12", "", "", ""), ("10", "0", "0", ""), ("#1", DTMF_KEYS, "1", "")],
)
def test_early_keys_count_where_they_could_have_been_pressed(
    early: str, barge_in: str, told: str, left: str
) -> None:
    order = PlayPrompts(call_id=CALL, prompts=("menu",), barge_in=barge_in, max_digits=1, timeout_ms=5_000)
    keys = Keys(order, spare="#")
    assert keys.take_early(early) == left
    assert (keys.digits, keys.begun) == (told, bool(told))
