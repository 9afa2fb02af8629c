"""Rows that were fetched from a database or over HTTP, kept in a nameless file until they are worked on.

The other system is asked as briefly as possible: a query that stayed open for minutes would keep its writers
waiting, and a connection that breaks in the middle has then changed nothing here.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.tables import Rows

_MOST_BYTES = 4_000_000_000


class Spool:
    """A table of rows that have been fetched."""

    def __init__(self, folder: Path) -> None:
        self.headings: list[str] = []
        self.total = 0
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # closed by close()
        self._position = 0

    @property
    def position(self) -> int:
        return self._position

    def add(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Keep some rows; headings that come up later are added. Raises SourceTrouble."""
        known = set(self.headings)
        for row in rows:
            new = [heading for heading in row if heading not in known]
            known.update(new)
            self.headings += new
            self._file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            self.total += 1
        if self._file.tell() > _MOST_BYTES:
            raise SourceTrouble("too_large")

    def rows(self) -> Rows:
        """All rows, counted from 1."""
        self._file.seek(0)
        for line in self._file:
            self._position += 1
            yield self._position, json.loads(line)

    def close(self) -> None:
        self._file.close()


@contextmanager
def filled(folder: Path) -> Iterator[Spool]:
    """A spool to be filled in the block; it is closed only where that fails."""
    spool = Spool(folder)
    try:
        yield spool
    except BaseException:
        spool.close()
        raise
