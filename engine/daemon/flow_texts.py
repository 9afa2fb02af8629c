"""Flow files on the disk, and what becomes of their texts."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.core.ivr.bundle import included_files, read_bundle
from engine.core.ivr.check import check_flow
from engine.core.ivr.flow import Flow, parse_flow
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode, Severity
from engine.core.voice.catalogue import Catalogue

Texts = Mapping[str, str]
"""The texts of one flow by file name, the main file first."""


def read_texts(path: Path) -> dict[str, str]:
    """The main file and those that it includes; one that is missing is told by `flow_of`.

    Raises OSError or FlowError.
    """
    texts = {path.name: _read(path)}
    for name in included_files(texts[path.name]):
        file = path.parent / name
        if name not in texts and file.is_file():
            texts[name] = _read(file)
    return texts


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FlowError([FlowProblem(code=ProblemCode.NOT_UTF8, key=path.name)]) from None


def flow_of(texts: Texts, queues: Iterable[str], catalogue: Catalogue) -> Flow:
    """The flow that texts say; one that names what is not there is refused before a caller meets it.

    Raises FlowError.
    """
    said = dict.fromkeys(catalogue, frozenset[str]()) | catalogue.values_of()
    flow = parse_flow(read_bundle(texts), said)
    problems = check_flow(flow, set(queues), set(catalogue))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise FlowError(errors)
    return flow
