"""Calls that nobody but the dialplan looks after."""

import wave
from array import array
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.asterisk.wav import is_closed
from tests.asterisk_config.conftest import Town
from tests.asterisk_config.raw_sip import RawCaller
from tests.asterisk_config.telephone import Agi, wait_for
from tests.support.stalls import stood_still_ms

pytestmark = pytest.mark.asterisk


SPOKEN_S = 3.84
"""How long the caller talks."""


def speak(session: Agi) -> None:
    """A caller who talks from the answer on, and hangs up."""
    session.command('STREAM FILE vm-goodbye ""')
    session.command('STREAM FILE tt-weasels ""')
    session.command("HANGUP")


def seconds_and_loudness(path: Path) -> tuple[float, float]:
    wait_for(lambda: is_closed(path), f"all of {path}")
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        samples = array("h", file.readframes(file.getnframes()))
    loudness = (sum(value * value for value in samples) / max(1, len(samples))) ** 0.5
    return len(samples) / 8000, loudness


def test_no_engine_and_no_phone_means_a_voice_message(town: Town) -> None:
    town.call("speak", speak, cli="13893110001")
    record = town.record_of("13893110001")

    assert record["fs_line"] == "line1"
    assert record["fs_did"] == "96335"
    assert record["fs_unattended"] == "1"
    assert record["fs_done"] == ""
    assert record["fs_dialstatus"] == "CHANUNAVAIL"
    assert record["fs_cause"] == "16"
    assert record["fs_hangup_source"] == record["channel"]  # the customer hung up
    assert float(record["fs_started"]) <= float(record["fs_accepted"]) < float(record["fs_ended"])

    said, loudness = seconds_and_loudness(Path(record["fs_message"]))
    assert said > 2
    assert loudness > 300


def test_both_directions_are_recorded_from_answer_to_end(town: Town) -> None:
    town.call("speak", speak, cli="13893110002")
    record = town.record_of("13893110002")

    raw = town.pbx_paths.recordings / "raw"
    length = float(record["fs_ended"]) - float(record["fs_accepted"])
    heard, heard_loudness = seconds_and_loudness(raw / f"{record['fs_call']}-in.wav")
    sent, sent_loudness = seconds_and_loudness(raw / f"{record['fs_call']}-out.wav")
    assert heard == sent
    lost = stood_still_ms(float(record["fs_accepted"]) * 1000) / 1000
    assert SPOKEN_S - 0.1 - lost < heard <= length + 0.05
    assert heard_loudness > 300  # the caller
    assert sent_loudness > 10  # the beep


HOSTILE = {
    "long": "<sip:" + "1" * 1000 + "@127.0.0.1>",
    "quotes": '"a\\"b" <sip:1389%22%27%60id%60@127.0.0.1>',
    "lines": '"x" <sip:1389%0D%0AAction:%20Logoff%0D%0A@127.0.0.1>',
    "dialplan": '"${SHELL(id)}" <sip:1389%24%7BSHELL(touch)%7D%24%7BEXTEN%7D@127.0.0.1>',
    "separators": '"a;b|c&d" <sip:1389%3B%7C%26,)(1@127.0.0.1>',
    "chinese": '"张三,李四" <sip:1389%E5%BC%A0@127.0.0.1>',
    "anonymous": '"Anonymous" <sip:anonymous@anonymous.invalid>',
}


@pytest.mark.parametrize("caller", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_caller_is_answered_and_reduced_to_digits(town: Town, caller: str, request: Any) -> None:
    line = town.config.lines[2]
    before = len(town.records())
    raw = RawCaller(line.port, town.ports.sip, f"raw-{request.node.callspec.id}")
    try:
        assert raw.invite("96335%24%7BSHELL(id)%7D,x", caller) == 200
        raw.bye()
    finally:
        raw.close()
    record = wait_for(lambda: town.records()[before:], "the record")[0]
    assert record["fs_final"] == "1"
    assert record["fs_line"] == line.id
    assert record["fs_started"] <= record["fs_accepted"] <= record["fs_ended"]
    assert set(record["fs_cli"]) <= set("0123456789+*#")
    assert len(record["fs_cli"]) <= 32
    assert record["fs_did"].startswith("96335")
    assert set(record["fs_did"]) <= set("0123456789+*#")
    assert town.errors() == []


def test_call_from_an_unknown_address_is_refused(town: Town) -> None:
    before = len(town.records())
    raw = RawCaller(0, town.ports.sip, "stranger")
    try:
        assert raw.invite("96335", "<sip:13893110001@127.0.0.1>") == 401
        assert raw.invite("96335", "<sip:line1@127.0.0.1>") == 401
        assert raw.invite("96335", "<sip:seat1@127.0.0.1>") == 401
    finally:
        raw.close()
    assert town.records()[before:] == []
