"""Handing a call over without speaking first: it reaches a person, or comes back to somebody who owns it."""

from dataclasses import replace

import pytest

from engine.core import requests as ask
from engine.core.effects import (
    OUTSIDE,
    HangUpCall,
    HangUpSeat,
    HoldCall,
    PlayPrompts,
    RingOutside,
    RingSeat,
    StartMusic,
    StopRinging,
)
from engine.core.events import CallAdopted
from engine.core.ivr.flow import Flow
from engine.core.ivr.nodes import HangUpNode, MenuNode, Node, PlayNode
from engine.core.requests import Refusal
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallState,
    EndedBy,
    Outcome,
    RefusalCode,
    RingFailure,
    TargetKind,
)
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import FLOW, clock, make_plan

MOBILE = "13812345678"
AGENT, QUEUE, EXTENSION = TargetKind.AGENT, TargetKind.QUEUE, TargetKind.EXTENSION
NUMBER, NODE, SURVEY = TargetKind.NUMBER, TargetKind.NODE, TargetKind.SURVEY


def talk(*others: str, **rules: object) -> FloorScript:
    """8001 has talked to c1 since 09:00:04; the others are logged in, on break."""
    floor = given(agents=["8001", *others], **rules).ready("8001").at("09:00:00")  # type: ignore[arg-type]
    return floor.call_waits("c1").after("4s").picks_up("8001")


def handed_over(*others: str, **rules: object) -> FloorScript:
    """... for 60 s, and then handed it to 8002, whose phone rings."""
    floor = talk("8002", *others, **rules).after("60s").transfers("8001", AGENT, "8002")
    return floor.held()


def test_to_an_agent_who_takes_it() -> None:
    floor = talk("8002").after("60s").transfers("8001", AGENT, "8002")
    assert floor.ordered(HoldCall) == [HoldCall(call_id="c1", seat_id="seat1", music="music-general")]
    floor.call_is(CallState.TALKING).agent_is("8002", AgentState.RESERVED, AgentStatus.BREAK).held()
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    assert [ring.seat_id for ring in floor.ordered(RingSeat)] == ["seat2"]
    floor.presented("c1", "8002").agent_is("8001", AgentState.WRAP_UP).puts_down("8001")
    floor.phone_rings("8002").after("5s").picks_up("8002").agent_is(
        "8002", AgentState.TALKING, AgentStatus.BREAK
    )
    floor.after("20s").hangs_up().agent_is("8002", AgentState.WRAP_UP, AgentStatus.BREAK)
    record = floor.record()
    assert (record.staff_number, record.seat_id, record.transfers) == ("8002", "seat2", 1)
    assert (record.talk_ms, record.hold_ms, record.wait_ms) == (80_000, 0, 4_000)
    assert (record.answered_at, record.presented_count) == (clock("09:00:04"), 2)
    floor.after("30s").puts_down("8002").gone("c1").on_break("8002", "")
    shares = {part.staff_number: part for part in floor.parts}
    assert (shares["8001"].how, shares["8001"].talk_ms, shares["8001"].wrap_up_ms) == (
        "answered",
        60_000,
        30_000,
    )
    assert (shares["8002"].how, shares["8002"].talk_ms, shares["8002"].wrap_up_ms) == (
        "transferred",
        20_000,
        30_000,
    )
    assert floor.record().wrap_up_ms == 60_000
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.answered, queue.handled, queue.mean_talk_ms) == (1, 1, 1, 80_000)


def test_the_screen_goes_along() -> None:
    floor = talk("8002").is_found(7).notes(note="half a sen").transfers("8001", AGENT, "8002").held()
    for staff_number in ("8001", "8002"):  # who handed it over still writes, in the wrap-up
        desk = floor.desk(staff_number)
        assert (desk.draft.note, desk.call and desk.call.ivr_path) == (
            "half a sen",
            ("greeting", "hours", "menu", "general"),
        )
        assert floor.floor.is_on("c1", staff_number)
    assert not floor.floor.is_on("c1", "8003")
    assert not floor.floor.is_on("c9", "8001")


def test_from_hold_it_goes_at_once() -> None:
    floor = talk("8002").asks_hold("8001").held().after("10s").transfers("8001", AGENT, "8002")
    floor.presented("c1", "8002")
    assert floor.ordered(HoldCall) == []
    assert floor.picks_up("8002").hangs_up().record().hold_ms == 10_000


@pytest.mark.parametrize(
    ("failure", "status", "reason"),
    [
        (RingFailure.NO_ANSWER, AgentStatus.BREAK, ""),
        (RingFailure.BUSY, AgentStatus.BREAK, ""),
        (RingFailure.REJECTED, AgentStatus.BREAK, ""),
        (RingFailure.UNREACHABLE, AgentStatus.BREAK, ""),
    ],
)
def test_who_does_not_take_it_gives_it_back(failure: RingFailure, status: AgentStatus, reason: str) -> None:
    floor = handed_over().puts_down("8001").after("10s").ring_fails("8002", failure)
    floor.presented("c1", "8001")
    assert floor.desk("8001").notice == failure
    assert floor.ordered(StartMusic) == [StartMusic(call_id="c1", music="music-general")]
    assert (floor.agent("8002").call_id, floor.agent("8002").reason) == ("", reason)
    floor.after("3s").picks_up("8001").agent_is("8001", AgentState.TALKING).after("7s")
    assert floor.desk("8001").notice == failure
    floor.asks_hold("8001")
    assert floor.desk("8001").notice == ""
    floor.hangs_up()
    assert (floor.record().transfers, floor.record().talk_ms) == (0, 67_000)


def test_a_ready_agent_who_does_not_take_it_is_asked_no_further() -> None:
    floor = talk("8002").ready("8002").transfers("8001", AGENT, "8002").held().after("15s")
    floor.ring_fails("8002", RingFailure.CANCELLED).on_break("8002", "rona").presented("c1", "8001")


def test_rejected_at_the_console() -> None:
    floor = handed_over().rejects("8002").ring_fails("8002", RingFailure.CANCELLED).presented("c1", "8001")
    assert floor.desk("8001").notice == RingFailure.REJECTED


def test_what_the_sender_does_not_take_either_goes_to_its_old_place() -> None:
    floor = handed_over("8003").call_waits("c2").call("c1").ring_fails("8002").presented("c1", "8001")
    floor.ring_fails("8001").waiting("c1", "c2").on_break("8001", "rona")
    assert floor.call_now("c1").record.staff_number == "8001"
    floor.ready("8003").presented("c1", "8003").after("1s").picks_up("8003").hangs_up()
    assert (floor.record("c1").transfers, floor.record("c1").staff_number) == (1, "8003")
    general = floor.floor.view().queues[0]
    assert (general.offered, general.answered, general.offered_ended) == (2, 1, 1)


def test_a_sender_who_talks_again_does_not_get_it_back() -> None:
    floor = handed_over("8003").call_waits("c2").ready("8001").presented("c2", "8001").picks_up("8001")
    floor.call("c1").ring_fails("8002").waiting("c1")
    assert floor.desk("8001").notice == ""


@pytest.mark.parametrize("gone", ["logged out", "unreachable"])
def test_a_sender_who_is_not_there_does_not_get_it_back(gone: str) -> None:
    floor = handed_over().puts_down("8001")
    if gone == "logged out":
        floor.logs_out("8001")
    else:
        floor.phone("8001", reachable=False)
    floor.call("c1").ring_fails("8002").waiting("c1")


def test_back_at_a_seat_whose_phone_answers_by_itself() -> None:
    floor = handed_over(auto=["seat1"]).puts_down("8001").ring_fails("8002").presented("c1", "8001")
    assert floor.ordered(RingSeat) == []
    assert [ring.auto for ring in floor.answers("8001").ordered(RingSeat)] == [True]
    floor.picks_up("8001").agent_is("8001", AgentState.TALKING)


def test_the_customer_hangs_up_on_the_way() -> None:
    floor = handed_over().hangs_up().agent_is("8002", AgentState.IDLE, AgentStatus.BREAK)
    assert (floor.record().outcome, floor.record().talk_ms) == (Outcome.ANSWERED, 60_000)
    assert not floor.record().short_abandon
    floor.puts_down("8001").after("30s").gone("c1")


def test_the_customer_hangs_up_before_the_hold() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002").hangs_up()
    floor.agent_is("8002", AgentState.IDLE, AgentStatus.BREAK).held().call_is(CallState.ENDED)


def test_the_hold_fails_and_all_is_as_before() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002").order_fails()
    floor.agent_is("8002", AgentState.IDLE, AgentStatus.BREAK).agent_is("8001", AgentState.TALKING)
    floor.transfers("8001", AGENT, "8002").held().presented("c1", "8002")


def test_the_senders_phone_goes_before_the_hold_is_done() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002").puts_down("8001").presented("c1", "8002")
    assert floor.ordered(HangUpSeat) == []
    floor.held().presented("c1", "8002").agent_is("8001", AgentState.WRAP_UP)


def test_the_sender_hangs_up_before_the_hold_is_done() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002").asks_hang_up("8001")
    floor.agent_is("8002", AgentState.IDLE, AgentStatus.BREAK).puts_down("8001")
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]


def test_a_second_order_while_the_first_is_under_way_is_refused() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002")
    target = ask.Target(kind=QUEUE, value="fault")
    floor.refuses(ask.Transfer(staff_number="8001", target=target), RefusalCode.TOO_LATE)
    floor.refuses(ask.Hold(staff_number="8001"), RefusalCode.TOO_LATE)


def test_a_hold_of_which_nothing_is_heard_may_be_asked_for_again_for_something_else() -> None:
    floor = talk("8002", "8003").transfers("8001", AGENT, "8002").after("3s").transfers("8001", AGENT, "8003")
    floor.agent_is("8002", AgentState.IDLE, AgentStatus.BREAK).after("3s").asks_hold("8001")
    floor.agent_is("8003", AgentState.IDLE, AgentStatus.BREAK).held().call_is(CallState.HOLDING)


def test_a_hold_of_which_nothing_is_heard_keeps_nobody_reserved_for_ever() -> None:
    floor = talk("8002").transfers("8001", AGENT, "8002").after("10s")
    floor.agent_is("8002", AgentState.IDLE, AgentStatus.BREAK).agent_is("8001", AgentState.TALKING)
    assert floor.desk("8001").notice == RefusalCode.TOO_LATE
    floor.held().call_is(CallState.HOLDING)


def test_to_a_queue_it_goes_before_those_who_came_later() -> None:
    floor = talk().at("09:01:00").call_waits("c2", key="2").call("c1")
    floor.transfers("8001", QUEUE, "fault").held().waiting("c1", "c2", queue="fault")
    assert floor.ordered(StartMusic) == [StartMusic(call_id="c1", music="music-fault")]
    general, fault = floor.floor.view().queues
    assert (general.offered, general.answered, general.handled) == (0, 0, 0)
    assert (fault.offered, fault.answered, fault.answered_within, fault.handled) == (2, 1, 1, 1)
    floor.finishes_wrap_up("8001").presented("c1", "8001").picks_up("8001").after("10s").hangs_up()
    assert (floor.record("c1").queue_id, floor.record("c1").transfers) == ("fault", 0)
    fault = floor.floor.view().queues[1]
    assert (fault.answered, fault.handled, fault.mean_talk_ms) == (1, 1, 66_000)


def test_a_second_wait_may_be_too_long() -> None:
    floor = talk(max_wait_ms=30_000).goes_on_break("8001").transfers("8001", QUEUE, "general").held()
    floor.after("30s").call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)
    floor.hears_out().hears_out().speaks_for("9s").hangs_up()
    assert (floor.record().outcome, floor.record().wait_ms) == (Outcome.ANSWERED, 4_000)


def test_to_a_queue_for_which_nobody_is_left() -> None:
    floor = talk().transfers("8001", QUEUE, "general").held().waiting("c1").logs_out("8001")
    floor.call_is(CallState.IVR, "c1")
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)


def test_a_flow_that_offers_no_queue_says_that_something_went_wrong() -> None:
    nodes: dict[str, Node] = {
        "start": PlayNode(prompts=("greeting",), next="end"),
        "end": HangUpNode(),
    }
    plan = replace(make_plan(), flow=Flow(start="start", nodes=nodes))
    floor = given(agents=["8001"], plan=plan).dials("8001", MOBILE, "o1").picks_up("8001").customer_answers()
    floor.transfers("8001", QUEUE, "general").held().waiting("o1").logs_out("8001")
    assert floor.ordered(PlayPrompts)[0].prompts == ("technical_error",)


def test_to_a_queue_that_the_flow_does_not_offer() -> None:
    nodes = {node_id: node for node_id, node in FLOW.nodes.items() if node_id != "fault"}
    nodes["menu"] = MenuNode(prompts=("main_menu",), keys={"0": "general"}, exhausted="general")
    floor = given(agents=["8001"], plan=replace(make_plan(), flow=replace(FLOW, nodes=nodes))).ready("8001")
    floor.call_waits("c1").picks_up("8001").transfers("8001", QUEUE, "fault").held()
    floor.waiting("c1", queue="fault").logs_out("8001").call_is(CallState.IVR, "c1")


def test_to_a_place_of_the_flow() -> None:
    floor = talk().after("26s").transfers("8001", NODE, "menu").held().call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts == ("main_menu",)
    floor.agent_is("8001", AgentState.WRAP_UP).puts_down("8001").presses("2").waiting("c1", queue="fault")
    floor.hangs_up()
    assert (floor.record().outcome, floor.record().talk_ms) == (Outcome.ANSWERED, 26_000)


def test_to_the_survey_where_the_flow_has_none() -> None:
    target = ask.Target(kind=SURVEY)
    talk().refuses(ask.Transfer(staff_number="8001", target=target), RefusalCode.UNKNOWN_TARGET)


def test_to_an_outside_number() -> None:
    floor = talk(lines=3).after("26s").transfers("8001", NUMBER, MOBILE)
    assert [line.busy for line in floor.floor.view().lines] == [1, 1, 0]
    floor.held().call_is(CallState.FORWARDED).agent_is("8001", AgentState.WRAP_UP)
    assert floor.ordered(RingOutside) == [
        RingOutside(call_id="c1", number=MOBILE, line_id="line2", ring_ms=60_000, music="music-general")
    ]
    floor.puts_down("8001").party_rings(OUTSIDE).after("10s").party_answers(OUTSIDE).party_answers(OUTSIDE)
    (view,) = floor.floor.view().calls
    assert view.party is not None
    assert (view.party.number, view.party.answered) == (MOBILE, True)
    floor.after("50s").hangs_up().party_leaves(OUTSIDE).after("30s").gone("c1")
    record = floor.record()
    assert (record.staff_number, record.talk_ms, record.transfers) == ("8001", 26_000, 1)
    assert record.ended_by is EndedBy.CUSTOMER
    outside = next(part for part in floor.parts if part.party)
    assert (outside.party, outside.how, outside.talk_ms) == (MOBILE, "transferred", 50_000)


def test_the_outside_party_hangs_up() -> None:
    floor = talk().transfers("8001", NUMBER, MOBILE).held().party_answers(OUTSIDE).party_leaves(OUTSIDE)
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]
    floor.call_is(CallState.CLOSING).hangs_up()
    assert floor.record().ended_by is EndedBy.AGENT


def test_an_outside_number_that_is_not_reached_comes_back() -> None:
    floor = talk().transfers("8001", NUMBER, MOBILE).held().puts_down("8001")
    floor.party_fails(OUTSIDE, RingFailure.BUSY).presented("c1", "8001")
    assert floor.desk("8001").notice == RingFailure.BUSY
    floor.party_fails(OUTSIDE, RingFailure.BUSY).picks_up("8001").hangs_up()
    assert floor.record().transfers == 0


def test_an_outside_number_of_which_nothing_is_heard_comes_back() -> None:
    floor = talk().transfers("8001", NUMBER, MOBILE).held().finishes_wrap_up("8001").after("65s")
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id=OUTSIDE)]
    floor.presented("c1", "8001")


def test_the_customer_hangs_up_while_the_number_rings() -> None:
    floor = talk().transfers("8001", NUMBER, MOBILE).held().hangs_up()
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id=OUTSIDE)]
    floor.party_answers(OUTSIDE)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id=OUTSIDE)]


def test_to_an_extension_where_nobody_is_logged_in() -> None:
    floor = talk(auto=["seat3"]).phone("8003", reachable=True).transfers("8001", EXTENSION, "803").held()
    assert [(ring.seat_id, ring.auto) for ring in floor.ordered(RingSeat)] == [("seat3", True)]
    floor.party_answers("8003").call_is(CallState.FORWARDED).party_leaves("8003").call_is(CallState.CLOSING)


def test_an_extension_of_an_agent_is_that_agent() -> None:
    talk("8002").transfers("8001", NUMBER, "802").held().presented("c1", "8002")


def test_where_a_call_cannot_be_handed_to() -> None:
    floor = talk("8002", "8003", lines=1)

    def refused(kind: TargetKind, value: str, code: RefusalCode) -> None:
        target = ask.Target(kind=kind, value=value)
        floor.refuses(ask.Transfer(staff_number="8001", target=target), code)

    refused(AGENT, "8001", RefusalCode.TARGET_IS_SELF)
    refused(AGENT, "8009", RefusalCode.UNKNOWN_TARGET)
    refused(EXTENSION, "999", RefusalCode.UNKNOWN_TARGET)
    refused(QUEUE, "x", RefusalCode.UNKNOWN_TARGET)
    refused(NODE, "x", RefusalCode.UNKNOWN_TARGET)
    refused(EXTENSION, "804", RefusalCode.TARGET_BUSY)  # the phone is not there
    refused(NUMBER, "0085212345678", RefusalCode.NUMBER_FORBIDDEN)
    refused(NUMBER, MOBILE, RefusalCode.NO_FREE_LINE)
    floor.phone("8003", reachable=False)
    refused(AGENT, "8003", RefusalCode.TARGET_BUSY)
    floor.switch_is_down()
    refused(AGENT, "8002", RefusalCode.SWITCH_DOWN)
    floor.switch_is_up().hangs_up()
    refused(AGENT, "8002", RefusalCode.NOT_TALKING)


def test_a_colleague_is_not_handed_over() -> None:
    floor = given(agents=["8001", "8002", "8003"]).dials("8001", "802", "i1").picks_up("8001")
    floor.customer_answers().asks_hold("8001").held().asks_retrieve("8001").retrieved()
    for staff_number in ("8001", "8002"):
        request = ask.Transfer(staff_number=staff_number, target=ask.Target(kind=AGENT, value="8003"))
        floor.refuses(request, RefusalCode.NOT_TALKING)


def test_the_phone_of_an_agent_who_talks_dies_and_the_customer_is_kept() -> None:
    floor = talk("8002").at("09:01:00").call_waits("c2").call("c1").puts_down("8001", cause=44)
    floor.waiting("c1", "c2").agent_is("8001", AgentState.WRAP_UP).held()
    floor.ready("8002").presented("c1", "8002").picks_up("8002").hangs_up()
    assert (floor.record("c1").transfers, floor.record("c1").ended_by) == (1, EndedBy.CUSTOMER)


def test_the_phone_is_put_down_while_the_customer_hears_music() -> None:
    floor = talk().asks_hold("8001").held().after("20s").puts_down("8001").waiting("c1")
    floor.hangs_up()
    assert (floor.record().hold_ms, floor.record().outcome) == (20_000, Outcome.ANSWERED)


def test_the_phone_dies_and_nobody_is_there_for_the_customer() -> None:
    floor = talk().restart().logs_in("8001").switch_is_up().phone("8001", reachable=True)
    floor.handle(
        CallAdopted(
            call_id="c1",
            line_id="line1",
            did="",
            cli="1",
            cli_raw="1",
            accepted_at=floor.now,
            state=CallState.TALKING,
            seat_id="seat2",
        )
    )
    floor.logs_out("8001").puts_down("8002", "c1", cause=44).call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)


def test_the_reserved_agent_picks_up_another_call_meanwhile() -> None:
    floor = given(agents=["8001", "8002"]).adopts("u1", stored=False).ready("8001").call_waits("c1")
    floor.picks_up("8001").transfers("8001", AGENT, "8002").call("u1").picks_up("8002")
    floor.agent_is("8002", AgentState.TALKING, AgentStatus.BREAK).call("c1").held().presented("c1", "8001")
    assert floor.desk("8001").notice == RingFailure.BUSY


def test_the_agent_who_is_rung_picks_up_another_call() -> None:
    floor = given(agents=["8001", "8002"]).adopts("u1", stored=False).ready("8001").call_waits("c1")
    floor.picks_up("8001").transfers("8001", AGENT, "8002").held().call("u1").picks_up("8002").call("c1")
    floor.ring_fails("8002", RingFailure.CANCELLED).presented("c1", "8001")


def test_somebody_who_is_moving_to_a_seat_is_not_there_yet() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001", "8002").phone("8003", reachable=True)
    floor.call_waits("c1").picks_up("8001").call_waits("c2").picks_up("8002").logs_in("8002", "seat3")
    result = floor.floor.request(
        ask.Transfer(staff_number="8001", target=ask.Target(kind=EXTENSION, value="803")), floor.now
    )
    assert isinstance(result, Refusal)
    assert result.code is RefusalCode.TARGET_BUSY
