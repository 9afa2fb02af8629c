"""Doing what a flow says: until a key, an answer or an agent has to be waited for."""

from dataclasses import replace

from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpCall, PlayPrompts, RecordMessage, StoreCall
from engine.core.floor import callback, connect, questions, survey, tally, waiting
from engine.core.floor.entities import MESSAGE, Call, MessageLimits
from engine.core.floor.state import FloorState
from engine.core.ivr.actions import (
    Ask,
    Book,
    Connect,
    GiveMark,
    IvrAction,
    Offer,
    Play,
    Step,
    TakeMessage,
)
from engine.core.ivr.interpreter import (
    booked,
    marked,
    not_connected,
    queue_left,
)
from engine.core.ivr.nodes import Flow, IvrFacts
from engine.core.ivr.values import Values
from engine.core.records import Millis
from engine.core.states import QueueExit


def walk(floor: FloorState, call: Call, step: Step, now: Millis) -> None:
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
    flow, known = floor.flow_of(call), facts(floor, call, now)
    match action:
        case Offer():
            why = _offer(floor, call, action.queue_id, now)
            if why is None:
                return None
            call.queue_exit = why
            return queue_left(flow, call.position, why, known)
        case Book():
            booking = callback.book(floor, call, action.number, action.queue_id, now)
            return booked(flow, call.position, booking, known)
        case GiveMark():
            survey.keep(floor, call, action.score, now)
            return marked(flow, call.position, known)
        case Connect():
            return (
                None if connect.begin(floor, call, action, now) else not_connected(flow, call.position, known)
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
        record_message(floor, call, limits, now)


def record_message(floor: FloorState, call: Call, limits: MessageLimits, now: Millis) -> None:
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


def facts(floor: FloorState, call: Call, now: Millis) -> IvrFacts:
    return facts_of(floor, call.record.cli, now)


def facts_of(floor: FloorState, cli: str, now: Millis) -> IvrFacts:
    return IvrFacts(
        open=floor.plan.is_open(now),
        agents_present=floor.agents_present,
        holiday=floor.plan.is_holiday(now),
        cli=cli,
        language=floor.plan.language,
        callback_number=lambda number: callback.bookable(floor, number),
    )
