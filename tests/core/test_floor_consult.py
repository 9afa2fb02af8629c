"""Three parties: consultation, alternating, attended transfer, conference; and whoever leaves in between."""

import pytest

from engine.core import requests as ask
from engine.core.effects import (
    OUTSIDE,
    AlternateLegs,
    AskPhoneToAnswer,
    BeginConference,
    DialParty,
    HangUpCall,
    HangUpSeat,
    HoldCall,
    JoinParty,
    MuteSeat,
    PressDigits,
    RetrieveCall,
    StopRinging,
)
from engine.core.events import SeatMuted
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
from engine.core.views import PartyView
from tests.support.floor_script import FloorScript, given

MOBILE = "13812345678"
AGENT, EXTENSION, NUMBER = TargetKind.AGENT, TargetKind.EXTENSION, TargetKind.NUMBER
TOGETHER = AgentState.TALKING


def talk(auto: tuple[str, ...] = ()) -> FloorScript:
    """8001 has talked to c1 for 60 s; 8002 is ready, and free."""
    floor = given(agents=["8001", "8002"], auto=auto).ready("8001").at("09:00:00").call_waits("c1")
    return floor.picks_up("8001").ready("8002").after("60s")


def dialled(auto: tuple[str, ...] = ()) -> FloorScript:
    """... and dials 8002 about it."""
    return talk(auto).consults("8001", AGENT, "8002").held()


def consulting() -> FloorScript:
    """... who picked up after 5 s."""
    return dialled().after("5s").party_answers("8002")


def outside() -> FloorScript:
    """8001 speaks to an outside number about c1."""
    return talk().consults("8001", NUMBER, MOBILE).held().after("5s").party_answers(OUTSIDE)


def conference() -> FloorScript:
    """All three speak, after 10 s of consultation."""
    return consulting().after("10s").confers("8001").conference_began()


def party_of(floor: FloorScript, staff_number: str) -> PartyView:
    """The third party by the agent's own console."""
    call = floor.desk(staff_number).call
    assert call is not None
    assert call.party is not None
    return call.party


def test_a_colleague_is_asked() -> None:
    floor = talk().consults("8001", AGENT, "8002")
    assert floor.ordered(HoldCall) == [HoldCall(call_id="c1", seat_id="seat1", music="music-general")]
    floor.agent_is("8002", AgentState.RESERVED).held().call_is(CallState.CONSULTING)
    assert floor.ordered(DialParty) == [
        DialParty(call_id="c1", seat_id="seat1", party="seat2", auto=False, ring_ms=15_000)
    ]
    floor.agent_is("8001", AgentState.CONSULTING).party_rings("8002").agent_is("8002", AgentState.RINGING)
    assert (party_of(floor, "8001").number, party_of(floor, "8001").answered) == ("8002", False)
    assert party_of(floor, "8002").number == "8001"
    assert floor.desk("8002").present_until > floor.now
    floor.answers("8002")
    assert floor.ordered(AskPhoneToAnswer) == [AskPhoneToAnswer(seat_id="seat2")]
    floor.party_answers("8002").agent_is("8002", TOGETHER).party_answers("8002")
    assert (party_of(floor, "8001").answered, party_of(floor, "8001").active) == (True, True)
    assert floor.desk("8002").present_until == 0


def test_a_phone_that_answers_by_itself_needs_no_key() -> None:
    floor = dialled(auto=("seat2",))
    assert floor.ordered(DialParty)[0].auto
    assert floor.answers("8002").ordered(AskPhoneToAnswer) == []


def test_handed_over_after_speaking() -> None:
    floor = consulting().after("10s").notes(note="x").completes("8001")
    assert floor.ordered(JoinParty) == [JoinParty(call_id="c1", seat_id="seat1", party="seat2")]
    floor.transfer_done("8002").call_is(CallState.TALKING).agent_is("8001", AgentState.WRAP_UP)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    assert floor.desk("8002").draft.note == "x"
    floor.puts_down("8001").after("20s").transfer_done("8002").hangs_up().agent_is("8002", AgentState.WRAP_UP)
    record = floor.record()
    assert (record.staff_number, record.seat_id, record.transfers) == ("8002", "seat2", 1)
    assert (record.talk_ms, record.hold_ms) == (80_000, 15_000)
    floor.puts_down("8002").after("30s").gone("c1")
    shares = {part.staff_number: part for part in floor.parts}
    first, second = shares["8001"], shares["8002"]
    assert (first.talk_ms, first.hold_ms, first.consult_ms) == (60_000, 0, 15_000)
    assert (second.how, second.consult_ms, second.talk_ms) == ("transferred", 10_000, 20_000)
    queue = floor.floor.view().queues[0]
    assert (queue.answered, queue.handled, queue.mean_talk_ms) == (1, 1, 80_000)
    day = floor.desk("8001").day
    assert (day.talk_ms, day.hold_ms, day.answered) == (75_000, 0, 1)


def test_the_new_owner_can_hand_it_over_again() -> None:
    floor = consulting().completes("8001").transfer_done("8002").puts_down("8001").finishes_wrap_up("8001")
    floor.transfers("8002", AGENT, "8001").held().presented("c1", "8001").picks_up("8001").hangs_up()
    assert floor.record().transfers == 2


def test_to_an_outside_party_after_speaking() -> None:
    floor = outside().after("10s").completes("8001").transfer_done(OUTSIDE).call_is(CallState.FORWARDED)
    floor.agent_is("8001", AgentState.WRAP_UP).puts_down("8001").after("20s").party_leaves(OUTSIDE)
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]
    floor.hangs_up().after("30s").gone("c1")
    assert (floor.record().staff_number, floor.record().transfers) == ("8001", 1)
    party = next(part for part in floor.parts if part.party)
    assert (party.how, party.consult_ms, party.talk_ms) == ("consulted", 10_000, 20_000)


@pytest.mark.parametrize("failure", [RingFailure.NO_ANSWER, RingFailure.BUSY, RingFailure.REJECTED])
def test_who_cannot_be_asked(failure: RingFailure) -> None:
    floor = dialled().after("5s").party_fails("8002", failure).call_is(CallState.HOLDING)
    floor.agent_is("8001", AgentState.HOLDING).agent_is("8002", AgentState.IDLE)  # no break for a colleague
    assert floor.desk("8001").notice == failure
    assert floor.ordered(RetrieveCall) == []
    floor.asks_retrieve("8001").retrieved().after("5s").hangs_up()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (65_000, 5_000)


def test_the_colleague_does_not_want_to() -> None:
    floor = dialled().rejects("8002")
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id="seat2")]
    floor.party_fails("8002", RingFailure.REJECTED).agent_is("8002", AgentState.IDLE)


def test_a_party_of_whom_nothing_is_heard_is_given_up() -> None:
    floor = dialled().after("20s").call_is(CallState.HOLDING)
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id="seat2")]
    assert floor.desk("8001").notice == RingFailure.NO_ANSWER
    floor.party_answers("8002")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]


@pytest.mark.parametrize("how", ["cancel", "F8"])
def test_the_agent_gives_up_before_there_is_an_answer(how: str) -> None:
    floor = dialled()
    floor = floor.cancels("8001") if how == "cancel" else floor.asks_hang_up("8001")
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id="seat2")]
    floor.party_fails("8002", RingFailure.CANCELLED)
    assert floor.ordered(RetrieveCall) == [RetrieveCall(call_id="c1", seat_id="seat1")]
    assert floor.desk("8001").notice == ""
    floor.retrieved().agent_is("8001", TOGETHER)


def test_an_answer_in_the_moment_of_giving_up() -> None:
    floor = dialled().cancels("8001").party_answers("8002")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]
    floor.refuses(ask.Alternate(staff_number="8001"), RefusalCode.NOT_CONSULTING)
    floor.party_leaves("8002").agent_is("8002", AgentState.IDLE)
    assert floor.ordered(RetrieveCall) == [RetrieveCall(call_id="c1", seat_id="seat1")]


@pytest.mark.parametrize("how", ["cancel", "F8"])
def test_back_to_the_customer(how: str) -> None:
    floor = consulting().after("10s")
    floor = floor.cancels("8001") if how == "cancel" else floor.asks_hang_up("8001")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]
    floor.party_fails("8002").party_leaves("8002").call_is(CallState.HOLDING)
    assert floor.ordered(RetrieveCall) == [RetrieveCall(call_id="c1", seat_id="seat1")]
    floor.refuses(ask.Retrieve(staff_number="8001"), RefusalCode.TOO_LATE)
    floor.after("1s").retrieved().after("5s").hangs_up()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (65_000, 16_000)
    assert [part.hold_ms for part in floor.parts if part.staff_number == "8001"] == [1_000]


@pytest.mark.parametrize("how", ["phone", "console"])
def test_the_colleague_goes(how: str) -> None:
    floor = consulting().after("10s")
    if how == "console":
        floor.asks_hang_up("8002")
        assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]
    floor.party_leaves("8002").call_is(CallState.HOLDING).agent_is("8002", AgentState.IDLE)
    assert floor.ordered(RetrieveCall) == []
    floor.consults("8001", AGENT, "8002").call_is(CallState.CONSULTING)


def test_alternating() -> None:
    floor = consulting().after("10s").alternates("8001")
    assert floor.ordered(AlternateLegs) == [
        AlternateLegs(call_id="c1", seat_id="seat1", party="seat2", to_customer=True, music="music-general")
    ]
    floor.alternated(to_customer=True).alternated(to_customer=True)
    assert not party_of(floor, "8001").active
    floor.after("20s").alternates("8001")
    assert [order.to_customer for order in floor.ordered(AlternateLegs)] == [False]
    floor.alternated(to_customer=False).after("5s").alternates("8001").alternated(to_customer=True)
    floor.after("5s").party_leaves("8002").call_is(CallState.TALKING).agent_is("8001", TOGETHER)
    floor.hangs_up()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (85_000, 20_000)
    helper = floor.parts[0]
    assert (helper.how, helper.consult_ms, helper.hold_ms, helper.talk_ms) == ("consulted", 15_000, 25_000, 0)


def test_hanging_up_on_the_customer_who_is_heard() -> None:
    floor = consulting().alternates("8001").alternated(to_customer=True).asks_hang_up("8001")
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]
    floor.hangs_up()
    assert {order.seat_id for order in floor.ordered(HangUpSeat)} == {"seat1", "seat2"}
    floor.agent_is("8001", AgentState.WRAP_UP).agent_is("8002", AgentState.IDLE)
    assert floor.record().ended_by is EndedBy.AGENT
    floor.puts_down("8001").party_leaves("8002").after("30s").gone("c1")


def test_the_own_leg_goes_before_the_customers_when_the_agent_hangs_up() -> None:
    floor = consulting().alternates("8001").alternated(to_customer=True).asks_hang_up("8001")
    floor.puts_down("8001").call_is(CallState.CLOSING).hangs_up().party_leaves("8002")
    floor.after("30s").gone("c1")


def test_three_speak() -> None:
    floor = consulting().after("10s").confers("8001")
    assert floor.ordered(BeginConference) == [BeginConference(call_id="c1", seat_id="seat1", party="seat2")]
    floor.conference_began().call_is(CallState.CONFERENCE).conference_began()
    floor.agent_is("8001", AgentState.CONFERENCE).agent_is("8002", AgentState.CONFERENCE)
    floor.after("20s").hangs_up()
    assert {order.seat_id for order in floor.ordered(HangUpSeat)} == {"seat1", "seat2"}
    assert (floor.record().talk_ms, floor.record().hold_ms) == (80_000, 15_000)
    assert [(part.staff_number, part.talk_ms, part.consult_ms) for part in floor.parts] == [
        ("8002", 20_000, 10_000),
        ("8001", 80_000, 15_000),
    ]
    floor.agent_is("8002", AgentState.IDLE).agent_is("8001", AgentState.WRAP_UP)


def test_the_third_leaves_a_conference() -> None:
    floor = conference().after("20s").cancels("8001")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]
    floor.party_leaves("8002").call_is(CallState.TALKING).agent_is("8001", TOGETHER)
    assert floor.ordered(RetrieveCall) == []
    floor.after("10s").hangs_up()
    assert floor.record().talk_ms == 90_000


@pytest.mark.parametrize(("how", "cause"), [("F8", 16), ("phone dies", 44)])
def test_the_agent_leaves_a_conference(how: str, cause: int) -> None:
    floor = conference().after("20s")
    if how == "F8":
        floor.asks_hang_up("8001")
        assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    floor.puts_down("8001", cause=cause).call_is(CallState.TALKING).agent_is("8002", TOGETHER)
    floor.agent_is("8001", AgentState.WRAP_UP).after("10s").asks_hang_up("8002").puts_down("8002").hangs_up()
    assert (floor.record().staff_number, floor.record().transfers) == ("8002", 1)
    assert (floor.record().talk_ms, floor.record().ended_by) == (90_000, EndedBy.AGENT)


def test_the_agent_leaves_customer_and_outside_party_to_each_other() -> None:
    floor = outside().confers("8001").conference_began().puts_down("8001").call_is(CallState.FORWARDED)
    floor.after("10s").hangs_up().party_leaves(OUTSIDE).after("30s").gone("c1")
    assert [part.talk_ms for part in floor.parts if part.party] == [10_000]


@pytest.mark.parametrize("cause", [16, 44])
def test_the_agents_phone_goes_in_a_consultation_and_the_customer_is_kept(cause: int) -> None:
    floor = consulting().call_waits("c2").call("c1").puts_down("8001", cause=cause)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat2")]
    floor.agent_is("8001", AgentState.WRAP_UP).presented("c1", "8002")  # before c2, who came later
    floor.party_leaves("8002").picks_up("8002").hangs_up()
    assert floor.record("c1").transfers == 1


def test_the_agents_phone_goes_while_the_third_rings() -> None:
    dialled().puts_down("8001").presented("c1", "8002")


def test_the_customer_goes_while_the_third_rings() -> None:
    floor = dialled().after("5s").hangs_up()
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id="seat2")]
    floor.agent_is("8002", AgentState.IDLE).agent_is("8001", AgentState.WRAP_UP)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    assert (floor.record().outcome, floor.record().hold_ms) == (Outcome.ANSWERED, 5_000)
    floor.party_fails("8002").puts_down("8001").after("30s").gone("c1")


def test_what_needs_a_third_party_is_refused_without_one() -> None:
    floor = talk()
    for request in (
        ask.Alternate(staff_number="8001"),
        ask.CompleteTransfer(staff_number="8001"),
        ask.CancelConsult(staff_number="8001"),
        ask.Conference(staff_number="8001"),
    ):
        floor.refuses(request, RefusalCode.NOT_CONSULTING)
    dialled().refuses(ask.CompleteTransfer(staff_number="8001"), RefusalCode.NOT_CONSULTING)
    dialled().refuses(ask.Conference(staff_number="8001"), RefusalCode.NOT_CONSULTING)
    queue = ask.Target(kind=TargetKind.QUEUE, value="fault")
    floor.refuses(ask.Consult(staff_number="8001", target=queue), RefusalCode.UNKNOWN_TARGET)
    consulting().refuses(ask.Hold(staff_number="8002"), RefusalCode.NOT_TALKING)
    given().refuses(ask.Conference(staff_number="8001"), RefusalCode.NOT_LOGGED_IN)
    again = ask.Consult(staff_number="8001", target=ask.Target(kind=AGENT, value="8002"))
    given(agents=["8001"]).refuses(again, RefusalCode.NOT_TALKING)


def test_an_order_that_failed_can_be_given_again() -> None:
    floor = consulting().completes("8001")
    floor.refuses(ask.Conference(staff_number="8001"), RefusalCode.TOO_LATE)
    floor.order_fails().call_is(CallState.CONSULTING).confers("8001").conference_began()
    floor.call_is(CallState.CONFERENCE).order_fails().call("c9").order_fails()


def test_an_order_of_which_nothing_is_heard_can_be_given_again() -> None:
    consulting().completes("8001").after("3s").completes("8001")


def test_the_reserved_colleague_picks_up_another_call_meanwhile() -> None:
    floor = given(agents=["8001", "8002"]).adopts("u1", stored=False).ready("8001").call_waits("c1")
    floor.picks_up("8001").consults("8001", AGENT, "8002").call("u1").picks_up("8002")
    floor.call("c1").held().call_is(CallState.HOLDING)
    assert floor.desk("8001").notice == RingFailure.BUSY


def test_the_colleague_who_is_rung_picks_up_another_call() -> None:
    floor = given(agents=["8001", "8002"]).adopts("u1", stored=False).ready("8001").call_waits("c1")
    floor.picks_up("8001").consults("8001", AGENT, "8002").held().call("u1").picks_up("8002")
    floor.agent_is("8002", TOGETHER, AgentStatus.BREAK).call("c1").party_fails("8002", RingFailure.BUSY)
    floor.call_is(CallState.HOLDING).agent_is("8002", TOGETHER, AgentStatus.BREAK)


def test_the_colleague_who_is_called_picks_up_another_call() -> None:
    floor = given(agents=["8001", "8002"]).adopts("u1", stored=False).dials("8001", "802", "i1")
    floor.call("u1").picks_up("8002").call("i1").customer_fails(RingFailure.BUSY)
    floor.agent_is("8002", TOGETHER, AgentStatus.BREAK).agent_is("8001", AgentState.IDLE, AgentStatus.BREAK)


def digits(floor: FloorScript) -> list[PressDigits]:
    return floor.request(ask.SendDigits(staff_number="8001", digits="12#")).ordered(PressDigits)


def test_keys_go_to_the_one_who_is_heard() -> None:
    to_customer = [PressDigits(call_id="c1", digits="12#")]
    to_party = [PressDigits(call_id="c1", digits="12#", party=OUTSIDE)]
    assert digits(talk()) == to_customer
    assert digits(outside()) == to_party
    assert digits(outside().alternates("8001").alternated(to_customer=True)) == to_customer
    assert digits(outside().confers("8001").conference_began()) == to_customer
    request = ask.SendDigits(staff_number="8001", digits="1")
    dialled().refuses(request, RefusalCode.NOT_TALKING)
    talk().asks_hold("8001").held().refuses(request, RefusalCode.NOT_TALKING)


def test_the_microphone_is_off() -> None:
    floor = talk().request(ask.Mute(staff_number="8001", on=True))
    assert floor.ordered(MuteSeat) == [MuteSeat(call_id="c1", seat_id="seat1", on=True)]
    assert not floor.desk("8001").agent.muted
    floor.handle(SeatMuted(call_id="c1", seat_id="seat1", on=True))
    assert floor.desk("8001").agent.muted
    floor.hangs_up().handle(SeatMuted(call_id="c1", seat_id="seat1", on=True))
    assert not floor.desk("8001").agent.muted
    floor.refuses(ask.Mute(staff_number="8001", on=False), RefusalCode.NOT_TALKING)
    talk().switch_is_down().refuses(ask.Mute(staff_number="8001", on=True), RefusalCode.SWITCH_DOWN)
    consulting().request(ask.Mute(staff_number="8002", on=True))


def test_a_consultation_is_a_talk_after_a_restart() -> None:
    floor = consulting().restart().switch_is_up().adopts_talk("c1", "8001")
    floor.agent_is("8001", TOGETHER).party_leaves("8002").agent_is("8001", TOGETHER).after("5s").hangs_up()
    assert floor.record().outcome is Outcome.ANSWERED


def test_without_the_switch_nobody_is_moved_and_nothing_is_lost() -> None:
    floor = consulting().switch_is_down()
    floor.refuses(ask.Alternate(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    floor.refuses(ask.HangUp(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    floor.switch_is_up().alternates("8001").alternated(to_customer=True)
