"""Calls that nobody but the dialplan looks after."""

import wave
from array import array
from pathlib import Path

import pytest

from tests.asterisk_config.conftest import Town
from tests.asterisk_config.telephone import Agi, wait_for

pytestmark = pytest.mark.asterisk


def speak(session: Agi) -> None:
    """A caller who talks for about three seconds and hangs up."""
    session.command('STREAM FILE vm-goodbye ""')
    session.command('STREAM FILE tt-weasels ""')
    session.command("HANGUP")


def seconds_and_loudness(path: Path) -> tuple[float, float]:
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
    assert length - 0.2 < heard <= length + 0.05
    assert heard_loudness > 300  # the caller
    assert sent_loudness > 10  # the beep


def test_hostile_caller_and_number_are_reduced_to_digits(town: Town) -> None:
    cli = '"A${SHELL(touch /tmp/x)},|;`id`" <00${EXTEN}1389&3110003,x>'
    town.call("hostile", speak, cli=cli, did="96335${SHELL(id)}")
    record = wait_for(lambda: [r for r in town.records() if "3110003" in r["fs_cli"]], "the record")[0]
    assert set(record["fs_cli"]) <= set("0123456789+*#")
    assert set(record["fs_did"]) <= set("0123456789+*#")
    assert town.errors() == []
