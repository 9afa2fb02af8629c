"""A customer is told something by the engine's voice while the agent waits, and is with the agent again."""

from engine.core import requests as ask
from engine.core.effects import Announce, HangUpSeat, HoldCall, RetrieveCall
from engine.core.events import Announced
from engine.core.states import AgentState, CallState, RefusalCode, TargetKind
from tests.support.floor_script import FloorScript, given

ARTICLE = ask.TellCustomer(staff_number="8001", prompts=("article",), values={"text": "请重启机顶盒"})
BACK = RetrieveCall(call_id="c1", seat_id="seat1")


def talk() -> FloorScript:
    floor = given(agents=["8001", "8002"]).ready("8001").at("09:00:00")
    return floor.call_waits("c1").after("4s").picks_up("8001").after("60s")


def listening() -> FloorScript:
    return talk().request(ARTICLE).held()


def test_the_customer_is_held_hears_it_and_is_back() -> None:
    floor = talk().request(ARTICLE)
    assert floor.ordered(HoldCall) == [HoldCall(call_id="c1", seat_id="seat1", music="music-general")]
    assert floor.ordered(Announce) == []
    floor.held().call_is(CallState.HOLDING)
    said = floor.ordered(Announce)
    assert [(one.prompts, one.values, one.music) for one in said] == [
        (("article",), {"text": "请重启机顶盒"}, "music-general")
    ]
    floor.after("30s").announced()
    assert floor.ordered(RetrieveCall) == [BACK]
    floor.retrieved().call_is(CallState.TALKING).agent_is("8001", AgentState.TALKING)
    assert floor.after("10s").hangs_up().record().hold_ms == 30_000


def test_a_customer_who_is_held_already_hears_it_at_once() -> None:
    floor = talk().asks_hold("8001").held().request(ARTICLE)
    assert [one.prompts for one in floor.ordered(Announce)] == [("article",)]
    floor.announced()
    assert floor.ordered(RetrieveCall) == [BACK]


def test_the_language_asked_for_goes_before_the_callers() -> None:
    floor = talk().request(ask.TellCustomer(staff_number="8001", prompts=("article",), language="en")).held()
    assert [one.language for one in floor.ordered(Announce)] == ["en"]


def test_the_agent_may_take_the_customer_back_before_it_is_over() -> None:
    floor = listening().after("5s").asks_retrieve("8001")
    assert floor.ordered(RetrieveCall) == [BACK]
    floor.announced()  # on the way while the customer was moved
    assert floor.ordered(RetrieveCall) == []
    floor.retrieved().call_is(CallState.TALKING)
    floor.after("5s").asks_hold("8001").held().call_is(CallState.HOLDING)
    assert floor.ordered(Announce) == []  # an ordinary hold says nothing


def test_an_announcement_that_nobody_was_told_brings_nobody_back() -> None:
    floor = talk().asks_hold("8001").held().announced()
    assert floor.ordered(RetrieveCall) == []


def test_who_is_handed_over_meanwhile_does_not_come_back() -> None:
    floor = listening().transfers("8001", TargetKind.QUEUE, "general")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    floor.announced().call_is(CallState.QUEUED)
    assert floor.ordered(RetrieveCall) == []


def test_without_the_switch_nobody_is_moved() -> None:
    floor = listening().switch_is_down().announced()
    assert floor.ordered(RetrieveCall) == []


def test_the_hold_that_fails_tells_nothing() -> None:
    floor = talk().request(ARTICLE).order_fails().call_is(CallState.TALKING)
    assert floor.asks_hold("8001").held().ordered(Announce) == []


def test_it_needs_a_customer() -> None:
    given(agents=["8001"]).ready("8001").refuses(ARTICLE, RefusalCode.NOT_TALKING)


def test_what_is_told_of_a_call_that_is_gone_is_late() -> None:
    floor = talk()
    before = floor.floor.state.ignored
    floor.handle(Announced(call_id="c9"))
    assert floor.floor.state.ignored == before + 1
