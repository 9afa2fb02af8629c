"""Prompts at the command line: listed, built, found and played."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


@dataclass(frozen=True, slots=True)
class Player:
    """A stand-in for aplay that notes what it was given."""

    folder: Path

    @property
    def played(self) -> str:
        log = self.folder / "played"
        return log.read_text().strip() if log.exists() else ""

    def install(self, name: str, code: int = 0) -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" > {self.folder}/played\nexit {code}\n')
        program.chmod(0o755)


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return Player(folder)


@pytest.fixture
def greeting(stage: Stage, tmp_path: Path) -> Path:
    path = tmp_path / "greeting.wav"
    path.write_bytes(b"RIFF")
    stage.prompts[0] = msgspec.structs.replace(stage.prompts[0], path=str(path))
    return path


@pytest.mark.parametrize("name", ["aplay", "paplay", "ffplay"])
def test_a_prompt_is_played_by_what_is_there(
    stage: Stage, fourseat: Command, player: Player, greeting: Path, name: str
) -> None:
    player.install(name)
    outcome = fourseat("prompts", "play", "greeting")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{greeting}\n", "")
    assert player.played.startswith(name)
    assert player.played.endswith(str(greeting))


def test_without_player_the_path_is_enough(
    stage: Stage, fourseat: Command, player: Player, greeting: Path
) -> None:
    outcome = fourseat("prompts", "play", "greeting")
    assert (outcome.code, outcome.out) == (0, f"{greeting}\n")
    assert "aplay" in outcome.err


def test_a_player_that_fails_is_named(
    stage: Stage, fourseat: Command, player: Player, greeting: Path
) -> None:
    player.install("aplay", code=1)
    outcome = fourseat("prompts", "play", "greeting")
    assert "aplay 播放失败" in outcome.err


def test_json_never_plays(stage: Stage, fourseat: Command, player: Player, greeting: Path) -> None:
    player.install("aplay")
    assert fourseat("prompts", "play", "greeting", "--json").json["path"] == str(greeting)
    assert player.played == ""


@pytest.mark.parametrize(
    ("prompt", "words"), [("nope", "没有提示音 nope"), ("goodbye", "fourseat prompts build")]
)
def test_what_cannot_be_played_says_why(stage: Stage, fourseat: Command, prompt: str, words: str) -> None:
    outcome = fourseat("prompts", "play", prompt)
    assert outcome.code == 1
    assert words in outcome.err


def test_building(stage: Stage, fourseat: Command) -> None:
    assert fourseat("prompts", "build").out == "合成 1 个,保留 2 个\n"
    assert fourseat("prompts", "build", "--force", "--json").json == {"built": 3, "kept": 0, "problems": []}
