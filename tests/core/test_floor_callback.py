"""Customers who are called back: the place is kept, nobody is called twice, nobody is forgotten."""

from dataclasses import replace

import pytest

from engine.core import events as fact
from engine.core import requests as ask
from engine.core.effects import Announce, PlaceCall, PlayPrompts, StartMusic, StoreCallback
from engine.core.plan import CallbackPlan, DialRules
from engine.core.records import CallRecord
from engine.core.states import (
    AgentState,
    CallbackKind,
    CallbackResult,
    CallbackState,
    CallState,
    Direction,
    Outcome,
    RefusalCode,
    RingFailure,
)
from tests.support.callback_script import LI, WANG, ZHAO, callbacks
from tests.support.floor_site import clock

# Booking


def test_a_waiting_caller_is_told_of_the_key_and_may_leave_by_it() -> None:
    floor = callbacks().queued("c1")
    assert floor.ordered(StartMusic)[0].keys == "1"
    floor.after("20s")
    assert floor.ordered(Announce)[0].prompts == ("queue_next", "callback_hint")
    floor.after("10s").handle(fact.KeyPressed(call_id="c1", key="1")).call_is(CallState.IVR).waiting()
    (intro,) = floor.ordered(PlayPrompts)
    assert (intro.prompts, intro.barge_in, intro.max_digits) == (("callback_intro",), "", 0)
    floor.hears_out()
    assert floor.ordered(PlayPrompts)[0].prompts[0] == "callback_number_is"
    floor.presses("1")
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_booked",)
    floor.hears_out().hears_out().call_is(CallState.CLOSING).after("5s").hangs_up().gone("c1")
    record = floor.record("c1")
    assert (record.outcome, record.wait_ms, record.short_abandon) == (Outcome.CALLBACK, 35_000, False)
    floor.wish_is(LI, CallbackState.WAITING, queue_id="general", place=clock("09:00:00"), call_id="c1")
    assert floor.stored[1] == floor.wish(LI)
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.offered_ended, queue.abandoned, queue.waiting) == (1, 1, 0, 0)


def test_nothing_is_offered_where_it_is_switched_off() -> None:
    floor = callbacks(rules=CallbackPlan()).queued("c1")
    assert floor.ordered(StartMusic)[0].keys == ""
    floor.after("20s")
    assert floor.ordered(Announce)[0].prompts == ("queue_next",)
    floor.presses_while_waiting().waiting("c1")


def test_another_key_and_a_late_key_change_nothing() -> None:
    floor = callbacks().queued("c1").presses_while_waiting("5").waiting("c1")
    floor.ready("8001").presses_while_waiting("1").presented("c1", "8001")
    floor.presses_while_waiting("1", call_id="c9").presented("c1", "8001")


def test_who_thinks_better_of_it_goes_on_waiting_at_the_old_place() -> None:
    floor = callbacks().queued("c1").after("10s").queued("c2", cli=WANG, line="line2")
    floor.presses_while_waiting(call_id="c1").waiting("c2").after("5s").presses("0", "c1").waiting("c1", "c2")
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.offered_ended) == (2, 0)
    floor.hangs_up("c1")
    assert (floor.record("c1").outcome, floor.record("c1").wait_ms) == (Outcome.ABANDONED, 15_000)


def test_who_hangs_up_while_asked_has_waited_in_vain() -> None:
    floor = callbacks().queued("c1").presses_while_waiting().after("7s").hangs_up()
    assert (floor.record().outcome, floor.record().wait_ms) == (Outcome.ABANDONED, 7_000)
    floor.wish_is(LI, CallbackState.OPEN, kind=CallbackKind.ABANDONED, abandoned=1).to_call(1)


def test_a_number_that_cannot_be_called_is_asked_for_and_refused() -> None:
    floor = callbacks().queued("c1", cli="").presses_while_waiting()
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_enter_number",)
    floor.presses("00441234567#")
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_refused", "callback_enter_number")
    floor.presses("13800000002#").presses("1").hears_out().hears_out().hangs_up()
    floor.wish_is(WANG, CallbackState.WAITING)


def test_a_number_that_is_forbidden_meanwhile_is_refused_at_the_last() -> None:
    allowed = {LI}
    rules = CallbackPlan(enabled=True, number=lambda number: number if number in allowed else "")
    floor = callbacks(rules=rules).queued("c1").presses_while_waiting()
    allowed.clear()
    floor.presses("1")
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_refused", "callback_enter_number")
    assert len(floor.floor.state.wishes) == 0


def test_a_number_that_agents_may_not_call_is_refused_but_its_caller_is_a_task() -> None:
    floor = callbacks()
    rules = DialRules(area_code="0931", allowed=frozenset({"local"}))
    floor.floor.replan(replace(floor.plan, dialling=rules), floor.now)
    floor.queued("c1").presses_while_waiting()
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_enter_number",)
    floor.presses(f"{ZHAO}#")
    assert floor.ordered(PlayPrompts)[0].prompts[0] == "callback_number_is"
    floor.hangs_up().wish_is(LI, CallbackState.OPEN, abandoned=1)


def test_one_wish_a_number_and_the_older_place_stays() -> None:
    floor = callbacks().queued("c1").books().after("10m").queued("c2", cli=WANG).presses_while_waiting()
    floor.presses("2").presses(f"{LI}#").presses("1")
    assert floor.ordered(PlayPrompts)[0].prompts == ("callback_already",)
    floor.hears_out().hears_out().hangs_up()
    assert floor.record("c2").outcome is Outcome.CALLBACK
    floor.wish_is(LI, CallbackState.WAITING, place=clock("09:00:00"), call_id="c1")
    assert len(floor.floor.state.wishes) == 1


def test_who_comes_when_nobody_is_there_may_be_called_too() -> None:
    floor = callbacks(agents=[]).queued("c1").presses("1").hears_out().hears_out().hangs_up()
    floor.wish_is(LI, CallbackState.WAITING, queue_id="fault", place=clock("09:00:00"))
    assert floor.record().outcome is Outcome.CALLBACK


def test_who_has_waited_too_long_may_be_called_at_the_place_of_the_wait() -> None:
    floor = callbacks().queued("c1").after("10m").call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts[0] == "callback_number_is"
    floor.presses("1").hears_out().hears_out().hangs_up()
    assert (floor.record().outcome, floor.record().wait_ms) == (Outcome.CALLBACK, 600_000)
    floor.wish_is(LI, CallbackState.WAITING, queue_id="general", place=clock("09:00:00"))
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.offered_ended, queue.abandoned) == (1, 1, 0)


def test_a_task_becomes_a_promise() -> None:
    floor = callbacks().queued("c1").hangs_up().to_call(1).after("5m").queued("c2").books().to_call(0)
    floor.wish_is(LI, CallbackState.WAITING, kind=CallbackKind.CALLBACK, abandoned=1, place=clock("09:05:00"))
    assert list(floor.stored) == [1]


# Waiting in vain


def test_every_abandoned_caller_is_a_task_once_and_counted() -> None:
    floor = callbacks().queued("c1").hangs_up().after("1m").queued("c2").hangs_up().queued("c3", cli=ZHAO)
    floor.hangs_up().to_call(2).wish_is(LI, CallbackState.OPEN, abandoned=2, call_id="c1")
    floor.wish_is(ZHAO, CallbackState.OPEN, abandoned=1)


def test_a_withheld_number_is_no_task() -> None:
    callbacks().queued("c1", cli="").hangs_up().to_call(0)


def test_an_answered_call_settles_it() -> None:
    floor = callbacks().queued("c1").hangs_up().to_call(1).ready("8001").queued("c2")
    floor.wish_is(LI, CallbackState.HERE).answers("8001").picks_up("8001")
    floor.done(1, CallbackResult.CALLED_AGAIN, "8001").to_call(0)


def test_who_calls_again_in_vain_stays_a_task() -> None:
    floor = callbacks().queued("c1").hangs_up().queued("c2").wish_is(LI, CallbackState.HERE).to_call(0)
    floor.hangs_up().wish_is(LI, CallbackState.OPEN, abandoned=2).to_call(1)


# The turn


def test_when_the_turn_comes_the_agent_is_reserved_and_calls_at_F4() -> None:
    floor = callbacks().queued("c1").books().after("1m").ready("8001").reserved("8001", LI)
    assert not floor.ordered(PlaceCall)
    assert floor.desk("8001").present_until == floor.now + 15_000
    floor.answers("8001").confirmed()
    (order,) = floor.ordered(PlaceCall)
    assert (order.number, order.seat_id, order.auto) == (LI, "seat1", True)
    floor.agent_is("8001", AgentState.DIALLING).wish_is(LI, CallbackState.CALLING, tries=1)


def test_a_ringing_phone_rings_at_once() -> None:
    floor = callbacks(auto=[]).queued("c1").books().ready("8001").reserved("8001", LI).confirmed()
    (order,) = floor.ordered(PlaceCall)
    assert not order.auto


def test_nobody_is_called_before_it_is_on_disk() -> None:
    floor = callbacks().queued("c1").books().ready("8001").answers("8001")
    assert floor.ordered(StoreCallback)[0].confirm
    assert not floor.ordered(PlaceCall)
    floor.answers("8001")
    assert not floor.ordered(StoreCallback)
    floor.handle(fact.CallbackStored(callback_id=1, call_id=floor.wish(LI).attempt))
    assert floor.ordered(PlaceCall)
    floor.handle(fact.CallbackStored(callback_id=1, call_id=floor.wish(LI).attempt))
    assert not floor.ordered(PlaceCall)


def test_what_cannot_be_stored_is_not_called() -> None:
    floor = callbacks().queued("c1").books().ready("8001").answers("8001").confirmed(safe=False)
    floor.nobody_calls().agent_is("8001", AgentState.IDLE)
    floor.wish_is(LI, CallbackState.PAUSED, tries=0).after("15m").reserved("8001", LI)


def test_tokens_and_callers_are_served_in_the_order_of_their_places() -> None:
    floor = callbacks(agents=["8001", "8002", "8003"], lines=4).queued("c1").after("1s")
    floor.queued("c2", cli=WANG, line="line2").books("c1").after("1s").queued("c3", cli=ZHAO).books("c3")
    floor.ready("8001").reserved("8001", LI).ready("8002").presented("c2", "8002")
    floor.ready("8003").reserved("8003", ZHAO)


def test_a_caller_is_told_of_those_who_wait_at_home() -> None:
    floor = callbacks().queued("c1").books().after("1s").queued("c2", cli=WANG).after("20s")
    assert floor.ordered(Announce)[0].prompts[:2] == ("queue_position_before", "number_2")


def test_never_over_the_last_free_line() -> None:
    floor = callbacks().queued("c1").books().queued("c2", cli=WANG, line="line2").ready("8001")
    floor.presented("c2", "8001").nobody_calls().hangs_up("c2")
    floor.reserved("8001", LI)


def test_a_site_with_one_line_leaves_it_to_its_callers() -> None:
    floor = callbacks(lines=1).queued("c1").books().ready("8001").nobody_calls()
    floor.wish_is(LI, CallbackState.WAITING)


def test_a_line_that_was_taken_meanwhile_is_not_used() -> None:
    floor = callbacks().queued("c1").books().ready("8001").reserved("8001", LI)
    assert floor.reserved_call("8001").record.line_id == "line1"
    floor.queued("c2", cli=WANG, line="line2").answers("8001").confirmed()
    assert not floor.placed
    floor.presented("c2", "8001").wish_is(LI, CallbackState.WAITING, tries=0)


def test_quiet_hours_are_kept() -> None:
    rules = CallbackPlan(enabled=True, next_allowed=lambda now: max(now, clock("10:00:00")))
    floor = callbacks(rules=rules).queued("c1").books().ready("8001").nobody_calls()
    floor.at("09:59:59").nobody_calls().at("10:00:00").reserved("8001", LI)


def test_who_does_not_begin_the_call_is_sent_on_break_and_the_place_stays() -> None:
    floor = callbacks(agents=["8001", "8002"]).queued("c1").books().ready("8001").reserved("8001", LI)
    floor.after("15s").on_break("8001", "rona").wish_is(LI, CallbackState.WAITING, tries=0)
    floor.ready("8002").reserved("8002", LI)


def test_who_rejects_is_sent_on_break_and_the_place_stays() -> None:
    floor = callbacks().queued("c1").books().ready("8001").rejects("8001").on_break("8001", "rejected")
    floor.wish_is(LI, CallbackState.WAITING).nobody_calls()


def test_the_customer_calls_in_while_the_agent_is_reserved() -> None:
    floor = callbacks().queued("c1").books().ready("8001").reserved("8001", LI)
    floor.queued("c2").nobody_calls().presented("c2", "8001").wish_is(LI, CallbackState.HERE)
    floor.answers("8001").picks_up("8001").done(1, CallbackResult.CALLED_AGAIN, "8001")


def test_the_customer_who_calls_in_takes_over_the_old_place() -> None:
    floor = callbacks().queued("c1").books().after("5m").queued("c2", cli=WANG, line="line2")
    floor.after("1m").queued("c3", cli=LI).waiting("c3", "c2").wish_is(LI, CallbackState.HERE)
    assert floor.call_now("c3").record.offered_at == floor.now
    floor.hangs_up("c3").wish_is(LI, CallbackState.WAITING, place=clock("09:00:00"), abandoned=1)


def test_a_second_call_of_the_same_number_keeps_it_from_being_called() -> None:
    floor = callbacks(lines=5).queued("c1").books().queued("c2").queued("c3", line="line2")
    floor.hangs_up("c2").wish_is(LI, CallbackState.HERE).hangs_up("c3").wish_is(LI, CallbackState.WAITING)


def test_the_agent_picks_up_a_call_that_rings_everybody() -> None:
    floor = callbacks().queued("c1").books().ready("8001").reserved("8001", LI)
    floor.adopts("c7", stored=False).picks_up("8001", "c7").agent_is("8001", AgentState.TALKING)
    floor.nobody_calls()


def test_the_switch_goes_down_before_the_call_is_begun() -> None:
    floor = callbacks().queued("c1").books().ready("8001").answers("8001")
    effect = floor.ordered(StoreCallback)[0].record
    floor.switch_is_down()
    floor.handle(fact.CallbackStored(callback_id=effect.id, call_id=effect.attempt))
    assert not floor.placed
    floor.nobody_calls().agent_is("8001", AgentState.IDLE).wish_is(LI, CallbackState.WAITING)
    floor.switch_is_up().reserved("8001", LI)


def test_a_queue_that_is_gone_does_not_lose_its_wishes() -> None:
    floor = callbacks(agents=[]).queued("c1").presses("1").hears_out().hears_out().hangs_up()
    plan = floor.plan
    floor.floor.replan(replace(plan, queues={"general": plan.queues["general"]}), floor.now)
    floor.floor.state.take_effects()
    floor.timers = dict(floor.floor.state.timers)
    floor.phone("8001", reachable=True).logs_in("8001").ready("8001").reserved("8001", LI)


# Attempts


def test_the_customer_is_reached() -> None:
    floor = callbacks().queued("c1").books().ready("8001").calls_back("8001").customer_answers()
    floor.agent_is("8001", AgentState.TALKING).done(1, CallbackResult.REACHED, "8001")
    attempt = floor.placed[-1].call_id
    floor.after("1m").hangs_up(attempt).puts_down("8001", attempt)
    record = floor.record(attempt)
    assert (record.outcome, record.talk_ms, record.cli) == (Outcome.ANSWERED, 60_000, LI)
    floor.agent_is("8001", AgentState.WRAP_UP).finishes_wrap_up("8001").nobody_calls()
    assert len(floor.placed) == 1


def test_three_tries_with_pauses_then_somebody_has_to_see_to_it() -> None:
    floor = callbacks(wrap_up_ms=0).queued("c1").books().ready("8001")
    for failure in (RingFailure.NO_ANSWER, RingFailure.BUSY):
        floor.calls_back("8001").customer_fails(failure).puts_down("8001")
        floor.nobody_calls().wish_is(LI, CallbackState.PAUSED, reason=str(failure), staff_number="")
        floor.after("14m").nobody_calls().after("1m").reserved("8001", LI)
    floor.calls_back("8001").customer_fails(RingFailure.UNREACHABLE).puts_down("8001").nobody_calls()
    floor.wish_is(LI, CallbackState.OPEN, tries=3, reason="unreachable").to_call(1).after("2h").nobody_calls()
    assert [order.number for order in floor.placed] == [LI] * 3
    assert len({order.call_id for order in floor.placed}) == 3


def test_the_agent_gives_up_while_it_rings() -> None:
    floor = callbacks().queued("c1").books().ready("8001").calls_back("8001")
    floor.asks_hang_up("8001").puts_down("8001")
    floor.wish_is(LI, CallbackState.PAUSED, tries=1, reason="cancelled").agent_is("8001", AgentState.IDLE)


def test_an_own_phone_that_is_not_picked_up_is_no_try() -> None:
    floor = callbacks(auto=[]).queued("c1").books().ready("8001").confirmed()
    floor.ring_fails("8001", call_id=floor.placed[-1].call_id).on_break("8001", "rona")
    floor.wish_is(LI, CallbackState.WAITING, tries=0).ready("8001").reserved("8001", LI).confirmed()
    floor.asks_hang_up("8001").ring_fails("8001", RingFailure.CANCELLED, floor.placed[-1].call_id)
    floor.on_break("8001", "rejected").wish_is(LI, CallbackState.WAITING, tries=0)


def test_an_agent_who_leaves_while_the_own_phone_rings_is_not_sent_on_break() -> None:
    floor = callbacks(auto=[]).queued("c1").books().ready("8001").confirmed().goes_on_break("8001")
    floor.ring_fails("8001", call_id=floor.placed[-1].call_id).on_break("8001", "meal")
    floor.logs_out("8001").wish_is(LI, CallbackState.WAITING)


def test_the_customer_calls_in_while_being_called() -> None:
    floor = callbacks(lines=4).queued("c1").books().ready("8001").calls_back("8001")
    attempt = floor.placed[-1].call_id
    floor.queued("c2", line="line3").wish_is(LI, CallbackState.CALLING)
    floor.customer_fails(RingFailure.BUSY, attempt).puts_down("8001", attempt)
    floor.wish_is(LI, CallbackState.HERE).presented("c2", "8001").answers("8001").picks_up("8001")
    floor.done(1, CallbackResult.CALLED_AGAIN, "8001")


def test_answered_on_one_line_while_the_other_one_rings() -> None:
    floor = callbacks(agents=["8001", "8002"], lines=4).queued("c1").books().ready("8001").calls_back("8001")
    attempt = floor.placed[-1].call_id
    floor.ready("8002").queued("c2", line="line3").answers("8002").picks_up("8002", "c2")
    floor.done(1, CallbackResult.CALLED_AGAIN, "8002")
    floor.customer_fails(RingFailure.BUSY, attempt).puts_down("8001", attempt)
    assert floor.stored[1].result is CallbackResult.CALLED_AGAIN


def test_an_agent_takes_one_and_reaches_the_customer() -> None:
    floor = callbacks().queued("c1").hangs_up().takes_callback("8001", LI, "o1")
    assert floor.placed[-1].number == LI
    floor.wish_is(LI, CallbackState.CALLING, attempt="o1", staff_number="8001").to_call(0)
    floor.picks_up("8001").customer_answers("o1").done(1, CallbackResult.REACHED, "8001")


def test_an_agent_takes_one_in_vain() -> None:
    floor = callbacks().queued("c1").hangs_up().takes_callback("8001", LI, "o1")
    floor.picks_up("8001").customer_fails(RingFailure.BUSY).puts_down("8001")
    floor.wish_is(LI, CallbackState.OPEN, tries=1, reason="busy").to_call(1)
    floor.takes_callback("8001", LI, "o2").ring_fails("8001").wish_is(LI, CallbackState.OPEN, tries=1)


def test_who_may_not_dial_does_not_take_it() -> None:
    floor = callbacks().queued("c1").hangs_up().phone("8001", reachable=False)
    take = ask.TakeCallback(staff_number="8001", callback_id=1, call_id="o1")
    floor.refuses(take, RefusalCode.NO_PHONE).wish_is(LI, CallbackState.OPEN, tries=0)


def test_a_number_that_is_being_called_is_not_dialled_by_hand() -> None:
    floor = (
        callbacks(agents=["8001", "8002"], lines=4).queued("c1").books().ready("8001").reserved("8001", LI)
    )
    dial = ask.Dial(staff_number="8002", call_id="o1", number=LI)
    floor.refuses(dial, RefusalCode.CALLBACK_TAKEN).calls_back("8001").refuses(
        dial, RefusalCode.CALLBACK_TAKEN
    )


def test_a_number_dialled_by_hand_is_not_called_by_itself() -> None:
    floor = callbacks(agents=["8001", "8002"], lines=4).queued("c1").books()
    floor.request(ask.Dial(staff_number="8002", call_id="o1", number=LI))
    floor.wish_is(LI, CallbackState.CALLING, attempt="o1").ready("8001").nobody_calls()
    floor.picks_up("8002", "o1").customer_fails(RingFailure.NO_ANSWER, call_id="o1").puts_down("8002", "o1")
    floor.wish_is(LI, CallbackState.PAUSED, tries=1)


def test_a_task_that_is_being_called_becomes_a_promise_meanwhile() -> None:
    floor = callbacks(lines=4).queued("c1").hangs_up().queued("c2", cli=WANG)
    floor.presses_while_waiting().presses("2").presses(f"{LI}#").takes_callback("8001", LI, "o1")
    floor.presses("1", "c2").wish_is(LI, CallbackState.CALLING, kind=CallbackKind.CALLBACK)
    floor.picks_up("8001", "o1").customer_fails(RingFailure.NO_ANSWER, call_id="o1").puts_down("8001", "o1")
    floor.wish_is(LI, CallbackState.PAUSED, tries=1)


def test_calls_between_colleagues_mean_nothing() -> None:
    floor = (
        callbacks(agents=["8001", "8002"])
        .queued("c1")
        .hangs_up()
        .request(ask.Dial(staff_number="8001", call_id="i1", number="802"))
    )
    floor.wish_is(LI, CallbackState.OPEN)


# What people ask for


def test_closing_and_cancelling() -> None:
    floor = callbacks().queued("c1").hangs_up().queued("c2", cli=WANG).books()
    floor.closes(LI, CallbackResult.HANDLED, remark="已解决").done(1, CallbackResult.HANDLED, "8001").to_call(
        0
    )
    assert floor.stored[1].remark == "已解决"
    floor.ready("8001").reserved("8001", WANG).closes(WANG, CallbackResult.CANCELLED, who="9001")
    floor.done(2, CallbackResult.CANCELLED, "9001").nobody_calls().agent_is("8001", AgentState.IDLE)
    for request in (
        ask.CloseCallback(staff_number="8001", callback_id=1, result=CallbackResult.HANDLED),
        ask.RetryCallback(staff_number="8001", callback_id=1),
        ask.TakeCallback(staff_number="8001", callback_id=1, call_id="o1"),
    ):
        floor.refuses(request, RefusalCode.NO_CALLBACK)


def test_a_task_may_be_given_a_place() -> None:
    floor = callbacks().queued("c1").hangs_up().after("1m").retries(LI).to_call(0)
    floor.wish_is(LI, CallbackState.WAITING, kind=CallbackKind.CALLBACK, place=clock("09:00:00"))
    floor.ready("8001").reserved("8001", LI)
    floor.refuses(ask.RetryCallback(staff_number="9001", callback_id=1), RefusalCode.CALLBACK_TAKEN)
    floor.refuses(
        ask.TakeCallback(staff_number="8001", callback_id=1, call_id="o1"), RefusalCode.CALLBACK_TAKEN
    )


# A restart


@pytest.mark.parametrize("reserved", [True, False])
def test_wishes_survive_the_engine(reserved: bool) -> None:
    floor = callbacks().queued("c1").books().queued("c2", cli=WANG).hangs_up()
    if reserved:
        floor.ready("8001").reserved("8001", LI)
    assert floor.stored[1].state is CallbackState.WAITING
    floor.dies_and_comes_back().wish_is(WANG, CallbackState.OPEN).to_call(1)
    floor.ready("8001").reserved("8001", LI).queued("c3", cli=ZHAO).hangs_up()
    assert floor.wish(ZHAO).id == 3


def test_an_attempt_that_nobody_saw_the_end_of_is_not_repeated() -> None:
    floor = callbacks().queued("c1").books().ready("8001").answers("8001").dies_and_comes_back()
    floor.wish_is(LI, CallbackState.OPEN, reason="unknown", tries=1).to_call(1).ready("8001").nobody_calls()
    assert floor.stored[1] == floor.wish(LI)
    floor.goes_on_break("8001").queued("c2").hangs_up().wish_is(LI, CallbackState.OPEN, reason="unknown")
    floor.queued("c3").books().wish_is(LI, CallbackState.WAITING, reason="", tries=0)


def test_calls_that_ended_while_nobody_looked_count_like_any_other() -> None:
    floor = callbacks()
    missed = CallRecord(call_id="c1", cli=LI, queue_id="general", outcome=Outcome.ABANDONED, accepted_at=1)
    floor.handle(fact.CallImported(record=missed)).wish_is(LI, CallbackState.OPEN, call_id="c1", abandoned=1)
    floor.handle(fact.CallImported(record=replace(missed, call_id="c2", cli="")))
    floor.handle(fact.CallImported(record=replace(missed, call_id="c3", outcome=Outcome.IVR_EXIT))).to_call(1)
    talk = replace(missed, call_id="c4", outcome=Outcome.ANSWERED, answered_at=5, staff_number="8002")
    inside = replace(talk, direction=Direction.INTERNAL)
    floor.handle(fact.CallImported(record=inside)).to_call(1)
    floor.handle(fact.CallImported(record=talk)).done(1, CallbackResult.CALLED_AGAIN, "8002").to_call(0)


def test_who_was_on_the_line_has_the_place_again() -> None:
    floor = callbacks().queued("c1").books().queued("c2").wish_is(LI, CallbackState.HERE)
    floor.dies_and_comes_back().wish_is(LI, CallbackState.WAITING)


def test_the_wishes_say_what_they_are() -> None:
    floor = callbacks().queued("c1").books().queued("c2", cli=WANG).hangs_up()
    assert repr(floor.floor.state.wishes) == "<Wishes 2: 1 waiting, 1 to call>"
    assert [wish.id for wish in floor.floor.state.wishes] == [1, 2]
