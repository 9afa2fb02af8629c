"""The one owner of the database: a thread that writes, two that read.

Everything written goes through one queue in the order in which it was handed over, so a read-modify-write
never meets another writer. Results come as `concurrent.futures.Future`.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from db.connection import open_reader, open_writer, transaction
from db.errors import Closed

BATCH_S = 0.02
BATCH_ITEMS = 200
RETRY_S = 1.0
MAX_UNWRITTEN = 100_000
READERS = 2  # a report may not keep a pop-up waiting

_TRANSIENT = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """A piece of writing; without a future nobody waits for it."""

    run: Callable[[sqlite3.Connection], Any]
    future: "Future[Any] | None" = None


class Store:
    """The database as the daemon uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.failed_posts = 0  # refused by the database for good, each logged
        self.trouble = ""  # why nothing can be written just now, e.g. a full disk; "" when all is well
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._posts: deque[_Job] = deque()
        self._due = 0.0
        self._is_open = False
        self._hand_over = threading.Lock()  # nothing is handed over behind the end mark
        self._connection: sqlite3.Connection | None = None
        self._writer: threading.Thread | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._reader_connections: list[sqlite3.Connection] = []
        self._thread_local = threading.local()

    def __repr__(self) -> str:
        state = "open" if self._is_open else "closed"
        return f"<Store {self.path.name} {state}: {self.waiting_posts} waiting, {self.failed_posts} failed>"

    @property
    def waiting_posts(self) -> int:
        """About how many posts are not written yet."""
        return len(self._posts) + self._jobs.qsize()

    def open(self) -> None:
        """Create or migrate the file and start the threads. Raises Unusable."""
        self._connection = open_writer(self.path)
        self._writer = threading.Thread(target=self._write_for_ever, name="db-writer", daemon=True)
        self._readers = ThreadPoolExecutor(
            READERS, thread_name_prefix="db-reader", initializer=self._open_reader
        )
        self._is_open = True
        self._writer.start()

    def close(self) -> None:
        """Write what was handed over, then stop."""
        with self._hand_over:
            if not self._is_open:
                return
            self._is_open = False
            self._jobs.put(None)
        assert self._writer is not None
        assert self._readers is not None
        assert self._connection is not None
        self._writer.join()
        self._readers.shutdown(wait=True)
        for connection in self._reader_connections:
            connection.close()
        self._reader_connections.clear()
        self._connection.close()

    def submit(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Run `function(conn, ...)` on the writing thread in a transaction of its own."""
        future: Future[T] = Future()
        self._put(_Job(lambda conn: function(conn, *args, **kwargs), future))
        return future

    def post(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Hand over some writing that nobody waits for: committed with others within some 20 ms, in order.

        A post that the database refuses is logged and counted; while the disk is full or broken, posts wait.
        """
        self._put(_Job(lambda conn: function(conn, *args, **kwargs)))

    def flush(self) -> "Future[None]":
        """Done when everything handed over before is on disk."""
        return self.submit(lambda conn: None)

    def read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]":
        """Run `function(conn, ...)` on a reading thread, on one unchanging state of the database."""
        if self._readers is None or not self._is_open:
            raise Closed
        return self._readers.submit(self._read, lambda conn: function(conn, *args, **kwargs))

    def _open_reader(self) -> None:
        connection = open_reader(self.path)
        self._reader_connections.append(connection)
        self._thread_local.connection = connection

    def _read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection = self._thread_local.connection
        connection.execute("BEGIN")
        try:
            return function(connection)
        finally:
            connection.execute("ROLLBACK")

    def _put(self, job: _Job) -> None:
        with self._hand_over:
            if not self._is_open:
                raise Closed
            self._jobs.put(job)

    def _write_for_ever(self) -> None:
        running = True
        while running:
            try:
                wait = max(0.0, self._due - time.monotonic()) if self._posts else None
                job = self._jobs.get(timeout=wait)
            except queue.Empty:
                self._write_posts()
                continue
            if job is None:
                running = False
            elif job.future is None:
                self._add_post(job)
            else:
                self._write_posts()
                self._run(job, job.future)
        self._write_posts()
        if self._posts:
            self._count_failed(len(self._posts), f"{self.trouble}; the engine stops")

    def _add_post(self, job: _Job) -> None:
        if not self._posts:
            self._due = time.monotonic() + BATCH_S
        self._posts.append(job)
        if len(self._posts) > MAX_UNWRITTEN:
            self._posts.popleft()
            self._count_failed(1, f"{self.trouble}; too many wait")
        full = len(self._posts) >= BATCH_ITEMS and not self.trouble
        if full or time.monotonic() >= self._due:
            self._write_posts()

    def _run(self, job: _Job, future: "Future[Any]") -> None:
        if not future.set_running_or_notify_cancel():
            return
        assert self._connection is not None
        try:
            with transaction(self._connection):
                result = job.run(self._connection)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def _write_posts(self) -> None:
        """Write all waiting posts in one transaction; when one of them is bad, each in its own."""
        if not self._posts:
            return
        assert self._connection is not None
        try:
            with transaction(self._connection):
                for job in self._posts:
                    job.run(self._connection)
        except Exception as error:
            if _is_transient(error):
                self._wait_with_posts(error)
            else:
                self._write_one_by_one()
        else:
            self._posts.clear()
            self._set_well()

    def _write_one_by_one(self) -> None:
        assert self._connection is not None
        while self._posts:
            try:
                with transaction(self._connection):
                    self._posts[0].run(self._connection)
            except Exception as error:
                if _is_transient(error):
                    self._wait_with_posts(error)
                    return
                self._count_failed(1, repr(error), error)
            self._posts.popleft()
        self._set_well()

    def _wait_with_posts(self, error: Exception) -> None:
        self._due = time.monotonic() + RETRY_S
        if not self.trouble:
            logger.error("db: cannot write, %d posts wait: %s", len(self._posts), error)
        self.trouble = str(error)

    def _set_well(self) -> None:
        if self.trouble:
            logger.warning("db: writing again after: %s", self.trouble)
            self.trouble = ""

    def _count_failed(self, count: int, reason: str, error: Exception | None = None) -> None:
        self.failed_posts += count
        logger.error("db: %d posts not written: %s", count, reason, exc_info=error)


def _is_transient(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TRANSIENT
