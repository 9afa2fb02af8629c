"""What engine and source worker say to each other: one job on standard input, then one JSON line a piece."""

import msgspec

from db.source_rows import SourceRow
from engine.config.sources import Source
from engine.core.records import Millis
from engine.wire.sources import BadSourceLine, SourceChange

MOST_BAD_ROWS = 1_000  # of a look; the others are only counted


class NamesJob(msgspec.Struct, kw_only=True, tag="names"):
    """Read the name keys that wait, and put them in order."""

    database: str


class Job(msgspec.Struct, kw_only=True, tag="look"):
    """One look at a source. `file` is that of a drop folder; `check`: only say what would become of it."""

    source: Source
    all_sources: list[Source]  # how much each counts against the others
    database: str
    folder: str  # for what is fetched first
    file: str = ""
    as_of: Millis
    now: Millis
    area_code: str = ""
    check: bool = False
    differences: int = 20


class Piece(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the worker has to say. Counts are from the beginning; `end` is the last one, or `trouble`."""

    mapping: dict[str, str] | None = None
    unmapped: list[str] = []
    total: int = 0
    position: int = 0
    read: int = 0
    bad: int = 0
    bad_rows: list[BadSourceLine] = []
    rows: list[SourceRow] = []
    gone: list[int] = []
    names: list[tuple[str, int]] = []  # keys in order, each with its customer,
    names_until: int = 0  # who all have ids up to this one
    gone_left_alone: int = 0  # so many had vanished that nobody believes it
    became: dict[str, int] = {}  # of a check
    gone_count: int = 0  # of a check
    balances_kept: int = 0  # of a check
    differences: list[SourceChange] = []
    end: bool = False
    trouble: str = ""
    detail: str = ""

    @property
    def is_last(self) -> bool:
        """Whether the worker has nothing more to say."""
        return self.end or self.trouble != ""
