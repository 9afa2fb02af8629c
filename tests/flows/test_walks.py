"""Every walk of the files beside this one, through the flow that it names: see README.md."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from engine.core.ivr.script import Script, parse_scripts
from engine.core.ivr.script_run import run_script
from tui.cli.ivr_source import FlowSource, flow_of_file
from tui.cli.ivr_words import failure_words, line_words
from tui.cli.session import Settings

ROOT = Path(__file__).parents[2]
FILES = sorted(Path(__file__).parent.glob("*.toml"))
WALKS = [
    pytest.param(scripts.flow, walk, id=f"{path.stem}: {walk.name}")
    for path in FILES
    for scripts in [parse_scripts(tomllib.loads(path.read_text(encoding="utf-8")))]
    for walk in scripts.walks
]


@cache
def source_of(flow: str) -> FlowSource:
    settings = Settings(socket="", config=str(ROOT / "config.toml"), staff="", lang="zh")
    return flow_of_file(settings, ROOT / (flow or "flows/main.toml"))


@pytest.mark.parametrize(("flow", "walk"), WALKS)
def test_walk(flow: str, walk: Script) -> None:
    source = source_of(flow)
    outcome = run_script(walk, source.flow(), source.texts)
    if outcome.failure is not None:
        heard = [line_words(line, source.queues) for line in outcome.failure.lines]
        pytest.fail("\n".join([failure_words(outcome.failure), *heard]), pytrace=False)
