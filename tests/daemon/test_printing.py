"""What the site's own command prints: a file for each time, gone afterwards."""

import asyncio
from pathlib import Path

import pytest

from engine.adapters.paper import NotPrinted
from engine.daemon.handlers.paper import on_paper

pytestmark = pytest.mark.asyncio
# Notes its file, waits until the other one has begun, and wants its own still to be there.
_BOTH_AT_ONCE = """
echo "$1" >> "$0"
while [ "$(wc -l < "$0")" -lt 2 ]; do sleep 0.01; done
test -s "$1"
"""


async def test_two_who_print_the_same_order_do_not_take_it_from_one_another(tmp_path: Path) -> None:
    log, folder = tmp_path / "log", tmp_path / "paper"
    command = ("sh", "-c", _BOTH_AT_ONCE, str(log))
    await asyncio.gather(*(on_paper(command, b"%PDF-1", folder, "261122001") for _ in range(2)))
    first, second = (Path(line) for line in log.read_text().splitlines())
    assert first != second
    assert first.name.startswith("261122001-")
    assert list(folder.iterdir()) == []


async def test_what_could_not_be_printed_is_not_kept_either(tmp_path: Path) -> None:
    with pytest.raises(NotPrinted):
        await on_paper(("false",), b"%PDF-1", tmp_path / "paper", "261122001")
    assert list((tmp_path / "paper").iterdir()) == []
