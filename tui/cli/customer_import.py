"""Sends a list to the engine in batches and collects what became of its rows."""

import csv
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from engine.wire.customers import ImportRowsParams
from engine.wire.methods import BadRow, ImportResult
from tui.cli.codes import code_words, field_words
from tui.cli.customer_file import Batch, CustomerFile
from tui.cli.errors import CliError, file_trouble
from tui.cli.output import Progress
from tui.cli.session import Engine
from tui.words import tr

BATCH_SECONDS = 60.0


class ImportReport(msgspec.Struct, kw_only=True):
    """Totals of an import, and the rows that were left out; `rows` has those as they stand in the file.

    The engine names a thousand bad rows and counts the rest.
    """

    dry_run: bool
    mapping: dict[str, str]
    unmapped: list[str]
    read: int
    added: int
    updated: int
    unchanged: int
    bad: list[BadRow]
    rows: dict[int, list[str]]

    @property
    def bad_count(self) -> int:
        return self.read - self.added - self.updated - self.unchanged


async def import_customers(
    engine: Engine, source: CustomerFile, mapping: dict[str, str], *, dry_run: bool
) -> ImportReport:
    """Send all rows of a customer list."""
    import_id = uuid.uuid4().hex

    async def ask(batch: Batch, last: bool) -> ImportResult:
        params = ImportRowsParams(
            import_id=import_id,
            columns=source.columns,
            rows=batch.rows,
            first_line=batch.first_line,
            mapping=mapping,
            dry_run=dry_run,
            last=last,
        )
        result: ImportResult = await engine.ask("customer.import_rows", params, seconds=BATCH_SECONDS)
        return result

    return await send_batches(source, ask, dry_run=dry_run)


async def send_batches(
    source: CustomerFile, ask: Callable[[Batch, bool], Awaitable[ImportResult]], *, dry_run: bool
) -> ImportReport:
    """Send all rows; the last request closes the import and brings the totals."""
    bad: list[BadRow] = []
    rows: dict[int, list[str]] = {}

    async def send(batch: Batch, *, last: bool) -> ImportResult:
        result = await ask(batch, last)
        bad.extend(result.bad)
        rows.update({row.line: batch.rows[row.line - batch.first_line] for row in result.bad})
        return result

    with Progress(tr("Checking") if dry_run else tr("Importing"), source.size) as progress:
        for batch in source.batches():
            await send(batch, last=False)
            progress.show(batch.position)
        totals = await send(Batch(1, [], 0), last=True)
        progress.show(source.size)
    return ImportReport(
        dry_run=dry_run,
        mapping=totals.mapping,
        unmapped=totals.unmapped,
        read=totals.read,
        added=totals.added,
        updated=totals.updated,
        unchanged=totals.unchanged,
        bad=bad,
        rows=rows,
    )


def write_bad_rows(path: Path, columns: list[str], report: ImportReport) -> None:
    """The rows that were left out, each with its line and reason: to be corrected and imported again."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*columns, tr("Line no."), tr("Field"), tr("Reason")])
            for row in report.bad:
                writer.writerow(
                    [*report.rows.get(row.line, []), row.line, field_words(row.field), code_words(row.reason)]
                )
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=path, why=file_trouble(error)), tr("name another file")
        ) from None
