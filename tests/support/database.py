"""New databases for tests: copies of one that was migrated once, as its migrations take 50 ms each time."""

import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from db.connection import open_writer


def new_database(path: Path) -> Path:
    """Put an empty database there, if there is none yet."""
    if not path.exists():
        path.write_bytes(_empty())
    return path


def memory_database() -> sqlite3.Connection:
    """An empty database without a file; any thread may use it."""
    conn = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    data = bytearray(_empty())
    data[18:20] = b"\x01\x01"  # in memory there is no write-ahead log
    conn.deserialize(bytes(data))
    return conn


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fourseat.db"
        open_writer(path).close()
        return path.read_bytes()
