"""`fourseat ivr history|diff|apply|schedule|rollback`: the voice menu's versions, while calls go on."""

from typing import Annotated

import typer

from engine.wire.base import Done, Nothing, Params
from engine.wire.flows import (
    FlowApplyParams,
    FlowChanged,
    FlowDiff,
    FlowDiffParams,
    FlowHistory,
    FlowHistoryParams,
    FlowRollbackParams,
    FlowScheduleList,
    FlowScheduleParams,
    ScheduledRow,
    UnscheduleParams,
)
from tui.cli.change import DryRun, Yes, agreed, is_terminal, print_lines
from tui.cli.errors import UsageProblem
from tui.cli.help import Command
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis
from tui.labels import moment
from tui.words import mark, tr

FlowName = Annotated[
    str, typer.Option("--flow", metavar="FILE", help=mark("Which flow; else that of [ivr] in config.toml."))
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=mark("What this version is for."))]
STATES = {
    "waiting": mark("waiting"),
    "done": mark("done"),
    "cancelled": mark("cancelled"),
    "failed": mark("FAILED"),
}


def add_commands(group: typer.Typer) -> None:
    """Into the group `ivr`."""
    commands = (
        (
            "history",
            history,
            mark("All versions of the menu: who made them, and which one answers callers."),
            "fourseat ivr history --limit 5",
        ),
        (
            "diff",
            diff,
            mark("What differs between two versions; without numbers: what runs, and the files."),
            "fourseat ivr diff\nfourseat ivr diff 3 5",
        ),
        (
            "apply",
            apply_files,
            mark("Have the edited files answer callers; who is inside stays in the old version."),
            "fourseat ivr apply --note 春节问候",
        ),
        (
            "schedule",
            schedule,
            mark("Have the files, or a version, go live later; without --at: what is waiting."),
            'fourseat ivr schedule --at "2026-12-31 18:00" --note 元旦\nfourseat ivr schedule --cancel 2',
        ),
        (
            "rollback",
            rollback,
            mark("Have an older version answer callers again; nothing: the one before."),
            "fourseat ivr rollback\nfourseat ivr rollback 3",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)


def history(context: typer.Context, flow: FlowName = "", limit: Limit = 20, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[FlowHistory, Engine]:
        return await engine.ask("ivr.history", FlowHistoryParams(flow=flow, limit=limit)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    columns = [Column(tr("Version"), right=True), *(Column(tr(name)) for name in _HISTORY_HEADS)]
    rows = [
        [
            str(row.version),
            moment(row.at, engine.hello.now, engine.zone),
            row.who,
            tr("answers callers") if row.live else _went_live(row.live_at, engine),
            row.note,
        ]
        for row in result.versions
    ]
    print_table(columns, rows, tr("There are no versions yet"))
    if result.unlike_disk:
        print(tr("The files differ: fourseat ivr diff shows how, fourseat ivr apply takes them over"))


_HISTORY_HEADS = (mark("Made"), mark("By"), mark("Live"), mark("Note"))


def _went_live(at: int, engine: Engine) -> str:
    return tr("was: {when}", when=moment(at, engine.hello.now, engine.zone)) if at else ""


def diff(
    context: typer.Context,
    old: Annotated[int, typer.Argument(metavar="OLD", help=mark("A version; nothing: what runs."))] = 0,
    new: Annotated[int, typer.Argument(metavar="NEW", help=mark("A version; nothing: the files."))] = 0,
    flow: FlowName = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> FlowDiff:
        answer: FlowDiff = await engine.ask("ivr.diff", FlowDiffParams(flow=flow, old=old, new=new))
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    elif result.lines:
        print("\n".join(result.lines))
    else:
        print(tr("Nothing differs"))


def apply_files(
    context: typer.Context,
    note: Note = "",
    flow: FlowName = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    params = FlowApplyParams(flow=flow, note=note, dry_run=True)
    _carry_out(context, "ivr.apply", params, dry_run=dry_run, yes=yes, as_json=as_json)


def rollback(
    context: typer.Context,
    version: Annotated[
        int, typer.Argument(metavar="VERSION", help=mark("From the history; nothing: the one before."))
    ] = 0,
    flow: FlowName = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    params = FlowRollbackParams(flow=flow, version=version, dry_run=True)
    _carry_out(context, "ivr.rollback", params, dry_run=dry_run, yes=yes, as_json=as_json)


def _carry_out(
    context: typer.Context, method: str, params: Params, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Show what would change, ask where somebody can be asked, do it. `params` are those of a dry run."""
    import msgspec

    asking = not (yes or dry_run)
    if asking and (as_json or not is_terminal()):
        raise UsageProblem(
            tr("nobody is there to say yes"), tr("add --yes to do it, or --dry-run to see what it would do")
        )

    async def work(engine: Engine) -> FlowChanged | None:
        preview: FlowChanged = await engine.ask(method, params)
        if dry_run:
            return preview
        if asking:
            _print_change(preview)
            if not agreed():
                return None
        done: FlowChanged = await engine.ask(method, msgspec.structs.replace(params, dry_run=False))
        return done

    result = visit(settings_of(context), work)
    if result is None:
        print(tr("Nothing has been changed."))
    elif as_json:
        print_json(result)
    elif dry_run:
        _print_change(result)
    else:
        print(
            tr(
                "Version {number} answers callers now. To go back: fourseat ivr rollback",
                number=result.version,
            )
        )


def _print_change(change: FlowChanged) -> None:
    print_lines(change.diff)
    if change.callers:
        print(tr("{count} callers are inside; they stay in the version they entered", count=change.callers))


def schedule(
    context: typer.Context,
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help=mark('The time, such as "2026-12-31 18:00".'))
    ] = "",
    version: Annotated[
        int, typer.Option("--version", metavar="NUMBER", help=mark("A version; else the files on the disk."))
    ] = 0,
    cancel: Annotated[
        int, typer.Option("--cancel", metavar="ID", help=mark("What is waiting is not wanted any more."))
    ] = 0,
    note: Note = "",
    flow: FlowName = "",
    as_json: Json = False,
) -> None:
    if at and cancel:
        raise UsageProblem(tr("--at and --cancel are two things"), tr("give one of them"))

    async def work(engine: Engine) -> tuple[ScheduledRow | Done | FlowScheduleList, Engine]:
        if cancel:
            return await engine.ask("ivr.unschedule", UnscheduleParams(id=cancel)), engine
        if at:
            due = since_millis(at, engine.hello.now, engine.zone)
            params = FlowScheduleParams(at=due, version=version, note=note, flow=flow)
            return await engine.ask("ivr.schedule", params), engine
        return await engine.ask("ivr.scheduled", Nothing()), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    elif isinstance(result, FlowScheduleList):
        _print_schedule(result, engine)
    elif isinstance(result, ScheduledRow):
        when = moment(result.due_at, engine.hello.now, engine.zone)
        print(
            tr(
                "Version {number} goes live {when}. Not wanted: fourseat ivr schedule --cancel {id}",
                number=result.version,
                when=when,
                id=result.id,
            )
        )
    else:
        print(tr("It does not go live any more."))


def _print_schedule(result: FlowScheduleList, engine: Engine) -> None:
    heads = [Column("ID", right=True), Column(tr("When")), Column(tr("Version"), right=True)]
    columns = [*heads, Column(tr("State")), Column(tr("By")), Column(tr("Detail"))]
    rows = [
        [
            str(row.id),
            moment(row.due_at, engine.hello.now, engine.zone),
            str(row.version),
            tr(STATES.get(row.state, row.state)),
            row.who,
            row.detail,
        ]
        for row in result.rows
    ]
    print_table(columns, rows, tr("Nothing is to go live later"))
