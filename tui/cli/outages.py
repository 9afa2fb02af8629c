"""`fourseat outages`: many faults of one place in a short time, and what a supervisor makes of them."""

from collections.abc import Callable
from typing import Annotated

import typer

from engine.core.lines import LINES
from engine.wire.base import Done
from engine.wire.tickets import ConfirmedOutage, ConfirmOutageParams, Suspect, SuspectParams, Suspects
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import instant
from tui.labels import moment
from tui.words import mark, pick, tr

SuspectId = Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `outages list`."))]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("What looks like an outage: confirm it, or dismiss it."), no_args_is_help=True
    )
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        ("list", suspected, mark("Many faults of one place in a short time."), "fourseat outages list"),
        (
            "confirm",
            confirm,
            mark("It is one: tickets are merged, callers are told, and called back when it ends."),
            'fourseat outages confirm 3 --until "2026-11-22 18:00"',
        ),
        ("dismiss", dismiss, mark("It is none; the tickets stay as they are."), "fourseat outages dismiss 3"),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="outages")


def suspected(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Suspects, Engine]:
        return await engine.ask("outages.suspected"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    words = (tr("ID"), tr("Line of business"), tr("Where"), tr("Since"), tr("Tickets"))
    rows = [_row(one, engine) for one in result.suspects]
    print_table([Column(word) for word in words], rows, tr("Nothing looks like an outage"))


def _row(one: Suspect, engine: Engine) -> list[str]:
    line = LINES.get(one.line)
    return [
        str(one.id),
        pick(line.words.zh, line.words.en) if line else one.line,
        f"{one.area} {one.node}".strip(),
        moment(one.since, engine.hello.now, engine.zone),
        tr(", ").join(one.numbers),
    ]


def confirm(
    context: typer.Context,
    suspect_id: SuspectId,
    until: Annotated[
        str,
        typer.Option("--until", metavar="TIME", help=mark("When it should be repaired; callers hear it.")),
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help=mark("What callers hear, in Chinese."))
    ] = "",
    text_en: Annotated[
        str, typer.Option("--text-en", metavar="TEXT", help=mark("What callers hear in English."))
    ] = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> ConfirmedOutage:
        end = instant(until, engine.hello.now, engine.zone)
        params = ConfirmOutageParams(id=suspect_id, until_at=end, text=text, text_en=text_en)
        answer: ConfirmedOutage = await engine.ask("outages.confirm", params)
        return answer

    done = visit(settings_of(context), work)
    if as_json:
        print_json(done)
    else:
        print(
            tr(
                "Announced as {notice}: {count} tickets are merged into {main}; {watchers} will be called",
                notice=done.notice_id,
                count=len(done.merged),
                main=done.main,
                watchers=done.watchers,
            )
        )


def dismiss(context: typer.Context, suspect_id: SuspectId, as_json: Json = False) -> None:
    async def work(engine: Engine) -> Done:
        answer: Done = await engine.ask("outages.dismiss", SuspectParams(id=suspect_id))
        return answer

    done = visit(settings_of(context), work)
    if as_json:
        print_json(done)
    else:
        print(tr("Dismissed; the tickets stay as they are"))
