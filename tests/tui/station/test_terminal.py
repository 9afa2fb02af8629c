"""The station's console in a real terminal: bursts of keys, as a slow line brings them."""

from pathlib import Path

import pytest

from engine.core.tickets.states import Deed
from tests.support import world
from tests.support.stage import Stage
from tests.support.stage_tickets import open_station
from tests.tui.terminal import Terminal

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
            await terminal.send(b"\x1b[B\x1b[99~\xff\x1b\x1b/jdft")
            await terminal.see("没有含这些文字的行")
            assert len([name for name, _ in stage.requests if name == "tickets.act"]) == 1
            assert terminal.process.returncode is None
