"""Scripted walks: what a caller does and what must come of it, as site staff write it down.

flow = "flows/main.toml"    the flow that is walked (may be left out)

[[walk]]
name = "..."                and the world: as = "13900000000", open, agents, holiday, language, today
services = { balance = "owing" }                  how services answer that no step says anything of
steps = [ { presses = "1", hears = ["menu"] } ]   deeds and expectations, in the order in which they stand
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from engine.core.days import is_day
from engine.core.ivr.nodes import DTMF_KEYS
from engine.core.ivr.problems import nearest_name
from engine.core.ivr.script_problems import ScriptError, ScriptProblem, ScriptProblemCode
from engine.core.ivr.services import SERVICES
from engine.core.ivr.values import Plain, Values
from engine.core.ivr.walk_lines import ANSWERED, CALLBACK, NOT_CONNECTED, SURVEY
from engine.core.states import QueueExit

ANY = "*"  # among the prompts of `hears`: any number of them


class Deed(StrEnum):
    """What the caller, or whoever stands at the other end, does next."""

    PRESSES = "presses"
    SPEAKS = "speaks"  # seconds of a voice message
    QUEUE_ENDS = "queue_ends"
    TRANSFER_ENDS = "transfer_ends"


class Wish(StrEnum):
    """What must have come of the last deed."""

    HEARS = "hears"  # these prompts and no others, in this order
    TEXT = "text"  # these words are among what was said
    SPOKEN = "spoken"  # these values were said
    ASKS = "asks"  # this service is asked; may say how it answers
    WAITS_IN = "waits_in"  # queue
    RECORDS = "records"  # a voice message
    TRANSFERRED = "transferred"  # agent or number
    BOOKED = "booked"  # number to be called back
    MARKED = "marked"  # 1 to 5
    AT = "at"  # node
    KNOWS = "knows"  # values of the visit
    ENDS = "ends"  # the flow has hung up


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How a service answers: by the sample of `outcome` (empty: the good one), with some values replaced."""

    outcome: str = ""
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The service that must be asked, the arguments that matter, and how it answers; None: as elsewhere."""

    service: str
    arguments: Mapping[str, Plain]
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing of a step: `what` says of which type `value` is."""

    what: Deed | Wish
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One walk: the world in which it happens, and its steps."""

    name: str
    steps: tuple[tuple[Action, ...], ...]
    cli: str = "13800138000"
    open: bool = True
    agents: bool = True
    holiday: bool = False
    language: str = "zh"
    today: date = date(2026, 11, 20)
    replies: Mapping[str, Reply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scripts:
    """A file of walks; `flow` empty: whichever flow the site has."""

    flow: str
    walks: tuple[Script, ...]


def parse_scripts(raw: Mapping[str, Any]) -> Scripts:
    """Make walks of an already parsed file. Raises ScriptError with every problem found."""
    reader = _Reader()
    reader.keys(raw, ("flow", "walk"))
    flow = reader.checked(raw, "flow", "", _is_text)
    sections = raw.get("walk")
    walks: dict[str, Script] = {}
    if not isinstance(sections, list) or not sections:
        reader.problem(ScriptProblemCode.NO_WALKS)
        sections = []
    for number, section in enumerate(sections, 1):
        reader.walk, reader.step = f"walk {number}", 0
        script = reader.script(section if isinstance(section, Mapping) else {})
        if script.name in walks:
            reader.problem(ScriptProblemCode.TWICE)
        walks[script.name] = script
    if reader.problems:
        raise ScriptError(reader.problems)
    return Scripts(flow, tuple(walks.values()))


Check = tuple[Callable[[Any], bool], tuple[str, str]]


def _one_of(*names: str) -> Check:
    listed = ", ".join(names)
    return (lambda value: value in names and isinstance(value, str)), (
        f"其中之一:{listed}",
        f"one of {listed}",
    )


def _plain(value: Any) -> bool:
    return type(value) in (str, int)


def _is_value(value: Any) -> bool:
    """A plain value, or rows of them."""
    if isinstance(value, list):
        return all(isinstance(row, Mapping) and all(map(_plain, row.values())) for row in value)
    return _plain(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    )


_is_text: Check = (lambda value: isinstance(value, str)), ("文字,写在引号里", "text in quotes")
_is_texts_check: Check = _is_texts, ('一段文字或一列文字,如 ["a", "b"]', 'a text, or a list as ["a", "b"]')
_is_flag: Check = (lambda value: isinstance(value, bool)), ("true 或 false", "true or false")
_is_true: Check = (lambda value: value is True), ("true", "true")
_is_day: Check = (
    (lambda value: isinstance(value, str) and is_day(value)),
    ('日期,如 "2026-11-20"', 'a day as "2026-11-20"'),
)
_is_seconds: Check = (
    (lambda value: type(value) is int and 0 <= value < 10_000),
    ("秒数", "a number of seconds"),
)
_is_mark: Check = (lambda value: type(value) is int and 1 <= value <= 5), ("1 到 5", "1 to 5")
_is_keys: Check = (
    (lambda value: isinstance(value, str) and all(key in DTMF_KEYS for key in value)),
    ('电话按键,如 "1"、"1234#",不按键写 ""', 'keys of a telephone as "1" or "1234#"; "" presses none'),
)
_is_values: Check = (
    (lambda value: isinstance(value, Mapping) and all(map(_is_value, value.values()))),
    ("一组值,如 { balance = 12850 }", "values as { balance = 12850 }"),
)
_is_plain_values: Check = (
    (lambda value: isinstance(value, Mapping) and all(map(_plain, value.values()))),
    _is_values[1],
)
_is_reply: Check = (
    (lambda value: isinstance(value, str | Mapping)),
    (
        '结果的名称,或 { outcome = "...", values = {...} }',
        'an outcome, or { outcome = "...", values = {...} }',
    ),
)
_ACTIONS: Mapping[str, Check] = {
    Deed.PRESSES: _is_keys,
    Deed.SPEAKS: _is_seconds,
    Deed.QUEUE_ENDS: _one_of(ANSWERED, *QueueExit, CALLBACK, SURVEY),
    Deed.TRANSFER_ENDS: _one_of(ANSWERED, NOT_CONNECTED),
    Wish.HEARS: _is_texts_check,
    Wish.TEXT: _is_texts_check,
    Wish.SPOKEN: _is_plain_values,
    Wish.ASKS: _is_text,
    Wish.WAITS_IN: _is_text,
    Wish.RECORDS: _is_true,
    Wish.TRANSFERRED: _is_text,
    Wish.BOOKED: _is_text,
    Wish.MARKED: _is_mark,
    Wish.AT: _is_text,
    Wish.KNOWS: _is_plain_values,
    Wish.ENDS: _is_true,
}
_OF_ASKS = ("with", "outcome", "values")
_OF_WALKS = ("name", "as", "open", "agents", "holiday", "language", "today", "services", "steps")


class _Reader:
    """Reads walks; what is wrong is noted with its place, and a harmless value stands in."""

    def __init__(self) -> None:
        self.problems: list[ScriptProblem] = []
        self.walk = ""
        self.step = 0

    def problem(
        self,
        code: ScriptProblemCode,
        *,
        key: str = "",
        value: str = "",
        nearest: str = "",
        wanted: tuple[str, str] = ("", ""),
        known: Iterable[str] = (),
    ) -> None:
        self.problems.append(
            ScriptProblem(
                code=code,
                walk=self.walk,
                step=self.step,
                key=key,
                value=value,
                nearest=nearest,
                wanted=wanted,
                known=tuple(known),
            )
        )

    def keys(self, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in raw:
            if key not in known:
                self.problem(ScriptProblemCode.UNKNOWN_KEY, key=key, nearest=nearest_name(key, known))

    def checked(self, raw: Mapping[str, Any], key: str, default: Any, check: Check) -> Any:
        value = raw.get(key, default)
        if key not in raw or check[0](value):
            return value
        self.problem(ScriptProblemCode.WRONG_VALUE, key=key, wanted=check[1])
        return default

    def script(self, raw: Mapping[str, Any]) -> Script:
        name = self.checked(raw, "name", "", _is_text)
        if name:
            self.walk = name
        else:
            self.problem(ScriptProblemCode.NO_NAME)
        self.keys(raw, _OF_WALKS)
        services = self.checked(raw, "services", {}, _is_services)
        base = Script(name=self.walk, steps=())
        return Script(
            name=self.walk,
            cli=self.checked(raw, "as", base.cli, _is_text),
            open=self.checked(raw, "open", base.open, _is_flag),
            agents=self.checked(raw, "agents", base.agents, _is_flag),
            holiday=self.checked(raw, "holiday", base.holiday, _is_flag),
            language=self.checked(raw, "language", base.language, _one_of("zh", "en")),
            today=date.fromisoformat(self.checked(raw, "today", str(base.today), _is_day)),
            replies={service: self.reply(service, reply) for service, reply in services.items()},
            steps=self.steps(raw.get("steps")),
        )

    def steps(self, raw: Any) -> tuple[tuple[Action, ...], ...]:
        if not isinstance(raw, list) or not raw:
            self.problem(ScriptProblemCode.NO_STEPS)
            return ()
        read = []
        for self.step, step in enumerate(raw, 1):
            if isinstance(step, Mapping) and step:
                read.append(self.actions(step))
            else:
                self.problem(ScriptProblemCode.NOT_A_STEP)
        self.step = 0
        return tuple(read)

    def actions(self, step: Mapping[str, Any]) -> tuple[Action, ...]:
        self.keys(step, (*_ACTIONS, *_OF_ASKS) if Wish.ASKS in step else _ACTIONS)
        found = []
        for key, check in ((key, _ACTIONS[key]) for key in step if key in _ACTIONS):
            value = self.checked(step, key, None, check)
            if key == Wish.ASKS and value is not None:
                value = self.question(value, step)
            found.append(Action(Deed(key) if key in list(Deed) else Wish(key), value))
        return tuple(found)

    def question(self, service: str, step: Mapping[str, Any]) -> Question:
        told = {key: step[key] for key in ("outcome", "values") if key in step}
        reply = self.reply(service, told)
        arguments = self.checked(step, "with", {}, _is_plain_values)
        return Question(service=service, arguments=arguments, reply=reply if told else None)

    def reply(self, service: str, raw: Any) -> Reply:
        if service not in SERVICES:
            near = nearest_name(service, SERVICES)
            self.problem(ScriptProblemCode.UNKNOWN_SERVICE, value=service, nearest=near, known=SERVICES)
            return Reply()
        if isinstance(raw, str):
            raw = {"outcome": raw}
        self.keys(raw, ("outcome", "values"))
        outcome = self.checked(raw, "outcome", "", _is_text)
        known = SERVICES[service].outcomes
        if outcome and outcome not in known:
            near = nearest_name(outcome, known)
            self.problem(
                ScriptProblemCode.UNKNOWN_OUTCOME, key=service, value=outcome, nearest=near, known=known
            )
        values = self.checked(raw, "values", {}, _is_values)
        rows = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return Reply(outcome=outcome, values=rows)


_is_services: Check = (
    (lambda value: isinstance(value, Mapping) and all(_is_reply[0](reply) for reply in value.values())),
    ('一组结果,如 { balance = "owing" }', 'outcomes as { balance = "owing" }'),
)
