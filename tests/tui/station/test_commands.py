"""The station's part of the registry of commands."""

import pytest
from rich.cells import cell_len

from engine.core.tickets.states import Deed
from tests.support.initials import initials_of
from tests.tui.test_commands import NOT_DELIVERED
from tui.commands import MAX_HINTS
from tui.station.commands import STATION_COMMANDS, StationSituation, expected, station_hints
from tui.tickets.keys import MOVES, TRACES
from tui.words import tr, use_language

DEEDS = [command for command in STATION_COMMANDS if command.id.startswith("deed.")]
SITUATIONS = {
    "nothing": StationSituation(),
    "dispatched": StationSituation(number="1", deeds=(Deed.ACCEPT, Deed.SEND_BACK, Deed.SUSPEND)),
    "accepted": StationSituation(number="1", deeds=(Deed.ARRIVE, Deed.RETURN), panel="order"),
    "suspended": StationSituation(number="1", deeds=(Deed.RESUME,)),
    "lost": StationSituation(number="1", deeds=(Deed.ACCEPT,), connected=False),
}


def test_ids_and_keys_are_used_once_and_delivered() -> None:
    ids = [command.id for command in STATION_COMMANDS]
    keys = [key for command in STATION_COMMANDS for key in (command.key, command.list_key) if key]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & NOT_DELIVERED


def test_a_deed_has_the_letter_that_it_has_in_every_console() -> None:
    letters = {f"deed.{deed}": letter for deed, letter in (*MOVES, *TRACES)}
    own = {command.id: command.key for command in DEEDS if command.id in letters}
    assert own == {deed: letters[deed] for deed in own}
    other = {command.key for command in STATION_COMMANDS if command.id not in letters}
    assert not other & {letters[deed] for deed in own}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", list(SITUATIONS))
def test_at_most_eight_hints_that_fit_into_eighty_cells(language: str, name: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    now = SITUATIONS[name]
    hints = station_hints(now)
    assert len(hints) <= MAX_HINTS
    assert sum(cell_len(f" {one.short_key} {one.word(now)}") for one in hints) + 1 <= 80


def test_what_comes_next_stands_in_front() -> None:
    wanted = {"dispatched": "deed.accept", "accepted": "deed.arrive", "suspended": "deed.suspend"}
    assert {name: expected(now) for name, now in SITUATIONS.items() if expected(now)} == wanted
    assert station_hints(SITUATIONS["suspended"])[0].word(SITUATIONS["suspended"]) == tr("Go on")


def test_the_initials_are_those_of_the_chinese_words() -> None:
    use_language("zh")
    for command in (*DEEDS, *(one for one in STATION_COMMANDS if one.id.startswith("order."))):
        words = {command.verb, *(one.word(now) for one in (command,) for now in SITUATIONS.values())}
        known = {initials_of(tr(word)) for word in words}
        assert set(command.initials) <= known, (command.id, command.initials, known)


def test_what_makes_no_sense_says_why() -> None:
    use_language("zh")
    accept = next(command for command in DEEDS if command.id == "deed.accept")
    reasons = {name: accept.disabled_reason(now) for name, now in SITUATIONS.items()}
    assert reasons["dispatched"] is None
    assert reasons["nothing"] == "光标处没有工单"
    assert "接单" in str(reasons["accepted"])
    assert reasons["lost"] == "与引擎断开"
