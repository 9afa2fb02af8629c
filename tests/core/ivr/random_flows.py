"""Flows of all kinds, sensible and not, for tests that must hold for every flow."""

from typing import Any

from hypothesis import strategies as st

from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import DTMF_KEYS, Flow
from engine.core.states import QueueExit

NODE_NAMES = ("a", "b", "c", "d", "e")


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow over a handful of nodes that lead to each other at random."""
    target = st.sampled_from(NODE_NAMES)
    flag, tries = st.booleans(), st.integers(1, 3)
    said = st.just(["prompt"])
    play = {"kind": st.just("play"), "prompts": said, "next": target, "barge_in": flag}
    menu = {
        "kind": st.just("menu"),
        "prompts": said,
        "barge_in": flag,
        "tries": tries,
        "exhausted": target,
        "keys": st.dictionaries(st.sampled_from(DTMF_KEYS), target, min_size=1, max_size=4),
        "wrong_key": st.sampled_from(["", "wrong"]),
    }
    hours = {"kind": st.just("branch"), "on": st.just("hours"), "open": target, "closed": target}
    agents = {"kind": st.just("branch"), "on": st.just("agents"), "present": target, "none": target}
    queue = {"kind": st.just("queue"), "queue": st.just("general")} | {f"on_{e}": target for e in QueueExit}
    message = {
        "kind": st.just("message"),
        "prompts": said,
        "tries": tries,
        "next": target,
        "exhausted": target,
    }
    callback = {
        "kind": st.just("callback"),
        "prompts": st.sampled_from([[], ["intro"]]),
        "tries": tries,
        "next": target,
        "cancelled": st.one_of(target, st.just("")),
    }
    survey = {
        "kind": st.just("survey"),
        "prompts": said,
        "tries": tries,
        "next": target,
        "thanks": st.sampled_from(["", "thanks"]),
    }
    hang_up = {"kind": st.just("hangup"), "prompts": st.sampled_from([[], ["bye"]])}
    queue["callback"] = st.one_of(target, st.just(""))
    kinds = (play, menu, hours, agents, queue, message, callback, survey, hang_up)
    node = st.one_of([st.fixed_dictionaries(kind) for kind in kinds])
    raw: dict[str, Any] = {
        "start": draw(target),
        "nodes": draw(st.fixed_dictionaries(dict.fromkeys(NODE_NAMES, node))),
        "max_nodes": draw(st.integers(10, 20)),
    }
    if draw(flag):
        raw["on_error"] = draw(target)
    return parse_flow(raw)
