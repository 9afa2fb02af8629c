"""A call centre that calls customers back, for tests that read like a call.

    floor = callbacks(agents=["8001"]).queued("c1", cli=LI).books()
    floor.ready("8001").reserved("8001", LI)

Callers come into the queue at once; key 1 while waiting asks for a call back, 1 confirms the number read out.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self, TypeVar, overload

from engine.core import events as fact
from engine.core import requests as ask
from engine.core.effects import Effect, PlaceCall, PlayPrompts, StoreCallback, StoreSurvey
from engine.core.floor import Floor, look
from engine.core.floor.entities import Call
from engine.core.ivr.flow import parse_flow
from engine.core.plan import CallbackPlan, Plan
from engine.core.records import CallbackRecord
from engine.core.states import AgentState, CallbackResult, CallbackState, CallState
from tests.support.floor_script import FloorScript
from tests.support.floor_site import clock, make_plan, seat_of

LI, WANG, ZHAO = "13800000001", "13800000002", "09318880003"

FLOW = parse_flow(
    tomllib.loads(
        """
        start = "general"

        [nodes.general]
        kind = "queue"
        queue = "general"
        on_timeout = "offer"
        on_full = "sorry"
        on_no_agents = "offer"
        on_closed = "offer"
        callback = "callback"

        [nodes.callback]
        kind = "callback"
        prompts = ["callback_intro"]
        next = "bye"

        # Without a place in the line: who comes when nobody is there is called in the morning.
        [nodes.offer]
        kind = "callback"
        queue = "fault"
        tries = 2
        next = "bye"
        cancelled = "sorry"

        [nodes.sorry]
        kind = "hangup"
        prompts = ["no_agents"]

        [nodes.survey]
        kind = "survey"
        prompts = ["survey_question"]
        wrong_key = "survey_wrong_key"
        thanks = "survey_thanks"
        next = "bye"

        [nodes.bye]
        kind = "hangup"
        prompts = ["goodbye"]
        """
    )
)


class CallbackScript(FloorScript):
    """The floor with its wishes as they were stored last."""

    def __init__(self, plan: Plan, now: int) -> None:
        super().__init__(plan, now)
        self.stored: dict[int, CallbackRecord] = {}
        self.placed: list[PlaceCall] = []
        self.marks: list[StoreSurvey] = []

    def _take(self, effects: tuple[Effect, ...]) -> Self:
        super()._take(effects)
        for effect in effects:
            match effect:
                case StoreCallback():
                    self.stored[effect.record.id] = effect.record
                case PlaceCall():
                    self.placed.append(effect)
                case StoreSurvey():
                    self.marks.append(effect)
        return self

    # Callers

    def queued(self, call_id: str, cli: str = LI, line: str = "line1") -> Self:
        """Arrives, and waits."""
        return self.call_arrives(call_id, cli=cli, line=line)

    def presses_while_waiting(self, key: str = "1", call_id: str = "") -> Self:
        self.handle(fact.KeyPressed(call_id=self._named(call_id), key=key))
        if self.ordered(PlayPrompts):  # what it is about
            self.hears_out(call_id)
        return self

    def books(self, call_id: str = "") -> Self:
        """Confirms the own number, hears that it is kept, and is let go."""
        self.presses_while_waiting(call_id=call_id).presses("1", call_id).hears_out(call_id).hears_out(
            call_id
        )
        return self.hangs_up(call_id)

    # Agents

    def confirmed(self, *, safe: bool = True) -> Self:
        """It is on disk that the customer is going to be called."""
        effect = self.ordered(StoreCallback)[-1]
        assert effect.confirm
        event = fact.CallbackStored(callback_id=effect.record.id, call_id=effect.record.attempt, safe=safe)
        return self.handle(event)

    def calls_back(self, staff_number: str) -> Self:
        """F4, if the phone wants it, and the agent's phone is picked up: the customer is being called."""
        if self.agent(staff_number).state is AgentState.RINGING:
            self.answers(staff_number)
        self.confirmed()
        self._call = self.placed[-1].call_id
        return self.picks_up(staff_number)

    def takes_callback(self, staff_number: str, number: str, call_id: str) -> Self:
        self._call = call_id
        wish = self.wish(number)
        return self.request(ask.TakeCallback(staff_number=staff_number, callback_id=wish.id, call_id=call_id))

    def closes(self, number: str, result: CallbackResult, who: str = "8001", remark: str = "") -> Self:
        wish = self.wish(number)
        return self.request(
            ask.CloseCallback(staff_number=who, callback_id=wish.id, result=result, remark=remark)
        )

    def retries(self, number: str) -> Self:
        return self.request(ask.RetryCallback(staff_number="9001", callback_id=self.wish(number).id))

    # The engine

    def dies_and_comes_back(self) -> Self:
        """A new engine with what was stored; Asterisk and the phones went on, and there are no calls."""
        old = self.floor.state
        self.floor, self.timers = Floor(self.plan, self.now), {}
        records = [record for record in self.stored.values() if record.state is not CallbackState.DONE]
        last = max(self.stored, default=0)
        effects = self.floor.start(self.now, list(self.memories.values()), None, (), records, last)
        self._take(effects)
        for seat_id, reachable in old.reachable.items():
            self.handle(fact.SeatReachable(seat_id=seat_id, reachable=reachable))
        return self.switch_is_up()

    # What there is now

    def wish(self, number: str) -> CallbackRecord:
        """The wish of a number that is not done."""
        wish = self.floor.state.wishes.of_number(number)
        assert wish is not None, f"nobody is to call {number}"
        return wish

    def wish_is(self, number: str, state: CallbackState, **values: Any) -> Self:
        """The state of a number's wish, and some of its values; it is stored like that too."""
        wish = self.wish(number)
        assert wish.state is state, wish
        for name, value in values.items():
            assert getattr(wish, name) == value, wish
        return self

    def done(self, callback_id: int, result: CallbackResult, who: str) -> Self:
        record = self.stored[callback_id]
        assert (record.state, record.result, record.staff_number) == (CallbackState.DONE, result, who)
        assert record.done_at == self.now
        assert self.floor.state.wishes.of_number(record.number) is None
        return self

    def reserved_call(self, staff_number: str) -> Call:
        call = self.call_now(self.agent(staff_number).call_id)
        assert call.callback_id
        return call

    def reserved(self, staff_number: str, number: str) -> Self:
        """The agent is to call this customer, and sees it."""
        call, desk = self.reserved_call(staff_number), self.desk(staff_number)
        assert (call.state, call.record.cli) == (CallState.PRESENTED, number)
        assert self.agent(staff_number).state in (AgentState.RESERVED, AgentState.RINGING)
        assert desk.callback == self.wish(number)
        assert desk.call is not None
        assert desk.call.cli == number
        return self

    def nobody_calls(self) -> Self:
        assert not any(call.callback_id for call in self.floor.state.calls.values())
        return self

    def to_call(self, count: int) -> Self:
        """So many wait for somebody to call them, on every screen."""
        assert look.whole_floor(self.floor.state).to_call == count
        for staff_number in self.floor.state.agents:
            assert self.desk(staff_number).to_call == count
        return self


S = TypeVar("S", bound=CallbackScript)


@overload
def callbacks(**rules: Any) -> CallbackScript: ...
@overload
def callbacks(kind: type[S], **rules: Any) -> S: ...
def callbacks(
    kind: type[CallbackScript] = CallbackScript,
    *,
    agents: Iterable[str] = ("8001",),
    at: str = "09:00:00",
    auto: Iterable[str] = ("seat1", "seat2", "seat3", "seat4"),
    rules: CallbackPlan | None = None,
    survey: bool = False,
    **plan: Any,
) -> CallbackScript:
    """A site whose agents are logged in on break; phones answer by themselves after F4."""
    site = make_plan(auto=auto, survey=survey, **plan)
    rules = rules or CallbackPlan(enabled=True)
    site = replace(site, flow=FLOW, callback=rules)
    script = kind(site, clock(at))
    script.start().switch_is_up()
    for staff_number in agents:
        script.handle(fact.SeatReachable(seat_id=seat_of(staff_number), reachable=True))
        script.logs_in(staff_number)
    return script
