"""The door of a floor in virtual time: timers fire by themselves when time passes them."""

from collections.abc import Iterable
from typing import Self

from engine.core import events as fact
from engine.core.effects import CancelTimer, Effect, SetTimer, Step, StoreAgent, StoreCall, StorePart
from engine.core.floor import Floor
from engine.core.floor.entities import DayCounter
from engine.core.plan import Plan
from engine.core.records import AgentDay, AgentMemory, CallPart, CallRecord, Millis
from engine.core.requests import Refusal, Request
from engine.core.states import RefusalCode
from tests.support.floor_site import clock, span


class FloorDoor:
    """One floor in virtual time: facts and requests go in, and what comes out is kept."""

    def __init__(self, plan: Plan, now: Millis) -> None:
        self.plan = plan
        self.now = now
        self.floor = Floor(plan, now)
        self.timers: dict[str, Millis] = {}
        self.steps: list[Effect] = []  # effects of the last step
        self.records: dict[str, CallRecord] = {}  # as stored last
        self.parts: list[CallPart] = []  # as stored, one after another
        self.memories: dict[str, AgentMemory] = {}

    # Time

    def at(self, text: str) -> Self:
        """Let time pass until this time of day; timers fire on the way."""
        return self._until(clock(text))

    def after(self, text: str) -> Self:
        """Let time pass; timers fire on the way."""
        return self._until(self.now + span(text))

    def _until(self, then: Millis) -> Self:
        assert then >= self.now, "time does not go back"
        due = [at for at in self.timers.values() if at <= then]
        while due:
            timer_id = min(self.timers, key=lambda name: self.timers[name])
            self.now = max(self.now, self.timers.pop(timer_id))
            self.handle(fact.TimerFired(timer_id=timer_id))
            due = [at for at in self.timers.values() if at <= then]
        self.now = then
        return self

    # The door of the floor

    def start(
        self,
        agents: Iterable[AgentMemory] = (),
        queue_days: dict[str, DayCounter] | None = None,
        agent_days: Iterable[AgentDay] = (),
    ) -> Self:
        return self._take(self.floor.start(self.now, agents, queue_days, agent_days))

    def handle(self, event: fact.Event) -> Self:
        return self._take(self.floor.handle(event, self.now))

    def request(self, request: Request) -> Self:
        result = self.floor.request(request, self.now)
        assert not isinstance(result, Refusal), result
        return self._take(result)

    def replan(self, plan: Plan) -> Self:
        """The configuration is changed."""
        self.plan = plan
        return self._take(self.floor.replan(plan, self.now))

    def refuses(self, request: Request, code: RefusalCode) -> Self:
        result = self.floor.request(request, self.now)
        assert isinstance(result, Refusal), f"not refused: {request}"
        assert result.code is code
        return self

    def _take(self, effects: tuple[Effect, ...]) -> Self:
        self.steps = list(effects)
        for effect in effects:
            match effect:
                case SetTimer():
                    self.timers[effect.timer_id] = effect.at
                case CancelTimer():
                    self.timers.pop(effect.timer_id, None)
                case StoreCall():
                    self.records[effect.record.call_id] = effect.record
                case StorePart():
                    self.parts.append(effect.part)
                case StoreAgent():
                    self.memories[effect.memory.staff_number] = effect.memory
                case Step(fault=True):
                    raise AssertionError(effect)
        assert self.timers == self.floor.state.timers
        return self
