"""`fourseat ivr try`: walk through the voice menu in the terminal, as a caller would."""

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated

import typer

from engine.core.ivr.actions import Ask
from engine.core.ivr.nodes import IvrFacts
from engine.core.ivr.problems import nearest_name
from engine.core.ivr.services import CUSTOMER, IDENTIFIED, SERVICES
from engine.core.ivr.values import Values, is_secret
from engine.core.ivr.walk import A_DAY, IvrWalk, sample
from engine.core.ivr.walk_lines import Expects, LineKind, WalkError, WalkLine
from engine.wire.ivr import IvrAnswer, IvrAskParams
from tui.cli.errors import UsageProblem
from tui.cli.ivr_sound import Sounds
from tui.cli.ivr_source import FlowFile, source_of
from tui.cli.ivr_words import line_words
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json, warn
from tui.cli.session import Engine, Settings, visit
from tui.words import mark, tr

A_NUMBER = "13800138000"
ASKS = {
    Expects.KEYS: mark("keys (Enter: none)> "),
    Expects.QUEUE: mark("Enter: an agent answers; or {names}> "),
    Expects.MESSAGE: mark("seconds of voice message (Enter: silence)> "),
    Expects.SERVICE: mark("Enter: {first}; or {names}> "),
    Expects.TRANSFER: mark("Enter: somebody answers; or failed> "),
}


def try_flow(
    context: typer.Context,
    file: FlowFile = None,
    number: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NUMBER",
            help=mark("Call from this number; empty: withheld. With an engine, its services answer."),
        ),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome", metavar="SERVICE=OUTCOME", help=mark("How a service answers; may be repeated.")
        ),
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help=mark("Call outside the opening hours."))] = False,
    no_agents: Annotated[
        bool, typer.Option("--no-agents", help=mark("Call while nobody is logged in."))
    ] = False,
    holiday: Annotated[bool, typer.Option("--holiday", help=mark("Call on a public holiday."))] = False,
    language: Annotated[
        str, typer.Option("--language", metavar="zh|en", help=mark("The language in which the call begins."))
    ] = "",
    sound: Annotated[
        bool, typer.Option("--sound", help=mark("Play what is said, if this machine can."))
    ] = False,
    as_json: Json = False,
) -> None:
    settings = settings_of(context)
    chosen = chosen_outcomes(outcome or [])
    source = source_of(settings, file)
    if language not in ("", "zh", "en"):
        raise UsageProblem(
            tr("there is no language {name}", name=repr(language)), tr("write --language zh or --language en")
        )
    facts = IvrFacts(
        open=not closed,
        agents_present=not no_agents,
        holiday=holiday,
        cli=A_NUMBER if number is None else number,
        language=language or source.language,
    )
    engine = settings if number is not None and file is None else None
    day = A_DAY if engine is None else date.today()  # the samples lie around a day of their own
    walk = IvrWalk(source.flow(), facts, source.texts, today=day)
    asking = sys.stdin.isatty() and not as_json
    sounds = Sounds(settings) if sound and not as_json else None
    for line in _walk(walk, _Answers(walk, chosen, engine), asking=asking):
        if not as_json and not (asking and line.kind is LineKind.PRESSED and line.text):
            print(line_words(line, source.queues))
        if sounds is not None and line.kind is LineKind.SAID:
            sounds.play(line.name, walk.language)
    if as_json:
        print_json({"lines": walk.lines, "path": walk.position.path, "over": walk.expects is Expects.NOTHING})


def chosen_outcomes(written: list[str]) -> dict[str, str]:
    """What `--outcome` says, by service. Raises UsageProblem."""
    chosen = {}
    for text in written:
        service, _, outcome = text.partition("=")
        known = SERVICES.get(service)
        if known is None:
            near = nearest_name(service, SERVICES)
            raise UsageProblem(
                tr("there is no service {name}", name=repr(service)),
                tr("did you mean {name}?", name=near) if near else ", ".join(SERVICES),
            )
        if outcome not in known.outcomes:
            raise UsageProblem(
                tr("{service} has no outcome {name}", service=service, name=repr(outcome)),
                tr("use one of: {names}", names=", ".join(known.outcomes)),
            )
        chosen[service] = outcome
    return chosen


class _Answers:
    """Who answers for the services: what was chosen, the engine, or the samples."""

    def __init__(self, walk: IvrWalk, chosen: Mapping[str, str], engine: Settings | None) -> None:
        self._walk = walk
        self._chosen = chosen
        self._engine = engine

    def answer(self, line: Callable[[], str]) -> tuple[WalkLine, ...]:
        """Answer what is asked now; `line` gives the line that says how, where nothing else does."""
        asked = self._walk.action
        assert isinstance(asked, Ask)
        outcome = self._chosen.get(asked.service)
        if outcome is not None:
            return self._walk.answer_service(outcome, sample(asked.service, outcome))
        if self._engine is not None:
            answer = self._of_engine(self._engine, asked)
            return self._walk.answer_service(answer.outcome, values_of(answer))
        return self._walk.answer(line())

    def _of_engine(self, settings: Settings, asked: Ask) -> IvrAnswer:
        values = self._walk.position.values
        customer = values.get(CUSTOMER, 0)
        secrets = {
            name: self._walk.secrets[str(value)]
            for name, value in asked.arguments.items()
            if is_secret(str(value))
        }
        params = IvrAskParams(
            service=asked.service,
            arguments=dict(asked.arguments),
            secrets=secrets,
            cli=self._walk.facts.cli,
            customer_id=customer if isinstance(customer, int) else 0,
            identified=str(values.get(IDENTIFIED, "")),
            language=self._walk.language,
        )

        async def work(engine: Engine) -> IvrAnswer:
            answer: IvrAnswer = await engine.ask("ivr.ask", params)
            return answer

        answer = visit(settings, work)
        if answer.sample:
            warn(tr("{service} changes something: not carried out, a sample answers", service=asked.service))
        return answer


def values_of(answer: IvrAnswer) -> Values:
    """The values of an answer that came through the socket."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in answer.values.items()}


def _walk(walk: IvrWalk, answers: _Answers, *, asking: bool) -> Iterator[WalkLine]:
    """All lines of the walk, asking on the way; ends with the call or with the input."""
    yield from list(walk.lines)
    while walk.expects is not Expects.NOTHING:
        try:
            if walk.expects is Expects.SERVICE:
                yield from answers.answer(lambda: _line(walk, asking=asking) if asking else "")
            else:
                yield from walk.answer(_line(walk, asking=asking))
        except WalkError:
            warn(_allowed(walk))
        except EOFError:
            return


def _line(walk: IvrWalk, *, asking: bool) -> str:
    """The next line of the input. Raises EOFError at its end."""
    if asking:
        names = _names(walk)
        words = tr(ASKS[walk.expects], first=names[:1] and names[0], names=", ".join(names[1:]))
        print(words, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _names(walk: IvrWalk) -> tuple[str, ...]:
    """What may be given here by name, what Enter stands for first."""
    if walk.expects is Expects.QUEUE:
        return walk.queue_lines()
    return walk.outcomes() if walk.expects is Expects.SERVICE else ()


def _allowed(walk: IvrWalk) -> str:
    match walk.expects:
        case Expects.KEYS:
            return tr("only keys of a telephone: 0-9, * and #")
        case Expects.QUEUE | Expects.SERVICE:
            return tr("only {names}, or Enter", names=", ".join(_names(walk)[1:]))
        case Expects.TRANSFER:
            return tr("only answered, failed, or Enter")
        case _:
            return tr("only a number of seconds, or Enter")
