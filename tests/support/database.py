"""New databases for tests: copies of one that was migrated once, as its migrations take 50 ms each time."""

import tempfile
from functools import cache
from pathlib import Path

from db.connection import open_writer


def new_database(path: Path) -> Path:
    """Put an empty database there, if there is none yet."""
    if not path.exists():
        path.write_bytes(_empty())
    return path


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fourseat.db"
        open_writer(path).close()
        return path.read_bytes()
