"""Every prompt has both languages, and every prompt that a flow plays exists."""

import tomllib
from pathlib import Path

import pytest

from engine.core.voice.catalogue import parse_catalogue
from tests.docs.documents import ROOT

TEXT = (ROOT / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8")
CATALOGUE = parse_catalogue(TEXT, "prompts.toml")


SPOKEN = [prompt.prompt_id for prompt in CATALOGUE.values() if not prompt.tone_hz]


@pytest.mark.parametrize("prompt_id", SPOKEN)
def test_a_prompt_has_both_languages(prompt_id: str) -> None:
    for language in ("zh", "en"):
        assert CATALOGUE[prompt_id].text(language, site_name="某某广电").strip()


@pytest.mark.parametrize("path", sorted((ROOT / "flows").glob("*.toml")), ids=lambda path: path.name)
def test_a_flow_plays_only_prompts_that_exist(path: Path) -> None:
    flow = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, node in flow["nodes"].items():
        played = [*node.get("prompts", ()), *(node[k] for k in ("wrong_key", "no_input") if k in node)]
        assert set(played) <= CATALOGUE.keys(), name


def test_the_dialplan_plays_only_prompts_that_exist() -> None:
    template = ROOT / "engine" / "adapters" / "asterisk" / "templates" / "extensions.conf.j2"
    said = {
        line.split("s,1(")[1].split(")")[0]
        for line in template.read_text().splitlines()
        if "Gosub(say" in line
    }
    assert said
    assert said <= CATALOGUE.keys()
