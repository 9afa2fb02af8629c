"""The files of one flow: the main file, and those that it includes from its own folder.

include = ["account.toml", "faults.toml"]

An included file has nothing but [nodes.*]. A bundle is the text of each file by name, the main one first.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode

_FILE_NAME = re.compile(r"\w[\w-]*(\.[\w-]+)*\.toml")


def included_files(main_text: str) -> tuple[str, ...]:
    """Which files have to be read beside the main one; none where its text or the names are no good."""
    try:
        raw = tomllib.loads(main_text)
    except tomllib.TOMLDecodeError:
        return ()
    names = raw.get("include")
    return tuple(name for name in names if _is_file_name(name)) if isinstance(names, list) else ()


def read_bundle(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of the whole flow, for `parse_flow`. Raises FlowError."""
    files: dict[str, Mapping[str, Any]] = {}
    problems: list[FlowProblem] = []
    for name, text in texts.items():
        try:
            files[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            problems.append(FlowProblem(code=ProblemCode.BAD_FILE, key=name, value=str(error)))
    if problems:
        raise FlowError(problems)
    return merge_files(files)


def merge_files(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One flow of already parsed files by name, the main one first. Raises FlowError."""
    main, *_ = files
    merged = dict(files[main])
    names = merged.pop("include", [])
    problems: list[FlowProblem] = []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.append(FlowProblem(code=ProblemCode.NOT_A_LIST, key="include"))
        names = []
    nodes = dict(_nodes_of(files[main]))
    origin = dict.fromkeys(nodes, main)
    for name in dict.fromkeys(names):
        if not _is_file_name(name) or name == main:
            problems.append(FlowProblem(code=ProblemCode.BAD_FILE_NAME, value=name))
        elif name not in files:
            problems.append(FlowProblem(code=ProblemCode.MISSING_FILE, value=name))
        else:
            problems += _refuse_the_rest(name, files[name])
            for node_id, node in _nodes_of(files[name]).items():
                if node_id in nodes:
                    both = f"{origin[node_id]}, {name}"
                    problems.append(FlowProblem(code=ProblemCode.NODE_TWICE, node=node_id, value=both))
                nodes[node_id], origin[node_id] = node, name
    if problems:
        raise FlowError(problems)
    return merged | {"nodes": nodes} if names else merged


def _is_file_name(name: object) -> bool:
    return isinstance(name, str) and _FILE_NAME.fullmatch(name) is not None


def _nodes_of(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    nodes = raw.get("nodes")
    return nodes if isinstance(nodes, Mapping) else {}


def _refuse_the_rest(name: str, raw: Mapping[str, Any]) -> list[FlowProblem]:
    codes = {key: ProblemCode.UNKNOWN_KEY for key in raw if key != "nodes"}
    if not isinstance(raw.get("nodes", {}), Mapping):
        codes["nodes"] = ProblemCode.NOT_A_TABLE
    return [FlowProblem(code=code, key=f"{name}: {key}") for key, code in codes.items()]
