"""What the floor holds, and the few ways in which it may be changed."""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.agent_machine import AGENT_MACHINE, AgentTrigger
from engine.core.call_machine import CALL_MACHINE, CallTrigger
from engine.core.effects import CancelTimer, Effect, SetTimer, Step, StoreAgent, ViewsChanged
from engine.core.floor.entities import Agent, AgentCounter, Call, DayCounter, Spying
from engine.core.floor.idle import IdleAgents, IdleFacts, SkillSet, SkillSets
from engine.core.floor.ordered import OrderedIds, Place, QueueLine
from engine.core.floor.wishes import Wishes
from engine.core.ivr.flow import Flow
from engine.core.ivr.interpreter import callback_key
from engine.core.machine import IllegalTransition
from engine.core.plan import Plan, SeatPlan
from engine.core.records import AgentMemory, Millis
from engine.core.states import AgentState, AgentStatus, CallState

_DAY_MS = 86_400_000


class FloorState:
    """Agents, calls, queues and timers; effects gather in it until the step is over."""

    def __init__(self, plan: Plan, now: Millis) -> None:
        self.use_plan(plan)
        self.agents: dict[str, Agent] = {}
        self.agent_on_seat: dict[str, str] = {}
        self.calls: dict[str, Call] = {}
        self.wishes = Wishes()
        self.waiting: dict[str, QueueLine] = {queue_id: QueueLine() for queue_id in plan.queues}
        self.places: dict[str, Place] = {}  # the place in the queue of a presented call
        self.sticky: dict[str, OrderedIds] = {}  # callers who wait for one certain agent, by the agent
        self.gave_up: dict[
            str, tuple[Millis, Millis]
        ] = {}  # number -> when it left a queue, how long it waited
        self.staff_left = False  # fewer are there for callers since this step, or they can do less
        self.unready: set[str] = set()  # agents who want no calls since this step
        self.spies: dict[str, Spying] = {}  # by the seat of the supervisor
        self.hands: dict[str, str] = {}  # who asks for help, and in which call; "": in none
        self.moving: set[str] = set()  # agents with a `next_seat_id`
        self.lines_reachable: dict[str, bool] = {}
        self.reachable: dict[str, bool] = dict.fromkeys(plan.seats, False)
        self.timers: dict[str, Millis] = {}
        self.day: dict[str, DayCounter] = {queue_id: DayCounter() for queue_id in plan.queues}
        self.agent_day: dict[str, AgentCounter] = {}
        self.switch_up = False
        self.switch_since = now
        self.switch_reason = ""
        self.started_at = now
        self.day_since = min(now, plan.next_midnight(now - _DAY_MS))  # midnight of the site
        self.agent_days_since = now  # from here on the agents' times are counted by the floor
        self.ignored = 0
        self._effects: list[Effect] = []
        self._touched: dict[str, Call] = {}
        self._changed_agents: set[str] = set()
        self._changed_calls: set[str] = set()
        self._changed_queues: set[str] = set()
        self._switch_changed = False

    def use_plan(self, plan: Plan) -> None:
        """Go by this plan; the agents have to be indexed anew."""
        self.plan = plan
        self.skill_sets = SkillSets(plan)
        self.relaxing = tuple(queue.id for queue in plan.queues.values() if queue.relax_ms)
        self.idle = IdleAgents(self.skill_sets.strategies)

    def forget_seat(self, seat_id: str) -> None:
        """Nobody sits there any more: a seat that the configuration has no longer is gone."""
        if self.plan.seats[seat_id].retired and seat_id not in self.agent_on_seat:
            seats = {name: seat for name, seat in self.plan.seats.items() if name != seat_id}
            self.plan = replace(self.plan, seats=seats)
            del self.reachable[seat_id]

    # Effects

    def emit(self, effect: Effect) -> None:
        """Order something to be done after this step."""
        self._effects.append(effect)

    def take_effects(self) -> tuple[Effect, ...]:
        """All effects of the step, the changed views last."""
        if self._changed_agents or self._changed_calls or self._changed_queues or self._switch_changed:
            self._effects.append(
                ViewsChanged(
                    agents=frozenset(self._changed_agents),
                    calls=frozenset(self._changed_calls),
                    queues=frozenset(self._changed_queues),
                    switch=self._switch_changed,
                )
            )
        effects = tuple(self._effects)
        self._effects = []
        self._changed_agents, self._changed_calls, self._changed_queues = set(), set(), set()
        self._switch_changed = False
        return effects

    def set_timer(self, timer_id: str, at: Millis) -> None:
        """Start or move a timer."""
        self.timers[timer_id] = at
        self.emit(SetTimer(timer_id=timer_id, at=at))

    def cancel_timer(self, timer_id: str) -> None:
        """Stop a timer if it runs."""
        if self.timers.pop(timer_id, None) is not None:
            self.emit(CancelTimer(timer_id=timer_id))

    # Views

    def touch_agent(self, staff_number: str) -> None:
        """The agent looks different now."""
        self._changed_agents.add(staff_number)

    def touch_call(self, call: Call) -> None:
        """The call, and the desks of all who are in it, look different now."""
        self._changed_calls.add(call.id)
        self._touched[call.id] = call
        self._changed_agents.update(self.people_on(call))

    def take_touched(self) -> list[Call]:
        """The calls that have changed since the last time, also those that are gone."""
        touched, self._touched = list(self._touched.values()), {}
        return touched

    def touch_queue(self, queue_id: str) -> None:
        """The queue looks different now."""
        self._changed_queues.add(queue_id)

    def touch_switch(self) -> None:
        """The link to Asterisk looks different now."""
        self._switch_changed = True

    # Machines

    def move_agent(self, agent: Agent, trigger: AgentTrigger, now: Millis) -> bool:
        """Let something happen to an agent; False when it was late and changed nothing."""
        try:
            state = AGENT_MACHINE.step(agent.state, trigger)
        except IllegalTransition as error:
            self.emit(Step(subject=f"agent={agent.staff_number}", text=str(error), fault=True))
            return False
        if state is None:
            self.ignored += 1
            return False
        self._set_agent(agent, agent.status, agent.reason, state, trigger, now)
        return True

    def set_status(self, agent: Agent, status: AgentStatus, reason: str, now: Millis) -> None:
        """Change what an agent wants."""
        if (agent.status, agent.reason) != (status, reason):
            self._set_agent(agent, status, reason, agent.state, status, now)

    def _set_agent(
        self, agent: Agent, status: AgentStatus, reason: str, state: AgentState, why: str, now: Millis
    ) -> None:
        before_status, before_state = agent.status, agent.state
        if status is not AgentStatus.READY and agent.staff_number in self.sticky:
            self.unready.add(agent.staff_number)
        self.staff_left |= status is AgentStatus.LOGGED_OUT or (agent.supervises and status != before_status)
        if (before_status, agent.reason) != (status, reason):
            own, spent = self.counter_of(agent.staff_number), self.status_ms_today(agent, now)
            own.logged_in_ms += spent
            own.break_ms += spent if before_status is AgentStatus.BREAK else 0
            agent.status, agent.reason, agent.status_since = status, reason, now
        if before_state is not state:
            agent.state, agent.state_since = state, now
        if agent.available:
            back_from_talk = before_state is not AgentState.IDLE and why != AgentTrigger.RING_ENDED
            if back_from_talk or before_status is not AgentStatus.READY:
                agent.idle_since = now
        self.index(agent)
        self.touch_agent(agent.staff_number)
        text = f"{before_status}/{before_state} -[{why}]> {status}/{state}"
        self.emit(Step(subject=f"agent={agent.staff_number}", text=text))
        self.remember(agent, before_status, before_state, now)

    def index(self, agent: Agent) -> None:
        """Count an agent among the idle who may be given calls, or not."""
        self.idle.remove(agent.staff_number)
        if agent.available:
            facts = IdleFacts(
                idle_since=agent.idle_since,
                answered_at=agent.answered_at,
                answered_today=self.counter_of(agent.staff_number).answered,
            )
            self.idle.add(agent.staff_number, self.skills_of(agent), facts)

    def remember(
        self, agent: Agent, before_status: AgentStatus, before_state: AgentState, now: Millis
    ) -> None:
        """Keep an agent's present for the history and for a restart."""
        memory = AgentMemory(
            staff_number=agent.staff_number,
            name=agent.name,
            seat_id=agent.seat_id,
            status=agent.status,
            reason=agent.reason,
            state=agent.state,
            call_id=agent.call_id,
            since=now,
        )
        self.emit(
            StoreAgent(memory=memory, previous_status=before_status, previous_state=before_state, at=now)
        )

    def move_call(self, call: Call, trigger: CallTrigger, now: Millis) -> bool:
        """Let something happen to a call; False when it was late and changed nothing."""
        before = call.state
        try:
            state = CALL_MACHINE.step(before, trigger)
        except IllegalTransition as error:
            self.emit(Step(subject=f"call={call.id}", text=str(error), fault=True))
            return False
        if state is None:
            self.ignored += 1
            return False
        call.state, call.state_since = state, now
        self.touch_call(call)
        self.emit(Step(subject=f"call={call.id}", text=f"{before} -[{trigger}]> {state}"))
        return True

    # Looking things up

    def seat_of(self, agent: Agent) -> SeatPlan:
        """The seat that the agent sits at."""
        return self.plan.seats[agent.seat_id]

    def skills_of(self, agent: Agent) -> SkillSet:
        """What the agent can do where the agent sits."""
        return self.skill_sets.of(agent.staff_number, agent.seat_id)

    def lane_of(self, call: Call) -> str:
        """Callers of numbers that not every seat serves have a lane of their own."""
        return call.record.did if call.record.did in self.skill_sets.limited_dids else ""

    def flow_of(self, call: Call) -> Flow:
        """The flow in which the call began: it is finished in it, whatever is changed meanwhile."""
        return call.flow or self.plan.flow_for(call.record.did)

    def callback_key(self, call: Call) -> str:
        """The key by which a waiting caller asks to be called back; empty: it is not offered."""
        return callback_key(self.flow_of(call), call.position) if self.plan.callback.enabled else ""

    def agent_of(self, call: Call) -> Agent | None:
        """The agent who has this call now: presented, dialled or talked."""
        agent = self.agents.get(call.record.staff_number)
        if agent is None or agent.call_id != call.id or agent.staff_number in call.wrapping:
            return None
        return agent

    def owner(self, call: Call) -> Agent:
        """The agent who has this call, where nothing is possible without one."""
        agent = self.agent_of(call)
        assert agent is not None, call
        return agent

    def people_on(self, call: Call) -> set[str]:
        """The staff numbers of all who have to do with a call now."""
        people = {call.record.staff_number, call.callee, *call.wrapping, *call.others.values()}
        if call.third is not None:
            people.add(call.third.route.staff_number)
        if call.pending is not None:
            people.add(call.pending.staff_number)
        return people - {""}

    def music_of(self, call: Call) -> str:
        """What this customer hears while waiting or held."""
        queue = self.plan.queues.get(call.record.queue_id)
        return queue.music if queue is not None else "default"

    def lines_busy(self) -> dict[str, int]:
        """How many calls are on each line, those that are only about to be dialled too."""
        busy: dict[str, int] = {}
        for call in self.calls.values():
            if call.state is not CallState.ENDED:
                third = call.third.route if call.third is not None else None
                for line_id in [call.record.line_id, *(r.line_id for r in (third, call.pending) if r)]:
                    busy[line_id] = busy.get(line_id, 0) + 1
        return busy

    def call_of(self, agent: Agent) -> Call | None:
        """The agent's call."""
        return self.calls.get(agent.call_id) if agent.call_id else None

    @property
    def agents_present(self) -> bool:
        """Whether anybody is logged in, on break or not; who only supervises does not count."""
        return any(
            not agent.supervises or agent.status is AgentStatus.READY for agent in self.agents.values()
        )

    def counter_of(self, staff_number: str) -> AgentCounter:
        """The agent's figures of today."""
        return self.agent_day.setdefault(staff_number, AgentCounter())

    def status_ms_today(self, agent: Agent, now: Millis) -> Millis:
        """How much of the agent's present status the figures of today do not hold yet."""
        return now - max(agent.status_since, self.agent_days_since)

    def states(self) -> Mapping[str, int]:
        """How many agents are in each state, breaks apart; for the one-line summary."""
        counts: dict[str, int] = {}
        for agent in self.agents.values():
            on_break = agent.status is AgentStatus.BREAK and agent.state is AgentState.IDLE
            word = "break" if on_break else str(agent.state)
            counts[word] = counts.get(word, 0) + 1
        return counts

    def waiting_count(self) -> int:
        """Callers who wait in any queue, the presented ones not counted."""
        return sum(len(line) for line in self.waiting.values())

    def calls_up(self) -> int:
        """Calls whose customer is still there."""
        return sum(call.state is not CallState.ENDED for call in self.calls.values())
