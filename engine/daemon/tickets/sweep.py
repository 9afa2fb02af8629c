"""Files that no ticket has: one stays on the disk when its row is refused at the last moment."""

import asyncio
import logging
import sqlite3

from db.errors import DbError
from db.store import Store
from db.ticket_files import hashes
from engine.daemon.clock import Clock
from engine.daemon.restore import kept_aside
from engine.daemon.tickets.attachments import AttachmentFolder

log = logging.getLogger(__name__)

DAY_S = 86_400


async def look_after(folder: AttachmentFolder, store: Store, clock: Clock) -> None:
    """Sweep now and once a day, for ever."""
    while True:
        try:
            await sweep(folder, store, clock.now() / 1000 - DAY_S)
        except (OSError, DbError, sqlite3.Error) as error:
            log.error("tickets: files that no ticket has are looked for tomorrow: %s", error)
        await asyncio.sleep(DAY_S)


async def sweep(folder: AttachmentFolder, store: Store, before: float) -> None:
    """Remove what was kept before this instant (seconds) and no ticket has. Raises OSError, DbError.

    A younger file may be about to get its row. A database that was put aside may be put back, and what it
    names is not known: nothing is removed while there is one.
    """
    nobodys = [
        sha256
        for part in await asyncio.to_thread(folder.parts)
        if (old := await asyncio.to_thread(folder.kept_before, part, before))
        for sha256 in sorted(old - await asyncio.wrap_future(store.read(hashes, part)))
    ]
    former = kept_aside(store.path)
    if nobodys and former:
        log.warning("tickets: %d files have no ticket; they stay while there is %s", len(nobodys), former[0])
        return
    for sha256 in nobodys:
        if await asyncio.to_thread(folder.remove, sha256, before):
            log.warning("tickets: file %s has no ticket and is more than a day old: removed", sha256)
