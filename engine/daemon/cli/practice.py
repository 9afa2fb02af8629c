"""Without customers: a whole centre to play with, and a day in advance."""

from pathlib import Path
from typing import Annotated

import typer

from engine.daemon.cli.common import ConfigOption, fail, read_config


def demo(
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Without a terminal: scripted agents, and a check of every call."),
    ] = False,
    calls: Annotated[
        int,
        typer.Option("--calls", min=0, max=200, help="So many calls; 0: 20 if headless, else without end."),
    ] = 0,
    tickets: Annotated[
        bool,
        typer.Option("--tickets", help="With --headless: a day of tickets, with kill -9 of the engine."),
    ] = False,
    seats: Annotated[int, typer.Option("--seats", min=1, max=4, help="Seats with a phone.")] = 2,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same callers.")] = 1,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Keep everything here; else in the user's state folder.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on with the calls and customers of the last demo.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="With --headless: one JSON object.")] = False,
) -> None:
    """A whole working centre on this machine, with callers who call by themselves.

    Example: fourseatd demo; fourseatd demo --headless --calls 20; fourseatd demo --headless --tickets
    """
    if tickets and not (headless and (not calls or 20 <= calls <= 120)):
        fail("A day of tickets is for --headless, and has 20 to 120 calls.", 2)
    try:
        from engine.daemon.demo.command import Options, run_demo
    except ModuleNotFoundError as error:
        fail(f"{error}. The demo needs more than the engine: install fourseat[demo], or run `make demo`.")

    options = Options(
        headless=headless,
        calls=calls or (70 if tickets else 20 if headless else 0),
        tickets=tickets,
        seats=seats,
        seed=seed,
        folder=folder,
        keep=keep,
        as_json=json,
    )
    raise typer.Exit(run_demo(options))


def simulate(
    config: ConfigOption = Path("config.toml"),
    calls: Annotated[int, typer.Option(min=1, max=100_000, help="Calls of the day.")] = 70,
    seats: Annotated[int, typer.Option(min=1, max=1_000, help="Agents who are there.")] = 2,
    lines: Annotated[int, typer.Option(min=1, max=10_000, help="Calls that can be up at once.")] = 2,
    day: Annotated[str, typer.Option(help="Its date, for hours and holidays; empty: today.")] = "",
    seed: Annotated[int, typer.Option(help="The same number gives the same day.")] = 1,
    shift: Annotated[str, typer.Option(help="Hours in which the agents are there.")] = "8-21",
    history: Annotated[
        bool, typer.Option("--history", help="Behave like the site's own callers of 90 days.")
    ] = False,
    scale: Annotated[
        bool,
        typer.Option("--scale", help="Four sizes up to 7000 calls and 200 seats: what a decision costs."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run a day through the floor alone, and print its report. Nothing rings, nothing is stored.

    Example: fourseatd simulate --calls 70 --seats 2 --lines 2 --day 2026-11-20
    """
    from datetime import date

    from engine.daemon.simulate.command import SimulationError, run_simulation
    from engine.daemon.simulate.options import Options

    settings, paths = read_config(config)
    first, _, last = shift.partition("-")
    try:
        hours = (int(first), int(last))
        on = date.fromisoformat(day) if day else date.today()
    except ValueError as error:
        fail(f"{error}. A day is written 2026-11-20, a shift 8-21.", 2)
    if not 0 <= hours[0] < hours[1] <= 24:
        fail("The shift must be two hours of one day, the first before the last, like 8-21.", 2)
    options = Options(
        calls=calls,
        seats=seats,
        lines=lines,
        day=on,
        seed=seed,
        shift=hours,
        history=history,
        scale=scale,
        as_json=as_json,
    )
    try:
        raise typer.Exit(run_simulation(settings, paths, options))
    except SimulationError as error:
        fail(str(error))
