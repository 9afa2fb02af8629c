"""Random phone work against an Asterisk by its rules: whatever is asked for, in whatever order.

`PhoneWork` has people do things, sensible or not, lets the switch carry out and tell, late, twice, or not at
all, and after each step holds the floor against what must be true, and against what the switch knows.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.floor import Floor
from engine.core.plan import Plan
from engine.core.records import AgentMemory, CallPart, CallRecord, Millis
from engine.core.requests import Refusal, Request
from engine.core.states import AgentState, AgentStatus, CallState, RingFailure, TargetKind
from engine.wire.floor_merge import merge_floor
from tests.support.phone_checks import PhoneChecks
from tests.support.phone_switch import CUSTOMER, PhoneSwitch, SwitchCall

STAFF = ("8001", "8002", "8003", "8004", "8005")
NUMBERS = ("13812345678", "110", "0085212345678", "801", "802", "803", "805", "")
PAUSES = (0, 40, 700, 2_000, 3_500, 3_500, 9_000, 20_000)
MOST_CALLS = 6

# What happens, and how often.
HAPPENS = {
    "asks_sensibly": 32,
    "asks_anything": 10,
    "phone_is_picked_up": 22,
    "phone_is_not_picked_up": 3,
    "leg_is_put_down": 3,
    "customer_hangs_up": 2,
    "arrives": 3,
    "time_passes": 5,
    "tells_twice": 2,
    "phone_comes_or_goes": 1,
    "link_breaks": 0.4,
    "engine_restarts": 0.2,
}
_IN_TALK = (CallState.TALKING, CallState.HOLDING, CallState.CONSULTING, CallState.CONFERENCE)


class PhoneWork(PhoneChecks):
    """One site in virtual time; the seed decides what happens."""

    def __init__(self, plan: Plan, now: Millis, seed: int, keys: tuple[str, ...] = ("0",)) -> None:
        self.plan, self.now, self.random = plan, now, random.Random(seed)
        self.switch = PhoneSwitch(keys)
        self.seats, self.staff = tuple(plan.seats), STAFF
        self.switch.reachable = dict.fromkeys(self.seats, True)
        self.timers: dict[str, Millis] = {}
        self.records: dict[str, CallRecord] = {}
        self.memories: dict[str, AgentMemory] = {}
        self.parts: list[CallPart] = []
        self.told: list[fact.Event] = []
        self.calls_made = 0
        self.refused = self.done = self.compared = 0
        self.seen_states: set[CallState] = set()
        self._start_engine()
        self.deliver(fact.SwitchUp())
        for n, staff_number in enumerate(STAFF[:4]):
            seat_id = self.seats[n]
            self.request(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id))
            self.request(ask.GoReady(staff_number=staff_number))

    def step(self) -> None:
        """Something happens; meanwhile the switch does, and tells, more or less of what there is."""
        what = self.random.choices(list(HAPPENS), list(HAPPENS.values()))[0]
        getattr(self, what)()
        for _ in range(self.random.choice((0, 2, 4, 8))):
            self.carries_out()
            self.tells()

    # The floor's door

    def _start_engine(self) -> None:
        self.floor = Floor(self.plan, self.now)
        self.timers = {}
        self.seen = self.floor.view()
        kept = [memory for memory in self.memories.values() if memory.status is not AgentStatus.LOGGED_OUT]
        self._take(self.floor.start(self.now, kept))
        self.seen = self.floor.view()
        for seat_id, reachable in self.switch.reachable.items():
            self.deliver(fact.SeatReachable(seat_id=seat_id, reachable=reachable))

    def deliver(self, event: fact.Event) -> None:
        """A fact reaches the floor."""
        self.told = [*self.told[-9:], event]
        self._take(self.floor.handle(event, self.now))

    def request(self, request: Request) -> None:
        """Somebody at a console wants something."""
        before = self._looks()
        result = self.floor.request(request, self.now)
        if isinstance(result, Refusal):
            self.refused += 1
            assert self._looks() == before, ("a refusal changed something", request)
            assert self.floor.state.take_effects() == ()
        else:
            self.done += 1
            self._take(result)

    def _looks(self) -> object:
        desks = [self.floor.desk(staff_number, self.now) for staff_number in STAFF]
        return self.floor.view(), desks, dict(self.floor.state.timers)

    def _take(self, effects: tuple[do.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case do.Step():
                    assert not effect.fault, effect
                case do.SetTimer():
                    self.timers[effect.timer_id] = effect.at
                case do.CancelTimer():
                    del self.timers[effect.timer_id]
                case do.StoreCall():
                    self._store(effect.record)
                case do.StorePart(part=part):
                    spoken = part.talk_ms + part.hold_ms + part.consult_ms
                    assert spoken == part.ended_at - part.began_at, part
                    self.parts.append(part)
                case do.StoreAgent():
                    self.memories[effect.memory.staff_number] = effect.memory
                case do.ViewsChanged():
                    change = self.floor.change(effect.agents, effect.calls, effect.queues, effect.switch)
                    self.seen = merge_floor(self.seen, change)
                case do.CountPresented() | do.FinishRecording():
                    pass
                case _:
                    self.switch.order(effect)
        self.check()

    def _store(self, record: CallRecord) -> None:
        before = self.records.get(record.call_id)
        if before is not None and before.ended_at:
            assert record.ended_at == before.ended_at, "an end is an end"
            assert record.outcome == before.outcome
        self.records[record.call_id] = record

    # What happens at the switch

    def carries_out(self) -> None:
        calls = [call for call in self.switch.calls.values() if call.orders]
        if calls:
            self.switch.carry_out(self.random.choice(calls))

    def tells(self) -> None:
        if self.switch.wire:
            self.deliver(self.switch.wire.popleft())

    def tells_twice(self) -> None:
        """Not of arrivals, whose ids are never used again; nor what would be a second phone call."""
        event = self.random.choice(self.told)
        if isinstance(event, fact.SeatRang | fact.CallHeld | fact.CallRetrieved | fact.LegsAlternated):
            self.switch.calls.get(event.call_id, SwitchCall("")).muddled = True
            self.deliver(event)
        elif isinstance(event, fact.TransferDone | fact.ConferenceBegan | fact.SeatMuted | fact.OrderFailed):
            self.switch.calls.get(event.call_id, SwitchCall("")).muddled = True
            self.deliver(event)

    def link_breaks(self) -> None:
        """What is told meanwhile is lost; afterwards the engine looks who is there."""
        self.deliver(fact.SwitchDown(reason="link lost"))
        for event in self.switch.wire:
            call_id = getattr(event, "call_id", "")
            if call_id in self.switch.calls:
                self.switch.calls[call_id].muddled = True
        arrivals = [event for event in self.switch.wire if isinstance(event, fact.CallArrived)]
        self.switch.wire.clear()
        for call in self.switch.calls.values():
            call.orders.clear()
            call.muddled = True
        for event in arrivals:
            self.deliver(event)
        self._take_census()
        self.deliver(fact.SwitchUp())

    def _take_census(self) -> None:
        """Legs of which the floor knows, and which are gone."""
        for call_id, call in list(self.floor.state.calls.items()):
            true = self.switch.calls.get(call_id)
            for leg in list(call.legs):
                if true is None or true.legs.get(leg) != "up":
                    self.deliver(fact.SeatLegEnded(call_id=call_id, seat_id=leg, cause=0))
            placing = call.state is CallState.DIALLING and true is not None
            if not placing and (true is None or true.customer != "up"):
                self.deliver(fact.CustomerLegEnded(call_id=call_id))

    def engine_restarts(self) -> None:
        """Asterisk carries on without it."""
        self.switch.wire.clear()
        self._start_engine()
        for call in list(self.switch.calls.values()):
            call.orders.clear()
            call.muddled = True
            if call.customer == "up":
                self._adopt(call)
            else:
                for leg in list(call.legs):
                    self.switch.leg_ends(call, leg)
                self.switch.calls.pop(call.call_id, None)
        for call_id, record in self.records.items():  # as the importer of Asterisk's own records does
            if not record.ended_at and call_id not in self.switch.calls:
                self.records[call_id] = replace(record, ended_at=self.now)
        self.switch.wire.clear()
        self.deliver(fact.SwitchUp())

    def _adopt(self, call: SwitchCall) -> None:
        seat = next((leg for leg, state in call.legs.items() if state == "up"), "")
        self.deliver(
            fact.CallAdopted(
                call_id=call.call_id,
                line_id="line1",
                did="96335",
                cli="1",
                cli_raw="1",
                accepted_at=self.now,
                state=CallState.TALKING if seat else CallState.UNATTENDED,
                seat_id=seat,
                answered_at=self.now if seat else 0,
                stored=self.records.get(call.call_id),
            )
        )

    # What people do at phones

    def arrives(self) -> None:
        if len(self.switch.calls) < MOST_CALLS:
            self.calls_made += 1
            call_id = f"c{self.calls_made}"
            self.switch.calls[call_id] = SwitchCall(call_id)
            self.switch.tell(
                fact.CallArrived(
                    call_id=call_id, line_id="line1", did="96335", cli="1", cli_raw="1", at=self.now
                )
            )

    def _ringing(self) -> list[tuple[SwitchCall, str]]:
        calls = self.switch.calls.values()
        seats = [(call, leg) for call in calls for leg, state in call.legs.items() if state == "ringing"]
        return seats + [(call, CUSTOMER) for call in calls if call.customer == "ringing"]

    def phone_is_picked_up(self) -> None:
        ringing = self._ringing()
        if ringing:
            self.switch.picks_up(*self.random.choice(ringing))

    def phone_is_not_picked_up(self) -> None:
        ringing = self._ringing()
        if ringing:
            failures = [RingFailure.NO_ANSWER, RingFailure.REJECTED, RingFailure.BUSY]
            self.switch.refuses(*self.random.choice(ringing), self.random.choice(failures))

    def leg_is_put_down(self) -> None:
        legs = [
            (call, leg)
            for call in self.switch.calls.values()
            for leg, state in call.legs.items()
            if state == "up"
        ]
        if legs:
            self.switch.leg_ends(*self.random.choice(legs), cause=self.random.choice((16, 16, 44)))

    def customer_hangs_up(self) -> None:
        calls = [call for call in self.switch.calls.values() if call.customer == "up"]
        if calls:
            self.switch.customer_ends(self.random.choice(calls))

    def phone_comes_or_goes(self) -> None:
        seat_id = self.random.choice(self.seats)
        self.switch.reachable[seat_id] = self.random.random() < 0.8
        self.deliver(fact.SeatReachable(seat_id=seat_id, reachable=self.switch.reachable[seat_id]))

    # What people want

    def asks_sensibly(self) -> None:
        """An agent wants what makes sense now."""
        staff_number = self.random.choice(STAFF)
        agent = self.floor.state.agents.get(staff_number)
        if agent is None:
            seat_id = self.random.choice(self.seats)
            self.request(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id))
            return
        simple: dict[AgentState, tuple[Callable[..., Request], ...]] = {
            AgentState.RESERVED: (ask.Answer,),
            AgentState.RINGING: (ask.Answer,),
            AgentState.HOLDING: (ask.Retrieve,),
            AgentState.CONSULTING: (ask.CompleteTransfer, ask.Conference, ask.Alternate, ask.CancelConsult),
            AgentState.CONFERENCE: (ask.HangUp,),
            AgentState.WRAP_UP: (ask.FinishWrapUp, ask.GoReady),
        }
        if agent.state in simple:
            self.request(self.random.choice(simple[agent.state])(staff_number=staff_number))
        elif agent.state is AgentState.TALKING:
            if self.random.random() < 0.1:
                self.request(ask.TellCustomer(staff_number=staff_number, prompts=("article",)))
                return
            wish = self.random.choice((ask.Consult, ask.Consult, ask.Transfer))
            self.request(wish(staff_number=staff_number, target=self._sensible_target()))
        elif self.random.random() < 0.3:
            self._dial(staff_number)
        else:
            self.request(ask.GoReady(staff_number=staff_number))

    def _dial(self, staff_number: str) -> None:
        call_id = f"o{self.calls_made + 1}"
        if len(self.switch.calls) < MOST_CALLS:
            number = self.random.choice(NUMBERS)
            before = self.done
            self.request(ask.Dial(staff_number=staff_number, call_id=call_id, number=number))
            self.calls_made += self.done - before

    def _sensible_target(self) -> ask.Target:
        """A colleague who is free, if there is one, or an outside number."""
        agents = self.floor.state.agents.values()
        if self.random.random() < 0.1:
            return ask.Target(kind=TargetKind.NODE, value="message")
        free = [agent.staff_number for agent in agents if agent.state is AgentState.IDLE]
        if free and self.random.random() < 0.7:
            return ask.Target(kind=TargetKind.AGENT, value=self.random.choice(free))
        return ask.Target(kind=TargetKind.NUMBER, value=NUMBERS[0])

    def _target(self) -> ask.Target:
        kind = self.random.choice(list(TargetKind))
        values = {
            TargetKind.AGENT: STAFF,
            TargetKind.QUEUE: ("general", "fault", "x"),
            TargetKind.NODE: ("menu", "message", "message", "x"),
        }.get(kind, NUMBERS)
        return ask.Target(kind=kind, value=self.random.choice(values))

    def asks_anything(self) -> None:
        """An agent wants something, whether it makes sense or not."""
        who, on = self.random.choice(STAFF), self.random.random() < 0.5
        simple: tuple[Callable[..., Request], ...] = (
            ask.GoReady,
            ask.Answer,
            ask.Reject,
            ask.Hold,
            ask.Hold,
            ask.Retrieve,
            ask.HangUp,
            ask.HangUp,
            ask.FinishWrapUp,
            ask.Alternate,
            ask.CompleteTransfer,
            ask.CancelConsult,
            ask.Conference,
            ask.LogOut,
        )
        special: tuple[Callable[[], None], ...] = (
            lambda: self._dial(who),
            lambda: self.request(ask.Transfer(staff_number=who, target=self._target())),
            lambda: self.request(ask.Consult(staff_number=who, target=self._target())),
            lambda: self.request(ask.SendDigits(staff_number=who, digits="1#")),
            lambda: self.request(ask.Mute(staff_number=who, on=on)),
            lambda: self.request(ask.TellCustomer(staff_number=who, prompts=("article",))),
            lambda: self.request(ask.GoOnBreak(staff_number=who, reason="meal")),
        )
        wish = self.random.randrange(len(simple) + len(special))
        if wish < len(simple):
            self.request(simple[wish](staff_number=who))
        else:
            special[wish - len(simple)]()

    # Time

    def time_passes(self, longest: Millis = 0) -> None:
        """Timers fire in the order of their time."""
        then = self.now + (longest or self.random.choice(PAUSES))
        while self.timers:
            timer_id = min(self.timers, key=lambda name: self.timers[name])
            if self.timers[timer_id] > then:
                break
            self.now = max(self.now, self.timers.pop(timer_id))
            self.deliver(fact.TimerFired(timer_id=timer_id))
        self.now = then

    # The end

    def close_down(self) -> None:
        """Everybody hangs up and goes home; nothing may be left."""
        for call in list(self.switch.calls.values()):
            self.switch.customer_ends(call)
        for _ in range(6):
            while self.switch.wire or any(call.orders for call in self.switch.calls.values()):
                self.tells()
                self.carries_out()
            self.time_passes(30_000)
        left = {name: call for name, call in self.switch.calls.items() if not call.muddled}
        assert left == {}, "legs are left at the switch"
        for call in list(self.switch.calls.values()):  # of what was lost nobody can know
            for leg in list(call.legs):
                self.switch.leg_ends(call, leg)
        while self.switch.wire:
            self.tells()
        for staff_number in list(self.floor.state.agents):
            self.request(ask.LogOut(staff_number=staff_number))
        state = self.floor.state
        assert (state.calls, state.agents, state.places) == ({}, {}, {})
        assert list(self.timers) == ["midnight"]
        assert len(self.records) == self.calls_made
        for record in self.records.values():
            self._check_record(record)
