"""`fourseat recordings`: what was recorded, and copies of it under names that people can read."""

from pathlib import Path
from typing import Annotated

import typer

from engine.core.records import RecordingInfo
from engine.wire.methods import CallsParams, Recordings
from tui.cli.calls import recording_cells
from tui.cli.errors import CliError, file_trouble
from tui.cli.export import ExportReport, export_recordings
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, OfStaff, Since, Until, settings_of
from tui.cli.output import Column, print_json, print_table, warn
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis, until_millis
from tui.labels import moment
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Recordings of calls and voice messages."), no_args_is_help=True)
    group.command(
        "list",
        cls=Command,
        help=mark("Finished recordings, newest first."),
        epilog="fourseat recordings list --since yesterday",
    )(list_recordings)
    group.command(
        "export",
        cls=Command,
        help=mark("Copy recordings to a folder, under readable names, checked by their SHA-256."),
        epilog="fourseat recordings export /mnt/usb --since 2026-03-01 --until 2026-03-07\n"
        "fourseat recordings export . c-1003",
    )(export)
    app.add_typer(group, name="recordings")


def list_recordings(
    context: typer.Context,
    since: Since = "",
    until: Until = "",
    staff: OfStaff = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Recordings, Engine]:
        params = _params(engine, since, until, staff, limit)
        return await engine.ask("recordings.list", params), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    left = [Column(tr("Call")), Column(tr("Time")), Column(tr("Kind"))]
    columns = [*left, Column(tr("Length"), right=True), Column(tr("Codec")), Column(tr("File"))]
    rows = [_row(info, engine) for info in result.recordings]
    print_table(columns, rows, tr("No recordings found"))
    if rows:
        print(f"\n{tr('Folder: {folder}', folder=result.folder)}")


def _row(info: RecordingInfo, engine: Engine) -> list[str]:
    return [info.call_id, moment(info.started_at, engine.hello.now, engine.zone), *recording_cells(info)]


def _params(engine: Engine, since: str, until: str, staff: str, limit: int) -> CallsParams:
    return CallsParams(
        since=since_millis(since, engine.hello.now, engine.zone),
        until=until_millis(until, engine.hello.now, engine.zone),
        staff_number=staff,
        limit=limit,
    )


def export(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help=mark("Where to; made if it is not there."))
    ],
    calls: Annotated[
        list[str] | None, typer.Argument(metavar="[CALL]...", help=mark("Only these calls, by id."))
    ] = None,
    since: Since = "",
    until: Until = "",
    staff: OfStaff = "",
    as_json: Json = False,
) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CliError(
            tr("{file} cannot be made: {why}", file=folder, why=file_trouble(error)),
            tr("name another folder"),
        ) from None

    async def work(engine: Engine) -> ExportReport:
        return await export_recordings(engine, folder, calls or [], _params(engine, since, until, staff, 0))

    report = visit(settings_of(context), work)
    if as_json:
        print_json(report)
    else:
        _tell(report, folder)
    if report.failed:
        raise typer.Exit(1)


def _tell(report: ExportReport, folder: Path) -> None:
    if not (report.copied or report.present or report.failed):
        print(tr("No recordings found"))
        return
    for file in report.copied:
        print(file)
    for failure in report.failed:
        warn(f"{failure.call_id}: {failure.why}")
    print(
        tr(
            "{copied} copied to {folder}, {present} were there already, {failed} failed",
            copied=len(report.copied),
            folder=folder,
            present=len(report.present),
            failed=len(report.failed),
        )
    )
