"""Which cases a command is about."""

from typing import Annotated

import msgspec
import typer

from engine.core.cases import KINDS, CaseKind, CaseState
from engine.wire.cases import CasesParams
from tui.cli.case_words import CASE_STATES, code_of
from tui.cli.session import Engine
from tui.cli.times import since_millis, until_millis
from tui.words import mark, tr

OfState = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help=mark("Only in this state: new, dispatched, done or cancelled; may be given again."),
    ),
]
OfKind = Annotated[
    str,
    typer.Option(
        "--kind", metavar="KIND", help=mark("Only of this kind: fault, complaint, suggestion or report.")
    ),
]


def between(wanted: CasesParams, since: str, until: str, engine: Engine) -> CasesParams:
    now, zone = engine.hello.now, engine.zone
    return msgspec.structs.replace(
        wanted, since=since_millis(since, now, zone), until=until_millis(until, now, zone)
    )


def states_of(given: list[str] | None) -> tuple[CaseState, ...]:
    return tuple(state_of(text) for text in given or [])


def state_of(text: str) -> CaseState:
    words = {state: (word,) for state, word in CASE_STATES.items()}
    return code_of(text, words, tr("there is no state {name}", name=text))


def kind_of(text: str) -> CaseKind | None:
    if not text:
        return None
    words = {kind: (both.zh, both.en) for kind, both in KINDS.items()}
    return code_of(text, words, tr("there is no kind {name}", name=text))
