"""What calls mean for those who are to be called, and what people ask for: rules in `callback`."""

from dataclasses import replace

from engine.core import requests as ask
from engine.core.events import CallImported
from engine.core.floor import callback_turn, outbound
from engine.core.floor.callback import keep, rest_or_wait, waited_in_vain
from engine.core.floor.entities import Agent, Call
from engine.core.floor.state import FloorState
from engine.core.records import CallbackRecord, CallRecord, Millis
from engine.core.requests import Refusal
from engine.core.states import (
    CallbackKind,
    CallbackResult,
    CallbackState,
    CallState,
    Direction,
    Outcome,
    RefusalCode,
)

TIMER = "callbacks"
_ON_THE_PHONE = (CallbackState.CALLING, CallbackState.HERE)


def follow(floor: FloorState, now: Millis) -> None:
    """Look at the calls that changed in this step, and wake up when the next wish may be called."""
    for call in floor.take_touched():
        if call.record.direction is not Direction.INTERNAL and not call.is_reserved:
            _look_at(floor, call, floor.plan.callback.number(call.record.cli), now)
    for record in floor.wishes.paused():
        if record.next_try_at <= now:
            keep(floor, replace(record, state=CallbackState.WAITING))
    _wake_up_in_time(floor, now)


def _look_at(floor: FloorState, call: Call, number: str, now: Millis) -> None:
    if call.record.answered_at and not call.answer_seen:
        call.answer_seen = True
        _settle(floor, call.record, number, now)
    if call.state is not CallState.ENDED:
        if not call.record.answered_at:
            _is_on_the_phone(floor, call, number, now)
        return
    if call.end_seen:
        return
    call.end_seen = True
    wish = floor.wishes.of_call(call.id)
    floor.wishes.release(call.id)
    if wish is not None and wish.attempt == call.id:
        _attempt_over(floor, wish, call, now)
    elif wish is not None and wish.state is CallbackState.HERE:
        rest_or_wait(floor, wish, now)
    if number and _is_missed(call.record):
        waited_in_vain(floor, call.record, number, now)


def imported(floor: FloorState, event: CallImported, now: Millis) -> None:
    """A call that nobody saw counts like any other."""
    record, number = event.record, floor.plan.callback.number(event.record.cli)
    if record.answered_at and record.direction is not Direction.INTERNAL:
        _settle(floor, record, number, now)
    elif number and _is_missed(record):
        waited_in_vain(floor, record, number, now)


def _is_missed(record: CallRecord) -> bool:
    return record.outcome is Outcome.ABANDONED and record.direction is Direction.INBOUND


def _settle(floor: FloorState, record: CallRecord, number: str, now: Millis) -> None:
    """Somebody speaks with the customer."""
    wish = floor.wishes.of_number(number)
    if wish is not None:
        inbound = record.direction is Direction.INBOUND
        result = CallbackResult.CALLED_AGAIN if inbound else CallbackResult.REACHED
        _done(floor, wish, result, record.staff_number, "", now)


def _done(
    floor: FloorState, wish: CallbackRecord, result: CallbackResult, who: str, remark: str, now: Millis
) -> None:
    keep(
        floor,
        replace(
            callback_turn.withdraw(floor, wish, now),
            state=CallbackState.DONE,
            result=result,
            staff_number=who,
            done_at=now,
            remark=remark,
        ),
    )


def _is_on_the_phone(floor: FloorState, call: Call, number: str, now: Millis) -> None:
    """A call with this customer is on its way, in or out."""
    wish = floor.wishes.of_number(number)
    if wish is None or wish.state is CallbackState.HERE:
        return
    if call.record.direction is Direction.INBOUND:
        wish = callback_turn.withdraw(floor, wish, now)
        if wish.state is not CallbackState.CALLING:
            floor.wishes.bind(call.id, wish)
            keep(floor, replace(wish, state=CallbackState.HERE))
    elif wish.state is not CallbackState.CALLING:
        floor.wishes.bind(call.id, wish)
        keep(
            floor,
            replace(
                wish,
                state=CallbackState.CALLING,
                attempt=call.id,
                tries=wish.tries + 1,
                staff_number=call.record.staff_number,
            ),
        )


def _attempt_over(floor: FloorState, wish: CallbackRecord, call: Call, now: Millis) -> None:
    """The customer was not reached; when it was the own phone, that is no try but the agent's doing."""
    if call.dialled:
        pause_until = now + floor.plan.callback.pause_ms
        wish = replace(wish, reason=str(call.record.outcome), next_try_at=pause_until)
    else:
        wish = replace(wish, tries=wish.tries - 1)
        if call.callback_id:
            callback_turn.not_begun(floor, call, now)
    rest_or_wait(floor, replace(wish, staff_number=""), now)


def _wake_up_in_time(floor: FloorState, now: Millis) -> None:
    due = [record.next_try_at for record in floor.wishes.paused()]
    if floor.wishes.heads():
        due += [at for at in (floor.plan.callback.next_allowed(now),) if at > now]
    if not due:
        floor.cancel_timer(TIMER)
    elif floor.timers.get(TIMER) != min(due):
        floor.set_timer(TIMER, min(due))


# What people ask for


def take(floor: FloorState, agent: Agent, request: ask.TakeCallback, now: Millis) -> Refusal | None:
    """Call this customer from the own seat."""
    wish = floor.wishes.get(request.callback_id)
    if wish is None:
        return Refusal(code=RefusalCode.NO_CALLBACK)
    if wish.state in _ON_THE_PHONE:
        return Refusal(code=RefusalCode.CALLBACK_TAKEN, detail=wish.staff_number)
    dial = ask.Dial(
        staff_number=agent.staff_number,
        call_id=request.call_id,
        number=wish.number,
        customer_id=wish.customer_id,
    )
    return outbound.dial(floor, agent, dial, now)


def close(floor: FloorState, request: ask.CloseCallback, now: Millis) -> Refusal | None:
    """Nobody has to call any more."""
    wish = floor.wishes.get(request.callback_id)
    if wish is None:
        return Refusal(code=RefusalCode.NO_CALLBACK)
    _done(floor, wish, request.result, request.staff_number, request.remark, now)
    return None


def retry(floor: FloorState, request: ask.RetryCallback, now: Millis) -> Refusal | None:
    """Call by itself again, from the first try on."""
    wish = floor.wishes.get(request.callback_id)
    if wish is None:
        return Refusal(code=RefusalCode.NO_CALLBACK)
    if wish.state in _ON_THE_PHONE:
        return Refusal(code=RefusalCode.CALLBACK_TAKEN, detail=wish.staff_number)
    keep(
        floor,
        replace(
            wish,
            kind=CallbackKind.CALLBACK,
            state=CallbackState.WAITING,
            place=wish.place or wish.asked_at,
            tries=0,
            next_try_at=0,
            reason="",
        ),
    )
    return None
