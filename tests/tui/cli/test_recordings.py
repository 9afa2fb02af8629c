"""Exporting recordings: readable names, both ways of copying, and no broken file under a good name."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.stage import Stage
from tests.support.world import CUSTOMERS, NOW, row
from tests.tui.cli.conftest import Command

NAME = "20260302-091000_13893812345_张华山_8001_c-1003.wav"


@pytest.fixture
def recorded(stage: Stage) -> bytes:
    return stage.record("c-1003", seconds=3)


@pytest.mark.parametrize("readable", [True, False])
def test_a_recording_is_copied_by_file_or_through_the_socket(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path, readable: bool
) -> None:
    stage.paths_readable = readable
    outcome = fourseat("recordings", "export", str(tmp_path / "out"))
    assert outcome.code == 0
    assert outcome.out.splitlines() == [NAME, f"复制 1 个到 {tmp_path / 'out'},已有 0 个,失败 0 个"]
    assert (tmp_path / "out" / NAME).read_bytes() == recorded
    assert any(name == "recordings.read" for name, _ in stage.requests) != readable
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NAME]


def test_what_is_there_already_is_not_copied_again(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path
) -> None:
    fourseat("recordings", "export", str(tmp_path / "out"))
    stage.requests.clear()
    again = fourseat("recordings", "export", str(tmp_path / "out"), "--json")
    assert again.json == {"copied": [], "present": [NAME], "failed": []}
    assert not any(name == "recordings.locate" for name, _ in stage.requests)


def test_a_changed_recording_is_reported_and_not_left_in_the_folder(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path
) -> None:
    stage.recordings["c-1003"] = replace(stage.recordings["c-1003"], sha256="0" * 64)
    outcome = fourseat("recordings", "export", str(tmp_path / "out"))
    assert outcome.code == 1
    assert "c-1003: " in outcome.err
    assert "SHA-256" in outcome.err
    assert list((tmp_path / "out").iterdir()) == []


def test_one_that_fails_does_not_stop_the_others(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path
) -> None:
    stage.record("c-1002")
    stage.recordings["c-1002"] = replace(stage.recordings["c-1002"], path="", error="磁盘已满")
    outcome = fourseat("recordings", "export", str(tmp_path / "out"), "--json")
    assert outcome.code == 1
    assert outcome.json["copied"] == [NAME]
    assert outcome.json["failed"] == [{"call_id": "c-1002", "why": "磁盘已满"}]


def test_single_calls_can_be_named(stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path) -> None:
    stage.record("c-1002")
    assert fourseat("recordings", "export", str(tmp_path / "out"), "c-1003").code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NAME]
    missing = fourseat("recordings", "export", str(tmp_path / "out"), "c-1001")
    assert missing.code == 1
    assert "c-1001" in missing.err


def test_filters_choose_what_is_copied(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path
) -> None:
    stage.record("c-1002")
    outcome = fourseat("recordings", "export", str(tmp_path), "--since", "2026-03-02 09:00", "--json")
    assert outcome.json["copied"] == [NAME]
    nothing = fourseat("recordings", "export", str(tmp_path), "--until", "2026-01-01")
    assert (nothing.code, nothing.out) == (0, "没有找到录音\n")


def test_names_of_customers_cannot_leave_the_folder(
    stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path
) -> None:
    evil = "../../etc/\x1b[31m张" + "山" * 200
    stage.call_rows[0] = replace(stage.call_rows[0], customer_name=evil)
    outcome = fourseat("recordings", "export", str(tmp_path / "out"), "--json")
    (name,) = outcome.json["copied"]
    assert "/" not in name
    assert "\x1b" not in name
    assert name.endswith("_c-1003.wav")
    assert len(name.encode()) <= 180
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_more_recordings_than_one_page(
    stage: Stage, fourseat: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.cli.export.PAGE", 10)
    stage.call_rows = [row(f"c-{n}", NOW - n * 60_000, customer_name=CUSTOMERS[0].name) for n in range(37)]
    for n in range(37):
        stage.record(f"c-{n}", seconds=0)
    outcome = fourseat("recordings", "export", str(tmp_path / "out"), "--json")
    assert outcome.code == 0
    assert len(outcome.json["copied"]) == 37
    assert all("张华山" in name for name in outcome.json["copied"])


def test_a_folder_that_cannot_be_made(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = fourseat("recordings", "export", str(tmp_path / "file" / "out"))
    assert outcome.code == 1
    assert "请换一个文件夹" in outcome.err


def test_one_agents_recordings(stage: Stage, fourseat: Command, recorded: bytes, tmp_path: Path) -> None:
    stage.record("c-1002")
    outcome = fourseat("recordings", "export", str(tmp_path / "out"), "--staff", "8001", "--json")
    assert outcome.json["copied"] == [NAME]
