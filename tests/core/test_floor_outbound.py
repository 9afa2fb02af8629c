"""Calls that agents begin: whom they may call, over which line, and how it ends."""

import pytest

from engine.core import requests as ask
from engine.core.dialling import NumberKind, free_line, is_allowed, kind_of, to_dial
from engine.core.effects import (
    FinishRecording,
    HangUpCall,
    HangUpSeat,
    LookUpCustomer,
    PlaceCall,
    StopRinging,
)
from engine.core.plan import DialRules, LinePlan
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallState,
    Direction,
    EndedBy,
    Outcome,
    RefusalCode,
    RingFailure,
)
from engine.core.views import PartyView
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import clock

MOBILE = "13812345678"
RULES = DialRules(area_code="0931")


def dialling() -> FloorScript:
    """8001 dials a mobile number at 09:00:00; the own phone rings."""
    return given(agents=["8001"]).ready("8001").at("09:00:00").dials("8001", MOBILE, "o1")


def talking() -> FloorScript:
    """... and the customer picked up at 09:00:10."""
    return dialling().after("2s").picks_up("8001").after("8s").customer_answers()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("110", NumberKind.EMERGENCY),
        ("09318881234", NumberKind.LOCAL),
        ("8881234", NumberKind.LOCAL),
        ("13812345678", NumberKind.MOBILE),
        ("01088881234", NumberKind.LONG_DISTANCE),
        ("95598", NumberKind.SERVICE),
        ("4008001234", NumberKind.SERVICE),
        ("0085212345678", NumberKind.INTERNATIONAL),
        ("16812345", NumberKind.PREMIUM),
    ],
)
def test_kinds_of_numbers(number: str, kind: NumberKind) -> None:
    assert kind_of(number, RULES) is kind


def test_what_is_not_allowed_cannot_be_dialled() -> None:
    assert not is_allowed("0085212345678", RULES)
    assert not is_allowed("16812345", RULES)
    assert not is_allowed("", RULES)
    assert not is_allowed("*21*1#", RULES)
    only_town = DialRules(area_code="0931", allowed=frozenset({"local"}))
    assert [number for number in ("110", "95598", "8881234", MOBILE) if is_allowed(number, only_town)] == [
        "110",
        "95598",
        "8881234",
    ]


def lines(*channels: int, outbound: bool = True) -> dict[str, LinePlan]:
    return {
        f"line{n}": LinePlan(id=f"line{n}", name="", channels=count, outbound=outbound, dial_prefix="9")
        for n, count in enumerate(channels, 1)
    }


def test_the_line_with_the_most_room_is_taken() -> None:
    line = free_line(MOBILE, RULES, lines(2, 4, 1), {"line2": 1})
    assert line is not None
    assert line.id == "line2"
    assert free_line(MOBILE, RULES, lines(1, 1), {"line1": 1, "line2": 2}) is None
    assert free_line(MOBILE, RULES, lines(3, outbound=False), {}) is None


def test_lines_that_are_kept_free_are_for_callers_and_emergencies() -> None:
    keeping = DialRules(keep_free_lines=1)
    assert free_line(MOBILE, keeping, lines(1, 1), {"line1": 1}) is None
    assert free_line("110", keeping, lines(1, 1), {"line1": 1}) is not None
    assert free_line(MOBILE, RULES, lines(1, 1), {"line1": 1}) is not None
    assert free_line(MOBILE, RULES, lines(1, 1), {"line1": 1}, spare=True) is None
    assert free_line("110", RULES, lines(1, 1), {"line1": 1}, spare=True) is not None


def test_a_line_gets_the_number_as_it_wants_it() -> None:
    line = lines(1)["line1"]
    assert to_dial("09318881234", RULES, line) == "98881234"
    assert to_dial("01088881234", RULES, line) == "901088881234"
    assert to_dial("8881234", DialRules(), line) == "98881234"


def test_a_call_that_is_answered() -> None:
    floor = dialling().agent_is("8001", AgentState.DIALLING).call_is(CallState.DIALLING)
    assert floor.ordered(PlaceCall) == [
        PlaceCall(call_id="o1", seat_id="seat1", auto=False, number=MOBILE, line_id="line1", ring_ms=60_000)
    ]
    assert floor.ordered(LookUpCustomer) == [LookUpCustomer(call_id="o1", cli=MOBILE)]
    assert [line.busy for line in floor.floor.view().lines] == [1, 0]
    floor.phone_rings("8001").after("2s").picks_up("8001").picks_up("8001").call_is(CallState.DIALLING)
    floor.after("8s").customer_answers().agent_is("8001", AgentState.TALKING).after("60s").hangs_up()
    floor.agent_is("8001", AgentState.WRAP_UP).after("30s").agent_is("8001", AgentState.IDLE)
    record = floor.record()
    assert (record.direction, record.outcome, record.cli) == (Direction.OUTBOUND, Outcome.ANSWERED, MOBILE)
    assert (record.answered_at, record.talk_ms, record.wrap_up_ms) == (clock("09:00:10"), 60_000, 30_000)
    assert (record.offered_at, record.queue_id, record.wait_ms) == (0, "", 0)
    assert [(part.how, part.talk_ms) for part in floor.parts[:1]] == [("dialled", 60_000)]
    assert floor.floor.view().queues[0].offered == 0


def test_the_customer_of_the_card_is_on_record() -> None:
    floor = given(agents=["8001"])
    floor.request(ask.Dial(staff_number="8001", call_id="o1", number=MOBILE, customer_id=7)).call("o1")
    assert floor.record().customer_id == 7


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (RingFailure.NO_ANSWER, Outcome.NO_ANSWER),
        (RingFailure.BUSY, Outcome.BUSY),
        (RingFailure.REJECTED, Outcome.BUSY),
        (RingFailure.UNREACHABLE, Outcome.UNREACHABLE),
    ],
)
def test_a_call_that_is_not_answered(failure: RingFailure, outcome: Outcome) -> None:
    floor = dialling().picks_up("8001").after("9s").customer_fails(failure)
    floor.agent_is("8001", AgentState.IDLE).call_is(CallState.ENDED)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="o1", seat_id="seat1")]
    assert len(floor.ordered(FinishRecording)) == 1
    assert floor.desk("8001").notice == failure
    floor.customer_fails(failure).customer_answers().puts_down("8001").gone("o1")
    assert (floor.record().outcome, floor.record().ended_by) == (outcome, EndedBy.SYSTEM)
    assert floor.record().customer_cause == 17


def test_who_has_not_been_reached_can_be_called_again() -> None:
    floor = dialling().picks_up("8001").customer_fails(RingFailure.BUSY).puts_down("8001")
    floor.dials("8001", MOBILE, "o2").agent_is("8001", AgentState.DIALLING)
    assert floor.desk("8001").notice == ""


def test_the_called_phone_goes_without_a_word() -> None:
    floor = dialling().picks_up("8001").hangs_up(cause=19).agent_is("8001", AgentState.IDLE)
    assert (floor.record().outcome, floor.record().customer_cause) == (Outcome.NO_ANSWER, 19)


def test_the_agent_gives_up_while_it_rings() -> None:
    floor = dialling().picks_up("8001").asks_hang_up("8001")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="o1", seat_id="seat1")]
    floor.puts_down("8001").agent_is("8001", AgentState.IDLE).gone("o1")
    assert (floor.record().outcome, floor.record().ended_by) == (Outcome.CANCELLED, EndedBy.AGENT)
    assert floor.desk("8001").notice == ""


def test_the_agent_gives_up_before_the_own_phone_is_up() -> None:
    floor = dialling().asks_hang_up("8001")
    assert floor.ordered(StopRinging) == [StopRinging(call_id="o1", seat_id="seat1")]
    floor.ring_fails("8001", RingFailure.CANCELLED).gone("o1").agent_is("8001", AgentState.IDLE)
    assert floor.record().outcome is Outcome.CANCELLED
    assert floor.ordered(FinishRecording) == []


def test_the_own_phone_is_not_picked_up() -> None:
    floor = dialling().ring_fails("8001", RingFailure.NO_ANSWER).gone("o1")
    floor.agent_is("8001", AgentState.IDLE)
    assert (floor.record().outcome, floor.record().ended_by) == (Outcome.CANCELLED, EndedBy.SYSTEM)
    assert floor.desk("8001").notice == RingFailure.NO_ANSWER


def test_a_dialling_of_which_nothing_is_heard_is_given_up() -> None:
    floor = dialling().after("85s").agent_is("8001", AgentState.IDLE).gone("o1")
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="o1")]
    assert floor.record().outcome is Outcome.NO_ANSWER


def test_who_dials_gets_no_caller_and_whoever_waits_is_served_afterwards() -> None:
    floor = dialling().call_waits("c1").waiting("c1").call("o1")
    floor.ring_fails("8001").presented("c1", "8001")


def test_on_break_one_may_dial_and_stays_on_break() -> None:
    floor = given(agents=["8001"]).goes_on_break("8001").dials("8001", MOBILE, "o1")
    floor.picks_up("8001").customer_answers().hangs_up().after("30s").on_break("8001", "meal")


def test_why_a_call_is_refused() -> None:
    floor = given(agents=["8001", "8002"], lines=1)

    def refused(number: str, code: RefusalCode, call_id: str = "o1") -> None:
        floor.refuses(ask.Dial(staff_number="8001", call_id=call_id, number=number), code)

    refused("0085212345678", RefusalCode.NUMBER_FORBIDDEN)
    refused("801", RefusalCode.TARGET_IS_SELF)
    refused("803", RefusalCode.TARGET_BUSY)
    floor.switch_is_down()
    refused(MOBILE, RefusalCode.SWITCH_DOWN)
    floor.switch_is_up().dials("8002", MOBILE, "o1")
    refused(MOBILE, RefusalCode.NO_FREE_LINE, "o2")
    refused("802", RefusalCode.TARGET_BUSY, "o2")
    refused("110", RefusalCode.IN_CALL)
    floor.ready("8001").phone("8001", reachable=False)
    refused("110", RefusalCode.NO_PHONE)
    talking().refuses(ask.Dial(staff_number="8001", call_id="o2", number="110"), RefusalCode.IN_CALL)


def party_of(floor: FloorScript, staff_number: str) -> PartyView:
    """With whom the agent has to do, by the own console."""
    call = floor.desk(staff_number).call
    assert call is not None
    assert call.party is not None
    return call.party


def called() -> FloorScript:
    """8001 calls 8002, at whose seat the phone answers by itself."""
    floor = given(agents=["8001", "8002"], auto=["seat2"]).ready("8001", "8002").at("09:00:00")
    return floor.dials("8001", "802", "i1")


def test_a_colleague_is_called() -> None:
    floor = called().agent_is("8002", AgentState.RESERVED)
    placed = floor.ordered(PlaceCall)[0]
    assert (placed.number, placed.line_id, placed.to_seat_id, placed.to_auto) == ("802", "", "seat2", True)
    assert floor.ordered(LookUpCustomer) == []
    floor.picks_up("8001").phone_rings("8002").agent_is("8002", AgentState.RINGING)
    assert (party_of(floor, "8001").number, party_of(floor, "8001").answered) == ("8002", False)
    assert party_of(floor, "8002").number == "8001"
    floor.answers("8002").after("5s").customer_answers().agent_is("8002", AgentState.TALKING)
    floor.agent_is("8001", AgentState.TALKING).after("20s").hangs_up()
    floor.agent_is("8001", AgentState.IDLE).agent_is("8002", AgentState.IDLE).puts_down("8001").gone("i1")
    record = floor.record()
    assert (record.direction, record.outcome, record.talk_ms) == (
        Direction.INTERNAL,
        Outcome.ANSWERED,
        20_000,
    )
    assert [(part.staff_number, part.how, part.talk_ms) for part in floor.parts] == [
        ("8002", "answered", 20_000),
        ("8001", "dialled", 20_000),
    ]


def test_the_called_colleague_hangs_up_by_the_console() -> None:
    floor = called().picks_up("8001").customer_answers().asks_hang_up("8002")
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="i1")]
    assert floor.hangs_up().record().ended_by is EndedBy.AGENT


def test_who_called_a_colleague_hangs_up_whatever_the_cause() -> None:
    floor = called().picks_up("8001").customer_answers().puts_down("8001", cause=44)
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="i1")]
    floor.agent_is("8001", AgentState.IDLE).hangs_up().agent_is("8002", AgentState.IDLE).gone("i1")


def test_a_colleague_who_does_not_want_to() -> None:
    floor = called().picks_up("8001").rejects("8002")
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="i1")]
    floor.customer_fails(RingFailure.REJECTED).agent_is("8002", AgentState.IDLE, AgentStatus.READY)
    assert floor.desk("8001").notice == RingFailure.REJECTED


def test_a_seat_where_nobody_sits_can_be_called() -> None:
    floor = given(agents=["8001"]).phone("8003", reachable=True).dials("8001", "803", "i1")
    assert floor.ordered(PlaceCall)[0].to_seat_id == "seat3"
    call = floor.picks_up("8001").customer_answers().desk("8001").call
    assert call is not None
    assert call.party is None


def test_the_phone_of_an_outside_call_dies_and_the_customer_is_kept() -> None:
    floor = talking().after("20s").puts_down("8001", cause=44)
    floor.waiting("o1").agent_is("8001", AgentState.WRAP_UP)
    assert (floor.record().queue_id, floor.record().offered_at) == ("general", 0)
    floor.ready("8001").presented("o1", "8001").after("3s").picks_up("8001").after("5s").hangs_up()
    record = floor.record()
    assert (record.outcome, record.talk_ms, record.transfers) == (Outcome.ANSWERED, 25_000, 0)
    assert floor.floor.view().queues[0].offered == 0


def test_a_call_that_an_engine_left_dialling_is_nobodys_abandonment() -> None:
    floor = dialling().picks_up("8001").restart().switch_is_up().adopts("o1").hangs_up()
    assert floor.record().outcome is Outcome.NO_ANSWER


def test_an_outside_call_goes_on_over_a_restart() -> None:
    floor = talking().after("10s").restart().switch_is_up().adopts_talk("o1", "8001")
    floor.agent_is("8001", AgentState.TALKING).after("10s").hangs_up()
    assert (floor.record().talk_ms, floor.record().offered_at) == (20_000, 0)


def test_an_outside_call_that_was_never_stored_stays_one() -> None:
    floor = talking().restart().switch_is_up()
    floor.adopts_talk("o1", "8001", stored=False, direction=Direction.OUTBOUND).hangs_up()
    record = floor.record()
    assert (record.direction, record.offered_at, record.outcome) == (Direction.OUTBOUND, 0, Outcome.ANSWERED)
