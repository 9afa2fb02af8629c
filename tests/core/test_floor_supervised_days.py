"""Random hours with two supervisors on the floor: whatever they and the phones do, nothing is left.

FOURSEAT_SUPERVISED=500 lives through more of them than the few of every run.
"""

import os
import random
from collections import Counter

import pytest

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.effects import Effect
from engine.core.floor.entities import Agent, Call
from engine.core.requests import Refusal, Request
from engine.core.states import AgentState, AgentStatus, CallState, RingFailure, SpyMode
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import make_plan, seat_of

AGENTS = ("8001", "8002", "8003")
BOSSES = ("8004", "8005")
STATUSES = [AgentStatus.READY] * 5 + [AgentStatus.BREAK, AgentStatus.LOGGED_OUT]
IN_TALK = (AgentState.TALKING, AgentState.HOLDING)


class Hours:
    """A floor, a switch that carries out supervisors' orders sooner or later, and whims."""

    def __init__(self, seed: int) -> None:
        self.whim = random.Random(seed)
        plan = make_plan(seats=7, auto=["seat2", "seat5"], lines=4, wrap_up_ms=seed % 2 * 30_000)
        self.floor: FloorScript = given(plan=plan)
        self.calls = 0
        self.orders: list[do.Spy | do.StopSpying | do.GiveToSpy] = []
        self.seen: Counter[type] = Counter()
        self.in_talk: set[str] = set()  # seats of supervisors whose phones are in talks
        for seat_id in plan.seats:
            self.floor.handle(fact.SeatReachable(seat_id=seat_id, reachable=True))
        for staff_number in (*AGENTS, *BOSSES):
            self.logs_in(staff_number)

    # What comes out of the floor

    def ask(self, request: Request) -> None:
        before = self._looks()
        answer = self.floor.floor.request(request, self.floor.now)
        if isinstance(answer, Refusal):
            assert self._looks() == before, f"a refusal changed something: {request}"
            return
        self.floor._take(answer)
        self._heard(self.floor.steps)

    def tell(self, event: fact.Event) -> None:
        self.floor.handle(event)
        self._heard(self.floor.steps)

    def _looks(self) -> object:
        return self.floor.floor.view(), dict(self.floor.floor.state.timers)

    def _heard(self, effects: list[Effect]) -> None:
        self.seen.update(type(effect) for effect in effects)
        orders = (do.Spy, do.StopSpying, do.GiveToSpy)
        self.orders += [effect for effect in effects if isinstance(effect, orders)]
        self.check()

    # What happens

    def logs_in(self, staff_number: str) -> None:
        seat_id = seat_of(staff_number) if self.whim.random() < 0.8 else f"seat{self.whim.randint(1, 7)}"
        supervises = staff_number in BOSSES and self.whim.random() < 0.9
        self.ask(ask.LogIn(staff_number=staff_number, name="x", seat_id=seat_id, supervises=supervises))
        if not supervises:
            self.ask(ask.GoReady(staff_number=staff_number))

    def somebody(self) -> str:
        return self.whim.choice((*AGENTS, *BOSSES))

    def who_talks(self) -> list[str]:
        return [name for name, agent in self.floor.floor.state.agents.items() if agent.state in IN_TALK]

    def a_call(self) -> Call | None:
        calls = list(self.floor.floor.state.calls.values())
        return self.whim.choice(calls) if calls else None

    def arrives(self) -> None:
        if len(self.floor.floor.state.calls) < 6:
            self.calls += 1
            self.floor.call_arrives(f"c{self.calls}")
            self.floor.presses(self.whim.choice("02"))
            self._heard(self.floor.steps)

    def moves_on(self) -> None:
        """A call goes its way."""
        call = self.a_call()
        if call is None:
            return
        seat_id = call.record.seat_id
        if call.state is CallState.PRESENTED and call.ringing:
            ways: list[fact.Event] = [
                fact.SeatAnswered(call_id=call.id, seat_id=seat_id),
                fact.SeatAnswered(call_id=call.id, seat_id=seat_id),
                fact.RingFailed(
                    call_id=call.id, seat_id=seat_id, failure=self.whim.choice(list(RingFailure))
                ),
            ]
            self.tell(self.whim.choice(ways))
        elif call.state is CallState.TALKING:
            ends: list[fact.Event] = [fact.CallHeld(call_id=call.id), self._seat_left(call)]
            self.tell(self.whim.choice(ends))
        elif call.state is CallState.HOLDING:
            self.tell(fact.CallRetrieved(call_id=call.id))
        elif call.state is CallState.IVR:
            self.tell(fact.PromptsPlayed(call_id=call.id, digits="0"))
        else:
            self.hangs_up()

    def _seat_left(self, call: Call) -> fact.SeatLegEnded:
        return fact.SeatLegEnded(call_id=call.id, seat_id=call.record.seat_id, cause=16)

    def hangs_up(self) -> None:
        """The customer, and with the customer the agent's phone."""
        call = self.a_call()
        if call is not None:
            legs = list(call.legs)
            self.tell(fact.CustomerLegEnded(call_id=call.id, cause=16))
            for seat_id in legs:
                self.tell(fact.SeatLegEnded(call_id=call.id, seat_id=seat_id, cause=16))

    def agent_asks(self) -> None:
        who = self.somebody()
        wishes: list[Request] = [
            ask.GoReady(staff_number=who),
            ask.GoReady(staff_number=who),
            ask.Answer(staff_number=who),
            ask.FinishWrapUp(staff_number=who),
            ask.RaiseHand(staff_number=who, on=self.whim.random() < 0.7),
            ask.GoOnBreak(staff_number=who, reason=self.whim.choice(["meal", "supervising"])),
            ask.Hold(staff_number=who),
            ask.Retrieve(staff_number=who),
            ask.HangUp(staff_number=who),
            ask.LogOut(staff_number=who),
        ]
        weights = [8] * (len(wishes) - 1) + [1]
        self.ask(self.whim.choices(wishes, weights)[0])

    def boss_asks(self) -> None:
        boss, agent = self.whim.choice(BOSSES), self.whim.choice([self.somebody(), *self.who_talks() * 3])
        call, queue_id = self.a_call(), self.whim.choice(["", "general", "fault", "moon"])
        call_id = call.id if call is not None else "c0"
        wishes: list[Request] = [
            *(ask.Listen(staff_number=boss, agent=agent, mode=mode) for mode in SpyMode),
            ask.TakeOver(staff_number=boss, agent=agent),
            ask.TakeOver(staff_number=boss, agent=agent),
            ask.StopListening(staff_number=boss),
            ask.ForceRelease(staff_number=boss, call_id=call_id),
            ask.PickCall(staff_number=boss, call_id=call_id, agent=self.whim.choice([boss, agent])),
            ask.MoveCall(staff_number=boss, call_id=call_id, queue_id=queue_id),
            ask.ForceStatus(
                staff_number=boss, agent=self.somebody(), status=self.whim.choice(STATUSES), reason="meal"
            ),
        ]
        self.ask(self.whim.choice(wishes))

    def carried_out(self) -> None:
        """An order about a supervisor's phone is done, fails, or is forgotten."""
        if not self.orders:
            return
        order = self.orders.pop(0 if self.whim.random() < 0.8 else -1)
        how = self.whim.random()
        if how < 0.1:
            return
        match order:
            case do.Spy() if how < 0.25 and order.spy_seat_id not in self.in_talk:
                self.tell(fact.SpyEnded(spy_seat_id=order.spy_seat_id, failure=RingFailure.NO_ANSWER))
            case do.Spy():
                self.in_talk.add(order.spy_seat_id)
                self.tell(
                    fact.SpyBegan(spy_seat_id=order.spy_seat_id, seat_id=order.seat_id, mode=order.mode)
                )
            case do.StopSpying():
                self.ends(order.spy_seat_id)
            case do.GiveToSpy() if how < 0.3 or order.spy_seat_id not in self.in_talk:
                self.tell(fact.OrderFailed(call_id=order.call_id))
            case do.GiveToSpy():
                self.in_talk.discard(order.spy_seat_id)
                self.tell(fact.TransferDone(call_id=order.call_id, party=order.spy_seat_id))
                self.tell(fact.SeatLegEnded(call_id=order.call_id, seat_id=order.seat_id, cause=16))

    def ends(self, spy_seat_id: str) -> None:
        if spy_seat_id in self.in_talk:
            self.in_talk.discard(spy_seat_id)
            self.tell(fact.SpyEnded(spy_seat_id=spy_seat_id))

    def phone_dies(self) -> None:
        """A supervisor's phone is put down, or a phone loses its cable."""
        if self.in_talk and self.whim.random() < 0.5:
            self.ends(self.whim.choice(sorted(self.in_talk)))
        seat_id = f"seat{self.whim.randint(1, 7)}"
        self.tell(fact.SeatReachable(seat_id=seat_id, reachable=self.whim.random() < 0.8))

    def console(self) -> None:
        kind = fact.ConsoleLost if self.whim.random() < 0.4 else fact.ConsoleAttached
        self.tell(kind(staff_number=self.somebody()))

    def comes_and_goes(self) -> None:
        self.logs_in(self.somebody())

    def time_passes(self) -> None:
        self.floor.after(self.whim.choice(["1s", "1s", "4s", "12s", "40s"]))
        self._heard(self.floor.steps)

    # What must be true

    def check(self) -> None:
        state = self.floor.floor.state
        for seat_id, spying in state.spies.items():
            own = state.agents[spying.staff_number]
            assert (own.seat_id, own.state, own.call_id) == (seat_id, AgentState.MONITORING, ""), own
            assert spying.began_at or f"spy:{seat_id}" in state.timers, "nothing would end it"
            assert spying.ending or self._spied(spying.agent, spying.call_id), spying
            assert bool(spying.began_at) == bool(spying.modes)
        listening = {name for name, agent in state.agents.items() if agent.state is AgentState.MONITORING}
        assert listening == {spying.staff_number for spying in state.spies.values()}
        seats = [agent.seat_id for agent in state.agents.values()]
        seats += [agent.next_seat_id for agent in state.agents.values() if agent.next_seat_id]
        assert sorted(seats) == sorted(state.agent_on_seat)
        assert state.hands.keys() == {name for name, agent in state.agents.items() if agent.hand_since}
        talking = [agent.call_id for agent in state.agents.values() if agent.state in IN_TALK]
        assert len(talking) == len(set(talking)), "two have one caller"

    def _spied(self, staff_number: str, call_id: str) -> bool:
        agent: Agent | None = self.floor.floor.state.agents.get(staff_number)
        return agent is not None and agent.call_id == call_id and agent.state in IN_TALK

    def close_down(self) -> None:
        for _ in range(10):
            for call in list(self.floor.floor.state.calls.values()):
                for seat_id in list(call.legs):
                    self.tell(fact.SeatLegEnded(call_id=call.id, seat_id=seat_id, cause=16))
                self.tell(fact.CustomerLegEnded(call_id=call.id, cause=16))
            self.floor.after("60s")
        for staff_number in list(self.floor.floor.state.agents):
            self.ask(ask.LogOut(staff_number=staff_number))
        state = self.floor.floor.state
        assert (state.calls, state.agents, state.agent_on_seat, state.spies) == ({}, {}, {}, {})
        assert (state.hands, state.moving, list(state.timers)) == ({}, set(), ["midnight"])


HAPPENS = (
    *[Hours.arrives] * 6,
    *[Hours.moves_on] * 6,
    *[Hours.agent_asks] * 4,
    *[Hours.boss_asks] * 8,
    *[Hours.carried_out] * 10,
    *[Hours.time_passes] * 2,
    Hours.hangs_up,
    Hours.phone_dies,
    Hours.console,
    *[Hours.comes_and_goes] * 3,
)


@pytest.mark.parametrize("seed", range(int(os.environ.get("FOURSEAT_SUPERVISED", "12"))))
def test_random_hours_of_supervision(seed: int) -> None:
    hours = Hours(seed)
    for _ in range(250):
        hours.whim.choice(HAPPENS)(hours)
    hours.close_down()


def test_the_hours_are_not_idle() -> None:
    """All that a supervisor can do really happens in them."""
    seen: Counter[type] = Counter()
    for seed in range(4):
        hours = Hours(seed)
        for _ in range(250):
            hours.whim.choice(HAPPENS)(hours)
        seen += hours.seen
    for kind in (do.Spy, do.StopSpying, do.GiveToSpy, do.StoreSpying, do.HangUpCall):
        assert seen[kind] > 5, (kind, seen)
