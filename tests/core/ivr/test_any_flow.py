"""What holds for every flow: calls come to an end, never leave the flow, and 0 finds a person."""

from dataclasses import replace
from typing import Any

from calling import shipped_flow
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flows import VALUE_NAMES, flows

from engine.core.ivr.actions import (
    Ask,
    Book,
    Connect,
    GiveMark,
    HangUp,
    IvrAction,
    IvrPosition,
    Offer,
    Play,
    Step,
    TakeMessage,
)
from engine.core.ivr.interpreter import (
    begin,
    booked,
    callback_asked,
    callback_key,
    go_to,
    marked,
    message_taken,
    not_connected,
    played,
    queue_left,
    service_answered,
)
from engine.core.ivr.nodes import DTMF_KEYS, Booking, Flow, IvrFacts, MenuNode, MessageNode, Node
from engine.core.ivr.service_nodes import EntryNode, ListNode
from engine.core.ivr.services import CUSTOMER, IDENTIFIED, SERVICES
from engine.core.ivr.values import secret_token
from engine.core.ivr.ways import way_to_human
from engine.core.states import QueueExit

MOST_ROWS = 3
# How often a node may be answered: each row of a list is said five times over; all others are done sooner.
ANSWERS_A_NODE = 5 * MOST_ROWS

facts = st.sampled_from(
    [
        IvrFacts(open=is_open, agents_present=present, holiday=not is_open, cli=cli, language=language)
        for is_open in (True, False)
        for present in (True, False)
        for cli, language in (("13893812345", "zh"), ("", "en"))
    ]
)
plain = st.one_of(st.sampled_from(["", "yes", "no", "110", "王师傅", "{card}"]), st.integers(-3, 3))
rows = st.lists(
    st.dictionaries(st.sampled_from([*VALUE_NAMES, "amount"]), plain, max_size=2), max_size=MOST_ROWS
).map(tuple)
values = st.dictionaries(st.sampled_from([*VALUE_NAMES, CUSTOMER]), plain | rows, max_size=4)
BILLS = ({"month": "2026-10", "amount": 2600}, {"month": "2026-09", "amount": 2600})
known = st.sampled_from([{}, {"bills": BILLS, "packages": BILLS[:1]}, {"bills": BILLS, "card": "110"}])
# Callers who press the same all the time.
habits = st.sampled_from(["", "0", "1", "2", "3", "*", "1234#", "1*"])
keys = st.one_of(
    st.sampled_from(DTMF_KEYS),
    st.text(DTMF_KEYS + "A", max_size=8),
    st.just("5" * 40),
    st.builds(secret_token, st.integers(1, 9), st.integers(1, 40)),
)


def arrival(data: st.DataObject, flow: Flow) -> Step:
    """A caller comes to the start of a flow; something may be known already."""
    world = data.draw(facts)
    position, _ = begin(flow, world)
    return go_to(flow, replace(position, path=(), values=data.draw(known)), flow.start, world)


def sample_answer(
    data: st.DataObject, flow: Flow, position: IvrPosition, action: Ask, world: IvrFacts
) -> Step:
    """What a service may say."""
    service = SERVICES[action.service]
    outcome = data.draw(st.sampled_from(service.outcomes))
    return service_answered(flow, position, outcome, service.answers.get(outcome, {}), world)


def strange_answer(data: st.DataObject, flow: Flow, position: IvrPosition, world: IvrFacts) -> Step:
    """What no service says."""
    outcome = data.draw(st.sampled_from(["done", "found", "failed", "never_heard_of"]))
    return service_answered(flow, position, outcome, data.draw(values), world)


def answer(data: st.DataObject, flow: Flow, position: IvrPosition, action: IvrAction) -> Step:
    """Anything that may happen to a caller; now and then something that cannot be."""
    world = data.draw(facts)
    if data.draw(st.integers(0, 20)) == 0:
        action = data.draw(
            st.sampled_from([Offer(queue_id=""), GiveMark(score=1), Connect(agent="1"), HangUp()])
        )
    match action:
        case Ask() if data.draw(st.booleans()):
            return strange_answer(data, flow, position, world)
        case Ask():
            return sample_answer(data, flow, position, action, world)
        case Book():
            return booked(flow, position, data.draw(st.sampled_from(Booking)), world)
        case GiveMark():
            return marked(flow, position, world)
        case Connect():
            return not_connected(flow, position, world)
        case Offer() if callback_key(flow, position) and data.draw(st.booleans()):
            return callback_asked(flow, position, world)
        case Offer():
            return queue_left(flow, position, data.draw(st.sampled_from(QueueExit)), world)
        case TakeMessage():
            return message_taken(flow, position, data.draw(st.integers(0, 4_000)), world, "file")
        case _:
            return played(flow, position, data.draw(keys), world)


@settings(deadline=None)
@given(flow=flows(), data=st.data())
def test_any_call_through_any_flow_comes_to_an_end(flow: Flow, data: st.DataObject) -> None:
    position, action = arrival(data, flow)
    steps = 0
    most_nodes = 2 * (flow.max_nodes + 1)  # lost once; each time one more on the way to a person
    while action != HangUp():
        assert set(position.path) <= set(flow.nodes)
        assert len(position.path) <= most_nodes
        assert len(position.calls) <= 10
        position, action = answer(data, flow, position, action)
        steps += 1
        assert steps <= ANSWERS_A_NODE * most_nodes + 2


def answer_of_nobody(data: st.DataObject, flow: Flow, position: IvrPosition, action: IvrAction) -> Any:
    """What happens without a key of the caller."""
    world = data.draw(facts)
    match action:
        case Ask():
            return sample_answer(data, flow, position, action, world)
        case TakeMessage():
            return message_taken(flow, position, data.draw(st.integers(0, 4_000)), world)
        case Book():
            return booked(flow, position, Booking.BOOKED, world)
        case _:
            return marked(flow, position, world)


def habitual_answer(
    flow: Flow, position: IvrPosition, action: IvrAction, habit: str, turn: int, world: IvrFacts
) -> Step:
    """Nothing is drawn here: a call that never ends would run out of random choices before it is seen."""
    match action:
        case Ask():
            service = SERVICES[action.service]
            outcome = service.outcomes[turn % len(service.outcomes)]
            return service_answered(flow, position, outcome, service.answers.get(outcome, {}), world)
        case Book():
            return booked(flow, position, list(Booking)[turn % 3], world)
        case GiveMark():
            return marked(flow, position, world)
        case Connect():
            return not_connected(flow, position, world)
        case Offer():
            return queue_left(flow, position, list(QueueExit)[turn % 4], world)
        case TakeMessage():
            return message_taken(flow, position, turn % 2 * 3_000, world, "file")
        case _:
            return played(flow, position, habit, world)


@settings(deadline=None)
@given(flow=flows(), data=st.data(), habit=habits)
def test_who_presses_the_same_all_the_time_comes_to_an_end_too(
    flow: Flow, data: st.DataObject, habit: str
) -> None:
    position, action = arrival(data, flow)
    steps, world = 0, data.draw(facts)
    while action != HangUp():
        position, action = habitual_answer(flow, position, action, habit, steps, world)
        steps += 1
        assert steps <= ANSWERS_A_NODE * 2 * (flow.max_nodes + 1) + 2


def wants_a_person(
    data: st.DataObject, flow: Flow, position: IvrPosition, action: IvrAction
) -> tuple[IvrAction, int]:
    """The end of a call whose caller presses 0 at all words that a key may end, and how often that was."""
    pressed = 0
    while not isinstance(action, Offer | Connect | HangUp):
        if not isinstance(action, Play):
            position, action = answer_of_nobody(data, flow, position, action)
            continue
        key = "0" if action.prompts and "0" in action.barge_in else ""
        pressed += len(key)
        position, action = played(flow, position, key, data.draw(facts))
    return action, pressed


@settings(deadline=None)
@given(flow=flows(zero_is_free=True), data=st.data())
def test_one_zero_finds_a_person_where_it_means_nothing_else(flow: Flow, data: st.DataObject) -> None:
    """A secret question forgets what was pressed before it, and is asked anew."""
    bound = way_to_human(flow, {})
    end, pressed = wants_a_person(data, flow, *arrival(data, flow))
    forgotten = any(isinstance(node, EntryNode) and node.secret for node in flow.nodes.values())
    assert pressed <= (1 if bound is None else max(1, bound.most_keys)) + forgotten
    assert pressed == 0 or isinstance(end, Offer | Connect)


@settings(deadline=None)
@given(flow=flows(), data=st.data())
def test_zero_leads_to_the_operator_at_once_from_every_node_that_takes_it(
    flow: Flow, data: st.DataObject
) -> None:
    position, action = arrival(data, flow)
    while action != HangUp() and not position.leaving:
        before, node = position, flow.nodes[position.node]
        if isinstance(action, Play) and flow.operator not in ("", before.node) and is_free(before, node):
            after, _ = played(flow, before, "0", data.draw(facts))
            assert after.path[len(before.path)] == flow.operator
        position, action = answer(data, flow, position, action)


def is_free(position: IvrPosition, node: Node) -> bool:
    """Whether 0 means nothing but a person here; behind other keys of a number it is one of them."""
    if isinstance(node, MenuNode):
        return "0" not in node.keys
    return isinstance(node, EntryNode | ListNode | MessageNode) and not position.entered


SHIPPED = shipped_flow()
FEWEST_TO_A_PERSON = way_to_human(SHIPPED, {})


@settings(deadline=None)
@given(data=st.data(), steps=st.integers(0, 40))
def test_from_anywhere_in_the_shipped_flow_zero_finds_a_person(data: st.DataObject, steps: int) -> None:
    assert FEWEST_TO_A_PERSON is not None
    position, action = begin(SHIPPED, data.draw(facts))
    for _ in range(steps):
        if action == HangUp() or position.leaving:
            return
        if isinstance(action, Ask):
            position, action = sample_answer(data, SHIPPED, position, action, data.draw(facts))
        else:
            position, action = answer(data, SHIPPED, position, action)
    end, pressed = wants_a_person(data, SHIPPED, position, action)
    assert pressed <= FEWEST_TO_A_PERSON.most_keys
    assert pressed == 0 or isinstance(end, Offer | Connect)


@settings(deadline=None)
@given(flow=flows(), data=st.data())
def test_only_services_say_who_is_calling(flow: Flow, data: st.DataObject) -> None:
    position, action = begin(flow, data.draw(facts))
    for _ in range(30):
        if action == HangUp() or isinstance(action, Ask):
            break
        assert not {CUSTOMER, IDENTIFIED} & set(position.values)
        position, action = answer(data, flow, position, action)
