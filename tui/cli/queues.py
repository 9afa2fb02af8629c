"""`fourseat queues`: who waits now, the figures of the day, and the queues as they are configured."""

import typer

from engine.core.views import QueueView
from engine.wire.methods import Queues
from tui.cli.entries import EntryCommands
from tui.cli.help import Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import duration, percent, running
from tui.words import mark, pick, tr

CONFIGURED = EntryCommands(
    name="queues",
    section="queues",
    help=mark("Queues now, and their figures since midnight; or list, add, set, remove them."),
    columns=("name", "strategy", "ring_seconds", "wrap_up_seconds", "max_wait_seconds", "max_waiting"),
    examples={
        "list": "fourseat queues list",
        "add": "fourseat queues add night name=夜班 name_en=Night ring_seconds=25",
        "set": "fourseat queues set general wrap_up_seconds=45",
        "remove": "fourseat queues remove night",
    },
)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=CONFIGURED.help, invoke_without_command=True)
    group.callback(epilog="fourseat queues\nfourseat queues list")(queues)
    CONFIGURED.add_to(group)
    app.add_typer(group, name="queues")


def queues(context: typer.Context, as_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        _figures(context, as_json)


def _figures(context: typer.Context, as_json: bool) -> None:
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
