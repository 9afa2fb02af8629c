"""`fourseat queues`: who waits now, and the figures of the day."""

import typer

from engine.core.views import QueueView
from engine.wire.methods import Queues
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import duration, percent, running
from tui.words import mark, pick, tr


def add_to(app: typer.Typer) -> None:
    app.command(
        "queues",
        cls=Command,
        help=mark("Queues now, and their figures since midnight."),
        epilog="fourseat queues",
    )(queues)


def queues(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Queues, Engine]:
        return await engine.ask("floor.queues"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    headings = (
        tr("Waiting"),
        tr("Longest"),
        tr("Offered"),
        tr("Answered"),
        tr("Abandoned"),
        tr("Short"),
        tr("Service level"),
        tr("Mean wait"),
        tr("Mean talk"),
    )
    columns = [Column(tr("Queue")), *(Column(word, right=True) for word in headings)]
    rows = [_row(queue, engine.hello.now) for queue in result.queues]
    print_table(columns, rows, tr("No queues are configured"))
    print()
    print(tr("Service level = answered in time / (offered and ended - short abandons)"))


def _row(queue: QueueView, now: int) -> list[str]:
    level = f"{percent(queue.service_level)}/{queue.service_level_seconds}s"
    return [
        pick(queue.name, queue.name_en),
        str(queue.waiting),
        running(queue.longest_wait_since, now),
        str(queue.offered),
        str(queue.answered),
        str(queue.abandoned),
        str(queue.short_abandoned),
        level,
        duration(queue.mean_wait_ms),
        duration(queue.mean_talk_ms),
    ]
