"""Callers who serve themselves: what the flow asks is asked, and what comes back is heard."""

from dataclasses import replace
from typing import Any, Self

import pytest

from engine.core import events as fact
from engine.core.effects import (
    OUTSIDE,
    Announce,
    AskService,
    CancelTimer,
    HangUpCall,
    LookUpCustomer,
    PlayPrompts,
    RecordMessage,
    RingOutside,
    RingSeat,
    StartMusic,
    Step,
    StoreCall,
)
from engine.core.floor.questions import PATIENCE_PROMPT
from engine.core.records import Customer, CustomerCard
from engine.core.states import AgentState, CallState, Outcome, RingFailure, TargetKind
from tests.support.floor_script import FloorScript
from tests.support.floor_site import clock, make_plan, span
from tests.support.service_flow import SERVICE_FLOW

WHO = {"customer_id": 7, "identified": "number", "name": "张三"}
PAID = {"amount": 5_000, "balance": 17_850}


class Caller(FloorScript):
    """Somebody who serves herself; `c1` unless it is said otherwise."""

    def answer(self, outcome: str, request: int = 0, call_id: str = "", **values: Any) -> Self:
        """The answer to the question asked last, or to a certain one."""
        call_id = self._named(call_id)
        call = self.floor.state.calls.get(call_id)
        request = request or (call.questions if call is not None else 1)
        return self.handle(
            fact.ServiceAnswered(call_id=call_id, request=request, outcome=outcome, values=values)
        )

    def hears(self, *prompts: str) -> Self:
        """The last step had these prompts said, and nothing else."""
        assert [order.prompts for order in self.ordered(PlayPrompts)] == [prompts]
        return self

    def hears_nothing(self) -> Self:
        assert self.ordered(PlayPrompts) == []
        return self

    def asked(self) -> AskService:
        """The question of the last step."""
        (question,) = self.ordered(AskService)
        return question

    def recharges(self) -> Self:
        """At the menu; keys in a card and its secret, which comes as a token."""
        return self.presses("1").presses("4711#").presses("§1:6")


def caller(*agents: str, at: str = "08:59:00", **rules: Any) -> Caller:
    """c1 is at the menu, recognised by the number; these agents are ready."""
    script = newcomer(*agents, at=at, **rules)
    return script.answer("found", **WHO)


def newcomer(*agents: str, at: str = "08:59:00", **rules: Any) -> Caller:
    """c1 has just arrived, and the first question is out."""
    plan = replace(make_plan(**rules), flow=SERVICE_FLOW)
    script = Caller(plan, clock(at)).start().switch_is_up()
    for staff_number in agents:
        script.phone(staff_number, reachable=True).logs_in(staff_number).ready(staff_number)
    return script.call_arrives("c1")


# Questions


def test_a_question_says_who_asks_and_has_a_key_of_its_own() -> None:
    floor = newcomer()
    assert floor.asked() == AskService(
        call_id="c1",
        request=1,
        key="c1:1",
        service="recognise",
        arguments={},
        cli="13893812345",
        customer_id=0,
        identified="",
    )
    floor.call_is(CallState.IVR).hears_nothing().answer("found", **WHO).hears("main_menu")
    asked = floor.recharges().asked()
    assert (asked.request, asked.key, asked.arguments) == (2, "c1:2", {"card": "4711", "secret": "§1:6"})
    assert (asked.customer_id, asked.identified) == (7, "number")


def test_prompts_get_the_values_that_they_say_and_no_others() -> None:
    floor = caller().recharges().answer("done", **PAID)
    (order,) = floor.ordered(PlayPrompts)
    assert order.prompts == ("recharged", "your_balance")
    assert order.values == {"amount": 5_000, "balance": 17_850, "name": "张三"}


def test_a_prompt_of_which_nothing_is_known_gets_all_values_but_lists() -> None:
    floor = caller().presses("4").hears("service_failed")
    (order,) = floor.ordered(PlayPrompts)
    assert order.values == WHO
    floor = newcomer().answer("several", customers=({"customer": 1, "address": "城东"},))
    assert floor.presses("5").ordered(RingOutside)
    floor.party_fails(OUTSIDE).hears("service_failed")
    assert floor.ordered(PlayPrompts)[0].values == {}


def test_secret_keys_are_asked_for_as_such() -> None:
    floor = caller().presses("1")
    assert not floor.ordered(PlayPrompts)[0].secret
    assert floor.presses("4711#").ordered(PlayPrompts)[0].secret


def test_the_caller_is_spoken_to_in_the_chosen_language() -> None:
    floor = caller("8001")
    assert floor.ordered(PlayPrompts)[0].language == ""
    floor.presses("6")
    assert floor.ordered(PlayPrompts)[0].language == "en"
    assert floor.recharges().asked().language == "en"
    floor.after("1500ms").hears(PATIENCE_PROMPT)
    assert floor.ordered(PlayPrompts)[0].language == "en"


def test_announcements_in_the_queue_are_in_the_language_of_the_caller() -> None:
    floor = caller("8001", announce_first_ms=20_000).presses("6")
    floor.goes_on_break("8001").presses("0").waiting("c1").after("20s")
    (said,) = floor.ordered(Announce)
    assert said.language == "en"


def test_who_speaks_is_said_in_the_language_of_the_caller() -> None:
    floor = caller("8001", announce_agent=True).presses("6").presses("0").presented("c1", "8001")
    (ring,) = floor.ordered(RingSeat)
    assert (bool(ring.announce), ring.language) == (True, "en")


# Answers that take their time


def test_a_quick_answer_is_heard_at_once_and_leaves_no_timer() -> None:
    floor = newcomer().after("1400ms").hears_nothing().answer("unknown").hears("main_menu")
    assert {effect.timer_id for effect in floor.ordered(CancelTimer)} == {"service:c1", "slow:c1"}


def test_who_has_to_wait_is_asked_for_patience_and_hears_the_answer_after_that() -> None:
    floor = newcomer().after("1500ms").hears(PATIENCE_PROMPT)
    floor.answer("unknown").hears_nothing().hears_out().hears("main_menu")


def test_patience_is_asked_for_again_while_it_lasts() -> None:
    floor = newcomer().after("1500ms").hears_out().hears_nothing().after("6s").hears(PATIENCE_PROMPT)
    floor.hears_out().answer("unknown").hears("main_menu")


def test_patience_is_not_asked_for_over_itself() -> None:
    floor = newcomer().after("1500ms").hears(PATIENCE_PROMPT).after("6s").hears_nothing()
    assert "slow:c1" in floor.timers


def test_no_answer_in_time_counts_as_a_failure() -> None:
    floor = caller().recharges().after("1500ms").hears_out().after("6s").hears_out()
    floor.after("500ms").hears("service_failed").call_is(CallState.IVR)
    assert not {name for name in floor.timers if name.endswith(":c1")}


def test_time_runs_out_while_the_caller_is_asked_for_patience() -> None:
    floor = caller().recharges().after("1500ms").after("6500ms").hears_nothing()
    floor.hears_out().hears("service_failed")


def test_an_answer_that_comes_too_late_is_not_heard_but_logged() -> None:
    floor = caller().recharges().after("8s").hears_out().hears("service_failed")
    ignored = floor.floor.state.ignored
    floor.answer("done", request=2, **PAID).hears_nothing()
    assert floor.floor.state.ignored == ignored + 1
    assert ["nobody waits" in step.text for step in floor.ordered(Step)] == [True]


def test_an_answer_that_comes_twice_is_heard_once() -> None:
    floor = newcomer().after("1500ms").answer("found", **WHO).answer("unknown").hears_nothing()
    floor.hears_out().hears("main_menu")
    floor.answer("found", request=1, **WHO).hears_nothing()


def test_the_answer_to_an_earlier_question_is_not_taken_for_that_of_this_one() -> None:
    floor = caller().recharges().answer("done", request=1, **PAID).hears_nothing()
    floor.answer("done", request=2, **PAID).hears("recharged", "your_balance")


def test_who_hangs_up_meanwhile_takes_nothing_back_and_leaves_nothing() -> None:
    floor = caller().recharges().after("300ms").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.IVR_EXIT
    floor.answer("done", request=2, **PAID).gone("c1")


def test_a_caller_who_was_served_and_hangs_up_has_left_the_menu() -> None:
    floor = caller().recharges().answer("done", **PAID).hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.IVR_EXIT
    floor = caller().presses("9").hears_out()
    assert floor.ordered(HangUpCall)
    assert floor.hangs_up().record().outcome is Outcome.IVR_EXIT


# Who is calling


def test_who_signs_in_is_the_customer_of_the_call_and_on_the_card() -> None:
    floor = newcomer("8001").is_found(3).answer("found", **WHO).hears("main_menu")
    assert floor.record().customer_id == 7
    assert floor.ordered(LookUpCustomer) == [LookUpCustomer(call_id="c1", cli="13893812345", customer_id=7)]
    floor.is_found(7).presses("0").presented("c1", "8001")
    desk = floor.desk("8001")
    assert desk.card is not None
    assert desk.card.customer is not None
    assert desk.card.customer.id == 7
    assert floor.call_now().record.customer_id == 7


def test_one_of_several_with_the_same_number_is_looked_up_anew() -> None:
    floor = newcomer().is_found(7, others=2).answer("found", **WHO)
    assert floor.ordered(LookUpCustomer)
    assert floor.record().customer_id == 7


def test_what_was_changed_is_on_the_card_that_the_agent_will_see() -> None:
    floor = caller().recharges().answer("done", **PAID)
    customer_id = floor.record().customer_id
    assert customer_id
    assert floor.ordered(LookUpCustomer) == [
        LookUpCustomer(call_id="c1", cli="13893812345", customer_id=customer_id)
    ]
    floor = caller().recharges().answer("wrong")
    assert floor.ordered(LookUpCustomer) == []


def test_who_is_known_already_is_not_looked_up_again() -> None:
    floor = newcomer().is_found(7).answer("found", **WHO)
    assert (floor.ordered(LookUpCustomer), floor.ordered(StoreCall)) == ([], [])


def test_a_customer_who_is_no_number_is_none() -> None:
    floor = newcomer().answer("found", customer_id="7", name="?")
    assert floor.ordered(LookUpCustomer) == []


def test_the_agent_sees_what_the_caller_did_but_no_secret() -> None:
    floor = caller("8001").recharges().answer("failed").hears_out().presses("0").presented("c1", "8001")
    assert floor.desk("8001").told == {**WHO, "card": "4711"}
    floor.hangs_up()
    assert floor.desk("8001").told == {}


@pytest.mark.parametrize(("identified", "customer_id"), [("number", 9), ("password", 7)])
def test_a_number_does_not_say_it_better_than_the_agent_who_asked(identified: str, customer_id: int) -> None:
    floor = caller("8001").presses("0").presented("c1", "8001").picks_up("8001").notes(customer_id=9)
    floor.transfers("8001", TargetKind.NODE, "recognise").held()
    assert floor.asked().service == "recognise"
    floor.answer("found", **WHO | {"identified": identified}).hears("main_menu")
    assert floor.call_now().record.customer_id == customer_id


# Recordings on the way


def test_a_recording_on_the_way_is_a_value_and_not_the_message_of_the_call() -> None:
    floor = caller().presses("2").hears("describe_fault").hears_out().call_is(CallState.MESSAGE)
    (order,) = floor.ordered(RecordMessage)
    assert order.name == "c1-1"
    floor.handle(fact.MessageRecorded(call_id="c1", file="c1-1.wav", length_ms=4_000, part=True))
    assert floor.asked().arguments == {"line": "tv", "fault": "no_signal", "recording": "c1-1.wav"}
    floor.answer("done", number="260302001", expected="2026-03-03 18:00").hears("goodbye").hangs_up()
    record = floor.record()
    assert (record.outcome, record.message_file, record.message_ms) == (Outcome.IVR_EXIT, "", 0)


def test_each_recording_on_the_way_has_a_name_of_its_own() -> None:
    floor = caller().presses("2")
    for length_ms, name in ((0, "c1-1"), (4_000, "c1-1"), (0, "c1-2")):
        floor.hears_out()
        assert floor.ordered(RecordMessage)[0].name == name
        floor.handle(fact.MessageRecorded(call_id="c1", file=f"{name}.wav", length_ms=length_ms, part=True))
        if length_ms:
            floor.answer("failed").hears_out().presses("2")


def test_zero_before_the_beep_leads_to_a_person() -> None:
    floor = caller("8001").presses("2")
    assert floor.ordered(PlayPrompts)[0].barge_in == "0"
    floor.presses("0").presented("c1", "8001")


# Handed over by the flow


def test_handed_to_an_agent_who_is_free() -> None:
    floor = caller("8001").presses("4").presented("c1", "8001")
    assert floor.ordered(RingSeat)
    floor.after("3s").picks_up("8001").call_is(CallState.TALKING).after("60s").hangs_up()
    record = floor.record()
    assert (record.outcome, record.wait_ms, record.queue_id) == (Outcome.ANSWERED, 3_000, "")
    assert record.offered_at == clock("08:59:00")
    assert floor.floor.state.day["general"].answered == 0


@pytest.mark.parametrize("state", ["gone", "on break", "talking", "phone away", "switch down"])
def test_nobody_waits_for_an_agent_who_is_not_free(state: str) -> None:
    agents = () if state == "gone" else ("8001",)
    floor = caller(*agents)
    match state:
        case "on break":
            floor.goes_on_break("8001")
        case "talking":
            floor.call_arrives("c2", line="line2").answer("failed").presses("0").picks_up("8001")
        case "phone away":
            floor.phone("8001", reachable=False)
        case "switch down":
            floor.switch_is_down()
    floor.call("c1").presses("4").hears("service_failed").call_is(CallState.IVR)


def test_an_agent_who_does_not_pick_up_gives_the_caller_back_to_the_flow() -> None:
    floor = caller("8001").presses("4").after("20s").ring_fails("8001", RingFailure.CANCELLED)
    floor.hears("service_failed").call_is(CallState.IVR).on_break("8001", "rona").waiting()
    assert floor.ordered(StartMusic) == []
    floor.hears_out().hears("main_menu").hangs_up()
    assert floor.record().outcome is Outcome.IVR_EXIT


def test_who_hangs_up_while_the_agent_is_rung_has_left_the_menu() -> None:
    floor = caller("8001").presses("4").after("3s").hangs_up().agent_is("8001", AgentState.IDLE).gone("c1")
    assert (floor.record().outcome, floor.record().wait_ms) == (Outcome.IVR_EXIT, 0)


def test_a_wait_in_vain_that_ends_at_the_agent_of_the_flow() -> None:
    floor = caller("8001", "8002", max_wait_ms=60_000)
    floor.goes_on_break("8001").goes_on_break("8002").presses("0").waiting("c1")
    counter = floor.floor.state.day["general"]
    floor.after("60s").hears("service_failed")  # timed out, and 8001 is on break
    assert (counter.offered, counter.offered_ended, counter.answered) == (1, 1, 0)
    floor.hears_out().ready("8001").presses("4").presented("c1", "8001").after("5s").picks_up("8001")
    assert (counter.offered, counter.offered_ended, counter.answered) == (1, 1, 1)
    assert counter.wait_ms == span("65s")


def test_a_wait_in_vain_and_a_hang_up_in_the_hand_over_count_once() -> None:
    floor = caller("8001", max_wait_ms=60_000).goes_on_break("8001").presses("0").after("60s").hears_out()
    floor.ready("8001").presses("4").presented("c1", "8001").hangs_up()
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.offered_ended, counter.abandoned) == (1, 1, 0)
    assert floor.record().outcome is Outcome.TIMEOUT


def test_handed_to_an_outside_number() -> None:
    floor = caller().presses("5").call_is(CallState.FORWARDED)
    (ring,) = floor.ordered(RingOutside)
    assert (ring.number, ring.line_id) == ("13912345678", "line2")
    floor.party_rings(OUTSIDE).party_answers(OUTSIDE).after("30s").party_leaves(OUTSIDE)
    assert floor.ordered(HangUpCall)
    floor.hangs_up().gone("c1")
    assert floor.record().transfers == 1


def test_an_outside_number_that_is_not_reached_gives_the_caller_back_to_the_flow() -> None:
    floor = caller().presses("5").party_fails(OUTSIDE, RingFailure.BUSY).call_is(CallState.IVR)
    floor.hears("service_failed").hears_out().hears("main_menu")
    floor.presses("5").after("65s").hears("service_failed")  # nobody said what became of it


@pytest.mark.parametrize("lines", [1, 2])
def test_an_outside_number_needs_a_free_line(lines: int) -> None:
    floor = caller(lines=lines).presses("5")
    assert bool(floor.ordered(RingOutside)) is (lines == 2)
    if lines == 1:
        floor.hears("service_failed")


def test_who_hangs_up_while_the_outside_number_is_rung() -> None:
    floor = caller().presses("5").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.IVR_EXIT


# A restart


def test_a_call_that_went_on_without_the_engine_begins_the_flow_anew() -> None:
    floor = caller("8001").recharges().restart().adopts("c1")
    floor.handle(
        fact.CallArrived(
            call_id="c1", line_id="line1", did="96335", cli="13893812345", cli_raw="1", at=floor.now
        )
    )
    asked = floor.asked()
    assert (asked.service, asked.customer_id, asked.identified) == ("recognise", 0, "")
    assert asked.key not in ("c1:1", "c1:2")  # those were used before
    assert floor.answer("unknown").hears("main_menu").call_now().position.values == {}


def test_a_card_of_nobody_is_no_customer() -> None:
    floor = newcomer()
    floor.handle(fact.CustomerFound(call_id="c1", card=CustomerCard(cli="1", customer=Customer(id=7))))
    assert floor.answer("found", **WHO).ordered(LookUpCustomer) == []
