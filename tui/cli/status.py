"""`fourseat status`: the whole centre in a few lines."""

from typing import Any

import typer

from engine.wire.methods import SeatStatus, StatusResult
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import duration, time_of_day
from tui.words import mark, tr

PHONES = {"ring": mark("rings"), "auto": mark("answers by itself")}


def add_to(app: typer.Typer) -> None:
    app.command(
        "status",
        cls=Command,
        help=mark("Engine, switch, lines, seats and what needs attention."),
        epilog="fourseat status\nfourseat status --json",
    )(status)


def status(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[StatusResult, Engine]:
        return await engine.ask("floor.status"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    print_facts(_facts(result, engine.zone))
    print_heading(tr("Seats"))
    print_table(_seat_columns(), [_seat_row(seat) for seat in result.seats], tr("No seats are configured"))
    print_heading(tr("Needs attention"))
    for problem in result.problems:
        print(f"- {problem}")
    if not result.problems:
        print(tr("Nothing"))


def _facts(result: StatusResult, zone: Any) -> list[tuple[str, str]]:
    switch = result.switch
    since = time_of_day(switch.since, zone)
    switch_words = tr("up since {time}", time=since)
    if not switch.up:
        switch_words = tr("DOWN since {time}: {why}", time=since, why=switch.reason)
    lines = "  ".join(f"{line.name} {line.busy}/{line.channels}" for line in result.lines)
    return [
        (tr("Site"), result.site),
        (
            tr("Engine"),
            tr(
                "{version}, running for {time}",
                version=result.version,
                time=duration(result.now - result.started_at),
            ),
        ),
        (tr("Asterisk switch"), switch_words),
        (tr("Lines busy"), lines),
        (tr("Hours"), tr("Open now") if result.open else tr("Closed now")),
        (
            tr("Calls now"),
            tr("{calls}, of them waiting {waiting}", calls=result.calls, waiting=result.waiting),
        ),
        (tr("Agents"), str(result.agents)),
        (tr("Disk free"), f"{result.disk_free_mb / 1024:.1f} GB"),
        (tr("Journal"), tr("{rows} entries", rows=result.journal_rows)),
    ]


def _seat_columns() -> list[Column]:
    words = (tr("Seat"), tr("Extension"), tr("Desk phone"), tr("Phone's secret"), tr("State"), tr("Agent"))
    return [Column(word) for word in words]


def _seat_row(seat: SeatStatus) -> list[str]:
    phone = tr(PHONES[seat.phone]) if seat.phone in PHONES else seat.phone
    state = tr("connected") if seat.reachable else tr("not connected")
    return [seat.name, seat.extension, phone, seat.secret, state, seat.staff_number or "-"]
