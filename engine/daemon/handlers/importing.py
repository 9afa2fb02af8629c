"""Lists that come over the socket in batches; other writes come in between the batches."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from db.import_customers import ImportReport, Row
from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context
from engine.wire.imports import MAX_IMPORT_ROWS, BadRow, ImportResult
from engine.wire.messages import Fault, Reason

_MOST_IMPORTS = 8


class Import(Protocol):
    """One import while it goes on: of customers, or of a list of the billing side."""

    columns: Mapping[str, str]
    report: ImportReport

    def take(self, conn: sqlite3.Connection, rows: Iterable[Row]) -> ImportReport:
        """Take over some rows; returns the report so far."""


class Batch(Protocol):
    """What the parameters of all imports have."""

    import_id: str
    columns: list[str]
    rows: list[list[str]]
    first_line: int
    dry_run: bool
    last: bool


async def take_batch(
    context: Context, connection: Connection, params: Batch, what: str, begin: Callable[[], Import]
) -> ImportResult:
    """A batch of CSV rows. The first one begins the import; `what` is its name in the audit. Raises Fault."""
    if len(params.rows) > MAX_IMPORT_ROWS:
        raise Fault(Reason.INVALID, f"a batch has at most {MAX_IMPORT_ROWS} rows", "rows")
    key = what, params.import_id
    running = context.imports.get(key)
    if running is None:
        if len(context.imports) >= _MOST_IMPORTS:  # left behind by clients that went away
            context.imports.pop(next(iter(context.imports)))
        running = context.imports[key] = begin()
    bad_before = len(running.report.bad_rows)
    rows = [
        (params.first_line + index, _cells(params.columns, cells)) for index, cells in enumerate(params.rows)
    ]
    report = await context.write(running.take, rows)
    if params.last:
        del context.imports[key]
        if not params.dry_run:
            counts = f"added {report.inserted}, updated {report.updated}, bad {report.bad}"
            context.audit(connection, what, params.import_id, f"read {report.rows}, {counts}")
    return ImportResult(
        mapping=dict(running.columns),
        unmapped=[column for column in params.columns if column not in running.columns],
        read=report.rows,
        added=report.inserted,
        updated=report.updated,
        unchanged=report.unchanged,
        bad=[
            BadRow(line=row.line, field=row.field, reason=row.reason) for row in report.bad_rows[bad_before:]
        ],
    )


def _cells(columns: list[str], cells: list[str]) -> dict[str, str | None]:
    """Cells by heading; one too many is kept under None, which the import refuses."""
    row: dict[str, str | None] = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        row[None] = ""  # type: ignore[index]  # as csv.DictReader marks it
    return row
