"""`fourseatd`: the engine's own program."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from engine.config import Config, ConfigError, parse_config
from engine.daemon.paths import SitePaths

app = typer.Typer(
    help="Fourseat 四席: the engine of a call centre. Consoles and commands are in `fourseat`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

if TYPE_CHECKING:
    from db.backup import BackupReport

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="FOURSEAT_CONFIG", help="Configuration file.")
]


def read_config(path: Path) -> tuple[Config, SitePaths]:
    """The configuration and its folders, or a message and exit code 2."""
    try:
        config = parse_config(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}. Name another with --config.", 2)
    except (ConfigError, UnicodeDecodeError) as error:
        fail(str(error), 2)
    return config, SitePaths.of(config, path.resolve().parent)


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def log_to_stderr(verbose: bool) -> None:
    """One line a step; the service manager adds the time."""
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname).1s %(name)s %(message)s"
    )


@app.command()
def run(
    config: ConfigOption = Path("config.toml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details.")] = False,
    attach: Annotated[
        bool, typer.Option("--attach", help="Wait for an Asterisk that somebody else starts.")
    ] = False,
) -> None:
    """Run the engine until it is told to stop. Talks go on without it.

    Example: fourseatd run --config /etc/fourseat/config.toml
    """
    from db.errors import DbError
    from engine.adapters.unix_socket import SocketError
    from engine.core.hours import HoursError
    from engine.core.ivr.problems import FlowError
    from engine.daemon.memory import give_back_large_blocks
    from engine.daemon.secrets import load_secrets
    from engine.daemon.service import AlreadyRunning, Service
    from engine.daemon.service import run as run_service

    log_to_stderr(verbose)
    give_back_large_blocks()
    settings, paths = read_config(config)
    paths.create()
    secrets = load_secrets(paths.secrets, settings)
    if not any((paths.prompts / settings.site.language).glob("*.wav")):
        logging.getLogger("prompts").info("synthesising the prompts; this is done once")
        subprocess.run(
            [sys.executable, "-m", "engine.daemon.cli", "prompts", "--json", "--config", str(config),
             "--language", settings.site.language],
            stdout=subprocess.DEVNULL,
            check=False,
        )  # fmt: skip
    if not attach:
        _bring_up_asterisk(settings, paths, secrets)
    gc.freeze()  # what is loaded now stays: no reason to walk it again and again
    try:
        asyncio.run(run_service(Service(settings, config.resolve(), paths, secrets)))
    except (AlreadyRunning, SocketError, DbError, ConfigError, FlowError, HoursError, OSError) as error:
        fail(f"The engine cannot run: {error}. `fourseatd check` says more.")


def _bring_up_asterisk(settings: Config, paths: SitePaths, secrets: dict[str, str]) -> None:
    from engine.adapters.asterisk.process import AsteriskProcessError
    from engine.adapters.asterisk.render import RenderError
    from engine.daemon import telephony
    from engine.provision.errors import ProvisionError

    try:
        install = telephony.find_install(settings, _log_progress)
        telephony.bring_up(settings, paths, secrets, install)
    except (ProvisionError, RenderError, AsteriskProcessError) as error:
        fail(str(error))


@app.command()
def asterisk(config: ConfigOption = Path("config.toml")) -> None:
    """Run the site's Asterisk in the foreground, for the service manager.

    Example: fourseatd asterisk --config /etc/fourseat/config.toml
    """
    from engine.adapters.asterisk.render import RenderError
    from engine.daemon import telephony
    from engine.daemon.secrets import load_secrets
    from engine.provision.errors import ProvisionError

    log_to_stderr(False)
    settings, paths = read_config(config)
    paths.create()
    try:
        install = telephony.find_install(settings, _log_progress)
        command = telephony.prepare(settings, paths, load_secrets(paths.secrets, settings), install)
    except (ProvisionError, RenderError) as error:
        fail(str(error))
    os.execv(command[0], command)


@app.command()
def check(
    config: ConfigOption = Path("config.toml"),
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Look at configuration, flow, prompts, Asterisk, ports, disk and clock; say what to do.

    Ends with 1 when something would stop the centre from working. Example: fourseatd check
    """
    import msgspec

    from engine.daemon.check import check_site

    settings, paths = read_config(config)
    findings = list(check_site(settings, paths))
    broken = any(not finding.ok and finding.fatal for finding in findings)
    if json:
        typer.echo(msgspec.json.encode({"ok": not broken, "findings": findings}).decode())
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL" if finding.fatal else "warn"
            typer.echo(f"{mark}  {finding.area:<9} {finding.text}")
            if finding.remedy:
                typer.echo(f"      {'':<9} -> {finding.remedy}")
    raise typer.Exit(1 if broken else 0)


@app.command()
def prompts(
    config: ConfigOption = Path("config.toml"),
    language: Annotated[str, typer.Option("--language", help="zh or en.")] = "zh",
    force: Annotated[bool, typer.Option("--force", help="Make all of them anew.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Synthesise the prompts that are missing or changed; human recordings win.

    Example: fourseatd prompts --language zh
    """
    import msgspec

    from engine.adapters.speech.errors import SpeechError
    from engine.daemon.prompts import build

    settings, paths = read_config(config)
    paths.create()
    try:
        with typer.progressbar(length=1, label=language, file=sys.stderr, hidden=json) as bar:

            def progress(done: int, total: int, name: str) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            built = build(settings, paths, language, force=force, progress=progress)
    except SpeechError as error:
        fail(str(error))
    if json:
        typer.echo(msgspec.json.encode(built).decode())
    else:
        typer.echo(f"{built.built} made, {built.kept} kept")
    for problem in [] if json else built.problems:
        typer.echo(problem, err=True)


@app.command()
def install(
    config: ConfigOption = Path("config.toml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Put service user, units and the seats' SSH log-in in place; what is there already is kept.

    Example: fourseatd install --dry-run
    """
    from engine.daemon.install import InstallError, carry_out, plan_install

    settings, paths = read_config(config)
    if not dry_run and os.geteuid() != 0:
        fail("Installing takes root: run it with sudo, or look with --dry-run.")
    steps = list(plan_install(settings, paths.home, paths.data))
    if not dry_run and not yes:
        carry_out(iter(steps), dry_run=True, say=typer.echo)
        typer.confirm("Do all this?", abort=True)
    try:
        carry_out(iter(steps), dry_run=dry_run, say=typer.echo)
    except InstallError as error:
        fail(f"{error}. What is done stays done; mend the cause and run it again.")


@app.command()
def demo(
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Without a terminal: scripted agents, and a check of every call."),
    ] = False,
    calls: Annotated[
        int,
        typer.Option("--calls", min=0, max=200, help="So many calls; 0: 20 if headless, else without end."),
    ] = 0,
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

    Example: fourseatd demo; fourseatd demo --headless --calls 20
    """
    try:
        from engine.daemon.demo.command import Options, run_demo
    except ModuleNotFoundError as error:
        fail(f"{error}. The demo needs more than the engine: install fourseat[demo], or run `make demo`.")

    options = Options(
        headless=headless,
        calls=calls or (20 if headless else 0),
        seats=seats,
        seed=seed,
        folder=folder,
        keep=keep,
        as_json=json,
    )
    raise typer.Exit(run_demo(options))


@app.command()
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


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    config: ConfigOption = Path("config.toml"),
) -> None:
    """Copy the database while it is in use, and read the copy through.

    Example: fourseatd backup /mnt/usb/fourseat.db --config /etc/fourseat/config.toml
    """
    from db.backup import back_up

    _, paths = read_config(config)
    if not paths.database.exists():
        fail(f"{paths.database} does not exist: there is nothing to back up. Is --config right?")
    with typer.progressbar(length=1, label=str(target), file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        report = _or_fail(lambda: back_up(paths.database, target, progress))
    typer.echo(_contents(report))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file that `fourseatd backup` wrote.")],
    config: ConfigOption = Path("config.toml"),
) -> None:
    """Put a backup in the place of the database; the present one is kept beside it. Stop the engine first.

    Example: fourseatd restore /mnt/usb/fourseat.db --config /etc/fourseat/config.toml
    """
    from db.backup import check_backup
    from db.backup import restore as put_back
    from engine.daemon.restore import is_engine_running, put_aside

    _, paths = read_config(config)
    if is_engine_running(paths.socket):
        fail("The engine is running: stop it first (`systemctl stop fourseat-engine`).")
    _or_fail(lambda: check_backup(source))
    kept = put_aside(paths.database)
    report = _or_fail(lambda: put_back(source, paths.database))
    owner = paths.data.stat()
    os.chown(paths.database, owner.st_uid, owner.st_gid)
    typer.echo(_contents(report) + (f"; the former database is {kept}" if kept else ""))


def _or_fail(work: Callable[[], "BackupReport"]) -> "BackupReport":
    from db.errors import DbError

    try:
        return work()
    except (DbError, OSError) as error:
        fail(str(error))


def _contents(report: "BackupReport") -> str:
    return (
        f"{report.path}: {report.size // 1024} kB, {report.customers} customers, {report.calls} calls,"
        f" {report.recordings} recordings, {report.journal_rows} journal rows"
    )


def _log_progress(what: str, share: float | None) -> None:
    logging.getLogger("asterisk").info("%s", what)


def main() -> None:
    """Entry point of the program."""
    app()


if __name__ == "__main__":
    main()
