"""`fourseat ivr`: check the voice menu, and walk through it by keys in the terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.core.ivr.check import TreeRow, check_raw, describe
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import IvrFacts
from engine.core.ivr.problems import FlowError, FlowProblem, Severity
from engine.core.ivr.walk import Expects, IvrWalk, LineKind, WalkError, WalkLine
from tui.cli.errors import CliError
from tui.cli.help import Command, Group
from tui.cli.ivr_source import FlowSource, flow_of_engine, flow_of_file
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json, warn
from tui.widgets.cells import safe
from tui.words import language_in_use, mark, tr

FlowFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help=mark("A flow file; else the flow that the engine runs.")),
]

ASKS = {
    Expects.KEYS: mark("keys (Enter: none)> "),
    Expects.QUEUE: mark("Enter: an agent answers; or {names}> "),
    Expects.MESSAGE: mark("seconds of voice message (Enter: silence)> "),
}


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("The voice menu."), no_args_is_help=True)
    group.command(
        "check",
        cls=Command,
        help=mark("Find dead ends, missing prompts, unreachable nodes, and draw the flow."),
        epilog="fourseat ivr check --file flows/main.toml",
    )(check)
    group.command(
        "try",
        cls=Command,
        help=mark("Walk through the menu in the terminal: type keys, read what a caller hears."),
        epilog="fourseat ivr try --file flows/main.toml\nprintf '1\\n\\n' | fourseat ivr try",
    )(try_flow)
    app.add_typer(group, name="ivr")


class CheckReport(msgspec.Struct):
    """`ok`: no errors; warnings are among the problems."""

    file: str
    ok: bool
    problems: list[dict[str, str]]
    tree: list[TreeRow]


def check(context: typer.Context, file: FlowFile = None, as_json: Json = False) -> None:
    source = _source(context, file)
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


def try_flow(
    context: typer.Context,
    file: FlowFile = None,
    closed: Annotated[bool, typer.Option("--closed", help=mark("Call outside the opening hours."))] = False,
    no_agents: Annotated[
        bool, typer.Option("--no-agents", help=mark("Call while nobody is logged in."))
    ] = False,
    number: Annotated[
        str,
        typer.Option("--number", metavar="NUMBER", help=mark("Call from this number; empty: withheld.")),
    ] = "13800138000",
    as_json: Json = False,
) -> None:
    source = _source(context, file)
    try:
        flow = parse_flow(source.raw)
    except FlowError as error:
        words = "\n".join(problem.words(language_in_use()) for problem in error.problems)
        raise CliError(words, tr("correct {file}, then: fourseat ivr check", file=source.name)) from None
    facts = IvrFacts(open=not closed, agents_present=not no_agents, cli=number)
    walk = IvrWalk(flow, facts, source.prompts)
    asking = sys.stdin.isatty() and not as_json
    for line in _walk(walk, asking=asking):
        if not as_json and not (asking and line.kind is LineKind.PRESSED and line.text):
            print(_words(line, source))
    if as_json:
        print_json({"lines": walk.lines, "path": walk.position.path, "over": walk.expects is Expects.NOTHING})


def _walk(walk: IvrWalk, *, asking: bool) -> Iterator[WalkLine]:
    """All lines of the walk, asking on the way; ends with the call or with the input."""
    yield from list(walk.lines)
    while walk.expects is not Expects.NOTHING:
        if asking:
            print(tr(ASKS[walk.expects], names=", ".join(walk.queue_lines()[1:])), end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        try:
            yield from walk.answer(line.strip())
        except WalkError:
            warn(_allowed(walk))


def _allowed(walk: IvrWalk) -> str:
    if walk.expects is Expects.KEYS:
        return tr("only keys of a telephone: 0-9, * and #")
    if walk.expects is Expects.QUEUE:
        return tr("only {names}, or Enter", names=", ".join(walk.queue_lines()[1:]))
    return tr("only a number of seconds, or Enter")


def _words(line: WalkLine, source: FlowSource) -> str:
    match line.kind:
        case LineKind.SAID:
            return tr("voice: {text}", text=safe(line.text))
        case LineKind.PRESSED:
            return tr("pressed: {keys}", keys=line.text) if line.text else tr("no key was pressed")
        case LineKind.QUEUED:
            return tr("waits in queue {name}", name=source.queues.get(line.name, line.name))
        case LineKind.QUEUE_LEFT:
            return tr("leaves the queue: {reason}", reason=line.name)
        case LineKind.ANSWERED:
            return tr("an agent answers")
        case LineKind.RECORDING:
            return tr("beep; the voice message is recorded")
        case LineKind.RECORDED:
            return tr("recorded: {seconds} s", seconds=line.text)
        case LineKind.CALLBACK_ASKED:
            return tr("presses the key for a call back")
        case LineKind.BOOKED:
            return tr("is called back at {number}", number=line.text)
        case LineKind.TALK_ENDED:
            return tr("the agent hangs up, the caller is still there")
        case LineKind.MARKED:
            return tr("gives the mark {mark}", mark=line.text)
        case LineKind.HUNG_UP:
            return tr("the call is ended")


def _source(context: typer.Context, file: Path | None) -> FlowSource:
    return flow_of_file(settings_of(context), file) if file else flow_of_engine(settings_of(context))
