"""Reads a flow: from the plain values of its file to a `Flow`, or to a list of all that is wrong with it.

start = "greeting"          the first node
on_error = "to_agent"       for callers who got lost (may be left out)

[nodes.greeting]
kind = "play"
prompts = ["greeting"]
next = "main_menu"
title = "问候"              agents may send customers here, and find it by this name (may be left out)
title_en = "Greeting"
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.core.ivr.nodes import (
    ANSWERS,
    DTMF_KEYS,
    BranchNode,
    BranchOn,
    CallbackNode,
    Flow,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
    SurveyNode,
    Title,
    exits_of,
)
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode, nearest_name
from engine.core.states import QueueExit

__all__ = ["Flow", "FlowError", "parse_flow"]

# Agents find queues and the survey under their own names.
_FOUND_OTHERWISE = ("queue", "survey")
_NAME = re.compile(r"[\w-]{1,40}")


def parse_flow(raw: Mapping[str, Any]) -> Flow:
    """Make a flow of an already parsed file. Raises FlowError with every problem found."""
    problems: list[FlowProblem] = []
    top = _Section("", raw, problems)
    start, on_error = top.target("start"), top.text("on_error", default="")
    max_nodes = top.number("max_nodes", 10, 1_000, default=100)
    nodes, titles = _read_nodes(top.table("nodes", ProblemCode.NO_NODES), problems)
    top.refuse_the_rest()
    named = [("", "start", start), ("", "on_error", on_error)]
    named += [(node_id, way.key, way.target) for node_id, node in nodes.items() for way in exits_of(node)]
    known = top.table("nodes", None)  # names of broken nodes exist too: one mistake, one problem
    for node_id, key, target in named:
        if target and target not in known:
            near = nearest_name(target, known)
            problems.append(
                FlowProblem(
                    code=ProblemCode.UNKNOWN_TARGET, node=node_id, key=key, value=target, nearest=near
                )
            )
    if problems:
        raise FlowError(problems)
    return Flow(start=start, nodes=nodes, titles=titles, on_error=on_error, max_nodes=max_nodes)


def _read_nodes(
    raw: Mapping[str, Any], problems: list[FlowProblem]
) -> tuple[dict[str, Node], dict[str, Title]]:
    nodes: dict[str, Node] = {}
    titles: dict[str, Title] = {}
    for node_id, keys in raw.items():
        if not _NAME.fullmatch(node_id):
            problems.append(FlowProblem(code=ProblemCode.BAD_NAME, node=node_id))
        if not isinstance(keys, Mapping):
            problems.append(FlowProblem(code=ProblemCode.NOT_A_TABLE, node=node_id))
            continue
        section = _Section(node_id, keys, problems)
        kind = section.text("kind")
        read = _READERS.get(kind)
        if read is not None:
            nodes[node_id] = read(section)
            if kind not in _FOUND_OTHERWISE and (title := _read_title(section)):
                titles[node_id] = title
            section.refuse_the_rest()
        elif kind:
            section.problem(
                ProblemCode.UNKNOWN_KIND, "kind", value=kind, nearest=nearest_name(kind, _READERS)
            )
    return nodes, titles


class _Section:
    """One section of the file, read key by key. What is wrong is noted, and a harmless value stands in."""

    def __init__(self, node_id: str, raw: Mapping[str, Any], problems: list[FlowProblem]) -> None:
        self._node_id = node_id
        self._raw = raw
        self._problems = problems
        self._known: set[str] = set()

    def problem(self, code: ProblemCode, key: str, *, value: str = "", nearest: str = "") -> None:
        self._problems.append(
            FlowProblem(code=code, node=self._node_id, key=key, value=value, nearest=nearest)
        )

    def text(
        self, key: str, *, default: str | None = None, missing: ProblemCode = ProblemCode.MISSING_KEY
    ) -> str:
        self._known.add(key)
        value = self._raw.get(key, default)
        if value is None or (value == "" and default is None):
            self.problem(missing, key)
        elif not isinstance(value, str):
            self.problem(ProblemCode.NOT_TEXT, key)
        else:
            return value
        return ""

    def target(self, key: str, missing: ProblemCode = ProblemCode.DEAD_END) -> str:
        return self.text(key, missing=missing)

    def prompts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        self._known.add(key)
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(prompt, str) and prompt for prompt in value):
            self.problem(ProblemCode.NOT_A_LIST, key)
            return ()
        if needed and not value:
            self.problem(ProblemCode.MISSING_KEY, key)
        return tuple(value)

    def number(self, key: str, low: int, high: int, *, default: int) -> int:
        self._known.add(key)
        value = self._raw.get(key, default)
        if type(value) is int and low <= value <= high:
            return value
        self.problem(ProblemCode.NOT_A_NUMBER, key, value=f"{low}-{high}")
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        self._known.add(key)
        value = self._raw.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem(ProblemCode.NOT_YES_OR_NO, key)
        return default

    def table(self, key: str, empty: ProblemCode | None) -> Mapping[str, Any]:
        """A section below this one; `empty` is the problem that its absence is, None to pass over it."""
        self._known.add(key)
        value = self._raw.get(key)
        if isinstance(value, Mapping) and value:
            return value
        if empty is not None:
            self.problem(empty, key)
        return {}

    def refuse_the_rest(self) -> None:
        """Note every key that nobody has asked for: most are slips of the pen."""
        for key in self._raw:
            if key not in self._known:
                self.problem(ProblemCode.UNKNOWN_KEY, key, nearest=nearest_name(key, self._known))


def _read_title(section: _Section) -> Title | None:
    zh, en = section.text("title", default=""), section.text("title_en", default="")
    if en and not zh:
        section.problem(ProblemCode.MISSING_KEY, "title")
    return Title(zh=zh, en=en) if zh else None


def _read_play(section: _Section) -> PlayNode:
    return PlayNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        barge_in=section.flag("barge_in", default=True),
    )


def _read_menu(section: _Section) -> MenuNode:
    return MenuNode(
        prompts=section.prompts("prompts"),
        keys=_read_keys(section),
        exhausted=section.target("exhausted", ProblemCode.NO_TIME_OUT_PATH),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=3),
        barge_in=section.flag("barge_in", default=True),
        wrong_key=section.text("wrong_key", default=""),
        no_input=section.text("no_input", default=""),
    )


def _read_keys(section: _Section) -> dict[str, str]:
    keys: dict[str, str] = {}
    for key, target in section.table("keys", ProblemCode.NO_KEYS).items():
        if len(key) != 1 or key not in DTMF_KEYS:
            section.problem(ProblemCode.BAD_DIGIT, "keys", value=key)
        elif not isinstance(target, str):
            section.problem(ProblemCode.NOT_TEXT, f"keys.{key}")
        elif not target:
            section.problem(ProblemCode.DEAD_END, f"keys.{key}")
        else:
            keys[key] = target
    return keys


def _read_branch(section: _Section) -> BranchNode:
    question = section.text("on")
    if question in list(BranchOn):
        on = BranchOn(question)
        return BranchNode(on=on, targets={answer: section.target(answer) for answer in ANSWERS[on]})
    if question:
        near = nearest_name(question, BranchOn)
        section.problem(ProblemCode.UNKNOWN_QUESTION, "on", value=question, nearest=near)
    for answer in (answer for answers in ANSWERS.values() for answer in answers):
        section.text(answer, default="")
    return BranchNode(on=BranchOn.HOURS, targets={})


def _read_queue(section: _Section) -> QueueNode:
    key = section.text("callback_key", default="1")
    if len(key) != 1 or key not in DTMF_KEYS:
        section.problem(ProblemCode.BAD_DIGIT, "callback_key", value=key)
    return QueueNode(
        queue=section.text("queue"),
        exits={exit_: section.target(f"on_{exit_}") for exit_ in QueueExit},
        callback=section.text("callback", default=""),
        callback_key=key,
    )


def _read_message(section: _Section) -> MessageNode:
    return MessageNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        exhausted=section.target("exhausted"),
        too_short=section.text("too_short", default=""),
        tries=section.number("tries", 1, 9, default=2),
        max_seconds=section.number("max_seconds", 5, 3_600, default=180),
        silence_seconds=section.number("silence_seconds", 1, 60, default=5),
        min_ms=section.number("min_seconds", 1, 60, default=2) * 1_000,
    )


def _read_callback(section: _Section) -> CallbackNode:
    said = CallbackNode(next="")
    return CallbackNode(
        next=section.target("next"),
        cancelled=section.text("cancelled", default=""),
        prompts=section.prompts("prompts", needed=False),
        queue=section.text("queue", default=""),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=6),
        number_is=section.text("number_is", default=said.number_is),
        confirm=section.text("confirm", default=said.confirm),
        enter_number=section.text("enter_number", default=said.enter_number),
        wrong_key=section.text("wrong_key", default=said.wrong_key),
        refused=section.text("refused", default=said.refused),
        booked=section.text("booked", default=said.booked),
        already=section.text("already", default=said.already),
    )


def _read_survey(section: _Section) -> SurveyNode:
    return SurveyNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=2),
        wrong_key=section.text("wrong_key", default=""),
        no_input=section.text("no_input", default=""),
        thanks=section.text("thanks", default=""),
    )


def _read_hang_up(section: _Section) -> HangUpNode:
    return HangUpNode(prompts=section.prompts("prompts", needed=False))


_READERS: Mapping[str, Callable[[_Section], Node]] = {
    "play": _read_play,
    "menu": _read_menu,
    "branch": _read_branch,
    "queue": _read_queue,
    "message": _read_message,
    "callback": _read_callback,
    "survey": _read_survey,
    "hangup": _read_hang_up,
}
