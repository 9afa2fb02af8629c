"""`fourseat ivr test`: the scripted walks of a folder, walked through the voice menu."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.core.ivr.script import Scripts, parse_scripts
from engine.core.ivr.script_problems import ScriptError
from engine.core.ivr.script_run import Outcome, run_script
from tui.cli.errors import CliError
from tui.cli.ivr_source import SHIPPED, FlowFile, FlowSource, flow_of_engine, flow_of_file, read_text
from tui.cli.ivr_words import failure_words, line_words
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.cli.session import Settings
from tui.words import language_in_use, mark, tr

WALKS = Path("tests/flows")


class WalkReport(msgspec.Struct):
    """`why` empty: all went as written; else where it went another way, and `heard` since the last deed."""

    file: str
    walk: str
    ok: bool
    steps: int
    path: tuple[str, ...]
    services: tuple[str, ...]
    why: str
    heard: list[str]


def walk_files(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help=mark("Files of walks; else those of tests/flows.")),
    ] = None,
    file: FlowFile = None,
    as_json: Json = False,
) -> None:
    settings = settings_of(context)
    reports = [
        report for path in files or _shipped() for report in _walk_file(settings, path, file, quiet=as_json)
    ]
    failed = sum(not report.ok for report in reports)
    if as_json:
        print_json({"ok": not failed, "walks": reports})
    else:
        print(tr("{count} walks, {failed} failed", count=len(reports), failed=failed))
    if failed:
        raise typer.Exit(1)


def _shipped() -> list[Path]:
    folder = WALKS if WALKS.is_dir() else SHIPPED / WALKS
    found = sorted(folder.glob("*.toml"))
    if not found:
        raise CliError(
            tr("there are no walks in {folder}", folder=folder),
            tr("name a file: fourseat ivr test walks.toml; {folder}/README.md says how", folder=folder),
            "not_found",
        )
    return found


def _walk_file(settings: Settings, path: Path, flow: Path | None, *, quiet: bool) -> list[WalkReport]:
    scripts = _read(path)
    source = _source(settings, path, flow, scripts)
    parsed = source.flow()
    reports = []
    for walk in scripts.walks:
        report = _report(path, run_script(walk, parsed, source.texts), source)
        reports.append(report)
        if not quiet:
            _tell(report)
    return reports


def _read(path: Path) -> Scripts:
    try:
        return parse_scripts(tomllib.loads(read_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise CliError(
            tr("{file}: not valid TOML: {why}", file=path, why=error), tr("correct that line")
        ) from None
    except ScriptError as error:
        words = "\n".join(f"{path}: {problem.words(language_in_use())}" for problem in error.problems)
        raise CliError(words, tr("correct {file}", file=path)) from None


def _source(settings: Settings, path: Path, flow: Path | None, scripts: Scripts) -> FlowSource:
    """The flow of `--file`, else the one that the walks name, else the engine's."""
    if flow is not None:
        return flow_of_file(settings, flow)
    if not scripts.flow:
        return flow_of_engine(settings)
    named = Path(scripts.flow)
    above = reversed(path.resolve().parents)  # from the outside, or tests/ has a flows/main.toml too
    beside = [folder / named for folder in (Path(), *above, SHIPPED)]
    return flow_of_file(settings, next((file for file in beside if file.is_file()), named))


def _report(path: Path, outcome: Outcome, source: FlowSource) -> WalkReport:
    failure = outcome.failure
    return WalkReport(
        file=str(path),
        walk=outcome.name,
        ok=failure is None,
        steps=outcome.steps,
        path=outcome.path,
        services=outcome.services,
        why=failure_words(failure) if failure else "",
        heard=[line_words(line, source.queues) for line in failure.lines] if failure else [],
    )


def _tell(report: WalkReport) -> None:
    if report.ok:
        print(tr("ok: {walk}", walk=report.walk))
        return
    print(tr("FAILED: {walk}", walk=report.walk))
    print(f"  {report.why}")
    print(tr("  since the last deed of the caller:"))
    for line in report.heard:
        print(f"    {line}")
