"""Keys of new customers' names, which wait until they can be put in by thousands in their order."""

import asyncio
import logging
import sqlite3
from pathlib import Path

from db.store import Store
from db.waiting_names import add_sorted, forget_some, is_anybody_waiting
from engine.daemon.sources.messages import NamesJob
from engine.daemon.sources.process import WorkerEnded, WorkerSilent, worker_of
from engine.daemon.sources.turns import Turns

log = logging.getLogger(__name__)


async def put_names_in(store: Store, database: Path) -> None:
    """Put in all keys that wait, between other writes; what could not be put in waits for the next look."""
    turns = Turns(store)
    try:
        while await asyncio.wrap_future(store.read(is_anybody_waiting)):
            await _put_some_in(store, turns, NamesJob(database=str(database)))
    except (WorkerEnded, WorkerSilent, sqlite3.Error, OSError) as error:
        log.error("names of new customers wait on: %r", error)


async def _put_some_in(store: Store, turns: Turns, job: NamesJob) -> None:
    async with worker_of(job) as worker:
        while not (piece := await worker.next_piece()).is_last:
            keys = piece.names
            while keys:
                keys = keys[await turns.write(add_sorted, keys) :]
    forgotten = 1
    while forgotten:
        forgotten = await asyncio.wrap_future(store.submit(forget_some, piece.names_until))
