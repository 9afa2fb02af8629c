"""Flows of all kinds, sensible and not, for tests that must hold for every flow."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import DTMF_KEYS, Flow
from engine.core.ivr.services import SERVICES
from engine.core.states import QueueExit

NODE_NAMES = ("a", "b", "c", "d", "e", "f")
VALUE_NAMES = ("card", "language", "bills", "packages", "nothing", "vip", "name", "identified")
ASKED = ("recognise", "recharge", "bills", "packages", "cancel_package", "report_fault", "balance")

Kind = Mapping[str, st.SearchStrategy[Any]]

_TARGET = st.sampled_from(NODE_NAMES)
_FLAG, _TRIES = st.booleans(), st.integers(1, 3)
_SAID = st.just(["prompt"])


def _word(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *words])


def _plain_kinds(keys: str) -> dict[str, Kind]:
    """What there is without self-service; menus have some of `keys`."""
    return {
        "play": {"prompts": _SAID, "next": _TARGET, "barge_in": _FLAG},
        "menu": {
            "prompts": _SAID,
            "barge_in": _FLAG,
            "tries": _TRIES,
            "exhausted": _TARGET,
            "keys": st.dictionaries(st.sampled_from(keys), _TARGET, min_size=1, max_size=4),
            "wrong_key": _word("wrong"),
        },
        "queue": {"queue": st.just("other"), "callback": _word(*NODE_NAMES)}
        | {f"on_{exit_}": _TARGET for exit_ in QueueExit},
        "message": {
            "prompts": _SAID,
            "tries": _TRIES,
            "next": _TARGET,
            "exhausted": _TARGET,
            "store": _word("recording"),
        },
        "hangup": {"prompts": st.sampled_from([[], ["bye"]])},
    }


def _branches() -> list[Kind]:
    answers = {
        "hours": "open closed",
        "agents": "present none",
        "holiday": "holiday workday",
        "language": "zh en",
    }
    return [
        {"kind": st.just("branch"), "on": st.just(question)} | dict.fromkeys(words.split(), _TARGET)
        for question, words in answers.items()
    ]


_KINDS_WITH_A_ZERO: dict[str, Kind] = {
    "callback": {
        "prompts": st.sampled_from([[], ["intro"]]),
        "tries": _TRIES,
        "next": _TARGET,
        "cancelled": _word(*NODE_NAMES),
    },
    "survey": {"prompts": _SAID, "tries": _TRIES, "next": _TARGET, "thanks": _word("thanks")},
}


@st.composite
def _services(draw: st.DrawFn) -> dict[str, Any]:
    """A service whose arguments are there or not, with a way for each outcome."""
    name = draw(st.sampled_from(ASKED))
    service = SERVICES[name]
    given = st.sampled_from(["literal", 7, *(f"{{{value}}}" for value in VALUE_NAMES)])
    return {
        "kind": "service",
        "service": name,
        "with": {argument: draw(given) for argument in (*service.arguments, *service.optional)},
        "outcomes": {outcome: draw(_TARGET) for outcome in service.outcomes},
    }


@st.composite
def _entries(draw: st.DrawFn) -> dict[str, Any]:
    shortest = draw(st.integers(1, 4))
    secret = draw(_FLAG)
    return {
        "kind": "entry",
        "prompts": ["prompt"],
        "store": draw(st.sampled_from(["card", "vip"])),
        "shortest": shortest,
        "longest": draw(st.integers(shortest, 6)),
        "terminator": draw(st.sampled_from("#*")),
        "tries": draw(_TRIES),
        "secret": secret,
        "confirm": "" if secret else draw(_word("confirm")),
        "wrong": draw(_word("wrong")),
        "next": draw(_TARGET),
        "exhausted": draw(_TARGET),
    }


_OWN_BUSINESS: dict[str, Kind] = {
    "list": {
        "prompts": _SAID,
        "items": st.sampled_from(["bills", "packages", "nothing", "name"]),
        "next": _TARGET,
        "chosen": _word(*NODE_NAMES),
        "hint": _word("hint"),
    },
    "switch": {
        "on": st.sampled_from(VALUE_NAMES),
        "cases": st.dictionaries(st.sampled_from(["yes", "no", "en", "7"]), _TARGET, min_size=1, max_size=3),
        "otherwise": _TARGET,
    },
    "set": {
        "values": st.sampled_from([{"language": "en"}, {"language": "zh", "vip": "yes"}, {"bills": 7}]),
        "next": _TARGET,
    },
    "call": {"node": _TARGET, "next": _TARGET},
    "return": {},
    "transfer": {"number": st.sampled_from(["110", "{card}", "{name}"]), "failed": _TARGET},
}


def _of(kinds: Mapping[str, Kind]) -> list[st.SearchStrategy[dict[str, Any]]]:
    return [st.fixed_dictionaries({"kind": st.just(kind), **keys}) for kind, keys in kinds.items()]


PERSON = {"kind": "queue", "queue": "general"} | {f"on_{exit_}": "a" for exit_ in QueueExit}


@st.composite
def flows(draw: st.DrawFn, *, zero_is_free: bool = False, self_service: bool = True) -> Flow:
    """A flow over a handful of nodes that lead to each other at random.

    With `zero_is_free` 0 means nothing but the operator, who is a queue.
    """
    kinds = _plain_kinds(DTMF_KEYS[1:] if zero_is_free else DTMF_KEYS)
    if self_service:
        kinds = kinds | _OWN_BUSINESS
    if not zero_is_free:
        kinds = kinds | _KINDS_WITH_A_ZERO
    branches = st.one_of([st.fixed_dictionaries(branch) for branch in _branches()])
    # each kind but once or twice, so that small flows have many of them
    own = [_services(), _services(), _entries(), _entries()] if self_service else []
    nodes = draw(st.permutations([*_of(kinds), branches, *own]))
    raw: dict[str, Any] = {
        "start": draw(_TARGET),
        "nodes": {name: draw(node) for name, node in zip(NODE_NAMES, nodes, strict=False)}
        | {"person": PERSON},
        "max_nodes": draw(st.integers(10, 40)),
        "on_error": draw(_word(*NODE_NAMES)),
        "operator": "person" if zero_is_free else draw(_word("person", *NODE_NAMES)),
    }
    if zero_is_free:
        for queue in (node for node in raw["nodes"].values() if node["kind"] == "queue"):
            queue["callback"] = ""
    return parse_flow(raw)
