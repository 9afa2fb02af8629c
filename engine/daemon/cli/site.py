"""Make a site ready: look at it, speak its prompts, install it."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.daemon.cli.common import ConfigOption, fail, read_config


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


def prompts(
    config: ConfigOption = Path("config.toml"),
    language: Annotated[
        str, typer.Option("--language", help="zh or en; else all that callers can hear.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Make all of them anew.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Synthesise the prompts that are missing or changed; human recordings win.

    Example: fourseatd prompts --language zh
    """
    import msgspec

    from engine.adapters.speech.errors import SpeechError
    from engine.daemon.prompts import Built, build, languages_of

    settings, paths = read_config(config)
    paths.create()
    try:
        parts = []
        for each in [language] if language else languages_of(settings, paths):
            with typer.progressbar(length=1, label=each, file=sys.stderr, hidden=json) as bar:

                def progress(done: int, total: int, name: str, bar: Any = bar) -> None:
                    bar.length = total
                    bar.update(done - bar.pos)

                parts.append(build(settings, paths, each, force=force, progress=progress))
    except SpeechError as error:
        fail(str(error))
    built = Built(
        sum(part.built for part in parts),
        sum(part.kept for part in parts),
        [problem for part in parts for problem in part.problems],
    )
    if json:
        typer.echo(msgspec.json.encode(built).decode())
    else:
        typer.echo(f"{built.built} made, {built.kept} kept")
    for problem in [] if json else built.problems:
        typer.echo(problem, err=True)


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
