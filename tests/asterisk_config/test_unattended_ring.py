"""Unattended: the greeting, two rounds of ringing that nobody answers, a voice message."""

import math
import time
import wave
from array import array
from pathlib import Path

import pytest

from engine.adapters.asterisk.wav import is_closed
from tests.asterisk_config.conftest import Town
from tests.asterisk_config.telephone import Agi, wait_for

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def edits() -> dict[str, str]:
    return {",30,gm(default)": ",1,gm(default)"}


def write_tone(path: Path, hertz: int, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = (round(8000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(8000 * seconds)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", samples).tobytes())


def strength(path: Path, hertz: int, first: float, last: float) -> float:
    """How much of one frequency is in a stretch of a recording (Goertzel), 0-1 of full scale."""
    wait_for(lambda: is_closed(path), f"all of {path}")
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))[int(first * 8000) : int(last * 8000)]
    turn = 2 * math.pi * hertz / 8000
    real = sum(value * math.cos(turn * n) for n, value in enumerate(samples))
    imaginary = sum(value * math.sin(turn * n) for n, value in enumerate(samples))
    return 2 * math.hypot(real, imaginary) / len(samples) / 32768


def test_greeting_two_rounds_then_a_message(town: Town) -> None:
    write_tone(
        town.pbx_paths.prompts / "zh/unattended_greeting.wav", 1000, 1.0
    )  # the other prompts are missing
    rang_at: list[float] = []

    def never_answers(session: Agi) -> None:
        rang_at.append(time.time())
        session.command("EXEC Ringing")
        session.wait_hangup()

    def speaks_late(session: Agi) -> None:
        session.command("EXEC Wait 4")
        session.command('STREAM FILE tt-weasels ""')
        session.command("HANGUP")

    town.phone("seat2", "8002", never_answers)
    town.call("late", speaks_late, cli="13893112001")
    record = town.record_of("13893112001")

    assert len(rang_at) == 2
    assert rang_at[0] - float(record["fs_accepted"]) < 4.0  # the greeting and no more
    assert record["fs_dialstatus"] == "NOANSWER"
    assert record["fs_message"] != ""
    with wave.open(record["fs_message"]) as message:
        assert message.getnframes() > 8000
    sent = town.pbx_paths.recordings / "raw" / f"{record['fs_call']}-out.wav"
    assert strength(sent, 1000, 0.2, 0.8) > 0.15
    assert strength(sent, 1000, 1.5, 2.0) < 0.05
    assert town.errors() == []
