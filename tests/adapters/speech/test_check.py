"""Every fault that a prompt's file can have is found and named, with what to do about it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.adapters.speech import sound
from engine.adapters.speech.check import check_prompts
from engine.adapters.speech.errors import Problem, ProblemCode
from tests.adapters.speech.conftest import catalogue_of

CATALOGUE = catalogue_of(hello="您好,欢迎使用客服热线")


def faults(folder: Path) -> list[ProblemCode]:
    return [problem.code for problem in check_prompts(CATALOGUE, "zh", folder)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "zh").mkdir()
    return tmp_path / "zh" / "hello.wav"


def write(path: Path, samples: sound.Samples) -> None:
    path.write_bytes(sound.encode(samples))


def test_a_good_file_has_no_fault(tmp_path: Path, path: Path) -> None:
    write(path, sound.tone(500, 2000))
    assert faults(tmp_path) == []


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    [problem] = check_prompts(CATALOGUE, "zh", tmp_path)
    assert problem.code is ProblemCode.MISSING
    assert str(problem) == f"zh/hello: missing ({tmp_path}/zh/hello.wav). Run `fourseat prompts build`."


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"), [(16_000, 1, "PCM_16"), (8_000, 2, "PCM_16"), (8_000, 1, "PCM_U8")]
)
def test_a_wrong_format_is_found(tmp_path: Path, path: Path, rate: int, channels: int, subtype: str) -> None:
    soundfile.write(path, np.full((rate * 2, channels), 0.2), rate, subtype)
    assert faults(tmp_path) == [ProblemCode.WRONG_FORMAT]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound"])
def test_a_file_that_is_no_sound_is_found(tmp_path: Path, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert faults(tmp_path) == [ProblemCode.WRONG_FORMAT]


@pytest.mark.parametrize(
    "samples", [np.zeros(16_000, np.float32), np.zeros(0, np.float32), sound.tone(500, 2000) / 1000]
)
def test_a_silent_file_is_found(tmp_path: Path, path: Path, samples: sound.Samples) -> None:
    write(path, samples)
    assert faults(tmp_path) == [ProblemCode.SILENT]


def test_a_clipped_file_is_found(tmp_path: Path, path: Path) -> None:
    write(path, np.clip(sound.tone(500, 2000) * 20, -1, 1))
    assert faults(tmp_path) == [ProblemCode.CLIPPED]


def test_a_file_that_breaks_off_is_found(tmp_path: Path, path: Path) -> None:
    write(path, sound.tone(500, 100))
    assert faults(tmp_path) == [ProblemCode.TOO_SHORT]


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_a_remedy(code: ProblemCode) -> None:
    assert Problem(code=code, prompt_id="hello", language="zh").remedy.endswith(".")
