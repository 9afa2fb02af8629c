"""`fourseat audit`: who changed what."""

import typer

from engine.wire.methods import Audit, AuditParams
from tui.cli.help import Command
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import moment
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    app.command(
        "audit",
        cls=Command,
        help=mark("Who changed or listened to what, newest first."),
        epilog="fourseat audit --limit 20",
    )(audit)


def audit(
    context: typer.Context,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Audit, Engine]:
        return await engine.ask("audit.list", AuditParams(limit=limit)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    columns = [Column(word) for word in (tr("Time"), tr("Who"), tr("What"), tr("Subject"), tr("Detail"))]
    rows = [
        [moment(row.at, engine.hello.now, engine.zone), row.who, row.what, row.subject, row.detail]
        for row in result.rows
    ]
    print_table(columns, rows, tr("Nothing has been changed yet"))
