"""The customer's way: arrival, menu, queue, voice message."""

from dataclasses import replace

from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpCall, LookUpCustomer, PlayPrompts, RecordMessage, StoreCall
from engine.core.events import (
    Announced,
    CallArrived,
    KeyPressed,
    MessageRecorded,
    PromptsPlayed,
    ServiceAnswered,
)
from engine.core.floor import callback, connect, questions, survey, tally, waiting
from engine.core.floor.ending import end_wait, forget_waiting, outcome_of, tie_up
from engine.core.floor.entities import MESSAGE, Call, MessageLimits, Question
from engine.core.floor.state import FloorState
from engine.core.ivr.actions import (
    Ask,
    Book,
    Connect,
    GiveMark,
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
    go_to,
    marked,
    message_taken,
    not_connected,
    played,
    queue_left,
    service_answered,
    stand_at,
)
from engine.core.ivr.nodes import Flow, IvrFacts, QueueNode
from engine.core.ivr.values import Values
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
    step = begin(flow, _facts_of(floor, event.cli, now))
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
    _walk(floor, call, step, now)


def _arrive_late(floor: FloorState, call: Call, now: Millis) -> None:
    """A call that was adopted on its way to the engine: it is served like any other."""
    if call.state is not CallState.UNATTENDED:
        floor.ignored += 1
        return
    floor.move_call(call, CallTrigger.ARRIVED, now)
    call.record = replace(call.record, unattended=False)
    call.closed = not floor.plan.is_open(now)
    call.flow = floor.plan.flow_for(call.record.did)
    _walk(floor, call, begin(call.flow, _facts(floor, call, now)), now)


def prompts_played(floor: FloorState, event: PromptsPlayed, now: Millis) -> None:
    """A menu was heard, or the words before a voice message."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.IVR:
        floor.ignored += 1
    elif call.question is not None:
        _patience_asked(floor, call, call.question, now)
    elif call.message is not None:
        _record_message(floor, call, call.message, now)
    else:
        facts = _facts(floor, call, now)
        _walk(floor, call, played(floor.flow_of(call), call.position, event.digits, facts), now)


def message_recorded(floor: FloorState, event: MessageRecorded, now: Millis) -> None:
    """The caller said what there was to say, or nothing."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    if event.length_ms > 0 and not event.part:
        call.record = replace(call.record, message_file=event.file, message_ms=event.length_ms)
    if call.state is CallState.ENDED and MESSAGE in call.loose_ends:
        # Hung up while speaking: the message counts all the same.
        call.record = replace(call.record, outcome=outcome_of(call))
        floor.emit(StoreCall(record=call.record))
        tie_up(floor, call, MESSAGE)
    elif floor.move_call(call, CallTrigger.MESSAGE_ENDED, now):
        call.loose_ends.discard(MESSAGE)
        call.parts_told += event.part and event.length_ms > 0
        flow, facts = floor.flow_of(call), _facts(floor, call, now)
        _walk(floor, call, message_taken(flow, call.position, event.length_ms, facts, event.file), now)


def answered(floor: FloorState, event: ServiceAnswered, now: Millis) -> None:
    """What the flow has asked is known: it goes on, when the caller has been asked for patience."""
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
    flow, facts = floor.flow_of(call), _facts(floor, call, now)
    _walk(floor, call, service_answered(flow, call.position, answer.outcome, answer.values, facts), now)


def come_back(floor: FloorState, call: Call, now: Millis) -> None:
    """Nobody picked up for whom the flow had the caller handed over."""
    call.connecting = False
    forwarded = call.state is CallState.FORWARDED  # else it was presented, and counts as queued
    floor.move_call(call, CallTrigger.SENT_TO_FLOW if forwarded else CallTrigger.QUEUE_LEFT, now)
    _walk(floor, call, not_connected(floor.flow_of(call), call.position, _facts(floor, call, now)), now)


def leave_queue(floor: FloorState, call: Call, why: QueueExit, now: Millis) -> None:
    """A waiting call goes on in the flow without an agent."""
    floor.move_call(call, CallTrigger.QUEUE_LEFT, now)
    forget_waiting(floor, call)
    call.queue_exit = why
    end_wait(floor, call, now)
    _walk(floor, call, queue_left(floor.flow_of(call), call.position, why, _facts(floor, call, now)), now)


def key_pressed(floor: FloorState, event: KeyPressed, now: Millis) -> None:
    """A waiting caller would rather be called back: the wait goes on until that is settled."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.QUEUED or event.key != floor.callback_key(call):
        floor.ignored += 1
        return
    floor.move_call(call, CallTrigger.QUEUE_LEFT, now)
    forget_waiting(floor, call)
    call.asks_callback = True
    _walk(floor, call, callback_asked(floor.flow_of(call), call.position, _facts(floor, call, now)), now)


def announced(floor: FloorState, event: Announced) -> None:
    """Nothing follows: the music plays again."""
    if event.call_id not in floor.calls:
        floor.ignored += 1


def _walk(floor: FloorState, call: Call, step: Step, now: Millis) -> None:
    """Do what the flow says until something has to be waited for."""
    _stand(floor, call, step)
    while (following := _at_once(floor, call, step[1], now)) is not None:
        step = following
        _stand(floor, call, step)
    match step[1]:
        case Offer() | Connect():
            return
        case Ask() as action:
            questions.ask(floor, call, action, now)
        case Play() as action:
            _say(floor, call, action)
        case TakeMessage() as action:
            _take_message(floor, call, action, now)
        case _:
            floor.move_call(call, CallTrigger.CLOSED, now)
            floor.emit(HangUpCall(call_id=call.id))


def _say(floor: FloorState, call: Call, action: Play) -> None:
    floor.emit(
        PlayPrompts(
            call_id=call.id,
            prompts=action.prompts,
            barge_in=action.barge_in,
            max_digits=action.max_digits,
            timeout_ms=action.timeout_ms,
            terminator=action.terminator,
            values=_values_said(floor.flow_of(call), action.prompts, call.position.values),
            language=call.position.language,
            secret=action.secret,
        )
    )


def _values_said(flow: Flow, prompts: tuple[str, ...], values: Values) -> Values:
    """Those that the prompts have places for; all, where that is not known of one of them."""
    if not values:
        return values
    named = [flow.prompt_values.get(prompt) for prompt in prompts]
    return {
        name: value
        for name, value in values.items()
        if not isinstance(value, tuple) and any(names is None or name in names for names in named)
    }


def _at_once(floor: FloorState, call: Call, action: IvrAction, now: Millis) -> Step | None:
    """The step that follows without anything from outside; None: something has to be waited for."""
    flow, facts = floor.flow_of(call), _facts(floor, call, now)
    match action:
        case Offer():
            why = _offer(floor, call, action.queue_id, now)
            if why is None:
                return None
            call.queue_exit = why
            return queue_left(flow, call.position, why, facts)
        case Book():
            booking = callback.book(floor, call, action.number, action.queue_id, now)
            return booked(flow, call.position, booking, facts)
        case GiveMark():
            survey.keep(floor, call, action.score, now)
            return marked(flow, call.position, facts)
        case Connect():
            return (
                None if connect.begin(floor, call, action, now) else not_connected(flow, call.position, facts)
            )
        case _:
            return None


def _stand(floor: FloorState, call: Call, step: Step) -> None:
    """The caller is at another place of the flow."""
    call.position = step[0]
    call.record = replace(call.record, ivr_path=call.position.path)
    floor.touch_call(call)


def _offer(floor: FloorState, call: Call, queue_id: str, now: Millis) -> QueueExit | None:
    """Put a call into a queue, or say why not; who cannot wait in it may be able to where it overflows to."""
    queue = floor.plan.queues.get(queue_id) or floor.plan.first_queue
    if not floor.plan.queue_is_open(queue, now):
        return QueueExit.CLOSED
    if not waiting.takes(floor, call, queue, now):
        further = floor.plan.queues.get(queue.overflow)
        if further is None or not waiting.takes(floor, call, further, now):
            staffed = waiting.staffed(floor, queue.id, floor.lane_of(call))
            return QueueExit.FULL if staffed else QueueExit.NO_AGENTS
        queue = further
    floor.move_call(call, CallTrigger.OFFERED, now)
    tally.call_moved_on(floor, call)
    call.record = replace(call.record, queue_id=queue.id, offered_at=call.record.offered_at or now)
    call.queue_exit = None
    call.asks_callback = False
    tally.call_offered(floor, call)
    waiting.join(floor, call, now)
    floor.emit(StoreCall(record=call.record))
    waiting.begin_waiting(floor, call, queue, now)
    return None


def _take_message(floor: FloorState, call: Call, action: TakeMessage, now: Millis) -> None:
    """First the words before the beep, if there are any."""
    limits = MessageLimits(
        max_seconds=action.max_seconds,
        silence_seconds=action.silence_seconds,
        min_ms=action.min_ms,
        part=action.part,
    )
    if action.prompts:
        call.message = limits
        _say(floor, call, Play(prompts=action.prompts))
    else:
        _record_message(floor, call, limits, now)


def _record_message(floor: FloorState, call: Call, limits: MessageLimits, now: Millis) -> None:
    floor.move_call(call, CallTrigger.MESSAGE_STARTED, now)
    call.message = None
    call.loose_ends.add(MESSAGE)
    floor.emit(
        RecordMessage(
            call_id=call.id,
            max_seconds=limits.max_seconds,
            silence_seconds=limits.silence_seconds,
            min_ms=limits.min_ms,
            name=f"{call.id}-{call.parts_told + 1}" if limits.part else "",
        )
    )


def _facts(floor: FloorState, call: Call, now: Millis) -> IvrFacts:
    return _facts_of(floor, call.record.cli, now)


def _facts_of(floor: FloorState, cli: str, now: Millis) -> IvrFacts:
    return IvrFacts(
        open=floor.plan.is_open(now),
        agents_present=floor.agents_present,
        holiday=floor.plan.is_holiday(now),
        cli=cli,
        language=floor.plan.language,
        callback_number=lambda number: callback.bookable(floor, number),
    )


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
    _walk(floor, call, go_to(floor.flow_of(call), call.position, node_id, _facts(floor, call, now)), now)
