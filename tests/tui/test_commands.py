"""The registry of commands: keys, hints, palette and help come from it."""

import unicodedata
from dataclasses import replace

import pytest
from rich.cells import cell_len

from engine.core.states import AgentState, AgentStatus, SpyMode
from engine.core.views import SpyView
from tests.support import stage_phone, world
from tests.support.initials import initials_of
from tests.support.stage_floor import StageFloor
from tui.agent.actions import PERFORMERS
from tui.commands import (
    AGENT_COMMANDS,
    MAX_HINTS,
    agent_hints,
    by_id,
    expected_command,
    matching,
)
from tui.floor_commands import SUPERVISOR_COMMANDS
from tui.floor_hints import expected_on_floor, floor_hints
from tui.floor_situation import FloorSituation
from tui.situation import Situation
from tui.supervisor import actions as supervisor_actions
from tui.words import tr, use_language

SAFE_KEYS = {"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "escape", "slash"}
NOT_DELIVERED = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "f10", "f11"}


@pytest.fixture(autouse=True)
def _chinese() -> None:
    use_language("zh")


def situations() -> dict[str, Situation]:
    """The states in which the hint bar is seen."""
    floor = StageFloor(lambda staff_number, views: None, "auto")
    desk = floor.take_seat("8001", "seat1")
    found = {"break": Situation(view=desk), "nobody": Situation()}
    floor.ready()
    found["idle"] = Situation(view=floor.desks["8001"])
    found["search"] = Situation(view=floor.desks["8001"], panel="search", found=True)
    floor.present_call()
    found["ringing"] = Situation(view=floor.desks["8001"])
    floor.answer()
    found["talking"] = Situation(view=floor.desks["8001"], unsaved=True)
    floor.hold()
    found["holding"] = Situation(view=floor.desks["8001"])
    found["transfer"] = Situation(view=floor.desks["8001"], panel="transfer")
    stage_phone.consult(floor, "欧阳静怡", "8002")
    found["calling a third"] = Situation(view=floor.desks["8001"])
    stage_phone.party_answers(floor)
    floor.change_agent("8001", muted=True, hand_since=floor.now)
    found["consulting"] = Situation(view=floor.desks["8001"])
    floor.change_agent("8001", state=AgentState.CONFERENCE)
    found["conference"] = Situation(view=floor.desks["8001"])
    stage_phone.drop_party(floor)
    floor.hang_up()
    found["wrap-up"] = Situation(view=floor.desks["8001"])
    for panel in ("dial", "tasks", "chat"):
        found[panel] = Situation(view=desk, panel=panel)
    stage_phone.dial(floor, "09318881234")
    found["dialling"] = Situation(view=floor.desks["8001"])
    found["lost"] = Situation(view=floor.desks["8001"], connected=False)
    return found


@pytest.mark.parametrize("commands", [AGENT_COMMANDS, SUPERVISOR_COMMANDS])
def test_ids_and_keys_are_used_once(commands: tuple) -> None:
    ids = [command.id for command in commands]
    keys = [key for command in commands for key in (command.key, command.also) if key]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)


def test_agents_keys_are_delivered_by_terminals_and_leave_letters_to_text() -> None:
    keys = {key for command in AGENT_COMMANDS for key in (command.key, command.also) if key}
    assert not keys & NOT_DELIVERED
    assert all(key in SAFE_KEYS or key.startswith("ctrl+") for key in keys)


def test_every_agent_command_is_performed_by_something() -> None:
    by_the_console_itself = {"palette.open", "help.show"}
    assert set(PERFORMERS) | by_the_console_itself == {command.id for command in AGENT_COMMANDS}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", list(situations()))
def test_at_most_eight_hints_that_fit_into_eighty_cells(language: str, name: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    now = situations()[name]
    hints = agent_hints(now)
    assert len(hints) <= MAX_HINTS
    cells = sum(cell_len(hint.short_key) + cell_len(hint.word(now)) + 2 for hint in hints)
    assert cells + 1 <= 80  # the expected one has a space more


def floor_situations() -> dict[str, FloorSituation]:
    """What the cursor can be on, and what the supervisor can be doing."""
    floor = StageFloor(lambda staff_number, views: None, "auto")
    own = floor.take_seat("9001", "seat3")
    floor.take_seat("8001", "seat1")
    agent = floor.agents["8001"]
    waiting = floor.calls[floor.queue_call()]
    base = FloorSituation(view=own, staff_number="9001", queues=4)
    spy = SpyView(staff_number="9001", agent="8001", call_id="c-1", mode=SpyMode.LISTEN, since=world.NOW)
    floor.present_call(staff_number="9001")
    ringing = floor.desks["9001"]
    return {
        "nothing": base,
        "no seat": FloorSituation(staff_number="9001"),
        "agent": replace(base, agent=agent),
        "oneself": replace(base, agent=own.agent),
        "waiting": replace(base, call=waiting, waiting=1),
        "listening": replace(base, agent=agent, spy=spy),
        "hand": replace(base, agent=agent, hands=1),
        "screen": replace(base, agent=agent, panel="screen", spy=spy),
        "own call": replace(base, view=ringing),
        "lost": replace(base, connected=False),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", list(floor_situations()))
def test_supervisor_hints_fit(language: str, name: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    now = floor_situations()[name]
    hints = floor_hints(now)
    assert len(hints) <= MAX_HINTS
    cells = sum(cell_len(hint.short_key) + cell_len(hint.word(now)) + 2 for hint in hints)
    assert cells + 1 <= 80


def test_every_supervisor_command_is_performed_by_something() -> None:
    by_the_console_itself = {"palette.open", "help.show", "session.quit"}
    known = set(supervisor_actions.PERFORMERS) | by_the_console_itself
    assert known == {command.id for command in SUPERVISOR_COMMANDS}


def test_what_a_supervisor_cannot_undo_is_dangerous() -> None:
    dangerous = {command.id for command in SUPERVISOR_COMMANDS if command.dangerous}
    assert dangerous == {"talk.take_over", "call.release", "agent.log_out"}


@pytest.mark.parametrize("name", list(floor_situations()))
def test_a_supervisors_command_that_makes_no_sense_says_why_in_chinese(name: str) -> None:
    now = floor_situations()[name]
    for command in SUPERVISOR_COMMANDS:
        reason = command.disabled_reason(now)
        if reason is not None:
            assert any(unicodedata.east_asian_width(character) == "W" for character in reason)


def test_a_raised_hand_and_a_ringing_phone_are_expected_to_be_answered() -> None:
    found = floor_situations()
    assert expected_on_floor(found["hand"]) == "hand.answer"
    assert expected_on_floor(found["own call"]) == "call.answer"
    assert expected_on_floor(found["nothing"]) == expected_on_floor(found["lost"]) == ""
    assert floor_hints(found["hand"])[0].id == "hand.answer"


def test_nothing_is_done_to_oneself_by_force() -> None:
    now = floor_situations()["oneself"]
    for command_id in ("talk.listen", "agent.log_out", "agent.break", "agent.screen", "agent.dial"):
        assert by_id(SUPERVISOR_COMMANDS, command_id).disabled_reason(now) == "光标在您自己这一行"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("break", "status.change"),
        ("idle", ""),
        ("ringing", "call.answer"),
        ("holding", "call.answer"),
        ("wrap-up", "form.disposition"),
        ("calling a third", "call.hang_up"),
        ("consulting", "call.transfer"),
        ("conference", ""),
        ("transfer", "panel.take"),
        ("dial", "panel.take"),
        ("dialling", ""),
        ("talking", ""),
        ("lost", ""),
    ],
)
def test_the_expected_key_stands_in_front(name: str, expected: str) -> None:
    now = situations()[name]
    assert expected_command(now) == expected
    if expected:
        assert agent_hints(now)[0].id == expected


@pytest.mark.parametrize("name", list(situations()))
def test_a_command_that_makes_no_sense_says_why_in_chinese(name: str) -> None:
    now = situations()[name]
    for command in AGENT_COMMANDS:
        reason = command.disabled_reason(now)
        if reason is not None:
            assert any(unicodedata.east_asian_width(character) == "W" for character in reason)


def test_without_the_engine_no_call_key_works() -> None:
    lost = situations()["lost"]
    for command_id in (
        "status.change",
        "call.answer",
        "call.hold",
        "call.hang_up",
        "form.finish",
        "call.dial",
    ):
        assert by_id(AGENT_COMMANDS, command_id).disabled_reason(lost)
    assert by_id(AGENT_COMMANDS, "session.quit").disabled_reason(lost) is None


def test_words_follow_the_state() -> None:
    found = situations()
    words = {name: [command.word(now) for command in agent_hints(now)] for name, now in found.items()}
    assert "就绪" in words["break"]
    assert "小休" in words["idle"]
    assert "拒接" in words["ringing"]
    assert "挂断" in words["talking"]
    assert "取回" in words["holding"]
    assert "返回" in words["search"]


@pytest.mark.parametrize(
    ("text", "command_id"),
    [
        ("jt", "call.answer"),
        ("gd", "call.hang_up"),
        ("接听", "call.answer"),
        ("hang", "call.hang_up"),
        ("cz", "customer.search"),
        ("F9", "form.disposition"),
        ("zj", "call.transfer"),
        ("zx", "call.third"),
        ("sf", "call.third"),
        ("wb", "call.dial"),
        ("js", "hand.raise"),
        ("jy", "call.mute"),
        ("dhh", "task.open"),
    ],
)
def test_the_palette_finds_by_chinese_english_and_initials(text: str, command_id: str) -> None:
    assert matching(AGENT_COMMANDS, text)[0].id == command_id


def test_initials_are_those_of_the_chinese_words() -> None:
    now = situations()
    for command in (*AGENT_COMMANDS, *SUPERVISOR_COMMANDS):
        words = {tr(command.verb), tr(command.noun), *(command.word(one) for one in now.values())}
        words |= {part for word in words for part in word.replace("与", "或").split("或")}
        known = {initials_of(word) for word in words}
        assert set(command.initials) <= known, (command.id, command.initials, known)


def test_a_break_in_a_call_is_still_a_call() -> None:
    view = situations()["talking"].view
    assert view is not None
    assert view.agent.status is AgentStatus.READY
    assert view.agent.state is AgentState.TALKING
    assert view.agent.state_since == world.NOW
