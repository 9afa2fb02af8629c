"""The tables of both machines are whole, and the floor has an answer to every fact in every state."""

import dataclasses
import typing
from collections.abc import Callable
from enum import StrEnum

import pytest

from engine.core import effects, events, requests
from engine.core.agent_machine import AGENT_MACHINE, AgentTrigger
from engine.core.call_machine import CALL_MACHINE, CallTrigger
from engine.core.effects import OUTSIDE, Step
from engine.core.machine import IllegalTransition, Machine
from engine.core.notices import Watcher
from engine.core.records import CallNote, CallRecord, CustomerCard
from engine.core.requests import Refusal, Target
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallbackResult,
    CallState,
    RingFailure,
    SpyMode,
    TargetKind,
)
from tests.support.floor_script import FloorScript, given

# Written down a second time, on purpose: a change of a table has to be meant.
# A word: the next state. "-": late or double. ".": must not happen.
AGENT_TABLE = """
trigger          idle        unreachable reserved ringing dialling talking
reserved         reserved    .           .        .       .        .
ring_started     .           .           ringing  -       -        -
answered         .           .           talking  talking talking  .
ring_ended       .           .           idle     idle    .        .
dialled          dialling    .           .        .       .        .
dial_ended       .           .           .        .       idle     .
held             .           .           .        .       .        holding
retrieved        .           .           .        .       .        .
consulted        .           .           .        .       .        .
party_left       .           .           .        .       .        .
conference_began .           .           .        .       .        conference
handed_over      .           .           .        .       .        .
monitor_began    monitoring  .           .        .       .        .
monitor_ended    .           .           .        .       .        .
talk_ended       .           .           .        .       .        wrap_up
wrap_up_ended    .           .           .        .       .        .
phone_lost       unreachable -           -        -       -        -
phone_found      -           idle        -        -       -        -
talk_adopted     talking     talking     talking  talking -        -

trigger          holding    consulting conference monitoring wrap_up
reserved         .          .          .          .          .
ring_started     -          -          -          -          -
answered         .          .          .          .          .
ring_ended       .          .          .          .          .
dialled          .          .          .          .          .
dial_ended       .          .          .          .          .
held             .          .          .          .          .
retrieved        talking    .          .          .          .
consulted        consulting .          .          .          .
party_left       .          holding    talking    .          .
conference_began .          conference .          .          .
handed_over      .          .          talking    talking    .
monitor_began    .          .          .          .          .
monitor_ended    .          .          .          idle       .
talk_ended       wrap_up    wrap_up    wrap_up    .          .
wrap_up_ended    .          .          .          .          idle
phone_lost       -          -          -          -          -
phone_found      -          -          -          -          -
talk_adopted     -          -          -          -          .
"""
CALL_TABLE = """
trigger          ivr     queued    presented dialling talking holding    consulting
arrived          .       .         .         .        .       .          .
offered          queued  .         .         .        queued  queued     queued
presented        presented presented .       .        .       presented  .
returned         .       .         queued    .        -       -          -
answered         .       .         talking   talking  -       -          -
failed           .       .         .         ended    .       .          .
queue_left       .       ivr       .         .        .       .          .
message_started  message .         .         .        .       .          .
message_ended    -       -         -         -        -       -          -
held             -       -         -         -        holding -          -
retrieved        -       -         -         -        -       talking    -
consulted        .       .         .         .        .       consulting .
party_left       .       .         .         .        .       .          holding
conference_began .       .         .         .        .       .          conference
handed_over      .       .         .         .        talking talking    talking
forwarded        forwarded .       .         .        .       forwarded  forwarded
sent_to_flow     .       .         .         .        ivr     ivr        .
agent_left       .       .         .         .        closing closing    closing
closed           closing .         .         .        .       .          .
customer_left    ended   ended     ended     ended    ended   ended      ended

trigger          conference forwarded message unattended closing ended
arrived          .          .         .       ivr        .       .
offered          .          queued    .       .          .       .
presented        .          presented .       .          .       .
returned         -          -         .       -          -       -
answered         -          -         .       talking    -       -
failed           .          .         .       .          .       .
queue_left       .          .         .       .          .       .
message_started  .          .         .       .          .       .
message_ended    -          -         ivr     -          -       -
held             -          -         -       -          -       -
retrieved        -          -         -       -          -       -
consulted        .          .         .       .          .       .
party_left       talking    .         .       .          .       .
conference_began .          .         .       .          .       .
handed_over      talking    .         .       .          .       .
forwarded        forwarded  .         .       .          .       .
sent_to_flow     .          ivr       .       .          .       .
agent_left       .          closing   .       .          .       .
closed           .          .         .       .          .       .
customer_left    ended      ended     ended   ended      ended   .
"""


def read_table(table: str) -> dict[tuple[str, str], str]:
    answers = {}
    for half in table.split("\n\n"):  # the states side by side do not fit on a line
        head, *rows = [line.split() for line in half.strip().splitlines()]
        answers.update(
            {(state, row[0]): word for row in rows for state, word in zip(head[1:], row[1:], strict=True)}
        )
    return answers


def answer(machine: Machine[typing.Any, typing.Any], state: StrEnum, trigger: StrEnum) -> str:
    try:
        following = machine.step(state, trigger)
    except IllegalTransition:
        return "."
    return "-" if following is None else str(following)


@pytest.mark.parametrize(
    ("machine", "states", "triggers", "table"),
    [
        (AGENT_MACHINE, AgentState, AgentTrigger, AGENT_TABLE),
        (CALL_MACHINE, CallState, CallTrigger, CALL_TABLE),
    ],
    ids=["agent", "call"],
)
def test_every_pair_has_exactly_one_answer(
    machine: Machine[typing.Any, typing.Any],
    states: type[StrEnum],
    triggers: type[StrEnum],
    table: str,
) -> None:
    assert set(machine.transitions) == set(machine.ignored) == set(states)
    for state in states:
        assert not machine.transitions[state].keys() & machine.ignored[state], state
    expected = read_table(table)
    assert expected == {
        (str(state), str(trigger)): answer(machine, state, trigger)
        for state in states
        for trigger in triggers
    }


def members(union: object) -> set[type]:
    return set(typing.get_args(union))


def declared(module: object) -> set[type]:
    """All dataclasses that a module defines."""
    return {
        item
        for item in vars(module).values()
        if dataclasses.is_dataclass(item)
        and isinstance(item, type)
        and item.__module__ == getattr(module, "__name__", "")
    }


def test_the_unions_are_whole() -> None:
    assert members(events.Event) == declared(events)
    assert members(effects.Effect) == declared(effects)
    assert members(requests.Request) == declared(requests) - {Refusal, Target}


# Every state of a call, reached by a story; the call is c1, the agent 8001.
CALL_STORIES: dict[CallState, Callable[[], FloorScript]] = {
    CallState.IVR: lambda: given(agents=["8001"]).call_arrives("c1"),
    CallState.QUEUED: lambda: given(agents=["8001"]).call_waits("c1"),
    CallState.PRESENTED: lambda: given(agents=["8001"]).ready("8001").call_waits("c1"),
    CallState.TALKING: lambda: CALL_STORIES[CallState.PRESENTED]().picks_up("8001"),
    CallState.HOLDING: lambda: CALL_STORIES[CallState.TALKING]().asks_hold("8001").held(),
    CallState.MESSAGE: lambda: given(agents=["8001"]).call_arrives("c1").presses("4").hears_out(),
    CallState.UNATTENDED: lambda: given(agents=["8001"]).restart().switch_is_up().adopts("c1"),
    CallState.DIALLING: lambda: given(agents=["8001"]).dials("8001", "13812345678", "c1"),
    CallState.CONSULTING: lambda: (
        CALL_STORIES[CallState.HOLDING]()
        .phone("8002", reachable=True)
        .consults("8001", TargetKind.EXTENSION, "802")
        .party_answers("8002")
    ),
    CallState.CONFERENCE: lambda: CALL_STORIES[CallState.CONSULTING]().confers("8001").conference_began(),
    CallState.FORWARDED: lambda: CALL_STORIES[CallState.HOLDING]().transfers(
        "8001", TargetKind.NUMBER, "13812345678"
    ),
    CallState.CLOSING: lambda: CALL_STORIES[CallState.TALKING]().puts_down("8001"),
    CallState.ENDED: lambda: CALL_STORIES[CallState.TALKING]().hangs_up(),
}

LEGS = ("seat1", "seat2", OUTSIDE)

FACTS: dict[type, list[events.Event]] = {
    events.CallArrived: [
        events.CallArrived(call_id="c1", line_id="line9", did="", cli="", cli_raw="", at=0),
    ],
    events.PromptsPlayed: [
        events.PromptsPlayed(call_id="c1"),
        events.PromptsPlayed(call_id="c1", digits="9"),
    ],
    events.Announced: [events.Announced(call_id="c1")],
    events.MessageRecorded: [
        events.MessageRecorded(call_id="c1", file="x.wav", length_ms=0),
        events.MessageRecorded(call_id="c1", file="x.wav", length_ms=9_000),
    ],
    events.SeatRang: [events.SeatRang(call_id="c1", seat_id=leg) for leg in LEGS],
    events.SeatAnswered: [events.SeatAnswered(call_id="c1", seat_id=leg) for leg in LEGS],
    events.RingFailed: [
        events.RingFailed(call_id="c1", seat_id=seat, failure=failure)
        for seat in LEGS
        for failure in RingFailure
    ],
    events.SeatLegEnded: [
        events.SeatLegEnded(call_id="c1", seat_id=leg, cause=cause) for leg in LEGS for cause in (16, 44)
    ],
    events.CustomerLegEnded: [events.CustomerLegEnded(call_id="c1")],
    events.CallHeld: [events.CallHeld(call_id="c1")],
    events.CallRetrieved: [events.CallRetrieved(call_id="c1")],
    events.ServiceAnswered: [events.ServiceAnswered(call_id="c1", request=1, outcome="failed")],
    events.KeyPressed: [events.KeyPressed(call_id="c1", key="1")],
    events.CustomerAnswered: [events.CustomerAnswered(call_id="c1")],
    events.CustomerFailed: [
        events.CustomerFailed(call_id="c1", failure=failure) for failure in (RingFailure.BUSY,)
    ],
    events.LegsAlternated: [
        events.LegsAlternated(call_id="c1", to_customer=to_customer) for to_customer in (True, False)
    ],
    events.TransferDone: [
        events.TransferDone(call_id="c1", party=party) for party in ("seat2", "seat3", OUTSIDE)
    ],
    events.ConferenceBegan: [events.ConferenceBegan(call_id="c1")],
    events.OrderFailed: [events.OrderFailed(call_id="c1")],
    events.SeatMuted: [
        events.SeatMuted(call_id="c1", seat_id=seat, on=True) for seat in ("seat1", "seat2", OUTSIDE)
    ],
    events.SpyBegan: [events.SpyBegan(spy_seat_id="seat3", seat_id="seat1", mode=SpyMode.LISTEN)],
    events.SpyEnded: [events.SpyEnded(spy_seat_id="seat3")],
    events.LineReachable: [events.LineReachable(line_id="line1", reachable=False)],
    events.CallbackStored: [events.CallbackStored(call_id="c1", callback_id=1, safe=True)],
    events.CallAdopted: [
        events.CallAdopted(
            call_id="c1", line_id="", did="", cli="", cli_raw="", accepted_at=0, state=state, seat_id=seat
        )
        for state, seat in ((CallState.UNATTENDED, ""), (CallState.TALKING, "seat1"))
    ],
    events.CallImported: [events.CallImported(record=CallRecord(call_id="c0", accepted_at=1, ended_at=2))],
    events.SeatReachable: [
        events.SeatReachable(seat_id="seat1", reachable=reachable) for reachable in (True, False)
    ],
    events.LineReachable: [
        events.LineReachable(line_id="line1", reachable=reachable) for reachable in (False, True)
    ],
    events.SwitchUp: [events.SwitchUp()],
    events.SwitchDown: [events.SwitchDown(reason="")],
    events.CustomerFound: [events.CustomerFound(call_id="c1", card=CustomerCard(cli=""))],
    events.NoteSaved: [events.NoteSaved(call_id="c1", note=CallNote())],
    events.ConsoleAttached: [events.ConsoleAttached(staff_number="8001")],
    events.ConsoleLost: [events.ConsoleLost(staff_number="8001")],
    events.TimerFired: [
        events.TimerFired(timer_id=timer_id)
        for timer_id in (
            "midnight",
            "wait:c1",
            "announce:c1",
            "ring:c1",
            "loose:c1",
            "pending:c1",
            "party:c1",
            "dial:c1",
            "wrap:8001",
            "console:8001",
        )
    ],
}


def test_the_facts_of_the_walk_are_all() -> None:
    assert set(FACTS) == members(events.Event)
    assert set(CALL_STORIES) == set(CallState)


@pytest.mark.parametrize("state", CallState)
def test_every_fact_has_an_answer_in_every_state_of_a_call(state: CallState) -> None:
    for event in (event for kind in FACTS for event in FACTS[kind]):
        script = CALL_STORIES[state]().call_is(state, "c1")
        told = script.floor.handle(event, script.now)
        assert not [effect for effect in told if isinstance(effect, Step) and effect.fault], event
        script.floor.view()
        script.floor.handle(events.CustomerLegEnded(call_id="c1"), script.now + 1)


def asked_for_help() -> FloorScript:
    """8002 talks to c1 and dials 8001 about it."""
    script = given(agents=["8001", "8002"]).ready("8002").call_waits("c1").picks_up("8002")
    return script.consults("8002", TargetKind.AGENT, "8001").held().call("c1")


AGENT_STORIES: dict[str, Callable[[], FloorScript]] = {
    "logged out": lambda: given(),
    "on break": lambda: given(agents=["8001"]),
    "idle": lambda: given(agents=["8001"]).ready("8001"),
    "unreachable": lambda: given(agents=["8001"]).ready("8001").phone("8001", reachable=False),
    "reserved": lambda: given(agents=["8001"]).ready("8001").call_waits("c1"),
    "ringing": lambda: AGENT_STORIES["reserved"]().phone_rings("8001"),
    "being stopped": lambda: AGENT_STORIES["ringing"]().rejects("8001"),
    "auto": lambda: given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1"),
    "auto dialled": lambda: AGENT_STORIES["auto"]().answers("8001"),
    "talking": lambda: AGENT_STORIES["ringing"]().picks_up("8001"),
    "holding": lambda: AGENT_STORIES["talking"]().asks_hold("8001").held(),
    "dialling": lambda: given(agents=["8001"]).dials("8001", "13812345678", "c1").picks_up("8001"),
    "called by a colleague": lambda: given(agents=["8001", "8002"]).dials("8002", "801", "c1"),
    "with a colleague": lambda: AGENT_STORIES["called by a colleague"]().customer_answers(),
    "with whom one called": lambda: (
        given(agents=["8001", "8002"]).dials("8001", "802", "c1").picks_up("8001").customer_answers()
    ),
    "about to consult": lambda: (
        AGENT_STORIES["talking"]().phone("8003", reachable=True).consults("8001", TargetKind.EXTENSION, "803")
    ),
    "about to transfer": lambda: AGENT_STORIES["talking"]().transfers(
        "8001", TargetKind.NUMBER, "13812345678"
    ),
    "consulting": lambda: AGENT_STORIES["about to consult"]().held(),
    "consulting, heard": lambda: AGENT_STORIES["consulting"]().party_answers("8003"),
    "alternating": lambda: (
        AGENT_STORIES["consulting, heard"]().alternates("8001").alternated(to_customer=True)
    ),
    "conference": lambda: AGENT_STORIES["consulting, heard"]().confers("8001").conference_began(),
    "asked for help": lambda: asked_for_help(),
    "helping": lambda: asked_for_help().party_answers("8001"),
    "helping in a conference": lambda: (
        asked_for_help().party_answers("8001").confers("8002").conference_began()
    ),
    "wrap_up": lambda: AGENT_STORIES["talking"]().hangs_up(),
}

TARGETS = [
    Target(kind=kind, value=value)
    for kind, value in (
        (TargetKind.AGENT, "8001"),
        (TargetKind.AGENT, "8002"),
        (TargetKind.AGENT, "8009"),
        (TargetKind.QUEUE, "fault"),
        (TargetKind.QUEUE, "x"),
        (TargetKind.EXTENSION, "804"),
        (TargetKind.EXTENSION, "999"),
        (TargetKind.NUMBER, "13812345678"),
        (TargetKind.NUMBER, "0085212345678"),
        (TargetKind.NODE, "menu"),
        (TargetKind.NODE, "x"),
        (TargetKind.SURVEY, ""),
    )
]

REQUESTS: dict[type, list[requests.Request]] = {
    requests.LogIn: [
        requests.LogIn(staff_number="8001", name="王", seat_id=seat) for seat in ("seat1", "seat2", "seat9")
    ],
    requests.LogOut: [requests.LogOut(staff_number="8001")],
    requests.GoReady: [requests.GoReady(staff_number="8001")],
    requests.GoOnBreak: [
        requests.GoOnBreak(staff_number="8001", reason=reason) for reason in ("meal", "fishing")
    ],
    requests.Answer: [requests.Answer(staff_number="8001")],
    requests.Reject: [requests.Reject(staff_number="8001")],
    requests.HangUp: [requests.HangUp(staff_number="8001")],
    requests.Hold: [requests.Hold(staff_number="8001")],
    requests.Retrieve: [requests.Retrieve(staff_number="8001")],
    requests.FinishWrapUp: [requests.FinishWrapUp(staff_number="8001")],
    requests.ExtendWrapUp: [requests.ExtendWrapUp(staff_number="8001")],
    requests.Dial: [
        requests.Dial(staff_number="8001", call_id="o9", number=number)
        for number in ("13812345678", "802", "801", "0085212345678", "")
    ],
    requests.Transfer: [requests.Transfer(staff_number="8001", target=target) for target in TARGETS],
    requests.Consult: [requests.Consult(staff_number="8001", target=target) for target in TARGETS],
    requests.TellCustomer: [requests.TellCustomer(staff_number="8001", prompts=("article",))],
    requests.Alternate: [requests.Alternate(staff_number="8001")],
    requests.CompleteTransfer: [requests.CompleteTransfer(staff_number="8001")],
    requests.CancelConsult: [requests.CancelConsult(staff_number="8001")],
    requests.Conference: [requests.Conference(staff_number="8001")],
    requests.SendDigits: [requests.SendDigits(staff_number="8001", digits="1")],
    requests.Mute: [requests.Mute(staff_number="8001", on=True)],
    requests.RaiseHand: [requests.RaiseHand(staff_number="8001", on=on) for on in (True, False)],
    requests.TakeCallback: [requests.TakeCallback(staff_number="8001", callback_id=1, call_id="o9")],
    requests.CloseCallback: [
        requests.CloseCallback(staff_number="8001", callback_id=1, result=CallbackResult.HANDLED)
    ],
    requests.RetryCallback: [requests.RetryCallback(staff_number="8001", callback_id=1)],
    requests.TellRepaired: [
        requests.TellRepaired(staff_number="8009", watchers=(Watcher(number="13800000001"),), remark="修好了")
    ],
    requests.Listen: [
        requests.Listen(staff_number="8009", agent=agent, mode=SpyMode.LISTEN) for agent in ("8001", "8009")
    ],
    requests.StopListening: [requests.StopListening(staff_number="8001")],
    requests.TakeOver: [requests.TakeOver(staff_number="8001", agent="8002")],
    requests.ForceRelease: [requests.ForceRelease(staff_number="8009", call_id="c1")],
    requests.ForceStatus: [
        requests.ForceStatus(staff_number="8009", agent="8001", status=status, reason="meal")
        for status in AgentStatus
    ],
    requests.PickCall: [requests.PickCall(staff_number="8009", call_id="c1", agent="8001")],
    requests.MoveCall: [
        requests.MoveCall(staff_number="8009", call_id="c1", queue_id=queue) for queue in ("", "fault", "x")
    ],
}


def test_the_requests_of_the_walk_are_all() -> None:
    assert set(REQUESTS) == members(requests.Request)


@pytest.mark.parametrize("switch_up", [True, False], ids=["up", "down"])
@pytest.mark.parametrize("story", AGENT_STORIES)
def test_every_request_is_done_or_refused(story: str, switch_up: bool) -> None:
    for request in (request for kind in REQUESTS for request in REQUESTS[kind]):
        script = AGENT_STORIES[story]()
        if not switch_up:
            script.switch_is_down()
        before = (script.floor.view(), script.floor.desk("8001", script.now), dict(script.floor.state.timers))
        result = script.floor.request(request, script.now)
        if isinstance(result, Refusal):  # and then nothing has changed
            after = (script.floor.view(), script.floor.desk("8001", script.now), script.floor.state.timers)
            assert after == before, request
            assert script.floor.state.take_effects() == ()
        else:
            assert not [effect for effect in result if isinstance(effect, Step) and effect.fault], request


def test_a_fault_is_reported_and_the_call_kept() -> None:
    script = given(agents=["8001"]).call_waits("c1")
    state = script.floor.state
    assert not state.move_call(state.calls["c1"], CallTrigger.CONSULTED, script.now)
    assert state.take_effects() == (
        Step(subject="call=c1", text="call: consulted in state queued", fault=True),
    )
    script.ready("8001").presented("c1", "8001")


def test_a_fault_of_an_agent_is_reported_too() -> None:
    script = given(agents=["8001"])
    state = script.floor.state
    assert not state.move_agent(state.agents["8001"], AgentTrigger.TALK_ENDED, script.now)
    assert state.take_effects() == (
        Step(subject="agent=8001", text="agent: talk_ended in state idle", fault=True),
    )
