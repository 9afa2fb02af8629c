"""Files that no ticket has are removed after a day; one that a ticket has is never touched."""

import hashlib
import os
import sqlite3
import time
from pathlib import Path

import pytest

from engine.daemon.tickets.sweep import DAY_S
from tests.daemon.ticket_site import PNG, attach, create
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineFault

pytestmark = pytest.mark.asyncio


def aged(path: Path, seconds: float) -> Path:
    """The same file, last brought so long ago."""
    at = time.time() - seconds
    os.utime(path, (at, at))
    return path


async def left_over(site: FakeSite, content: bytes) -> Path:
    """A file that was brought, and whose row was refused at the last moment."""

    def change(text: str) -> None:
        site.service.store.submit(lambda conn: conn.execute(text) and None).result()

    agent = await site.console()
    number = (await create(agent, "left", force=True)).ticket.number
    change("CREATE TRIGGER full BEFORE INSERT ON ticket_files BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with pytest.raises(EngineFault):
        await attach(agent, number, "left.png", content)
    change("DROP TRIGGER full")
    await agent.close()
    path = site.service.tickets.files.path_of(hashlib.sha256(content).hexdigest())
    assert path.read_bytes() == content
    return path


async def test_what_no_ticket_has_is_removed_after_a_day(
    site: FakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    agent = await site.console()
    number = (await create(agent, "own")).ticket.number
    files = site.service.tickets.files
    named = files.path_of((await attach(agent, number, "own.png", PNG + b"own")).sha256)
    old, young = await left_over(site, PNG + b"old"), await left_over(site, PNG + b"young")
    aged(named, 400 * DAY_S)
    aged(old, DAY_S + 60)
    aged(young, DAY_S - 600)
    await site.restart()
    told = f"file {old.name} has no ticket and is more than a day old: removed"
    await until(lambda: told in caplog.text)
    assert not old.exists()
    assert young.exists()
    assert named.read_bytes() == PNG + b"own"


async def test_what_a_database_that_was_put_aside_may_name_stays(
    site: FakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    old = aged(await left_over(site, PNG), 2 * DAY_S)
    former = site.service.paths.database.with_name("fourseat.db.20261121-120000")
    former.touch()
    await site.restart()
    await until(lambda: f"1 files have no ticket; they stay while there is {former}" in caplog.text)
    former.unlink()
    await site.restart()
    await until(lambda: not old.exists())


async def test_without_an_answer_of_the_database_nothing_is_removed(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def torn(conn: sqlite3.Connection, beginning: str) -> set[str]:
        raise sqlite3.OperationalError("disk I/O error")

    old = aged(await left_over(site, PNG), 2 * DAY_S)
    monkeypatch.setattr("engine.daemon.tickets.sweep.hashes", torn)
    await site.restart()
    await until(lambda: "looked for tomorrow: disk I/O error" in caplog.text)
    assert old.exists()
