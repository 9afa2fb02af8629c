"""The check of a flow: what it finds, and what a clean bill means for callers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from calling import Caller, flow_of, main_flow
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flows import flows

from engine.core.ivr.check import check_flow, check_raw
from engine.core.ivr.exits import exits_of
from engine.core.ivr.interpreter import HangUp, IvrPosition, TakeMessage, begin, message_taken, played
from engine.core.ivr.nodes import (
    Flow,
    HangUpNode,
    IvrFacts,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
    SurveyNode,
)
from engine.core.ivr.problems import FlowProblem, ProblemCode, Severity
from engine.core.ivr.tree import TreeRow, describe
from engine.core.ivr.ways import Reach, Way, way_to_human, ways_of
from engine.core.states import QueueExit

PROMPTS = {"technical_error", "hello", "menu", "wrong", "silence", "speak", "bye"}

PLAIN = """
start = "hello"
operator = "agent"
nodes.hello = { kind = "play", prompts = ["hello"], next = "menu" }
nodes.bye = { kind = "hangup", prompts = ["bye"] }
[nodes.menu]
kind = "menu"
prompts = ["menu"]
wrong_key = "wrong"
no_input = "silence"
keys = { 1 = "agent", 2 = "speak" }
exhausted = "agent"
[nodes.speak]
kind = "message"
prompts = ["speak"]
next = "bye"
exhausted = "bye"
[nodes.agent]
kind = "queue"
queue = "general"
on_timeout = "menu"
on_full = "speak"
on_no_agents = "speak"
on_closed = "bye"
"""


def problems(*changes: tuple[str, str], more: str = "") -> list[FlowProblem]:
    """What the check says of the plain flow with some words changed."""
    text = PLAIN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return check_flow(flow_of(text + more), {"general"}, PROMPTS)


def codes(found: list[FlowProblem]) -> list[tuple[ProblemCode, str, str]]:
    return [(problem.code, problem.node, problem.key) for problem in found]


def test_a_good_flow_has_no_problems() -> None:
    assert problems() == []


def test_unknown_queues_and_prompts_name_the_nearest() -> None:
    found = problems(('queue = "general"', 'queue = "generel"'), ('["bye"]', '["good", "bey"]'))
    assert [(p.code, p.node, p.value, p.nearest) for p in found] == [
        (ProblemCode.UNKNOWN_PROMPT, "bye", "good", ""),
        (ProblemCode.UNKNOWN_PROMPT, "bye", "bey", "bye"),
        (ProblemCode.UNKNOWN_QUEUE, "agent", "generel", "general"),
    ]


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("wrong_key", 'wrong_key = "wrong"', 'wrong_key = "x"'),
        ("no_input", 'no_input = "silence"', 'no_input = "x"'),
    ],
)
def test_the_small_prompts_are_checked_too(key: str, old: str, new: str) -> None:
    assert codes(problems((old, new))) == [(ProblemCode.UNKNOWN_PROMPT, "menu", key)]


def test_the_words_of_regret_must_exist() -> None:
    found = check_flow(flow_of(PLAIN), {"general"}, PROMPTS - {"technical_error"})
    assert [(p.code, p.node, p.value) for p in found] == [(ProblemCode.UNKNOWN_PROMPT, "", "technical_error")]


def test_menus_that_say_nothing_after_a_mistake_are_warned_of() -> None:
    found = problems(('wrong_key = "wrong"\n', ""), ('no_input = "silence"\n', ""))
    assert codes(found) == [
        (ProblemCode.NO_WRONG_KEY_PROMPT, "menu", "wrong_key"),
        (ProblemCode.NO_INPUT_PROMPT, "menu", "no_input"),
    ]


def test_a_menu_that_asks_once_needs_no_such_words() -> None:
    assert problems(('wrong_key = "wrong"\n', "tries = 1\n"), ('no_input = "silence"\n', "")) == []


def test_nodes_that_nobody_reaches_are_warned_of() -> None:
    found = problems(more='[nodes.lonely]\nkind = "hangup"')
    assert codes(found) == [(ProblemCode.UNREACHABLE, "lonely", "")]


def test_the_node_for_lost_callers_counts_as_reached() -> None:
    lonely = '[nodes.lonely]\nkind = "hangup"'
    assert problems(('start = "hello"', 'start = "hello"\non_error = "lonely"'), more=lonely) == []


def test_callers_caught_in_a_circle_are_found() -> None:
    trap = """
        [nodes.trap]
        kind = "play"
        prompts = ["hello"]
        next = "trap2"
        [nodes.trap2]
        kind = "play"
        prompts = ["hello"]
        next = "trap"
    """
    found = problems(('2 = "speak"', '2 = "trap"'), more=trap)
    assert codes(found) == [
        (ProblemCode.LOOP_WITHOUT_EXIT, "trap", ""),
        (ProblemCode.LOOP_WITHOUT_EXIT, "trap2", ""),
    ]


def test_silent_callers_who_go_round_are_found() -> None:
    found = problems(('exhausted = "agent"', 'exhausted = "hello"'))
    assert codes(found) == [(ProblemCode.SILENT_LOOP, "menu", "exhausted")]


def test_a_queue_that_sends_back_at_once_is_a_silent_circle() -> None:
    found = problems(('on_no_agents = "speak"', 'on_no_agents = "menu"'))
    assert [(p.code, p.severity) for p in found] == [(ProblemCode.SILENT_LOOP, Severity.ERROR)]


def test_going_back_after_a_long_wait_is_allowed() -> None:
    assert problems(('on_timeout = "menu"', 'on_timeout = "agent"')) == []


def test_a_flow_without_a_human_is_warned_of() -> None:
    found = problems(
        ('1 = "agent", ', ""), ('exhausted = "agent"', 'exhausted = "speak"'), ('operator = "agent"\n', "")
    )
    assert codes(found) == [
        (ProblemCode.UNREACHABLE, "agent", ""),
        (ProblemCode.NO_HUMAN, "", ""),
        (ProblemCode.NO_OPERATOR, "", ""),
    ]


def test_errors_come_before_warnings() -> None:
    found = problems(
        ('wrong_key = "wrong"\n', ""),
        ('exhausted = "agent"', 'exhausted = "hello"'),
        more='[nodes.lonely]\nkind = "hangup"',
    )
    assert [problem.severity for problem in found] == [Severity.ERROR, Severity.WARNING, Severity.WARNING]


def test_a_file_that_cannot_be_read_is_checked_as_far_as_it_goes() -> None:
    assert codes(check_raw({"start": "a", "nodes": {"a": {}}}, [], [])) == [
        (ProblemCode.MISSING_KEY, "a", "kind")
    ]
    hang_up = {"start": "a", "nodes": {"a": {"kind": "hangup"}}}
    assert codes(check_raw(hang_up, [], PROMPTS)) == [(ProblemCode.NO_HUMAN, "", "")]


def test_the_tree_has_every_node_once_in_full() -> None:
    rows = describe(flow_of('on_error = "speak"' + PLAIN))
    assert rows[0] == TreeRow(
        depth=0, key="start", node="hello", kind="play", prompts=("hello",), queue="", again=False
    )
    drawn = [f"{'  ' * row.depth}{row.key}: {row.node}{' ^' if row.again else ''}" for row in rows]
    assert drawn == [
        "start: hello",
        "  next: menu",
        "    keys.1: agent",
        "      on_timeout: menu ^",
        "      on_full: speak",
        "        next: bye",
        "        exhausted: bye ^",
        "      on_no_agents: speak ^",
        "      on_closed: bye ^",
        "    keys.2: speak ^",
        "    exhausted: agent ^",
        "on_error: speak ^",
        "operator: agent ^",
    ]
    assert {row.queue for row in rows if row.node == "agent"} == {"general"}


def test_agents_send_callers_to_nodes_with_a_title() -> None:
    flow = flow_of(
        f'{PLAIN}\n[nodes.tariff]\nkind = "play"\nprompts = ["hello"]\nnext = "bye"\ntitle = "资费"'
    )
    assert check_flow(flow, ["general"], PROMPTS) == []
    assert [row.node for row in describe(flow) if row.key == "title"] == ["tariff"]
    lonely = replace(flow, titles={})
    assert codes(check_flow(lonely, ["general"], PROMPTS)) == [(ProblemCode.UNREACHABLE, "tariff", "")]


LENGTHS = {"hello": 3.0, "menu": 10.0, "silence": 2.0, "speak": 4.0}


def test_the_longest_way_to_a_human_is_that_of_the_silent_caller() -> None:
    flow = flow_of(PLAIN)
    assert way_to_human(flow, LENGTHS) == Reach(
        most_keys=2, fewest_keys=0, longest_seconds=3 + 3 * (10 + 5) + 2 * 2, shortest_seconds=0
    )


def test_a_message_may_stand_before_a_human() -> None:
    flow = flow_of("""
        start = "speak"
        nodes.none = { kind = "hangup" }
        nodes.hours = { kind = "branch", on = "hours", open = "agent", closed = "none" }
        [nodes.speak]
        kind = "message"
        prompts = ["speak"]
        max_seconds = 60
        silence_seconds = 40
        too_short = "short"
        next = "none"
        exhausted = "hours"
        [nodes.agent]
        kind = "queue"
        queue = "general"
        on_timeout = "none"
        on_full = "none"
        on_no_agents = "none"
        on_closed = "none"
    """)
    seconds = 2 * (4 + 40) + 1.5
    assert way_to_human(flow, LENGTHS | {"short": 1.5}) == Reach(
        most_keys=0, fewest_keys=0, longest_seconds=seconds, shortest_seconds=seconds
    )


def test_without_a_human_there_is_no_way() -> None:
    assert way_to_human(flow_of('start = "a"\nnodes.a = { kind = "hangup" }'), {}) is None


def test_a_very_long_flow_is_checked_too() -> None:
    chain: dict[str, Node] = {f"n{i}": PlayNode(prompts=("hello",), next=f"n{i + 1}") for i in range(2_000)}
    flow = Flow(start="n0", nodes=chain | {"n2000": QueueNode(queue="general", exits={})})
    assert check_flow(flow, {"general"}, PROMPTS) == []
    assert len(describe(flow)) == 2_001
    way = way_to_human(flow, LENGTHS)
    assert way is not None
    assert way.longest_seconds == 6_000


LEVELS = 5


@st.composite
def flows_without_circles(draw: st.DrawFn) -> Flow:
    """Nodes in levels, each leading to a deeper one."""
    nodes: dict[str, Node] = {}
    for level in range(LEVELS):
        deeper = st.integers(level + 1, LEVELS).map(str)
        prompts = (draw(st.sampled_from(sorted(LENGTHS))),)
        keys = draw(st.dictionaries(st.sampled_from("123"), deeper, min_size=1))
        nodes[str(level)] = draw(
            st.sampled_from(
                [
                    PlayNode(prompts=prompts, next=draw(deeper)),
                    MenuNode(prompts=prompts, keys=keys, exhausted=draw(deeper), no_input="silence"),
                    MessageNode(prompts=prompts, next=draw(deeper), exhausted=draw(deeper), max_seconds=9),
                    HangUpNode(prompts=prompts),
                ]
            )
        )
    nodes[str(LEVELS)] = QueueNode(queue="general", exits={})
    return Flow(start="0", nodes=nodes)


def ways_to_a_queue(flow: Flow, node_id: str) -> Iterator[tuple[Way, ...]]:
    """Every way, one by one: slow, and plainly right."""
    if isinstance(flow.nodes[node_id], QueueNode):
        yield ()
    for way in ways_of(flow, node_id, LENGTHS):
        for rest in ways_to_a_queue(flow, way.target):
            yield (way, *rest)


@settings(deadline=None)
@given(flows_without_circles())
def test_no_way_to_a_human_is_longer_than_the_check_says(flow: Flow) -> None:
    ways = list(ways_to_a_queue(flow, flow.start))
    found = way_to_human(flow, LENGTHS)
    if found is None:
        assert ways == []
    else:
        assert found.most_keys == max(sum(way.keys for way in ways) for ways in ways)
        assert found.longest_seconds == pytest.approx(max(sum(w.seconds for w in ways) for ways in ways))
        assert found.fewest_keys == min(sum(way.fewest_keys for way in ways) for ways in ways)
        assert found.shortest_seconds == pytest.approx(
            min(sum(w.fewest_seconds for w in ways) for ways in ways)
        )


@settings(deadline=None)
@given(flows(self_service=False), st.booleans(), st.booleans())
def test_a_silent_caller_is_never_lost_in_a_flow_without_errors(
    flow: Flow, is_open: bool, agents: bool
) -> None:
    errors = {p.code for p in check_flow(flow, {"general"}, {"prompt", "wrong", "bye", "technical_error"})}
    if errors & {ProblemCode.SILENT_LOOP, ProblemCode.LOOP_WITHOUT_EXIT}:
        return
    call = Caller(flow, is_open=is_open, agents=agents)
    while call.walk.action != HangUp() and not isinstance(flow.nodes[call.walk.position.node], QueueNode):
        call.waits()
    assert not call.walk.position.lost


@settings(deadline=None)
@given(flows())
def test_any_flow_can_be_checked_and_drawn(flow: Flow) -> None:
    found = check_flow(flow, [], [])
    rows = describe(flow)
    drawn = [row.node for row in rows if not row.again]
    assert len(drawn) == len(set(drawn))
    unreachable = {p.node for p in found if p.code is ProblemCode.UNREACHABLE}
    assert set(drawn) == set(flow.nodes) - unreachable
    roots = 3 + sum(isinstance(node, SurveyNode) for node in flow.nodes.values())
    assert len(rows) <= sum(len(exits_of(node)) for node in flow.nodes.values()) + roots


def silent_seconds(flow: Flow, lengths: dict[str, float]) -> tuple[float, bool]:
    """How long a silent caller of the open hours is in the flow, and whether a queue is its end."""
    world = IvrFacts(open=True, agents_present=True)
    position, action = begin(flow, world)
    seconds = 0.0
    while True:
        node = flow.nodes[position.node]
        if isinstance(node, QueueNode) or action == HangUp():
            return seconds, isinstance(node, QueueNode)
        seconds += sum(lengths.get(prompt, 0.0) for prompt in getattr(action, "prompts", ()))
        seconds += getattr(action, "timeout_ms", 0) / 1_000
        position, action = silence(flow, position, action, world)


def silence(flow: Flow, position: IvrPosition, action: object, world: IvrFacts) -> tuple[IvrPosition, object]:
    if isinstance(action, TakeMessage):
        return message_taken(flow, position, 0, world)
    return played(flow, position, "", world)


def test_the_silent_caller_of_the_shipped_flow_waits_as_long_as_the_check_says() -> None:
    lengths = {"greeting": 3.0, "main_menu": 14.0, "no_input": 3.0, "too_many_errors": 4.0}
    way = way_to_human(main_flow(), lengths)
    assert way is not None
    assert silent_seconds(main_flow(), lengths) == (way.longest_seconds, True)


def test_every_exit_of_a_queue_has_its_key() -> None:
    node = QueueNode(queue="general", exits=dict.fromkeys(QueueExit, "bye"))
    assert [way.key for way in exits_of(node)] == ["on_timeout", "on_full", "on_no_agents", "on_closed"]
