"""Customers who are to be called: who wished it, who waited in vain, and when nobody has to call any more.

Rules
1. One wish a number. Who asks again keeps the older place; who has waited in vain is counted once more.
2. A wish with a place is called when its turn comes (`callback_turn`); after the last try it waits for
   somebody.
3. While the customer is on the phone with us nobody is called: the wish waits (`HERE`), and its place is the
   caller's. Whoever speaks with the customer settles the wish.
4. Nobody is called twice at once: `CALLING` is one call, whoever began it.
5. An attempt that the engine did not live to see the end of is not repeated by itself.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.core.dialling import is_allowed
from engine.core.effects import StoreCallback
from engine.core.floor.entities import Call
from engine.core.floor.state import FloorState
from engine.core.ivr.nodes import Booking
from engine.core.records import UNKNOWN_ATTEMPT, CallbackRecord, CallRecord, Millis
from engine.core.requests import TellRepaired
from engine.core.states import CallbackKind, CallbackState, CallState


def remember(floor: FloorState, records: Iterable[CallbackRecord], last_id: int, now: Millis) -> None:
    """After a start: what was stored. An attempt whose end nobody saw waits for somebody to look at it."""
    floor.wishes.last_id = last_id
    for record in records:
        if record.state is CallbackState.CALLING:
            keep(floor, replace(record, state=CallbackState.OPEN, reason=UNKNOWN_ATTEMPT))
        elif record.state is CallbackState.HERE:
            keep(floor, _at_rest(floor, record, now))
        else:
            floor.wishes.put(record)


def keep(floor: FloorState, record: CallbackRecord) -> None:
    """A wish has changed: it is stored, and shown."""
    before = floor.wishes.to_call
    floor.wishes.put(record)
    floor.emit(StoreCallback(record=record))
    if record.staff_number in floor.agents:
        floor.touch_agent(record.staff_number)
    if floor.wishes.to_call != before:
        floor.touch_switch()
        for staff_number in floor.agents:
            floor.touch_agent(staff_number)


def _at_rest(floor: FloorState, record: CallbackRecord, now: Millis) -> CallbackRecord:
    """A wish about which nothing is being done just now."""
    by_hand = record.kind is not CallbackKind.CALLBACK or record.reason == UNKNOWN_ATTEMPT
    if by_hand or record.tries >= floor.plan.callback.tries:
        return replace(record, state=CallbackState.OPEN)
    state = CallbackState.PAUSED if record.next_try_at > now else CallbackState.WAITING
    return replace(record, state=state)


# Wishes come


def bookable(floor: FloorState, number: str) -> str:
    """The number under which a customer is called back; empty: nobody is there, or it may not be called."""
    number = floor.plan.callback.number(number)
    return number if number and is_allowed(number, floor.plan.dialling) else ""


def book(floor: FloorState, call: Call, number: str, queue_id: str, now: Millis) -> Booking:
    """A caller would rather be called back, at the place that the wait so far has earned."""
    number = bookable(floor, number)
    if not number:
        return Booking.REFUSED
    call.booked = True
    wish = floor.wishes.of_number(number) or _new_wish(floor, call.record, number, now)
    again = wish.kind is CallbackKind.CALLBACK
    if not again:
        wish = replace(
            wish,
            kind=CallbackKind.CALLBACK,
            queue_id=call.record.queue_id or queue_id or floor.plan.first_queue.id,
            place=call.record.offered_at or now,
            call_id=call.id,
        )
    if wish.state is CallbackState.CALLING:
        keep(floor, wish)
    else:  # whatever kept it from being called by itself is over
        rest_or_wait(floor, replace(wish, tries=0, next_try_at=0, reason=""), now)
    return Booking.ALREADY if again else Booking.BOOKED


def _new_wish(floor: FloorState, record: CallRecord, number: str, now: Millis) -> CallbackRecord:
    return CallbackRecord(
        id=floor.wishes.last_id + 1,
        kind=CallbackKind.ABANDONED,
        state=CallbackState.OPEN,
        number=number,
        queue_id=record.queue_id,
        asked_at=now,
        call_id=record.call_id,
        customer_id=record.customer_id,
    )


def waited_in_vain(floor: FloorState, record: CallRecord, number: str, now: Millis) -> None:
    """A caller has hung up before anybody answered."""
    known = floor.wishes.of_number(number)
    if known is None:
        rest_or_wait(floor, replace(_new_wish(floor, record, number, now), abandoned=1), now)
    else:
        keep(floor, replace(known, abandoned=known.abandoned + 1))


def repaired(floor: FloorState, request: TellRepaired, now: Millis) -> None:
    """An outage is over: who wanted to know is called, once, whatever else is to be said to that number."""
    for watcher in request.watchers:
        known = floor.wishes.of_number(watcher.number)
        if known is not None:
            keep(floor, replace(known, remark=known.remark or request.remark))
            continue
        wish = CallbackRecord(
            id=floor.wishes.last_id + 1,
            kind=CallbackKind.REPAIRED,
            state=CallbackState.OPEN,
            number=watcher.number,
            queue_id=floor.plan.first_queue.id,
            asked_at=now,
            call_id=watcher.call_id,
            customer_id=watcher.customer_id,
            remark=request.remark,
        )
        rest_or_wait(floor, wish, now)


def rest_or_wait(floor: FloorState, wish: CallbackRecord, now: Millis) -> None:
    """Nothing is done about a wish now, unless the customer is calling in on another line."""
    for call in floor.calls.values():
        number = floor.plan.callback.number(call.record.cli)
        if number == wish.number and call.state is not CallState.ENDED and not call.is_reserved:
            floor.wishes.bind(call.id, wish)
            keep(floor, replace(wish, state=CallbackState.HERE))
            return
    keep(floor, _at_rest(floor, wish, now))


def being_called(floor: FloorState, number: str) -> bool:
    """Whether somebody calls this number just now, or is about to."""
    wish = floor.wishes.of_number(floor.plan.callback.number(number))
    return wish is not None and wish.state is CallbackState.CALLING
