"""Reads a flow: from the plain values of its file to a `Flow`, or to a list of all that is wrong with it.

start = "greeting"          the first node
on_error = "to_agent"       for callers who got lost (may be left out)
operator = "to_agent"       for callers who press 0 where it means nothing else (may be left out)

[nodes.greeting]
kind = "play"
prompts = ["greeting"]
next = "main_menu"
title = "问候"              agents may send customers here, and find it by this name (may be left out)
title_en = "Greeting"
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.core.ivr.exits import exits_of
from engine.core.ivr.nodes import Flow, Node, Title
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode, nearest_name
from engine.core.ivr.readers import READERS
from engine.core.ivr.section import Section
from engine.core.ivr.service_readers import SERVICE_READERS

__all__ = ["Flow", "FlowError", "parse_flow"]

# Agents find queues and the survey under their own names.
_FOUND_OTHERWISE = ("queue", "survey")
_NAME = re.compile(r"[\w-]{1,40}")
_ALL_READERS = {**READERS, **SERVICE_READERS}


def parse_flow(raw: Mapping[str, Any], prompt_values: Mapping[str, frozenset[str]] | None = None) -> Flow:
    """Make a flow of an already parsed file; of several after `bundle.merge_files`.

    `prompt_values` are the values that each prompt says. Raises FlowError with every problem found.
    """
    problems: list[FlowProblem] = []
    top = Section("", raw, problems)
    start, on_error = top.target("start"), top.text("on_error", default="")
    operator = top.text("operator", default="")
    max_nodes = top.number("max_nodes", 10, 1_000, default=100)
    nodes, titles = _read_nodes(top.table("nodes", ProblemCode.NO_NODES), problems)
    top.refuse_the_rest()
    named = [("", "start", start), ("", "on_error", on_error), ("", "operator", operator)]
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
    return Flow(
        start=start,
        nodes=nodes,
        titles=titles,
        on_error=on_error,
        operator=operator,
        prompt_values=prompt_values or {},
        max_nodes=max_nodes,
    )


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
        section = Section(node_id, keys, problems)
        kind = section.text("kind")
        read = _ALL_READERS.get(kind)
        if read is not None:
            nodes[node_id] = read(section)
            if kind not in _FOUND_OTHERWISE and (title := _read_title(section)):
                titles[node_id] = title
            section.refuse_the_rest()
        elif kind:
            section.problem(
                ProblemCode.UNKNOWN_KIND, "kind", value=kind, nearest=nearest_name(kind, _ALL_READERS)
            )
    return nodes, titles


def _read_title(section: Section) -> Title | None:
    zh, en = section.text("title", default=""), section.text("title_en", default="")
    if en and not zh:
        section.problem(ProblemCode.MISSING_KEY, "title")
    return Title(zh=zh, en=en) if zh else None
