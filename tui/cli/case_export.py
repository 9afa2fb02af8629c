"""`fourseat cases export`: cases as a CSV file for spreadsheets."""

import csv
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.core.cases import KINDS, about
from engine.wire.cases import CaseList, CaseRow, CasesParams
from tui.cli.case_options import OfKind, OfState, between, kind_of, states_of
from tui.cli.case_words import CASE_STATES
from tui.cli.errors import CliError, file_trouble
from tui.cli.options import Json, Since, Until, settings_of
from tui.cli.output import print_json
from tui.cli.session import Engine, visit
from tui.cli.times import full_moment
from tui.words import language_in_use, mark, pick, tr

PAGE = 500
_FORMULA = ("=", "+", "-", "@", "\t")


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("The file to write."))],
    state: OfState = None,
    kind: OfKind = "",
    since: Since = "",
    until: Until = "",
    as_json: Json = False,
) -> None:
    wanted = CasesParams(states=states_of(state), kind=kind_of(kind), limit=PAGE)

    async def work(engine: Engine) -> tuple[list[CaseRow], Engine]:
        return await _all(engine, between(wanted, since, until, engine)), engine

    rows, engine = visit(settings_of(context), work)
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(_headings())
            writer.writerows(_cells(row, engine) for row in rows)
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=file, why=file_trouble(error)), tr("check the name")
        ) from None
    if as_json:
        print_json({"file": str(file), "cases": len(rows)})
    else:
        print(tr("{count} cases are in {file}", count=len(rows), file=file))


async def _all(engine: Engine, wanted: CasesParams) -> list[CaseRow]:
    """Every case that fits, page by page."""
    found: list[CaseRow] = []
    while True:
        page: CaseList = await engine.ask("cases.list", wanted)
        found += page.cases
        if len(page.cases) < PAGE:
            return found
        wanted = msgspec.structs.replace(wanted, before_id=page.cases[-1].case.id)


def _headings() -> list[str]:
    return [
        tr("Case no."),
        tr("Told"),
        tr("Kind"),
        tr("About"),
        tr("State"),
        tr("Customer"),
        tr("Phone"),
        tr("Technician"),
        tr("Expected"),
        tr("Finished"),
        tr("Mark"),
        tr("Call"),
    ]


def _cells(row: CaseRow, engine: Engine) -> list[str]:
    case = row.case
    words = KINDS[case.kind]
    cells = [
        case.number,
        _written(case.reported_at, engine),
        pick(words.zh, words.en),
        about(case, language_in_use()),
        tr(CASE_STATES[case.state]),
        row.customer_name,
        case.cli,
        case.technician,
        _written(case.expected_at, engine),
        _written(case.done_at, engine),
        str(case.score or ""),
        case.call_id,
    ]
    # What begins like a formula is run by spreadsheets; a customer's name may be one.
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _written(at: int, engine: Engine) -> str:
    return full_moment(at, engine.zone) if at else ""
