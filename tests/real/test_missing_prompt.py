"""A prompt whose file is missing: the caller hears its text all the same."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.adapters.exchange import Pause
from tests.real.world import CLI, heard_by, prompt
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def away(real: Whole) -> AsyncIterator[Path]:
    """Where the menu's file lies while the test lasts; in its own place there is none."""
    file = prompt(real, "main_menu")
    aside = file.with_suffix(".aside")
    file.rename(aside)
    yield aside
    aside.rename(file)


async def test_the_text_is_spoken_in_place_of_a_missing_file(real: Whole, away: Path) -> None:
    placed = await real.call(CLI, Pause(14))
    heard = heard_by(placed)
    greeting = heard.find(prompt(real, "greeting"))
    spoken = await asyncio.to_thread(lambda: list((away.parent.parent / "spoken" / "zh").glob("*.wav")))
    menus = [found for file in spoken if (found := heard.find(file)) is not None]
    menu = max(menus, key=lambda found: found.share, default=None)
    assert greeting is not None
    assert menu is not None
    assert menu.share > 0.4
    assert greeting.end <= menu.start + 0.1
    assert menu.start - greeting.end < 3.0
