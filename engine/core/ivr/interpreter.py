"""Walks a caller through a flow: from what happened to what is to be done next.

Rules:
- A key pressed early ends a prompt with `barge_in`, skips the ones that follow, and counts for the next menu.
  A prompt without `barge_in` is heard whole, and keys pressed before its end are forgotten (as in VoiceXML).
- A menu counts silence and wrong keys together; after `tries` the caller goes to `exhausted`.
- A caller who passes more than `max_nodes` nodes, or goes round in circles where nothing is said, is lost:
  once to the flow's `on_error`, the second time a word of regret and the end of the call.
- An outcome that does not fit the node, which only a mistake of ours can send, counts as lost too.
- A caller who presses 0 where it means nothing else goes to the flow's `operator`: see `zero`. So does one
  who gets lost with a 0 that nothing has taken.
- Who is sent somewhere by 0, by getting lost or by an agent has not to return from any call; values stay.

What a kind of node does stands in `steps`, `service_steps`, `entry`, `rows`, `callback` and `survey`; the
tables here say what it can be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.core.ivr import callback, entry, rows, service_steps, steps, survey, zero
from engine.core.ivr.actions import (
    Ask,
    Book,
    Connect,
    GiveMark,
    HangUp,
    IvrAction,
    IvrPosition,
    Offer,
    Onward,
    Play,
    Step,
    TakeMessage,
    Turn,
)
from engine.core.ivr.given import stored_in
from engine.core.ivr.nodes import (
    OPERATOR_KEY,
    Booking,
    BranchNode,
    CallbackNode,
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
from engine.core.ivr.service_nodes import (
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.ivr.services import CUSTOMER, OF_CUSTOMER
from engine.core.ivr.values import Values, is_secret
from engine.core.states import QueueExit

__all__ = [
    "Ask",
    "Book",
    "Connect",
    "GiveMark",
    "HangUp",
    "IvrAction",
    "IvrPosition",
    "Offer",
    "Play",
    "Step",
    "TakeMessage",
]

ERROR_PROMPT = "technical_error"

Table = Mapping[type[Node], Callable[[IvrPosition, Any, Any, IvrFacts], Turn]]

_ARRIVE: Table = {
    PlayNode: steps.arrive_play,
    MenuNode: steps.arrive_menu,
    BranchNode: steps.arrive_branch,
    QueueNode: steps.arrive_queue,
    MessageNode: steps.arrive_message,
    CallbackNode: callback.arrive,
    SurveyNode: survey.arrive,
    HangUpNode: steps.arrive_hang_up,
    EntryNode: entry.arrive,
    ServiceNode: service_steps.arrive_service,
    ListNode: rows.arrive,
    SwitchNode: service_steps.arrive_switch,
    SetNode: service_steps.arrive_set,
    CallNode: service_steps.arrive_call,
    ReturnNode: service_steps.arrive_return,
    TransferNode: service_steps.arrive_transfer,
}
_PLAYED: Table = {
    PlayNode: steps.play_played,
    MenuNode: steps.menu_played,
    MessageNode: steps.message_words_played,
    CallbackNode: callback.played,
    SurveyNode: survey.played,
    EntryNode: entry.played,
    ListNode: rows.played,
}
_MESSAGE_TAKEN: Table = {MessageNode: steps.message_taken}
_QUEUE_LEFT: Table = {QueueNode: steps.queue_left}
_CALLBACK_ASKED: Table = {QueueNode: steps.callback_asked}
_BOOKED: Table = {CallbackNode: callback.booked}
_MARKED: Table = {SurveyNode: survey.marked}
_SERVICE_ANSWERED: Table = {ServiceNode: service_steps.answered}
_NOT_CONNECTED: Table = {TransferNode: service_steps.not_connected}


def begin(flow: Flow, facts: IvrFacts) -> Step:
    """The first step of a call."""
    outside = IvrPosition(node="", tries=0, path=(), nodes_left=flow.max_nodes)
    return _go(flow, outside, Onward(flow.start), facts)


def played(flow: Flow, position: IvrPosition, digits: str, facts: IvrFacts) -> Step:
    """The prompts ended, by themselves or by the keys `digits` (empty: none was pressed).

    A token is an answer to a secret question only.
    """
    node = None if position.leaving else flow.nodes.get(position.node)
    if is_secret(digits) and not (isinstance(node, EntryNode) and node.secret):
        digits = ""
    operator = zero.operator_of(flow, position.node)
    if node is not None and operator and zero.asks_for_person(position, node, digits):
        return _go(flow, position, _to_person(operator), facts)
    return _answered(_PLAYED, flow, position, digits, facts)


def message_taken(flow: Flow, position: IvrPosition, length_ms: int, facts: IvrFacts, file: str = "") -> Step:
    """The caller's voice message ended and is in `file`; `length_ms` 0: nothing was said."""
    return _answered(_MESSAGE_TAKEN, flow, position, (length_ms, file), facts)


def service_answered(
    flow: Flow, position: IvrPosition, outcome: str, values: Values, facts: IvrFacts
) -> Step:
    """A service has answered; what it gave are values from now on.

    Who turns out to be another customer than before loses what was known of that one, but for what the flow
    itself keeps under the same names.
    """
    before = position.values.get(CUSTOMER)
    if before is not None and values.get(CUSTOMER, before) != before:
        kept = stored_in(flow)
        own = {name: v for name, v in position.values.items() if name not in OF_CUSTOMER or name in kept}
        position = replace(position, values=own)
    return _answered(_SERVICE_ANSWERED, flow, position, (outcome, values), facts)


def not_connected(flow: Flow, position: IvrPosition, facts: IvrFacts) -> Step:
    """The agent or the number that the caller was to be handed to cannot be reached."""
    return _answered(_NOT_CONNECTED, flow, position, None, facts)


def queue_left(flow: Flow, position: IvrPosition, queue_exit: QueueExit, facts: IvrFacts) -> Step:
    """The call left its queue without an agent."""
    return _answered(_QUEUE_LEFT, flow, position, queue_exit, facts)


def callback_asked(flow: Flow, position: IvrPosition, facts: IvrFacts) -> Step:
    """A waiting caller would rather be called back; only where `callback_key` offers it."""
    return _answered(_CALLBACK_ASKED, flow, position, None, facts)


def callback_key(flow: Flow, position: IvrPosition) -> str:
    """The key by which a waiting caller asks to be called back; empty where it is not offered."""
    node = flow.nodes.get(position.node)
    return node.callback_key if isinstance(node, QueueNode) and node.callback else ""


def survey_node(flow: Flow) -> str:
    """The node of the flow that asks for a mark; empty: there is none."""
    return next((node_id for node_id, node in flow.nodes.items() if isinstance(node, SurveyNode)), "")


def booked(flow: Flow, position: IvrPosition, booking: Booking, facts: IvrFacts) -> Step:
    """What became of the wish to be called back."""
    return _answered(_BOOKED, flow, position, booking, facts)


def marked(flow: Flow, position: IvrPosition, facts: IvrFacts) -> Step:
    """The mark is kept."""
    return _answered(_MARKED, flow, position, None, facts)


def _answered(table: Table, flow: Flow, position: IvrPosition, answer: object, facts: IvrFacts) -> Step:
    if position.leaving:
        return position, HangUp()
    node = flow.nodes.get(position.node)
    act = table.get(type(node)) if node is not None else None
    if node is None or act is None:
        return _lose(flow, position, facts)
    turn = act(position, node, answer, facts)
    return _go(flow, position, turn, facts) if isinstance(turn, Onward) else _open_to_zero(flow, turn)


def go_to(flow: Flow, position: IvrPosition, target: str, facts: IvrFacts) -> Step:
    """Somebody sends the caller to a node, whatever was before."""
    return _go(flow, _afresh(flow, position), Onward(target), facts)


def stand_at(flow: Flow, position: IvrPosition, target: str) -> IvrPosition:
    """Somebody puts the caller where a node would have; what follows is as if the node had done it."""
    return _enter(_afresh(flow, position), Onward(target))


def _afresh(flow: Flow, position: IvrPosition) -> IvrPosition:
    return replace(position, nodes_left=flow.max_nodes, lost=False, leaving=False, calls=())


def _to_person(operator: str) -> Onward:
    return Onward(operator, acted=True, for_person=True, calls=())


def _go(flow: Flow, position: IvrPosition, onward: Onward, facts: IvrFacts) -> Step:
    """Walk from node to node until there is something to do."""
    passed: set[tuple[str, tuple[str, ...]]] = set()  # since the last thing that the caller did
    while (node := flow.nodes.get(onward.target)) is not None:
        operator = zero.operator_of(flow, onward.target)
        if operator and zero.asks_for_person_early(node, onward.keys):
            onward = _to_person(operator)
            continue
        if onward.acted:
            passed.clear()
        calls = position.calls if onward.calls is None else onward.calls
        # who asks for a person may pass one node more, once
        if position.nodes_left + onward.for_person <= 0 or (onward.target, calls) in passed:
            break
        passed.add((onward.target, calls))
        position = _enter(position, onward)
        turn = _ARRIVE[type(node)](position, node, onward.keys, facts)
        if not isinstance(turn, Onward):
            return _open_to_zero(flow, turn)
        onward = turn
    if flow.operator and onward.keys[:1] == OPERATOR_KEY:
        return _go(flow, position, _to_person(flow.operator), facts)
    return _lose(flow, position, facts)


def _enter(position: IvrPosition, onward: Onward) -> IvrPosition:
    as_before = position.values if position.before is None else position.before
    return replace(
        position,
        node=onward.target,
        tries=0,
        path=(*position.path, onward.target),
        nodes_left=position.nodes_left - 1,
        entered="",
        back=onward.back,
        values=as_before if onward.values is None else onward.values,
        calls=position.calls if onward.calls is None else onward.calls,
        row=0,
        before=None,
    )


def _open_to_zero(flow: Flow, step: Step) -> Step:
    """The words before a voice message are played by themselves where 0 during them asks for a person."""
    position, action = step
    if isinstance(action, TakeMessage) and action.prompts and zero.operator_of(flow, position.node):
        return position, Play(prompts=action.prompts, barge_in=OPERATOR_KEY, max_digits=1)
    return step


def _lose(flow: Flow, position: IvrPosition, facts: IvrFacts) -> Step:
    if position.lost or not flow.on_error:
        return replace(position, leaving=True), steps.say((ERROR_PROMPT,), barge_in=False)
    again = replace(position, lost=True, nodes_left=flow.max_nodes, calls=())
    return _go(flow, again, Onward(flow.on_error), facts)
