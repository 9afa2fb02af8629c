"""`fourseat sources`: the systems that customers come from: state, trial runs, runs, what nobody guesses."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from engine.wire.methods import Done, Nothing
from engine.wire.sources import (
    ConflictsParams,
    RunInfo,
    SourceChange,
    SourceConflicts,
    SourceInfo,
    SourceParams,
    SourceProgress,
    Sources,
    StartSourceParams,
)
from tui.cli.codes import code_words
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, Progress, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.source_words import became_words, conflict_words, field_of, row_words, state_words, trouble_words
from tui.labels import moment, money
from tui.words import mark, tr

SHOWN_BAD_ROWS = 20
ASK_EVERY_S = 0.3

SourceId = Annotated[str, typer.Argument(metavar="NAME", help=mark("The id, from `sources list`."))]
OneFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help=mark("This file, instead of the newest in the folder.")),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group,
        help=mark("Where customers come from: other systems, which are only read."),
        no_args_is_help=True,
    )
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        ("list", list_sources, mark("All sources: age, counts, last run, trouble."), "fourseat sources list"),
        (
            "check",
            check,
            mark("Say what a run would change, without changing anything."),
            "fourseat sources check boss\nfourseat sources check boss --file /tmp/用户.csv --differences 50",
        ),
        (
            "run",
            run,
            mark("Look at a source now. Stopping this command (Ctrl+C) leaves the run going on."),
            "fourseat sources run boss",
        ),
        (
            "stop",
            stop,
            mark("End the run of a source; what was taken over stays."),
            "fourseat sources stop boss",
        ),
        (
            "conflicts",
            list_conflicts,
            mark("What nobody guesses: rows set aside, and fields in which sources contradict each other."),
            "fourseat sources conflicts\nfourseat sources conflicts boss --limit 500 --json",
        ),
    )
    for name, function, text, examples in commands:
        group.command(name, cls=Command, help=text, epilog=examples)(function)
    app.add_typer(group, name="sources")


def list_sources(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Sources, Engine]:
        return await engine.ask("source.list", Nothing()), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    columns = [
        Column(tr("Id")),
        Column(tr("Label")),
        Column(tr("As of")),
        Column(tr("Records"), right=True),
        Column(tr("Vanished"), right=True),
        Column(tr("Conflicts"), right=True),
        Column(tr("Last run")),
        Column(tr("Trouble")),
    ]
    rows = [_source_row(source, engine) for source in result.sources]
    print_table(columns, rows, tr("There are no sources: see [[sources]] in config.toml"))


def _source_row(source: SourceInfo, engine: Engine) -> list[str]:
    now, zone, last = engine.hello.now, engine.zone, source.last
    trouble = trouble_words(last.trouble, last.detail) if last is not None else ""
    return [
        source.id,
        source.name if source.enabled else tr("{name} (off)", name=source.name),
        moment(source.as_of, now, zone) if source.as_of else tr("never"),
        str(source.records),
        str(source.gone),
        str(source.conflicts),
        f"{moment(last.started_at, now, zone)} {state_words(last.state)}"
        if last is not None
        else tr("none yet"),
        source.trouble or trouble,
    ]


def check(
    context: typer.Context,
    source: SourceId,
    file: OneFile = None,
    differences: Annotated[
        int,
        typer.Option("--differences", min=0, max=1000, metavar="COUNT", help=mark("Show so many changes.")),
    ] = 20,
    as_json: Json = False,
) -> None:
    params = StartSourceParams(source=source, check=True, file=_path(file), differences=differences)
    _look(context, params, as_json=as_json)


def run(context: typer.Context, source: SourceId, file: OneFile = None, as_json: Json = False) -> None:
    _look(context, StartSourceParams(source=source, file=_path(file)), as_json=as_json)


def stop(context: typer.Context, source: SourceId, as_json: Json = False) -> None:
    async def work(engine: Engine) -> Done:
        answer: Done = await engine.ask("source.stop", SourceParams(source=source))
        return answer

    done = visit(settings_of(context), work)
    if as_json:
        print_json(done)
    else:
        print(tr("Stopped."))


def list_conflicts(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="[NAME]", help=mark("Only this source's; else all."), show_default=False)
    ] = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> SourceConflicts:
        answer: SourceConflicts = await engine.ask(
            "source.conflicts", ConflictsParams(source=source, limit=limit)
        )
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    headings = (tr("Source"), tr("Source key"), tr("Customer"), tr("Field"), tr("Conflict"))
    rows = [
        [
            one.source,
            one.key,
            f"{one.customer_id} {one.name}" if one.customer_id else "",
            field_of(one.field),
            conflict_words(one.code, one.detail),
        ]
        for one in result.conflicts
    ]
    print_table([Column(word) for word in headings], rows, tr("No conflicts"))
    if result.count > len(rows):
        print(tr("and {count} more; --limit shows more of them", count=result.count - len(rows)))


def _path(file: Path | None) -> str:
    return str(file.absolute()) if file is not None else ""


def _look(context: typer.Context, params: StartSourceParams, *, as_json: bool) -> None:
    """Begin a look, wait for its end, and say what came of it; a look that failed ends with 1."""

    async def work(engine: Engine) -> SourceProgress:
        await engine.ask("source.start", params)
        return await _wait(engine, params)

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        tell(result)
    if result.run is None or result.run.state != "done" or result.run.bad:
        raise typer.Exit(1)


async def _wait(engine: Engine, params: StartSourceParams) -> SourceProgress:
    """Ask how far it is until it has ended."""
    with contextlib.ExitStack() as stack:
        bar: Progress | None = None
        while True:
            progress: SourceProgress = await engine.ask("source.progress", SourceParams(source=params.source))
            if not progress.waiting and (progress.run is None or progress.run.state != "running"):
                return progress
            if bar is None and progress.total:
                label = tr("Checking") if params.check else tr("Importing")
                bar = stack.enter_context(Progress(label, progress.total))
            if bar is not None:
                bar.show(progress.position)
            await asyncio.sleep(ASK_EVERY_S)


def tell(result: SourceProgress) -> None:
    """What came of a look, in words."""
    found = result.run
    if found is None:
        return
    if result.mapping:
        print_facts([(heading, f"{field_of(field)} ({field})") for heading, field in result.mapping.items()])
    if result.unmapped:
        print(tr("Columns left out: {names}", names=", ".join(result.unmapped)))
    print_heading(_headline(result, found))
    print_facts(_counts(found))
    if result.differences:
        print_heading(tr("The first differences"))
        for one in result.differences:
            _tell_change(one)
    if result.bad_rows:
        print_heading(tr("Bad rows"))
        columns = [Column(tr("Line no."), right=True), Column(tr("Field")), Column(tr("Reason"))]
        rows = [
            [str(row.line), field_of(row.field), f"{code_words(row.reason)} {row.value}".strip()]
            for row in result.bad_rows[:SHOWN_BAD_ROWS]
        ]
        print_table(columns, rows, "")
        if found.bad > SHOWN_BAD_ROWS:
            print(tr("and {count} more", count=found.bad - SHOWN_BAD_ROWS))


def _headline(result: SourceProgress, found: RunInfo) -> str:
    trouble = trouble_words(found.trouble, found.detail)
    if found.state != "done":
        return f"{state_words(found.state)}: {trouble}"
    words = tr("Dry run: nothing was changed") if result.check else tr("Imported")
    return f"{words} ({trouble})" if trouble else words


def _counts(found: RunInfo) -> list[tuple[str, str]]:
    rare = (
        (tr("Set aside"), found.aside),
        (tr("Vanished from the source"), found.gone),
        (tr("Balances kept: a payment here is newer"), found.balances_kept),
    )
    return [
        (tr("Rows read"), str(found.rows)),
        (tr("Added"), str(found.added)),
        (tr("Updated"), str(found.changed)),
        (tr("Unchanged"), str(found.unchanged)),
        (tr("Bad"), str(found.bad)),
        *((name, str(count)) for name, count in rare if count),
    ]


def _tell_change(one: SourceChange) -> None:
    """One row: what it is about, and each field with its value before and behind."""
    print(tr("{key} {name}: {what}", key=one.key, name=one.name, what=became_words(one.became)))
    for field, before, after in one.changes:
        if field == "balance_fen":
            before, after = money(int(before)), money(int(after))
        nothing, before, after = tr("nothing"), row_words(field, before), row_words(field, after)
        print(f"    {field_of(field)}: {before or nothing} -> {after or nothing}")
    for field, code, detail in one.undecided:
        print(f"    {field_of(field)}: {conflict_words(code, detail)}")
    if one.balance_kept:
        print(f"    {field_of('balance_fen')}: {tr('older than a payment made here, not taken')}")
