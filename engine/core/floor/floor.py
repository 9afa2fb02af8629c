"""The floor's door: every fact and every request comes in here, one at a time, with the time of day."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from engine.core import events as fact
from engine.core.effects import Effect
from engine.core.floor import (
    callback,
    callback_follow,
    callback_turn,
    console,
    consult,
    desk,
    distribution,
    ending,
    hands,
    journey,
    keys,
    legs,
    look,
    outbound,
    parties,
    patience,
    questions,
    replan,
    restore,
    seating,
    spying,
    talk,
    tally,
    telling,
    transfer,
    unanswered,
    waiting,
    wrap_up,
)
from engine.core.floor.entities import DayCounter
from engine.core.floor.state import FloorState
from engine.core.plan import Plan
from engine.core.records import AgentDay, AgentMemory, CallbackRecord, Millis
from engine.core.requests import Refusal, Request
from engine.core.states import CallState
from engine.core.views import DeskView, FloorView

_EVENTS: dict[type, Callable[[FloorState, Any, Millis], object]] = {
    fact.CallArrived: journey.arrive,
    fact.PromptsPlayed: journey.prompts_played,
    fact.KeyPressed: journey.key_pressed,
    fact.CallbackStored: callback_turn.stored,
    fact.Announced: telling.announced,
    fact.MessageRecorded: journey.message_recorded,
    fact.ServiceAnswered: journey.answered,
    fact.SeatRang: legs.rang,
    fact.RingFailed: legs.ring_failed,
    fact.SeatLegEnded: legs.seat_left,
    fact.CustomerLegEnded: legs.customer_left,
    fact.CallHeld: transfer.held,
    fact.CallRetrieved: talk.retrieved,
    fact.CustomerAnswered: outbound.customer_answered,
    fact.CustomerFailed: outbound.customer_failed,
    fact.LegsAlternated: consult.legs_alternated,
    fact.TransferDone: consult.transfer_done,
    fact.ConferenceBegan: consult.conference_began,
    fact.OrderFailed: consult.order_failed,
    fact.SeatMuted: keys.seat_muted,
    fact.SpyBegan: spying.began,
    fact.SpyEnded: spying.ended,
    fact.CallAdopted: restore.adopt_call,
    fact.CallImported: callback_follow.imported,
    fact.SeatReachable: restore.seat_reachable,
    fact.LineReachable: lambda floor, event, now: restore.line_reachable(floor, event),
    fact.SwitchUp: lambda floor, event, now: restore.switch_up(floor, now),
    fact.SwitchDown: restore.switch_down,
    fact.ConsoleAttached: lambda floor, event, now: console.attached(floor, event.staff_number),
    fact.ConsoleLost: lambda floor, event, now: console.lost(floor, event.staff_number, now),
}

_TIMERS: dict[str, Callable[[FloorState, str, Millis], object]] = {
    "ring": unanswered.ring_too_long,
    "callback": callback_turn.ring_too_long,
    callback_follow.TIMER: lambda floor, _, now: None,  # looked at in every step
    "wait": patience.wait_too_long,
    "announce": patience.announce_position,
    "overflow": waiting.overflow,
    "sticky": waiting.sticky_over,
    "service": journey.unanswered,
    "slow": questions.slow,
    "relax": lambda floor, _, now: None,  # a decision follows every step
    "loose": ending.loose_too_long,
    "console": console.gone_too_long,
    "pending": transfer.held_too_late,
    "party": parties.too_long,
    "dial": outbound.too_long,
    "wrap": lambda floor, staff_number, now: wrap_up.end_wrap_up(floor, floor.agents[staff_number], now),
    "spy": spying.too_long,
    "midnight": lambda floor, _, now: tally.new_day(floor, now),
}


class Floor:
    """All agents, queues and calls now. Only the engine's loop task may touch it."""

    def __init__(self, plan: Plan, now: Millis) -> None:
        self.state = FloorState(plan, now)

    def start(
        self,
        now: Millis,
        agents: Iterable[AgentMemory] = (),
        queue_days: dict[str, DayCounter] | None = None,
        agent_days: Iterable[AgentDay] = (),
        callbacks: Iterable[CallbackRecord] = (),
        last_callback_id: int = 0,
    ) -> tuple[Effect, ...]:
        """Begin the day with what is remembered of it; `agent_days` reach up to now."""
        callback.remember(self.state, callbacks, last_callback_id, now)
        restore.remember_day(self.state, queue_days or {}, list(agent_days))
        for memory in agents:
            restore.remember_agent(self.state, memory, now)
        self.state.set_timer("midnight", self.state.plan.next_midnight(now))
        return self.state.take_effects()

    def stop(self, now: Millis) -> tuple[Effect, ...]:
        """The engine stops: calls go on without it, but nobody listens to them."""
        spying.end_all(self.state, now)
        return self.state.take_effects()

    def handle(self, event: fact.Event, now: Millis) -> tuple[Effect, ...]:
        """Take in a fact; returns what has to be done."""
        floor = self.state
        if isinstance(event, fact.TimerFired):
            self._timer(event.timer_id, now)
        elif isinstance(event, fact.SeatAnswered):
            if not restore.answered_unattended(floor, event, now):
                legs.answered(floor, event, now)
        elif isinstance(event, fact.CustomerFound | fact.NoteSaved):
            self._written(event, now)
        else:
            _EVENTS[type(event)](floor, event, now)
        self._follow(now)
        return floor.take_effects()

    def request(self, request: Request, now: Millis) -> Refusal | tuple[Effect, ...]:
        """Do what an agent asks, or refuse; a refusal has changed nothing."""
        refusal = desk.decide(self.state, request, now)
        if refusal is not None:
            return refusal
        self._follow(now)
        return self.state.take_effects()

    def _follow(self, now: Millis) -> None:
        """What follows from any step by itself."""
        spying.follow(self.state, now)
        hands.follow(self.state)
        seating.follow(self.state, now)
        callback_follow.follow(self.state, now)
        distribution.assign(self.state, now)

    def _timer(self, timer_id: str, now: Millis) -> None:
        floor = self.state
        due = floor.timers.get(timer_id)
        if due is None:
            floor.ignored += 1
            return
        if now < due:  # it was moved while this was on the way
            floor.ignored += 1
            floor.set_timer(timer_id, due)
            return
        del floor.timers[timer_id]
        kind, _, subject = timer_id.partition(":")
        _TIMERS[kind](floor, subject, now)

    def _written(self, event: fact.CustomerFound | fact.NoteSaved, now: Millis) -> None:
        call = self.state.calls.get(event.call_id)
        if call is None:
            self.state.ignored += 1
            return
        if isinstance(event, fact.CustomerFound):
            call.card = event.card
            if event.card.customer is not None and not event.card.matches and not call.record.customer_id:
                call.record = replace(call.record, customer_id=event.card.customer.id)
            if call.state is CallState.QUEUED:
                waiting.customer_known(self.state, call, now)
        else:
            call.note = event.note
            if event.note.customer_id:
                call.record = replace(call.record, customer_id=event.note.customer_id)
        self.state.touch_call(call)

    def replan(self, plan: Plan, now: Millis) -> tuple[Effect, ...]:
        """Go by a new plan while calls are up; returns what has to be done."""
        replan.replan(self.state, plan, now)
        self._follow(now)
        return self.state.take_effects()

    # Views

    def desk(self, staff_number: str, now: Millis) -> DeskView | None:
        """What this agent's console shows."""
        return look.desk_view(self.state, staff_number, now)

    def view(self) -> FloorView:
        """What a supervisor sees."""
        return look.whole_floor(self.state)

    def change(
        self, agents: Iterable[str], calls: Iterable[str], queues: Iterable[str], switch: bool
    ) -> FloorView:
        """What has changed of a supervisor's view."""
        return look.floor_change(self.state, agents, calls, queues, switch)

    def day(self, staff_number: str, now: Millis) -> AgentDay:
        """An agent's figures since midnight."""
        return look.agent_day(self.state, staff_number, now)

    def owner_of(self, call_id: str) -> str:
        """Who has or had this call; empty for a call that is not on the floor."""
        call = self.state.calls.get(call_id)
        return call.record.staff_number if call is not None else ""

    def is_on(self, call_id: str, staff_number: str) -> bool:
        """Whether somebody has to do with a call now: has it, helps, or writes about it afterwards."""
        call = self.state.calls.get(call_id)
        return call is not None and staff_number in self.state.people_on(call)

    def cli_of(self, call_id: str) -> str | None:
        """The caller's number; None for a call that is not on the floor."""
        call = self.state.calls.get(call_id)
        return call.record.cli if call is not None else None

    def __repr__(self) -> str:
        floor = self.state
        states = " ".join(f"{count} {word}" for word, count in sorted(floor.states().items()))
        return (
            f"<Floor {len(floor.agents)} agents: {states or '-'} | {floor.waiting_count()} waiting"
            f" | {floor.calls_up()} calls>"
        )
