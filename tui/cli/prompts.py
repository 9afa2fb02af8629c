"""`fourseat prompts`: what callers hear, where each prompt comes from, and how it sounds."""

import os
import shutil
import subprocess
from typing import Annotated, Literal, cast

import typer

from engine.wire.methods import BuildPromptsParams, BuiltPrompts, PromptInfo, Prompts, PromptsParams
from tui.cli.errors import CliError, UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table, warn
from tui.cli.session import Engine, Settings, visit
from tui.words import mark, tr

BUILD_SECONDS = 900.0
SOURCES = {"human": mark("recorded"), "synthesised": mark("synthesised"), "missing": mark("MISSING")}
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)

Language = Annotated[
    str, typer.Option("--voice", metavar="zh|en", help=mark("Language of the prompts, not of this text."))
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Voice prompts."), no_args_is_help=True)
    commands = (
        (
            "list",
            list_prompts,
            mark("All prompts, their texts and where each comes from."),
            "fourseat prompts list",
        ),
        ("build", build, mark("Synthesise what is missing."), "fourseat prompts build --force"),
        (
            "play",
            play,
            mark("Print where a prompt's file is, and play it if this machine can."),
            "fourseat prompts play greeting",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="prompts")


def list_prompts(context: typer.Context, voice: Language = "zh", as_json: Json = False) -> None:
    result = _list(settings_of(context), voice)
    if as_json:
        print_json(result)
        return
    left = [Column(tr("Prompt")), Column(tr("Source"))]
    columns = [*left, Column(tr("Seconds"), right=True), Column(tr("Text"))]
    rows = [
        [prompt.id, tr(SOURCES.get(prompt.source, prompt.source)), f"{prompt.seconds:.1f}", prompt.text]
        for prompt in result.prompts
    ]
    print_table(columns, rows, tr("No prompts"))


def build(
    context: typer.Context,
    voice: Language = "zh",
    force: Annotated[
        bool, typer.Option("--force", help=mark("Synthesise again what was synthesised before."))
    ] = False,
    as_json: Json = False,
) -> None:
    language = _known(voice)

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
    prompt_id: Annotated[str, typer.Argument(metavar="PROMPT", help=mark("The id, from `prompts list`."))],
    voice: Language = "zh",
    as_json: Json = False,
) -> None:
    prompt = _find(_list(settings_of(context), voice), prompt_id)
    if as_json:
        print_json(prompt)
        return
    print(prompt.path)
    sound(prompt)


def _list(settings: Settings, voice: str) -> Prompts:
    language = _known(voice)

    async def work(engine: Engine) -> Prompts:
        answer: Prompts = await engine.ask("prompts.list", PromptsParams(language=language))
        return answer

    return visit(settings, work)


def _known(voice: str) -> Literal["zh", "en"]:
    if voice not in ("zh", "en"):
        raise UsageProblem(
            tr("there is no language {name}", name=repr(voice)), tr("write --voice zh or --voice en")
        )
    return cast(Literal["zh", "en"], voice)


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
    """Play its file, if this user may read it and the machine has a player; else say why not."""
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
