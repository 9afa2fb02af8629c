"""A list over the screen is left once, by the one that is on top."""

from pathlib import Path

import pytest

from tests.tui.driving import agent_desk
from tui.commands import AGENT_COMMANDS
from tui.widgets.palette import Palette


@pytest.mark.asyncio
async def test_a_late_key_for_the_list_below_does_not_close_the_one_on_top(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as console:
        closed: list[str | None] = []
        below, top = (Palette(AGENT_COMMANDS, console.app.situation()) for _ in range(2))
        await console.app.push_screen(below, closed.append)
        await console.app.push_screen(top, closed.append)
        below.leave("call.hold")
        assert console.app.screen is top
        assert closed == []
        top.leave(None)
        top.leave("call.hold")
        await console.until(lambda: closed == [None], "the top one has closed, once")
        assert console.app.screen is below
