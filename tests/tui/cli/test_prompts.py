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


def test_only_what_is_missing_or_stale(stage: Stage, fourseat: Command) -> None:
    ids = [line.split()[0] for line in fourseat("prompts", "list", "--missing").out.splitlines()[2:]]
    assert ids == ["goodbye"]
    stale = fourseat("prompts", "list", "--stale", "--json").json["prompts"]
    assert [prompt["id"] for prompt in stale] == ["greeting"]
    both = fourseat("prompts", "list", "--stale", "--missing", "--json").json["prompts"]
    assert len(both) == 2


def test_one_language_only(stage: Stage, fourseat: Command) -> None:
    out = fourseat("prompts", "list", "--voice", "en").out
    assert "main_menu" not in out
    assert "Welcome to the service line" in out


def test_a_large_recording_goes_through_in_pieces(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    file = tmp_path / "new.wav"
    file.write_bytes(b"RIFF" + bytes(100_000))
    outcome = fourseat("prompts", "import", "greeting", str(file))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "greeting 已换成真人录音:4.2 秒\n原来音量 -31 dB,剪去 1.5 秒静音。\n"
    assert list(stage.uploads.values()) == [file.read_bytes()]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"This is a text.", "这不是能读的声音文件"),
        (b"RIFF faint", "声音太小(-52 dBFS)"),
        (b"", "是空文件"),
    ],
)
def test_what_is_no_recording_is_refused_in_words(
    stage: Stage, fourseat: Command, tmp_path: Path, data: bytes, words: str
) -> None:
    file = tmp_path / "new.wav"
    file.write_bytes(data)
    outcome = fourseat("prompts", "import", "greeting", str(file))
    assert (outcome.code, outcome.out) == (1, "")
    assert words in outcome.err


def test_a_file_that_is_not_there(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    outcome = fourseat("prompts", "import", "greeting", str(tmp_path / "none.wav"))
    assert outcome.code == 1
    assert "读不了" in outcome.err or "不能读" in outcome.err or "无法读取" in outcome.err


def test_removing_a_recording_is_asked_for(stage: Stage, fourseat: Command) -> None:
    assert fourseat("prompts", "remove", "greeting").code == 2
    assert stage.prompts[0].source == "human"
    assert fourseat("prompts", "remove", "greeting", "--yes").out == "greeting 已改回合成语音。\n"
    assert stage.prompts[0].source == "synthesised"
    again = fourseat("prompts", "remove", "greeting", "--yes")
    assert "这条提示音没有真人录音" in again.err


def test_export_writes_sounds_and_what_is_to_be_read_out(
    stage: Stage, fourseat: Command, tmp_path: Path
) -> None:
    outcome = fourseat("prompts", "export", str(tmp_path / "out"))
    assert "3 个声音和 prompts.csv" in outcome.out
    assert "1 个没有声音" in outcome.out
    assert (tmp_path / "out" / "en" / "greeting.wav").read_bytes() == b"RIFF en/greeting"
    index = (tmp_path / "out" / "prompts.csv").read_text(encoding="utf-8-sig").splitlines()
    assert index[0] == "number,prompt,language,source,stale,seconds,text"
    assert index[1].startswith('1,greeting,zh,human,yes,4.2,"您好')
    only = fourseat("prompts", "export", str(tmp_path / "human"), "--recorded", "--json").json
    assert len(only["files"]) == 1


def test_what_to_key_in_for_a_part_between_values(stage: Stage, fourseat: Command) -> None:
    stage.prompts.append(msgspec.structs.replace(stage.prompts[1], id="balance-1", number=12))
    line = next(line for line in fourseat("prompts", "list").out.splitlines() if "balance-1" in line)
    assert line.split()[0] == "12*1"
