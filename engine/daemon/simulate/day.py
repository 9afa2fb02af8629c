"""Plays callers, agents, phones and Asterisk for one day, against the real floor."""

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.floor import Floor
from engine.core.ivr.nodes import OPERATOR_KEY, MenuNode
from engine.core.ivr.services import FAILED, SERVICES
from engine.core.plan import Plan
from engine.core.records import CallNote, CallRecord, CustomerCard, Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, CallState, RingFailure
from engine.daemon.simulate.profile import Draw

_NORMAL, _BUSY_AGAIN_MS = 16, (60_000, 600_000)
_MENU_MS, _PROMPT_MS, _ANNOUNCEMENT_MS, _MESSAGE_MS = (3_000, 12_000), 4_000, 5_000, (8_000, 40_000)
_ANSWER_MS = 20
_DONE = "done"
_BACK_AT_THE_DESK_MS = 60_000
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Result:
    """What became of the day. `busy`: callers who found all lines busy; `spent_ns`: the floor's own time."""

    records: dict[str, CallRecord] = field(default_factory=dict)
    busy: int = 0
    steps: int = 0
    spent_ns: int = 0
    assigns: int = 0
    assign_ns: int = 0
    faults: list[str] = field(default_factory=list)
    logged_in_ms: dict[str, Millis] = field(default_factory=dict)


@dataclass(slots=True)
class _Caller:
    call_id: str
    cli: str
    key: str
    patience_ms: Millis
    gives_up_at: Millis = 0
    seat_id: str = ""  # in a talk


class SimulatedDay:
    """One day; `run` returns when the last call is over and everybody has gone home."""

    def __init__(self, plan: Plan, midnight: Millis, draw: Draw, shift: tuple[int, int]) -> None:
        self.result = Result()
        self._plan = plan
        self._midnight = midnight
        self._draw = draw
        self._shift = shift
        self._now = midnight
        self._floor = Floor(plan, midnight)
        self._line = next(iter(plan.lines.values()))
        self._agenda: list[tuple[Millis, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._timers: dict[str, Millis] = {}
        self._callers: dict[str, _Caller] = {}
        self._ringing: dict[str, tuple[str, ...]] = {}
        self._numbers = itertools.count(1)
        self._performers: dict[type, Callable[[Any], None]] = {
            do.SetTimer: self._set_timer,
            do.CancelTimer: self._cancel_timer,
            do.PlayPrompts: self._play,
            do.Announce: lambda effect: self._tell_in(
                _ANNOUNCEMENT_MS, fact.Announced(call_id=effect.call_id)
            ),
            do.RecordMessage: self._record,
            do.RingSeat: self._ring,
            do.StopRinging: self._stop_ringing,
            do.HangUpCall: lambda effect: self._in(0, partial(self._customer_leaves, effect.call_id)),
            do.HangUpSeat: self._hang_up_seat,
            do.LookUpCustomer: self._look_up,
            do.AskService: self._ask_service,
            do.StoreCall: self._store,
            do.CountPresented: self._count,
            do.Step: self._step,
        }

    def run(self, calls: int) -> Result:
        """So many callers, over the hours of the profile."""
        self._perform(self._floor.start(self._now))
        self._tell(fact.SwitchUp())
        for seat_id in self._plan.seats:
            self._tell(fact.SeatReachable(seat_id=seat_id, reachable=True))
        first, last = self._shift
        for n, seat_id in enumerate(self._plan.seats):
            staff_number = str(8001 + n)
            self._at(self._midnight + first * 3_600_000, partial(self._come, staff_number, seat_id))
            self._at(self._midnight + last * 3_600_000 - 1, partial(self._go_home, staff_number))
        for at in self._draw.arrivals(calls, self._midnight, (0, 24)):
            cli = self._draw.number()
            self._at(at, partial(self._arrive, cli))
        while self._agenda and self._agenda[0][0] < self._midnight + 2 * _DAY_MS:
            self._now, _, action = heapq.heappop(self._agenda)
            action()
            if self._now >= self._midnight + _DAY_MS and not self._callers:
                break
        return self.result

    # Time

    def _at(self, at: Millis, action: Callable[[], object]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), action))

    def _in(self, delay: Millis, action: Callable[[], object]) -> None:
        self._at(self._now + delay, action)

    def _tell_in(self, delay: Millis, event: fact.Event) -> None:
        self._in(delay, partial(self._tell, event))

    # The floor's door

    def _tell(self, event: fact.Event) -> None:
        start = time.perf_counter_ns()
        effects = self._floor.handle(event, self._now)
        spent = time.perf_counter_ns() - start
        self.result.steps += 1
        self.result.spent_ns += spent
        if any(isinstance(effect, do.RingSeat) for effect in effects):
            self.result.assigns += 1
            self.result.assign_ns += spent
        self._perform(effects)

    def _ask(self, request: ask.Request) -> bool:
        answer = self._floor.request(request, self._now)
        if isinstance(answer, Refusal):
            return False
        self._perform(answer)
        return True

    def _perform(self, effects: tuple[do.Effect, ...]) -> None:
        for effect in effects:
            performer = self._performers.get(type(effect))
            if performer is not None:
                performer(effect)

    # People

    def _come(self, staff_number: str, seat_id: str) -> None:
        self._ask(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id))
        self._ask(ask.GoReady(staff_number=staff_number))
        self.result.logged_in_ms[staff_number] = -self._now

    def _go_home(self, staff_number: str) -> None:
        """After the call that is going on."""
        if self._ask(ask.LogOut(staff_number=staff_number)):
            self.result.logged_in_ms[staff_number] += self._now
        else:
            self._in(1_000, partial(self._go_home, staff_number))

    def _arrive(self, cli: str) -> None:
        if len(self._callers) >= self._line.channels:
            self.result.busy += 1
            if self._draw.calls_again():
                self._in(self._draw.between(*_BUSY_AGAIN_MS), partial(self._arrive, cli))
            return
        caller = _Caller(f"s{next(self._numbers)}", cli, self._draw.key(), self._draw.patience_ms())
        self._callers[caller.call_id] = caller
        self._tell(
            fact.CallArrived(
                call_id=caller.call_id,
                line_id=self._line.id,
                did="96335",
                cli=cli,
                cli_raw=cli,
                at=self._now,
            )
        )

    def _customer_leaves(self, call_id: str) -> None:
        """The customer's leg ends, and with it the agent's."""
        caller = self._callers.pop(call_id, None)
        if caller is None:
            return
        if caller.seat_id:
            self._tell_in(2, fact.SeatLegEnded(call_id=call_id, seat_id=caller.seat_id, cause=_NORMAL))
        self._ringing.pop(call_id, None)
        self._tell(fact.CustomerLegEnded(call_id=call_id, cause=_NORMAL))

    def _loses_patience(self, call_id: str) -> None:
        call = self._floor.state.calls.get(call_id)
        if call is not None and call.state in (CallState.QUEUED, CallState.PRESENTED):
            self._customer_leaves(call_id)

    # What the floor orders

    def _set_timer(self, effect: do.SetTimer) -> None:
        self._timers[effect.timer_id] = effect.at

        def fire() -> None:
            if self._timers.get(effect.timer_id) == effect.at:
                del self._timers[effect.timer_id]
                self._tell(fact.TimerFired(timer_id=effect.timer_id))

        self._at(effect.at, fire)

    def _cancel_timer(self, effect: do.CancelTimer) -> None:
        self._timers.pop(effect.timer_id, None)

    def _play(self, effect: do.PlayPrompts) -> None:
        caller, call = self._callers.get(effect.call_id), self._floor.state.calls.get(effect.call_id)
        if caller is None or call is None:
            return
        node = self._plan.flow.nodes.get(call.position.node)
        listened = self._draw.between(*_MENU_MS)
        if not isinstance(node, MenuNode) or call.position.leaving:
            self._tell_in(_PROMPT_MS * len(effect.prompts), fact.PromptsPlayed(call_id=caller.call_id))
        elif not caller.key:
            self._in(listened, partial(self._customer_leaves, caller.call_id))
        else:
            digits = caller.key if caller.key in node.keys else ""
            caller.key = OPERATOR_KEY  # in the menus below the first one everybody wants to talk
            self._tell_in(listened, fact.PromptsPlayed(call_id=caller.call_id, digits=digits))

    def _record(self, effect: do.RecordMessage) -> None:
        spoken = self._draw.between(*_MESSAGE_MS)
        said = fact.MessageRecorded(
            call_id=effect.call_id, file=f"{effect.call_id}.wav", length_ms=spoken, part=bool(effect.name)
        )
        self._tell_in(spoken, said)

    def _ask_service(self, effect: do.AskService) -> None:
        """What callers tell is taken down; there is no billing side, and nobody is known."""
        service = SERVICES[effect.service]
        outcome = _DONE if service.changes and _DONE in service.answers else FAILED
        values = service.answers.get(outcome, {})
        self._tell_in(
            _ANSWER_MS,
            fact.ServiceAnswered(
                call_id=effect.call_id, request=effect.request, outcome=outcome, values=values
            ),
        )

    def _look_up(self, effect: do.LookUpCustomer) -> None:
        card = CustomerCard(cli=effect.cli)
        self._tell_in(1, fact.CustomerFound(call_id=effect.call_id, card=card))

    def _ring(self, effect: do.RingSeat) -> None:
        self._ringing[effect.call_id] = (effect.seat_id,)
        self._tell_in(50, fact.SeatRang(call_id=effect.call_id, seat_id=effect.seat_id))
        if not self._draw.is_missed():
            self._in(self._draw.pick_up_ms(), partial(self._pick_up, effect.call_id, effect.seat_id))

    def _pick_up(self, call_id: str, seat_id: str) -> None:
        caller = self._callers.get(call_id)
        if caller is None or seat_id not in self._ringing.pop(call_id, ()):
            return
        caller.seat_id = seat_id
        self._tell(fact.SeatAnswered(call_id=call_id, seat_id=seat_id))
        self._in(self._draw.talk_ms(), partial(self._customer_leaves, call_id))

    def _stop_ringing(self, effect: do.StopRinging) -> None:
        if self._ringing.pop(effect.call_id, None):
            failed = fact.RingFailed(
                call_id=effect.call_id, seat_id=effect.seat_id, failure=RingFailure.CANCELLED
            )
            self._tell_in(20, failed)

    def _hang_up_seat(self, effect: do.HangUpSeat) -> None:
        caller = self._callers.get(effect.call_id)
        if caller is not None and caller.seat_id == effect.seat_id:
            caller.seat_id = ""
            self._tell_in(2, fact.SeatLegEnded(call_id=effect.call_id, seat_id=effect.seat_id, cause=_NORMAL))

    def _store(self, effect: do.StoreCall) -> None:
        self.result.records[effect.record.call_id] = effect.record

    def _step(self, effect: do.Step) -> None:
        """What changes on the floor is what people react to."""
        if effect.fault:
            self.result.faults.append(effect.text)
        kind, _, subject = effect.subject.partition("=")
        if kind == "agent" and effect.text.endswith(f"/{AgentState.WRAP_UP}"):
            self._in(self._draw.wrap_up_ms(), partial(self._write_down, subject))
        elif kind == "call" and effect.text.endswith(f"> {CallState.QUEUED}"):
            caller = self._callers.get(subject)
            if caller is not None and not caller.gives_up_at:
                caller.gives_up_at = self._now + caller.patience_ms
                self._at(caller.gives_up_at, partial(self._loses_patience, subject))

    def _write_down(self, staff_number: str) -> None:
        agent = self._floor.state.agents.get(staff_number)
        if agent is not None and agent.state is AgentState.WRAP_UP:
            note = fact.NoteSaved(call_id=agent.call_id, note=CallNote(disposition="answered_question"))
            self._tell(note)
            self._ask(ask.FinishWrapUp(staff_number=staff_number))

    def _count(self, effect: do.CountPresented) -> None:
        """Who missed a call is put on break by the floor, and comes back to the desk after a while."""
        if effect.ended == "rona":
            ready = ask.GoReady(staff_number=effect.staff_number)
            self._in(_BACK_AT_THE_DESK_MS, partial(self._ask, ready))
