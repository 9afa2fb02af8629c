"""The customer's way: what comes of what callers, services and queues do."""

from dataclasses import replace

from engine.core.call_machine import CallTrigger
from engine.core.effects import LookUpCustomer, StoreCall
from engine.core.events import (
    CallArrived,
    KeyPressed,
    MessageRecorded,
    PromptsPlayed,
    ServiceAnswered,
)
from engine.core.floor import questions, spoken, waiting
from engine.core.floor.ending import all_told, end_wait, forget_waiting, outcome_of
from engine.core.floor.entities import ANSWER, MESSAGE, Call, Question
from engine.core.floor.state import FloorState
from engine.core.floor.walking import facts, facts_of, record_message, walk
from engine.core.ivr.actions import (
    IvrPosition,
)
from engine.core.ivr.interpreter import (
    begin,
    callback_asked,
    go_to,
    message_taken,
    not_connected,
    played,
    queue_left,
    service_answered,
    stand_at,
)
from engine.core.ivr.nodes import QueueNode
from engine.core.records import CallRecord, Millis
from engine.core.states import CallState, QueueExit

# The place of a call that has not been in a flow.
OUTSIDE_THE_FLOW = IvrPosition(node="", tries=0, path=(), nodes_left=0)


def arrive(floor: FloorState, event: CallArrived, now: Millis) -> None:
    """A new call: its row is written at once, so that whatever happens it is on record."""
    known = floor.calls.get(event.call_id)
    if known is not None:
        _arrive_late(floor, known, now)
        return
    record = CallRecord(
        call_id=event.call_id,
        line_id=event.line_id,
        did=event.did,
        cli=event.cli,
        cli_raw=event.cli_raw,
        accepted_at=event.at,
    )
    flow = floor.plan.flow_for(event.did)
    step = begin(flow, facts_of(floor, event.cli, now))
    call = Call(
        record=record,
        flow=flow,
        state=CallState.IVR,
        state_since=now,
        position=step[0],
        closed=not floor.plan.is_open(now),
    )
    floor.calls[call.id] = call
    floor.touch_call(call)
    floor.touch_switch()
    floor.emit(StoreCall(record=record))
    floor.emit(LookUpCustomer(call_id=call.id, cli=event.cli))
    walk(floor, call, step, now)


def _arrive_late(floor: FloorState, call: Call, now: Millis) -> None:
    """A call that was adopted on its way to the engine: it is served like any other."""
    if call.state is not CallState.UNATTENDED:
        floor.ignored += 1
        return
    floor.move_call(call, CallTrigger.ARRIVED, now)
    call.record = replace(call.record, unattended=False)
    call.closed = not floor.plan.is_open(now)
    call.flow = floor.plan.flow_for(call.record.did)
    walk(floor, call, begin(call.flow, facts(floor, call, now)), now)


def prompts_played(floor: FloorState, event: PromptsPlayed, now: Millis) -> None:
    """A menu was heard, or the words before a voice message."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.IVR:
        floor.ignored += 1
    elif call.question is not None:
        _patience_asked(floor, call, call.question, now)
    elif call.message is not None:
        record_message(floor, call, call.message, now)
    else:
        known = facts(floor, call, now)
        walk(floor, call, played(floor.flow_of(call), call.position, event.digits, known), now)


def message_recorded(floor: FloorState, event: MessageRecorded, now: Millis) -> None:
    """The caller said what there was to say, or nothing."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    if event.part:
        spoken.recorded(call, event)
    elif event.length_ms > 0:
        call.record = replace(call.record, message_file=event.file, message_ms=event.length_ms)
    if call.state is CallState.ENDED and MESSAGE in call.loose_ends:
        # Hung up while speaking: the message counts all the same.
        call.record = replace(call.record, outcome=outcome_of(call))
        all_told(floor, call, MESSAGE, now)
    elif floor.move_call(call, CallTrigger.MESSAGE_ENDED, now):
        call.loose_ends.discard(MESSAGE)
        call.parts_told += event.part and event.length_ms > 0
        flow, known = floor.flow_of(call), facts(floor, call, now)
        walk(floor, call, message_taken(flow, call.position, event.length_ms, known, event.file), now)


def answered(floor: FloorState, event: ServiceAnswered, now: Millis) -> None:
    """What the flow has asked is known: it goes on, when the caller has been asked for patience."""
    known = floor.calls.get(event.call_id)
    if known is not None:
        spoken.answered(known, event)
        if ANSWER in known.loose_ends and event.request == known.questions:
            all_told(floor, known, ANSWER, now)
            return
    call = questions.awaited(floor, event)
    if call is not None and call.question is not None:
        _take_answer(floor, call, call.question, event, now)


def unanswered(floor: FloorState, call_id: str, now: Millis) -> None:
    """No service keeps a caller waiting for ever."""
    call = floor.calls[call_id]
    question = call.question
    assert question is not None
    _take_answer(floor, call, question, questions.none_came(call, question), now)


def _take_answer(
    floor: FloorState, call: Call, question: Question, answer: ServiceAnswered, now: Millis
) -> None:
    questions.take(floor, call, question, answer)
    if not question.soothing:
        _go_on(floor, call, answer, now)


def _patience_asked(floor: FloorState, call: Call, question: Question, now: Millis) -> None:
    """The caller heard that it takes a little longer."""
    question.soothing = False
    if question.answer is not None:
        _go_on(floor, call, question.answer, now)


def _go_on(floor: FloorState, call: Call, answer: ServiceAnswered, now: Millis) -> None:
    call.question = None
    questions.know_customer(floor, call, answer.values)
    flow, known = floor.flow_of(call), facts(floor, call, now)
    walk(floor, call, service_answered(flow, call.position, answer.outcome, answer.values, known), now)


def come_back(floor: FloorState, call: Call, now: Millis) -> None:
    """Nobody picked up for whom the flow had the caller handed over."""
    call.connecting = False
    forwarded = call.state is CallState.FORWARDED  # else it was presented, and counts as queued
    floor.move_call(call, CallTrigger.SENT_TO_FLOW if forwarded else CallTrigger.QUEUE_LEFT, now)
    walk(floor, call, not_connected(floor.flow_of(call), call.position, facts(floor, call, now)), now)


def leave_queue(floor: FloorState, call: Call, why: QueueExit, now: Millis) -> None:
    """A waiting call goes on in the flow without an agent."""
    floor.move_call(call, CallTrigger.QUEUE_LEFT, now)
    forget_waiting(floor, call)
    call.queue_exit = why
    end_wait(floor, call, now)
    walk(floor, call, queue_left(floor.flow_of(call), call.position, why, facts(floor, call, now)), now)


def key_pressed(floor: FloorState, event: KeyPressed, now: Millis) -> None:
    """A waiting caller would rather be called back: the wait goes on until that is settled."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.QUEUED or event.key != floor.callback_key(call):
        floor.ignored += 1
        return
    floor.move_call(call, CallTrigger.QUEUE_LEFT, now)
    forget_waiting(floor, call)
    call.asks_callback = True
    walk(floor, call, callback_asked(floor.flow_of(call), call.position, facts(floor, call, now)), now)


def wait_again(floor: FloorState, call: Call, queue_id: str, now: Millis) -> None:
    """A customer who has spoken to somebody enters a queue, at the place of the first wait.

    No queue: the one before, else the first. How long the line is or what the hours are does not matter:
    the customer was let in before.
    """
    queues = floor.plan.queues
    queue = queues.get(queue_id) or queues.get(call.record.queue_id) or floor.plan.first_queue
    if call.state is not CallState.QUEUED:  # else it was presented in vain
        floor.move_call(call, CallTrigger.OFFERED, now)
    call.queue_exit = None
    waiting.count_elsewhere(floor, call, queue)
    _stand_at_queue(floor, call, queue.id)
    waiting.join(floor, call, now)
    waiting.begin_waiting(floor, call, queue, now)
    floor.staff_left = True  # or is nobody there for it?


def _stand_at_queue(floor: FloorState, call: Call, queue_id: str) -> None:
    """Where the flow offers this queue, so that it says what follows when nobody takes the call."""
    flow = floor.flow_of(call)
    offering = {node.queue: node_id for node_id, node in flow.nodes.items() if isinstance(node, QueueNode)}
    node_id = offering.get(queue_id) or next(iter(offering.values()), "")
    if node_id:
        call.position = stand_at(flow, call.position, node_id)


def send_to(floor: FloorState, call: Call, node_id: str, now: Millis) -> None:
    """The customer hears a place of the flow by an agent's wish."""
    floor.move_call(call, CallTrigger.SENT_TO_FLOW, now)
    call.closed = False
    walk(floor, call, go_to(floor.flow_of(call), call.position, node_id, facts(floor, call, now)), now)
