"""An outage is over: who wanted to know is called by an agent, once."""

import pytest

from engine.core import requests as ask
from engine.core.notices import Watcher
from engine.core.states import CallbackKind, CallbackResult, CallbackState
from tests.support.callback_script import LI, WANG, CallbackScript, callbacks
from tests.support.floor_site import clock

TEXT = "城东小区光缆已修复"


def tell(floor: CallbackScript, *numbers: str) -> CallbackScript:
    watchers = tuple(Watcher(number=number, customer_id=7, call_id=f"x-{number}") for number in numbers)
    return floor.request(ask.TellRepaired(staff_number="9001", watchers=watchers, remark=TEXT))


def test_each_number_is_a_task_with_what_is_repaired() -> None:
    floor = tell(callbacks(), LI, WANG, LI).to_call(2)
    floor.wish_is(LI, CallbackState.OPEN, kind=CallbackKind.REPAIRED, remark=TEXT, customer_id=7)
    floor.wish_is(WANG, CallbackState.OPEN, call_id=f"x-{WANG}", asked_at=clock("09:00:00"), abandoned=0)
    floor.ready("8001").nobody_calls()  # an agent says when, as with missed calls


def test_telling_it_twice_makes_no_second_task() -> None:
    floor = tell(tell(callbacks(), LI), LI)
    assert list(floor.stored) == [1]


def test_who_is_called_in_any_case_is_told_in_that_call() -> None:
    floor = callbacks().queued("c1").books()
    tell(floor, LI).wish_is(LI, CallbackState.WAITING, kind=CallbackKind.CALLBACK, remark=TEXT)
    assert list(floor.stored) == [1]


def test_what_was_noted_before_stays() -> None:
    floor = tell(callbacks(), LI)
    watchers = (Watcher(number=LI),)
    floor.request(ask.TellRepaired(staff_number="9001", watchers=watchers, remark="别的"))
    floor.wish_is(LI, CallbackState.OPEN, remark=TEXT)


def test_the_agent_calls_and_the_task_is_settled() -> None:
    floor = tell(callbacks(), LI).takes_callback("8001", LI, "o1")
    floor.picks_up("8001").wish_is(LI, CallbackState.CALLING).customer_answers()
    floor.done(1, CallbackResult.REACHED, "8001")


def test_a_customer_who_is_calling_just_now_is_told_by_who_answers() -> None:
    floor = tell(callbacks().queued("c1"), LI).wish_is(LI, CallbackState.HERE)
    floor.ready("8001").answers("8001").picks_up("8001")
    floor.done(1, CallbackResult.CALLED_AGAIN, "8001")


def test_a_task_gives_no_place_in_the_queue() -> None:
    floor = tell(callbacks(), LI).after("10m").queued("c1", cli=WANG).after("5s")
    floor.queued("c2", line="line2").waiting("c1", "c2")


def test_it_may_be_called_by_itself_after_all() -> None:
    floor = tell(callbacks(), LI).retries(LI)
    floor.wish_is(LI, CallbackState.WAITING, kind=CallbackKind.CALLBACK, queue_id="general")
    floor.ready("8001").reserved("8001", LI)


@pytest.mark.parametrize("number", [LI, WANG])
def test_it_lasts_over_a_restart(number: str) -> None:
    floor = tell(callbacks(), LI, WANG).dies_and_comes_back()
    floor.wish_is(number, CallbackState.OPEN, kind=CallbackKind.REPAIRED)
