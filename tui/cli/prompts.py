"""`fourseat prompts`: what callers hear, where each prompt comes from, and how it sounds."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import Annotated

import typer

from engine.wire.prompts import BuildPromptsParams, BuiltPrompts, PromptInfo, Prompts, PromptsParams
from tui.cli import prompt_files
from tui.cli.errors import CliError
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table, warn
from tui.cli.prompt_options import Language, Languages, PromptId, known, known_or_all
from tui.cli.session import Engine, Settings, visit
from tui.words import mark, tr

BUILD_SECONDS = 900.0
SOURCES = {"human": mark("recorded"), "synthesised": mark("synthesised"), "missing": mark("MISSING")}
LANGUAGES = {"zh": mark("Chinese"), "en": mark("English")}
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Voice prompts."), no_args_is_help=True)
    commands = (
        (
            "list",
            list_prompts,
            mark("All prompts: where each comes from, and what is missing or stale."),
            "fourseat prompts list --missing --stale",
        ),
        (
            "build",
            build,
            mark("Make the sounds that are missing or stale; recordings win."),
            "fourseat prompts build",
        ),
        (
            "play",
            play,
            mark("Print where a prompt's file is, and play it if this machine can."),
            "fourseat prompts play greeting",
        ),
        *prompt_files.COMMANDS,
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="prompts")


def list_prompts(
    context: typer.Context,
    voice: Languages = "",
    missing: Annotated[
        bool, typer.Option("--missing", help=mark("Only those without a sound; with --stale both."))
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help=mark("Only those whose text has changed since."))
    ] = False,
    as_json: Json = False,
) -> None:
    result = _list(settings_of(context), voice)
    if missing or stale:
        kept = [
            prompt
            for prompt in result.prompts
            if (missing and prompt.source == "missing") or (stale and prompt.stale)
        ]
        result = Prompts(prompts=kept)
    if as_json:
        print_json(result)
        return
    nothing = tr("Nothing of this kind: all is well") if missing or stale else tr("No prompts")
    print_table(*_table(result.prompts), nothing)


def _table(prompts: Sequence[PromptInfo]) -> tuple[list[Column], list[list[str]]]:
    """One line a prompt, with a column for each language."""
    languages = list(dict.fromkeys(prompt.language for prompt in prompts))
    by_id: dict[str, dict[str, PromptInfo]] = {}
    for prompt in prompts:
        by_id.setdefault(prompt.id, {})[prompt.language] = prompt
    columns = [Column(tr("Key no."), right=True), Column(tr("Prompt"))]
    for language in languages:
        columns += [Column(tr(LANGUAGES.get(language, language))), Column(tr("Seconds"), right=True)]
    rows = []
    for prompt_id, there in by_id.items():
        first = next(iter(there.values()))
        row = [_keys(first), prompt_id]
        for language in languages:
            row += _state(there.get(language))
        rows.append([*row, first.text])
    return [*columns, Column(tr("Text"))], rows


def _keys(prompt: PromptInfo) -> str:
    """What is keyed in to record it: 12, or 12*1 for the first of the parts between its values."""
    part = prompt.id.rpartition("-")[2] if "-" in prompt.id else ""
    return "*".join(filter(None, (str(prompt.number or ""), part if prompt.number else "")))


def _state(prompt: PromptInfo | None) -> list[str]:
    if prompt is None:
        return ["", ""]
    words = tr(SOURCES.get(prompt.source, prompt.source))
    return [f"{words}, {tr('STALE')}" if prompt.stale else words, f"{prompt.seconds:.1f}"]


def build(
    context: typer.Context,
    voice: Languages = "",
    force: Annotated[
        bool, typer.Option("--force", help=mark("Synthesise again what was synthesised before."))
    ] = False,
    as_json: Json = False,
) -> None:
    language = known_or_all(voice)

    async def work(engine: Engine) -> BuiltPrompts:
        params = BuildPromptsParams(language=language, force=force)
        answer: BuiltPrompts = await engine.ask("prompts.build", params, seconds=BUILD_SECONDS)
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        for problem in result.problems:
            warn(problem)
        print(tr("{built} built, {kept} kept", built=result.built, kept=result.kept))
    if result.problems:
        raise typer.Exit(1)


def play(
    context: typer.Context,
    prompt_id: PromptId,
    voice: Language = "zh",
    as_json: Json = False,
) -> None:
    prompt = _find(_list(settings_of(context), known(voice)), prompt_id)
    if as_json:
        print_json(prompt)
        return
    print(prompt.path)
    sound(prompt)


def _list(settings: Settings, voice: str) -> Prompts:
    language = known_or_all(voice)

    async def work(engine: Engine) -> Prompts:
        answer: Prompts = await engine.ask("prompts.list", PromptsParams(language=language))
        return answer

    return visit(settings, work)


def _find(result: Prompts, prompt_id: str) -> PromptInfo:
    found = next((prompt for prompt in result.prompts if prompt.id == prompt_id), None)
    if found is None:
        raise CliError(
            tr("there is no prompt {name}", name=prompt_id), tr("see: fourseat prompts list"), "not_found"
        )
    if found.source == "missing":
        raise CliError(
            tr("prompt {name} has no file yet", name=prompt_id),
            tr("run: fourseat prompts build"),
            "not_found",
        )
    return found


def sound(prompt: PromptInfo) -> None:
    """Play a prompt's file, or say on standard error why not."""
    if not os.access(prompt.path, os.R_OK):
        warn(tr("this user may not read the file; it is not played"))
        return
    for program, *options in PLAYERS:
        path = shutil.which(program)
        if path is not None:
            if subprocess.run([path, *options, prompt.path], check=False).returncode != 0:
                warn(tr("{program} could not play it", program=program))
            return
    warn(tr("no player here (aplay, paplay or ffplay); it is not played"))
