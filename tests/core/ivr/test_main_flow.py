"""What callers may rely on in the shipped menu: few choices, all told, few levels, a person anywhere."""

import re
import tomllib

import pytest
from calling import SHIPPED, shipped_texts

from engine.core.ivr.bundle import read_bundle
from engine.core.ivr.check import check_flow
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import MenuNode
from engine.core.ivr.services import SERVICES
from engine.core.ivr.ways import way_to_human, ways_to_services
from engine.core.voice.catalogue import parse_catalogue

PROMPTS = parse_catalogue(
    (SHIPPED.parent / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8"), "prompts.toml"
)
VALUES = {prompt.prompt_id: frozenset(slot.name for slot in prompt.slots) for prompt in PROMPTS.values()}
CONFIG = tomllib.loads((SHIPPED.parent / "config.toml").read_text(encoding="utf-8"))
FLOW = parse_flow(read_bundle(shipped_texts()), VALUES)
MENUS = {name: node for name, node in FLOW.nodes.items() if isinstance(node, MenuNode)}
# Takes the keys of the main menu from callers who know it, and tells its own one only.
PASSED_BY = "outage_choice"
# A question of yes or no, or what is left when there is no person.
TELLS_NO_ZERO = {PASSED_BY, "order_confirm", "cancel_confirm", "cancel_asked", "nobody_there"}
# 0 a person, * back or again, 9 the other language
FOR_ALL = {"0", "*", "9"}
UNANNOUNCED = {"main_menu": {"8"}}  # for technicians


def words(node: MenuNode, language: str) -> str:
    return " ".join(PROMPTS[prompt].text(language, site_name="") for prompt in node.prompts)


def test_the_linter_finds_nothing() -> None:
    assert check_flow(FLOW, [queue["id"] for queue in CONFIG["queues"]], VALUES) == []


def test_every_service_but_the_fax_can_be_reached() -> None:
    assert set(ways_to_services(FLOW, {})) == set(SERVICES) - {"send_fax"}


def test_a_person_is_one_key_away_from_the_greeting() -> None:
    way = way_to_human(FLOW, dict.fromkeys(PROMPTS, 1.0))
    assert way is not None
    assert way.fewest_keys <= 1


@pytest.mark.parametrize("name", sorted(MENUS))
def test_a_menu_has_five_choices_at_most(name: str) -> None:
    assert len(set(MENUS[name].keys) - FOR_ALL - UNANNOUNCED.get(name, set())) <= 5 or name == PASSED_BY


@pytest.mark.parametrize("name", sorted(set(MENUS) - {PASSED_BY}))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_menu_tells_is_what_it_takes(name: str, language: str) -> None:
    node = MENUS[name]
    text = words(node, language).replace("press nine", "press 9")
    told = set(re.findall(r"(?:请按|press )([0-9])", text))
    told |= {"*"} & set(re.sub("星号|star", "*", text))
    wanted = set(node.keys) | {"0"}
    unspoken = {"*"} if node is MENUS["main_menu"] else set()
    unspoken |= UNANNOUNCED.get(name, set())
    unspoken |= {"*", "0"} if name in TELLS_NO_ZERO else set()
    assert told <= wanted
    assert wanted - unspoken <= told


def test_there_are_three_levels_of_menus_at_most() -> None:
    level = {"main_menu": 1}
    waiting = ["main_menu"]
    while waiting:
        name = waiting.pop(0)
        for target in MENUS[name].keys.values():
            if target in MENUS and target not in level:
                level[target] = level[name] + 1
                waiting.append(target)
    assert max(level.values()) <= 3


def test_no_prompt_of_a_menu_takes_long() -> None:
    """Five syllables a second: who waits for the last choice has heard a quarter of a minute."""
    for name, node in MENUS.items():
        spoken = re.sub(r"[^\u4e00-\u9fff0-9]", "", words(node, "zh"))
        assert len(spoken) <= 90, name
