"""Follows a worker through one look: what it has made ready is written between other writes."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from db.errors import Closed, DbError
from db.source_records import confirm
from db.source_rows import SourceRow
from db.source_runs import count_run, end_run
from db.source_take import SourceTask, Taken, mark_vanished, take_rows
from db.store import Store
from engine.core.records import Millis
from engine.daemon.sources.look import Look
from engine.daemon.sources.messages import Job, Piece
from engine.daemon.sources.process import Worker, WorkerEnded, WorkerSilent, worker_of
from engine.daemon.sources.rules import rules_of
from engine.daemon.sources.turns import OutOfTime, Turns

# Troubles that are no fault of the file: it stays where it is.
NOT_THE_FILE = ("database", "worker")

T = TypeVar("T")

log = logging.getLogger(__name__)


class Follower:
    """One look, from the start of its worker to the last row."""

    def __init__(self, store: Store, look: Look, job: Job) -> None:
        self._store, self._look, self._job = store, look, job
        self._turns = Turns(store)
        self._run_id = 0
        self._worker: Worker | None = None
        self._is_stopped = False
        self._task = SourceTask(
            source=look.source.id,
            rules=rules_of(job.all_sources),
            match=look.source.match,
            as_of=look.as_of,
            now=look.started_at,
            area_code=job.area_code,
        )

    def stop(self) -> None:
        """Let the look end, even while its worker says nothing; what was taken over stays."""
        self._is_stopped = True
        if self._worker is not None:
            self._worker.kill()

    async def follow(self, run_id: int) -> str:
        """Hear the worker to its end, or until somebody stops it; done, failed or stopped.

        `run_id` 0: a check, which writes nothing.
        """
        look, self._run_id = self._look, run_id
        try:
            async with worker_of(self._job) as self._worker:
                await self._hear(self._worker)
        except WorkerEnded:
            look.trouble = "worker"
        except WorkerSilent:
            look.trouble = "time_out"
        except (sqlite3.Error, OSError) as error:
            look.trouble, look.detail = "database", str(error)
        except Closed:
            raise
        except Exception as error:  # a fault of ours ends this look, and is not looked at for ever
            log.exception("source=%s failed", look.source.id)
            look.trouble, look.detail = "worker", f"{type(error).__name__}: {error}"
        if self._is_stopped:
            look.trouble, look.detail = "stopped", ""
            return "stopped"
        return "failed" if look.trouble not in ("", "many_gone") else "done"

    async def _hear(self, worker: Worker) -> None:
        while not self._is_stopped:
            piece = await worker.next_piece()
            self._look.hear(piece)
            if not self._look.check:
                await self._write_piece(piece)
            if piece.is_last:
                return

    async def finish(self, state: str, ended_at: Millis) -> None:
        """Write down how it ended; only then it is over."""
        look = self._look
        if not look.check:
            if state == "done" and look.source.whole and not look.gone_left_alone:
                await self._write(confirm, look.source.id, look.as_of)
            await self._write(
                end_run, self._run_id, state, ended_at, rows=look.read, bad=look.bad, gone=look.gone,
                trouble=look.trouble, detail=look.detail,
            )  # fmt: skip
        look.state, look.ended_at = state, ended_at
        log.info(
            "source=%s %s rows=%d added=%d changed=%d aside=%d bad=%d gone=%d balances_kept=%d %s %s",
            look.source.id, look.state, look.read, look.added, look.changed, look.aside, look.bad, look.gone,
            look.balances_kept, look.trouble, look.detail,
        )  # fmt: skip

    async def _write_piece(self, piece: Piece) -> None:
        await self._take(piece.rows)
        if piece.gone:
            task = self._task
            self._look.gone += await self._write(
                mark_vanished, piece.gone, task.now, task.rules, area_code=task.area_code
            )

    async def _take(self, rows: Sequence[SourceRow]) -> None:
        """Write ready rows, as many at a time as fit between other writes."""
        while rows and not self._is_stopped:
            try:
                taken = await self._turns.write(_take_some, self._task, rows, self._run_id)
            except Closed:
                raise
            except DbError:
                taken = await self._take_one(rows[0])
            self._look.count(taken)
            rows = rows[taken.rows :]

    async def _take_one(self, row: SourceRow) -> Taken:
        """One row by itself, since among several there is one that the database does not take."""
        try:
            return await self._turns.write(_take_some, self._task, [row], self._run_id)
        except Closed:
            raise
        except DbError as error:
            self._look.refuse(row.line, error.field, error.code)
            return Taken(rows=1)

    async def _write(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await asyncio.wrap_future(self._store.submit(function, *args, **kwargs))


def _take_some(
    conn: sqlite3.Connection,
    task: SourceTask,
    rows: Sequence[SourceRow],
    run_id: int,
    out_of_time: OutOfTime,
) -> Taken:
    taken = take_rows(conn, task, rows, out_of_time)
    count_run(conn, run_id, taken)
    return taken
