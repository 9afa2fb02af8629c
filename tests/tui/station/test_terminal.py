"""The station's console in a real terminal: bursts of keys, as a slow line brings them."""

from pathlib import Path

import pytest

from engine.core.tickets.states import Deed
from tests.support import world
from tests.support.stage import Stage
from tests.support.stage_tickets import open_station
from tests.support.until import until
from tests.tui.terminal import Terminal
from tui.station.kept import kept_file, read_unsent

pytestmark = pytest.mark.asyncio


async def test_what_is_typed_behind_a_letter_is_text_and_no_deed(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        open_station(stage)
        async with Terminal("tui.station.app", stage.path, "8011", world.PIN) as terminal:
            await terminal.see("8011")
            await terminal.send(b"\r")
            await terminal.see("260302002")
            await terminal.send(b"njdft\r")
            params = await stage.asked("tickets.act")
            assert (params.act.deed, params.act.text) == (Deed.REMARK, "jdft")
            await terminal.send(b"\x1b[B/jdft")
            await terminal.see("没有含这些文字的行")
            assert len([name for name, _ in stage.requests if name == "tickets.act"]) == 1
            assert terminal.process.returncode is None


async def test_what_was_being_typed_when_the_line_was_lost_is_there_again(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        open_station(stage)
        kept = kept_file("8011")
        async with Terminal("tui.station.app", stage.path, "8011", world.PIN) as terminal:
            await terminal.see("8011")
            await terminal.send(b"\r")
            await terminal.see("260302002")
            await terminal.send(b"nthe gate is shut")
            await terminal.see("the gate is shut")
            await until(lambda: kept.exists() and "shut" in kept.read_text(encoding="utf-8"))
        assert kept.stat().st_mode & 0o077 == 0
        async with Terminal("tui.station.app", stage.path, "8011", world.PIN) as terminal:
            await terminal.see("8011")
            await terminal.send(b"\r")
            await terminal.see("the gate is shut")
            await terminal.send(b"n\r")
            assert (await stage.asked("tickets.act")).act.text == "the gate is shut"
            await until(lambda: not kept.exists())


@pytest.mark.parametrize("content", ["", "{", '[{"number": 3}]'])
async def test_a_file_that_cannot_be_read_is_no_obstacle(content: str) -> None:
    assert read_unsent("8011") == {}
    kept_file("8011").parent.mkdir(parents=True)
    kept_file("8011").write_text(content, encoding="utf-8")
    assert read_unsent("8011") == {}
