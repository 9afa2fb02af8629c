"""`fourseat ivr`: check the voice menu, walk through it, draw it, and keep its versions."""

import msgspec
import typer

from engine.core.ivr.check import TreeRow, check_raw, describe
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.problems import FlowProblem, Severity
from tui.cli import flow_versions
from tui.cli.help import Command, Group
from tui.cli.ivr_source import FlowFile, FlowSource, source_of
from tui.cli.ivr_try import try_flow
from tui.cli.ivr_walks import walk_files
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.widgets.cells import safe
from tui.words import language_in_use, mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("The voice menu."), no_args_is_help=True)
    commands = (
        (
            "check",
            check,
            mark("Find dead ends, missing prompts, unreachable nodes, and draw the flow."),
            "fourseat ivr check --file flows/main.toml",
        ),
        (
            "try",
            try_flow,
            mark("Walk through the menu in the terminal: type keys, read what a caller hears."),
            "fourseat ivr try --file flows/main.toml --outcome balance=owing\n"
            "printf '1\\n\\n' | fourseat ivr try\nfourseat ivr try --as 13900000000",
        ),
        (
            "test",
            walk_files,
            mark("Walk through the menu as files say, and tell where it goes another way."),
            "fourseat ivr test\nfourseat ivr test tests/flows/queue.toml",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    flow_versions.add_commands(group)
    app.add_typer(group, name="ivr")


class CheckReport(msgspec.Struct):
    """`ok`: no errors; warnings are among the problems."""

    file: str
    ok: bool
    problems: list[dict[str, str]]
    tree: list[TreeRow]


def check(context: typer.Context, file: FlowFile = None, as_json: Json = False) -> None:
    source = source_of(settings_of(context), file)
    problems = check_raw(source.raw, source.queues, source.prompts)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    tree = [] if errors else list(describe(parse_flow(source.raw)))
    if as_json:
        print_json(CheckReport(source.name, not errors, [_as_dict(p) for p in problems], tree))
    else:
        for row in tree:
            print(_drawn(row, source))
        for problem in problems:
            word = tr("Error") if problem.severity is Severity.ERROR else tr("Warning")
            print(tr("{name}: {why}", name=word, why=problem.words(language_in_use())))
        print(tr("{file}: {count} problems", file=source.name, count=len(problems)))
    if errors:
        raise typer.Exit(1)


def _as_dict(problem: FlowProblem) -> dict[str, str]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "node": problem.node,
        "key": problem.key,
        "words": problem.words(language_in_use()),
    }


def _drawn(row: TreeRow, source: FlowSource) -> str:
    said = safe(" ".join(source.prompts.get(prompt, prompt) for prompt in row.prompts))
    extra = tr("queue {name}", name=source.queues.get(row.queue, row.queue)) if row.queue else said
    if row.again:
        extra = tr("(see above)")
    return f"{'  ' * row.depth}{row.key}: [{row.node}] {extra}".rstrip()
