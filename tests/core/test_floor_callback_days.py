"""Random days with callers who would rather be called back: nobody is called twice at once, nobody is lost.

FOURSEAT_DAYS=2000 lives through more days than the few of every run.
"""

import os
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.notices import Watcher
from engine.core.plan import CallbackPlan, Plan
from engine.core.records import Millis
from engine.core.requests import Refusal, Request
from engine.core.states import AgentState, CallbackKind, CallbackResult, CallbackState, CallState, RingFailure
from tests.support.callback_script import LI, WANG, ZHAO, CallbackScript, callbacks

NUMBERS = (LI, WANG, ZHAO, "")
STAFF = ("8001", "8002")
LINES = 3
ANY = st.integers(0, 63)
QUIET = 20 * 60_000  # of each hour
KEYS = ("1", "1", "1", "0", "2", "", "7", f"{LI}#", f"{WANG}#", "110#")
PAUSES = (1, 5, 20, 70, 70, 900, 3_000)
# What happens, and how often.
HAPPENS = {
    "arrives": 3,
    "books": 5,
    "asks_to_be_called": 2,
    "presses": 4,
    "customer_leaves": 3,
    "carried_out": 22,
    "is_stored": 10,
    "agent_does": 14,
    "dials_by_hand": 1,
    "settles": 1,
    "time_passes": 5,
    "link": 1,
    "link_back": 2,
    "engine_dies": 1,
}
EVENTS = st.sampled_from([name for name, often in HAPPENS.items() for _ in range(often)])


@dataclass
class Leg:
    """A call as the switch sees it. `seat`: whose phone rings or is up; `customer` is up."""

    number: str
    line_id: str
    placed: bool
    customer: bool
    seat: str = ""
    seat_up: bool = False
    prompts: bool = False
    ends: bool = False


class World(CallbackScript):
    """The floor with a switch that does what it is told, when it is asked to."""

    def __init__(self, plan: Plan, now: Millis) -> None:
        super().__init__(plan, now)
        self.legs: dict[str, Leg] = {}
        self.unconfirmed: list[do.StoreCallback] = []
        self.by_hand: set[str] = set()
        self.shown: set[int] = set()

    def _take(self, effects: tuple[do.Effect, ...]) -> "World":
        super()._take(effects)
        self._check_turn()
        for effect in effects:
            leg = self.legs.get(getattr(effect, "call_id", ""))
            match effect:
                case do.StoreCallback(confirm=True):
                    self.unconfirmed.append(effect)
                case do.PlaceCall():
                    self._is_placed(effect)
                case do.PlayPrompts() if leg:
                    leg.prompts = True
                case do.RingSeat() if leg:
                    leg.seat, leg.seat_up = effect.seat_id, False
                case do.StopRinging() | do.HangUpSeat() if leg and leg.seat == effect.seat_id:
                    leg.ends = True
                case do.HangUpCall() if leg:
                    leg.ends = True
        return self

    def _check_turn(self) -> None:
        """Whose turn it has just become had the oldest place of its queue."""
        state = self.floor.state
        reserved = {call.callback_id for call in state.calls.values() if call.is_reserved}
        waiting = [wish for wish in state.wishes if wish.state is CallbackState.WAITING]
        for callback_id in reserved - self.shown:
            chosen = state.wishes.get(callback_id)
            assert chosen is not None
            others = [wish.place for wish in waiting if wish.queue_id == chosen.queue_id]
            assert next_allowed(self.now) == self.now, "somebody is disturbed in the quiet hours"
            assert chosen.place <= min(others, default=chosen.place), "somebody was overtaken"
        self.shown = reserved

    def _is_placed(self, effect: do.PlaceCall) -> None:
        if effect.call_id not in self.by_hand:
            up = [leg for leg in self.legs.values() if not leg.ends]
            same = [leg for leg in up if leg.number == effect.number]
            assert not same, "a customer who is called already, or is on the line, is called"
            assert len(up) < LINES - 1, "the last free line is taken"
        self.legs[effect.call_id] = Leg(
            effect.number, effect.line_id, placed=True, customer=False, seat=effect.seat_id
        )


def next_allowed(now: int) -> int:
    """The first minutes of each hour are quiet."""
    hour = now - now % 3_600_000
    return max(now, hour + QUIET)


class CallbackDays(RuleBasedStateMachine):
    """Hypothesis chooses what happens next, and to whom."""

    @initialize(auto=st.booleans(), tries=st.integers(1, 3))
    def begin(self, auto: bool, tries: int) -> None:
        rules = CallbackPlan(enabled=True, tries=tries, pause_ms=60_000, next_allowed=next_allowed)
        phones = ["seat1", "seat2"] if auto else ["seat1"]
        self.world = callbacks(World, agents=STAFF, auto=phones, lines=LINES, rules=rules, at="09:30:00")
        self.world.ready(*STAFF)
        self.calls = 0

    @rule(what=EVENTS, who=ANY, how=ANY)
    def happens(self, what: str, who: int, how: int) -> None:
        getattr(self, what)(who, how)

    # Callers

    def arrives(self, who: int, how: int) -> None:
        number = NUMBERS[who % len(NUMBERS)]
        taken = {leg.line_id for leg in self.world.legs.values()}
        line_id = next((line.id for line in self.world.plan.lines.values() if line.id not in taken), "")
        if line_id:
            self.calls += 1
            call_id = f"c{self.calls}"
            self.world.legs[call_id] = Leg(number, line_id, placed=False, customer=True)
            self.world.call_arrives(call_id, cli=number, line=line_id)

    def books(self, who: int, how: int) -> None:
        """Comes, waits, asks to be called back, and is let go."""
        before = set(self.world.legs)
        self.arrives(who, how)
        for call_id in self.world.legs.keys() - before:
            self.world.presses_while_waiting(call_id=call_id)
            if self.world.legs[call_id].prompts:
                self.world.presses("1", call_id)
                self.leg_ends(call_id)

    def asks_to_be_called(self, who: int, how: int) -> None:
        call_id = self.pick(lambda leg: not leg.placed, who)
        if call_id:
            self.world.handle(fact.KeyPressed(call_id=call_id, key="1"))

    def presses(self, who: int, how: int) -> None:
        call_id = self.pick(lambda leg: leg.prompts, who)
        if call_id:
            self.world.legs[call_id].prompts = False
            keys = KEYS[how % len(KEYS)]
            self.world.handle(fact.PromptsPlayed(call_id=call_id, digits=keys))

    def customer_leaves(self, who: int, how: int) -> None:
        call_id = self.pick(lambda leg: leg.customer, who)
        if call_id:
            self.leg_ends(call_id)

    # The switch

    def carried_out(self, who: int, how: int) -> None:
        call_id = self.pick(lambda leg: leg.ends or bool(leg.seat), who)
        if not call_id:
            return
        leg = self.world.legs[call_id]
        if leg.ends:
            self.leg_ends(call_id)
        elif not leg.seat_up:
            self.seat_rings(call_id, leg, how)
        elif leg.placed and not leg.customer:
            self.customer_rings(call_id, leg, how)

    def seat_rings(self, call_id: str, leg: Leg, how: int) -> None:
        if how % 4:
            leg.seat_up = True
            self.world.handle(fact.SeatAnswered(call_id=call_id, seat_id=leg.seat))
            return
        seat_id, leg.seat = leg.seat, ""
        if leg.placed:
            del self.world.legs[call_id]
        failure = list(RingFailure)[how % len(RingFailure)]
        self.world.handle(fact.RingFailed(call_id=call_id, seat_id=seat_id, failure=failure))

    def customer_rings(self, call_id: str, leg: Leg, how: int) -> None:
        if how % 3 == 0:
            leg.customer = True
            self.world.handle(fact.CustomerAnswered(call_id=call_id))
        else:
            failure = list(RingFailure)[how % len(RingFailure)]
            self.world.handle(fact.CustomerFailed(call_id=call_id, failure=failure))
            self.leg_ends(call_id)

    def leg_ends(self, call_id: str) -> None:
        """Both sides are gone."""
        leg = self.world.legs.pop(call_id, None)
        if leg is None:
            return
        if leg.customer:
            self.world.handle(fact.CustomerLegEnded(call_id=call_id, cause=16))
        if leg.seat and leg.seat_up:
            self.world.handle(fact.SeatLegEnded(call_id=call_id, seat_id=leg.seat, cause=16))
        elif leg.seat:
            failure = RingFailure.CANCELLED
            self.world.handle(fact.RingFailed(call_id=call_id, seat_id=leg.seat, failure=failure))

    def is_stored(self, who: int, how: int) -> None:
        if self.world.unconfirmed:
            effect = self.world.unconfirmed.pop(0)
            event = fact.CallbackStored(
                callback_id=effect.record.id, call_id=effect.record.attempt, safe=bool(how % 5)
            )
            self.world.handle(event)

    def link(self, who: int, how: int) -> None:
        self.world.handle(fact.SwitchDown(reason="lost"))

    def link_back(self, who: int, how: int) -> None:
        self.world.handle(fact.SwitchUp())

    # Agents

    def agent_does(self, who: int, how: int) -> None:
        staff_number = STAFF[who % 2]
        agent = self.world.floor.state.agents.get(staff_number)
        if agent is None:
            self.ask(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=f"seat{who % 2 + 1}"))
        elif agent.state is AgentState.RINGING and how % 6:
            self.ask(ask.Answer(staff_number=staff_number))
        elif agent.state is AgentState.RINGING:
            self.ask(ask.Reject(staff_number=staff_number))
        elif agent.state is AgentState.WRAP_UP:
            self.ask(ask.FinishWrapUp(staff_number=staff_number))
        elif agent.state in (AgentState.TALKING, AgentState.DIALLING) and how % 3 == 0:
            self.ask(ask.HangUp(staff_number=staff_number))
        elif how % 9 == 0:
            self.ask(ask.LogOut(staff_number=staff_number))
        else:
            self.ask(ask.GoReady(staff_number=staff_number))

    def dials_by_hand(self, who: int, how: int) -> None:
        self.calls += 1
        staff_number, call_id = STAFF[who % 2], f"o{self.calls}"
        self.world.by_hand.add(call_id)
        wishes = list(self.world.floor.state.wishes)
        if wishes and how % 2:
            wish = wishes[how // 2 % len(wishes)]
            self.ask(ask.TakeCallback(staff_number=staff_number, callback_id=wish.id, call_id=call_id))
        else:
            number = NUMBERS[how % 3]
            self.ask(ask.Dial(staff_number=staff_number, call_id=call_id, number=number))

    def settles(self, who: int, how: int) -> None:
        wishes = list(self.world.floor.state.wishes)
        if wishes and how % 3 == 0:
            wish = wishes[who % len(wishes)]
            self.ask(
                ask.CloseCallback(staff_number="9001", callback_id=wish.id, result=CallbackResult.HANDLED)
            )
        elif wishes and how % 3 == 1:
            wish = wishes[who % len(wishes)]
            self.ask(ask.RetryCallback(staff_number="9001", callback_id=wish.id))
        else:
            number = NUMBERS[who % 3]
            self.ask(ask.TellRepaired(staff_number="9001", watchers=(Watcher(number=number),)))

    def ask(self, request: Request) -> None:
        number = getattr(request, "number", "")
        wish = self.world.floor.state.wishes.of_number(number) if number else None
        result = self.world.floor.request(request, self.world.now)
        if not isinstance(result, Refusal):
            assert wish is None or wish.state is not CallbackState.CALLING, "somebody calls already"
            self.world._take(result)

    # Time, and the engine

    def time_passes(self, who: int, how: int) -> None:
        self.world.after(f"{PAUSES[how % len(PAUSES)]}s")

    def engine_dies(self, who: int, how: int) -> None:
        """All calls end while nobody looks."""
        self.world.legs.clear()
        self.world.unconfirmed.clear()
        before = {wish.number for wish in self.world.floor.state.wishes}
        self.world.dies_and_comes_back()
        assert {wish.number for wish in self.world.floor.state.wishes} == before

    def pick(self, wanted: object, who: int) -> str:
        fitting = [call_id for call_id, leg in self.world.legs.items() if wanted(leg)]  # type: ignore[operator]
        return fitting[who % len(fitting)] if fitting else ""

    # What must be true

    @invariant()
    def what_is_stored_is_what_there_is(self) -> None:
        state = self.world.floor.state
        kept = {record.id for record in self.world.stored.values() if record.state is not CallbackState.DONE}
        assert kept == {wish.id for wish in state.wishes}
        numbers = [wish.number for wish in state.wishes]
        assert len(numbers) == len(set(numbers)), "one wish a number"

    @invariant()
    def what_is_done_has_a_reason(self) -> None:
        for record in self.world.stored.values():
            assert (record.state is CallbackState.DONE) == (record.result is not None)
            assert 0 <= record.tries
            if record.state in (CallbackState.WAITING, CallbackState.PAUSED):
                assert record.kind is CallbackKind.CALLBACK
                assert record.queue_id
                assert record.place

    @invariant()
    def states_say_what_goes_on(self) -> None:
        state = self.world.floor.state
        for wish in state.wishes:
            up = [
                call
                for call in state.calls.values()
                if call.state is not CallState.ENDED and call.record.cli == wish.number
            ]
            if wish.state is CallbackState.CALLING:
                assert wish.attempt in state.calls
            elif wish.state is CallbackState.HERE:
                assert up
            else:
                assert not any(not call.record.answered_at for call in up), "called while on the line"

    def teardown(self) -> None:
        """Everybody goes home: what is left is wishes, and nothing else."""
        world = self.world
        for call_id in list(world.legs):
            self.leg_ends(call_id)
        world.unconfirmed.clear()
        world.after("2h")
        for call_id in list(world.legs):
            self.leg_ends(call_id)
        world.after("2h")
        state = world.floor.state
        assert not [call for call in state.calls.values() if not call.is_reserved]


TestCallbackDays = CallbackDays.TestCase
TestCallbackDays.settings = settings(
    max_examples=int(os.environ.get("FOURSEAT_DAYS", "24")),
    stateful_step_count=80,
    derandomize="FOURSEAT_DAYS" not in os.environ,
    database=None,
    deadline=None,
)
