"""What the check of a run finds wrong with a recording."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.core.records import CallRecord, RecordingInfo
from engine.daemon.demo.verify import Report, recording_problems

RATE = 8000
START = 1_000_000
RECORD = CallRecord(call_id="c1", accepted_at=START, answered_at=START + 2000, ended_at=START + 5000)


def speech(seconds: float) -> np.ndarray:
    return (np.sin(np.arange(int(seconds * RATE)) / 3) * 6000).astype("int16")


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).integers(-40, 40, int(seconds * RATE)).astype("int16")


def stored(folder: Path, *channels: np.ndarray) -> RecordingInfo:
    path = folder / "c1.flac"
    soundfile.write(path, np.stack(channels, axis=1), RATE, subtype="PCM_16")
    data = path.read_bytes()
    return RecordingInfo(
        call_id="c1",
        path=path.name,
        length_ms=len(channels[0]) // 8,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def test_a_good_recording_has_no_problems(tmp_path: Path) -> None:
    assert recording_problems(stored(tmp_path, speech(5), speech(5)), RECORD, tmp_path) == []


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (noise(5), speech(5), "customer's (left) side is silent ("),
        (speech(5), noise(5), "agent's (right) side is silent ("),
        (speech(5), np.concatenate([speech(2), noise(3)]), "agent's (right) side is silent in the talk"),
        (speech(3.5), speech(3.5), "recording's file is 3500 ms, the call's 5000 ms"),
    ],
)
def test_silence_and_missing_parts_are_found(
    tmp_path: Path, left: np.ndarray, right: np.ndarray, words: str
) -> None:
    problems = recording_problems(stored(tmp_path, left, right), RECORD, tmp_path)
    assert any(words in problem for problem in problems), problems


def test_prompts_alone_do_for_a_call_that_no_agent_took(tmp_path: Path) -> None:
    right = np.concatenate([speech(2), noise(3)])
    record = replace(RECORD, answered_at=0)
    assert recording_problems(stored(tmp_path, speech(5), right), record, tmp_path) == []


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    info = stored(tmp_path, speech(5), speech(5))
    problems = recording_problems(replace(info, sha256="0" * 64), RECORD, tmp_path)
    assert problems == ["the recording is not the file that was stored: SHA-256 differs"]


def test_mono_missing_and_failed_recordings_are_found(tmp_path: Path) -> None:
    assert recording_problems(stored(tmp_path, speech(5)), RECORD, tmp_path) == [
        "the recording is not stereo"
    ]
    missing = RecordingInfo(call_id="c1", path="none.flac")
    assert "cannot be read" in recording_problems(missing, RECORD, tmp_path)[0]
    failed = RecordingInfo(call_id="c1", error="recording worker ended")
    assert recording_problems(failed, RECORD, tmp_path) == ["no recording: recording worker ended"]


@pytest.mark.parametrize("field", ["calls_placed", "records", "answered", "recordings_ok"])
def test_a_report_is_good_only_if_all_sums_agree(field: str) -> None:
    report = Report(calls_placed=3, records=3, answered=1, abandoned=1, ivr_exits=1, recordings_ok=3)
    assert report.ok
    setattr(report, field, getattr(report, field) + 1)
    assert not report.ok


def test_an_error_alone_makes_a_report_bad() -> None:
    assert not Report(errors=["agent 8001 could not answer"]).ok
