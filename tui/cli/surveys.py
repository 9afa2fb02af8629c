"""`fourseat surveys`: the marks that customers gave after a talk."""

import typer

from engine.wire.callbacks import SurveyRow, Surveys, SurveysParams
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, OfStaff, Since, Until, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis, until_millis
from tui.labels import moment, phone_number
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Marks that customers gave."), no_args_is_help=True)
    group.command(
        "list",
        cls=Command,
        help=mark("Marks from 1 to 5, newest first, and their mean."),
        epilog="fourseat surveys list --since today --staff 8001",
    )(list_surveys)
    app.add_typer(group, name="surveys")


def list_surveys(
    context: typer.Context,
    since: Since = "",
    until: Until = "",
    staff: OfStaff = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Surveys, Engine]:
        params = SurveysParams(
            since=since_millis(since, engine.hello.now, engine.zone),
            until=until_millis(until, engine.hello.now, engine.zone),
            staff_number=staff,
            limit=limit,
        )
        return await engine.ask("surveys.list", params), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    words = (tr("Time"), tr("Agent"), tr("Mark"), tr("Number"), tr("Customer"), tr("Call"))
    print_table(
        [Column(word) for word in words],
        [_row(row, engine) for row in result.surveys],
        tr("No marks yet"),
    )
    if result.mean is not None:
        print(tr("{count} marks, mean {mean}", count=result.count, mean=f"{result.mean:.2f}"))


def _row(row: SurveyRow, engine: Engine) -> list[str]:
    return [
        moment(row.at, engine.hello.now, engine.zone),
        row.staff_number,
        str(row.score),
        phone_number(row.cli) or tr("no number"),
        row.customer_name,
        row.call_id,
    ]
