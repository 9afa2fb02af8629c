"""One look at a source while it goes on, and what came of it: a run, or a check that changes nothing."""

from dataclasses import dataclass, field

from db.source_runs import SourceRun
from db.source_take import Became, Taken
from engine.config.sources import Source
from engine.core.records import Millis
from engine.daemon.sources.messages import MOST_BAD_ROWS, Piece
from engine.wire.sources import BadSourceLine, SourceChange


@dataclass(slots=True, kw_only=True)
class Look:
    """Counts so far. `state`: running, done, failed or stopped; `what`: the file."""

    source: Source
    check: bool
    what: str
    started_at: Millis
    as_of: Millis
    state: str = "running"
    ended_at: Millis = 0
    mapping: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    total: int = 0
    position: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    aside: int = 0
    bad: int = 0
    bad_rows: list[BadSourceLine] = field(default_factory=list)
    refused: int = 0  # bad by what the database said of them
    gone: int = 0
    gone_left_alone: int = 0
    balances_kept: int = 0
    differences: list[SourceChange] = field(default_factory=list)
    trouble: str = ""
    detail: str = ""

    @property
    def unchanged(self) -> int:
        """Rows that changed nothing."""
        return max(0, self.read - self.added - self.changed - self.aside - self.bad)

    def go_on_from(self, run: SourceRun) -> None:
        """What a run that was cut off had taken over already."""
        self.added, self.changed, self.balances_kept = run.added, run.changed, run.balances_kept

    def hear(self, piece: Piece) -> None:
        """What the worker says of its progress."""
        if piece.mapping is not None:
            self.mapping, self.unmapped, self.total = piece.mapping, piece.unmapped, piece.total
        if piece.read:
            self.position, self.read, self.bad = piece.position, piece.read, piece.bad + self.refused
        self.bad_rows += piece.bad_rows[: max(0, MOST_BAD_ROWS - len(self.bad_rows))]
        self.differences += piece.differences
        if piece.end:
            self.gone_left_alone = piece.gone_left_alone
            if piece.gone_left_alone:
                self.trouble, self.detail = "many_gone", str(piece.gone_left_alone)
        if piece.trouble:
            self.trouble, self.detail = piece.trouble, piece.detail
        if self.check and piece.end:
            self._count(piece.became)
            self.gone, self.balances_kept = piece.gone_count, piece.balances_kept

    def count(self, taken: Taken) -> None:
        """Rows that the database has taken."""
        self._count({str(became): count for became, count in taken.became.items()})
        self.balances_kept += taken.balances_kept

    def refuse(self, line: int, field_name: str, reason: str) -> None:
        """A row that the database does not take."""
        self.refused += 1
        self.bad += 1
        if len(self.bad_rows) < MOST_BAD_ROWS:
            self.bad_rows.append(BadSourceLine(line=line, field=field_name, reason=reason, value=""))

    def _count(self, became: dict[str, int]) -> None:
        self.added += became.get(Became.ADDED, 0)
        self.changed += became.get(Became.CHANGED, 0)
        self.aside += became.get(Became.ASIDE, 0)
