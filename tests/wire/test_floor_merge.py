"""Merging floors: a console that merges changes sees what the engine has, in whatever portions they come."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.core.states import CallState
from engine.core.views import AgentView, CallView, FloorView
from engine.wire.floor_merge import merge_floor
from tests.support import world


def agent(staff_number: str, since: int) -> AgentView:
    return replace(world.AGENTS[0], staff_number=staff_number, state_since=since)


def call(call_id: str, since: int) -> CallView:
    return CallView(
        call_id=call_id,
        line_id="line1",
        did="96335",
        cli="13893812345",
        customer_name="张华山",
        state=CallState.QUEUED,
        state_since=since,
        accepted_at=1,
        offered_at=2,
        answered_at=0,
        queue_id="fault",
        position=1,
        staff_number="",
        ivr_path=(),
    )


EMPTY = FloorView(whole=True, queues=world.QUEUES, lines=world.LINES, switch=world.SWITCH)


def test_a_change_replaces_adds_and_takes_away() -> None:
    old = replace(EMPTY, agents=(agent("1", 1), agent("2", 1)), calls=(call("a", 1),))
    change = FloorView(
        whole=False, agents=(agent("2", 9), agent("3", 9)), gone_calls=("a",), gone_agents=("1",)
    )
    new = merge_floor(old, change)
    assert [(view.staff_number, view.state_since) for view in new.agents] == [("2", 9), ("3", 9)]
    assert new.calls == ()
    assert (new.whole, new.gone_agents, new.gone_calls) == (True, (), ())
    assert (new.queues, new.lines, new.switch) == (world.QUEUES, world.LINES, world.SWITCH)


def test_two_changes_make_one_that_still_takes_away() -> None:
    first = FloorView(whole=False, calls=(call("a", 1),), gone_agents=("1",))
    second = FloorView(whole=False, gone_calls=("a",), agents=(agent("1", 5),), engine_started_at=7)
    both = merge_floor(first, second)
    assert both == FloorView(
        whole=False, agents=(agent("1", 5),), gone_calls=("a",), gone_agents=(), engine_started_at=7
    )


def test_a_whole_view_replaces_everything() -> None:
    whole = replace(EMPTY, agents=(agent("7", 1),))
    assert merge_floor(replace(EMPTY, calls=(call("a", 1),)), whole) is whole
    assert merge_floor(FloorView(whole=False, gone_calls=("a",)), whole) is whole


def test_queues_and_the_switch_change_one_by_one_and_lines_all_at_once() -> None:
    queue = replace(world.QUEUES[2], waiting=3)
    line = replace(world.LINES[1], busy=1)
    switch = replace(world.SWITCH, up=False)
    change = FloorView(whole=False, queues=(queue,), lines=(line,), switch=switch)
    new = merge_floor(EMPTY, change)
    assert new.queues == (*world.QUEUES[:2], queue, world.QUEUES[3])
    assert new.lines == (line,)
    assert new.switch == switch


def test_a_queue_that_is_taken_out_of_the_configuration_is_gone() -> None:
    gone = world.QUEUES[0].queue_id
    change = FloorView(whole=False, gone_queues=(gone,))
    assert merge_floor(EMPTY, change).queues == world.QUEUES[1:]
    assert merge_floor(FloorView(whole=False, queues=world.QUEUES[:1]), change) == change
    back = FloorView(whole=False, queues=world.QUEUES[:1])
    assert merge_floor(change, back) == back


NAMES = st.sampled_from("abcd")
STEPS = st.lists(
    st.tuples(st.sampled_from(["agent", "call", "agent gone", "call gone"]), NAMES, st.integers(1, 9)),
    max_size=25,
)


@given(STEPS, st.lists(st.booleans(), max_size=25))
def test_portions_do_not_matter(steps: list[tuple[str, str, int]], sent: list[bool]) -> None:
    """Changes joined before sending, and changes sent one by one, lead to the same floor."""
    agents: dict[str, AgentView] = {}
    calls: dict[str, CallView] = {}
    screen = EMPTY
    unsent: FloorView | None = None
    for index, (what, name, since) in enumerate(steps):
        change = change_of(what, name, since)
        if what == "agent":
            agents[name] = agent(name, since)
        elif what == "call":
            calls[name] = call(name, since)
        else:
            (agents if what == "agent gone" else calls).pop(name, None)
        unsent = merge_floor(unsent, change) if unsent else change
        if index < len(sent) and sent[index]:
            screen, unsent = merge_floor(screen, unsent), None
    if unsent:
        screen = merge_floor(screen, unsent)
    assert {view.staff_number: view for view in screen.agents} == agents
    assert {view.call_id: view for view in screen.calls} == calls
    assert not screen.gone_agents
    assert not screen.gone_calls


def change_of(what: str, name: str, since: int) -> FloorView:
    match what:
        case "agent":
            return FloorView(whole=False, agents=(agent(name, since),))
        case "call":
            return FloorView(whole=False, calls=(call(name, since),))
        case "agent gone":
            return FloorView(whole=False, gone_agents=(name,))
        case _:
            return FloorView(whole=False, gone_calls=(name,))
