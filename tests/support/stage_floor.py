"""What goes on at the stage: desks, calls and agents, moved by the test's script."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.core.records import AgentDay, CallNote, Millis
from engine.core.states import AgentState, AgentStatus, CallState
from engine.core.views import AgentView, AlarmView, CallView, DeskView, FloorView, SpyView, SwitchView
from engine.wire.methods import Views
from tests.support import world

RING_MS = 20_000
WRAP_UP_MS = 30_000

Push = Callable[[str, Views], None]


class StageFloor:
    """The canned floor. Every verb changes it and pushes the change: a desk to its agent, all to watchers."""

    def __init__(self, push: Push, phone: str) -> None:
        self.now: Millis = world.NOW
        self.phone = phone
        self.agents: dict[str, AgentView] = {agent.staff_number: agent for agent in world.AGENTS}
        self.desks: dict[str, DeskView] = {}
        self.calls: dict[str, CallView] = {}
        self.queues = {queue.queue_id: queue for queue in world.QUEUES}
        self.lines = {line.line_id: line for line in world.LINES}
        self.switch = world.SWITCH
        self.spies: dict[str, SpyView] = {}
        self.alarms: tuple[AlarmView, ...] = ()
        self._push = push
        self._last_call = 2000

    def take_seat(self, staff_number: str, seat_id: str) -> DeskView:
        """On break at first; a console that comes back finds its desk as it was."""
        if staff_number not in self.desks:
            seat = next(seat for seat in world.SEATS if seat.id == seat_id)
            supervises = world.is_supervisor(staff_number)
            reason = "supervising" if supervises else "rest"
            agent = world.agent(
                staff_number,
                seat.id,
                seat.extension,
                AgentStatus.BREAK,
                reason=reason,
                supervises=supervises,
            )
            self.desks[staff_number] = self._empty_desk(agent)
            self.change_desk(staff_number)
        return self.desks[staff_number]

    def leave_seat(self, staff_number: str) -> None:
        if self.desks.pop(staff_number, None) is not None:
            del self.agents[staff_number]
            self.change_floor(gone_agents=(staff_number,))

    def ready(self, staff_number: str = "8001") -> None:
        self.change_agent(staff_number, status=AgentStatus.READY, status_since=self.now, reason="")
        if self.desks[staff_number].agent.state is AgentState.WRAP_UP:
            self.finish_wrap_up(staff_number)

    def go_on_break(self, reason: str, staff_number: str = "8001") -> None:
        if self.desks[staff_number].call is not None:
            self.change_agent(staff_number, next_status=AgentStatus.BREAK)
        else:
            self.change_agent(staff_number, status=AgentStatus.BREAK, status_since=self.now, reason=reason)

    def present_call(
        self, cli: str = "13893812345", *, queue_id: str = "fault", staff_number: str = "8001"
    ) -> str:
        """A call rings this agent: the card pops up. Its id."""
        call = self._new_call(cli, CallState.PRESENTED, queue_id=queue_id, staff_number=staff_number)
        self.change_desk(
            staff_number,
            call=call,
            card=world.card_of(cli),
            draft=CallNote(),
            present_until=self.now + RING_MS,
        )
        self.change_agent(staff_number, state=AgentState.RINGING, call_id=call.call_id)
        return call.call_id

    def queue_call(self, cli: str = "13993800002", *, queue_id: str = "general") -> str:
        """A call waits in a queue. Its id."""
        call = self._new_call(cli, CallState.QUEUED, queue_id=queue_id, position=1)
        self.calls[call.call_id] = call
        queue = self.queues[queue_id]
        since = queue.longest_wait_since or call.offered_at
        self.queues[queue_id] = replace(queue, waiting=queue.waiting + 1, longest_wait_since=since)
        self.change_floor(calls=(call,), queues=(self.queues[queue_id],))
        return call.call_id

    def answer(self, staff_number: str = "8001") -> None:
        self._move(staff_number, CallState.TALKING, AgentState.TALKING, answered_at=self.now)
        self.change_desk(staff_number, present_until=0)

    def hold(self, staff_number: str = "8001") -> None:
        self._move(staff_number, CallState.HOLDING, AgentState.HOLDING)

    def retrieve(self, staff_number: str = "8001") -> None:
        self._move(staff_number, CallState.TALKING, AgentState.TALKING)

    def hang_up(self, staff_number: str = "8001") -> None:
        """The talk ends, by whomever; wrap-up begins."""
        self._move(staff_number, CallState.CLOSING, AgentState.WRAP_UP)
        self.change_desk(staff_number, wrap_up_until=self.now + WRAP_UP_MS, wrap_up_extension_ms=WRAP_UP_MS)

    def abandon(self, staff_number: str = "8001") -> None:
        """The customer hangs up while it rings."""
        self._clear(staff_number)

    def withdraw(self, staff_number: str = "8001", reason: str = "rona") -> None:
        """The ringing call goes back to its queue, the agent on break."""
        self._clear(staff_number)
        self.change_agent(staff_number, status=AgentStatus.BREAK, status_since=self.now, reason=reason)

    def finish_wrap_up(self, staff_number: str = "8001") -> None:
        self._clear(staff_number)

    def extend_wrap_up(self, staff_number: str = "8001") -> None:
        """Once as long again."""
        until = self.desks[staff_number].wrap_up_until
        self.change_desk(staff_number, wrap_up_until=until + WRAP_UP_MS, wrap_up_extension_ms=0)

    def raise_hand(self, staff_number: str = "8001", on: bool = True) -> None:
        """Ask for help, or no more."""
        agent = replace(self.agents[staff_number], hand_since=self.now if on else 0)
        self.agents[staff_number] = agent
        if staff_number in self.desks:
            self.change_desk(staff_number, agent=agent)
        else:
            self.change_floor(agents=(agent,))

    def spy(self, staff_number: str, spy: SpyView | None) -> None:
        """A supervisor is in a talk, or out of it."""
        self.spies.pop(staff_number, None)
        if spy is not None:
            self.spies[staff_number] = spy
        self.change_floor(spies=tuple(self.spies.values()))
        self.change_desk(staff_number, spy=spy)
        state = AgentState.MONITORING if spy is not None else AgentState.IDLE
        self.change_agent(staff_number, state=state)

    def alarm(self, *alarms: AlarmView) -> None:
        """These alarms are up now, and no other."""
        self.alarms = alarms
        self.change_floor(alarms=alarms)

    def end_call(self, call_id: str) -> None:
        """The call is over, by a supervisor: its agent wraps up, a waiting one is gone."""
        call = self.calls[call_id]
        if call.staff_number in self.desks:
            self.hang_up(call.staff_number)
            return
        del self.calls[call_id]
        if call.position:
            queue = self.queues[call.queue_id]
            self.queues[call.queue_id] = replace(queue, waiting=queue.waiting - 1)
        self.change_floor(gone_calls=(call_id,), queues=(self.queues[call.queue_id],))

    def switch_down(self, reason: str = "link lost") -> None:
        self._change_switch(SwitchView(up=False, since=self.now, reason=reason))

    def switch_up(self) -> None:
        self._change_switch(SwitchView(up=True, since=self.now, reason=""))

    def floor(self) -> FloorView:
        return FloorView(
            whole=True,
            agents=tuple(self.agents.values()),
            calls=tuple(self.calls.values()),
            queues=tuple(self.queues.values()),
            lines=tuple(self.lines.values()),
            switch=self.switch,
            spies=tuple(self.spies.values()),
            alarms=self.alarms,
            engine_started_at=self.now - 60 * world.MINUTE,
        )

    def change_agent(self, staff_number: str, **values: Any) -> None:
        """Change fields of an agent who sits at a desk; a new state starts its clock."""
        if "state" in values:
            values.setdefault("state_since", self.now)
        self.change_desk(staff_number, agent=replace(self.desks[staff_number].agent, **values))

    def change_desk(self, staff_number: str, **values: Any) -> None:
        """Change fields of a desk, and of the floor what belongs to it."""
        desk = self.desks[staff_number] = replace(self.desks[staff_number], **values)
        self.agents[staff_number] = desk.agent
        self._push(staff_number, Views(desk=desk))
        if desk.call is None or desk.call.state is CallState.CLOSING:
            self.change_floor(agents=(desk.agent,))
        else:
            self.calls[desk.call.call_id] = desk.call
            self.change_floor(agents=(desk.agent,), calls=(desk.call,))

    def change_floor(self, **values: Any) -> None:
        self._push("", Views(floor=FloorView(whole=False, **values)))

    def _empty_desk(self, agent: AgentView) -> DeskView:
        day: AgentDay = replace(world.DAY_FIGURES, staff_number=agent.staff_number)
        return DeskView(
            agent=agent,
            phone=self.phone,
            call=None,
            card=None,
            draft=CallNote(),
            present_until=0,
            wrap_up_until=0,
            waiting=0,
            longest_wait_since=0,
            switch=self.switch,
            day=day,
        )

    def _new_call(self, cli: str, state: CallState, **values: Any) -> CallView:
        self._last_call += 1
        customer = world.card_of(cli).customer
        return CallView(
            **{
                "call_id": f"c-{self._last_call}",
                "line_id": "line1",
                "did": "96335",
                "cli": cli,
                "customer_name": customer.name if customer else "",
                "state": state,
                "state_since": self.now,
                "accepted_at": self.now - 25 * world.SECOND,
                "offered_at": self.now - 12 * world.SECOND,
                "answered_at": 0,
                "position": 0,
                "staff_number": "",
                "ivr_path": ("greeting", "main_menu"),
                **values,
            }
        )

    def _move(self, staff_number: str, call_state: CallState, state: AgentState, **values: Any) -> None:
        call = self.desks[staff_number].call
        assert call is not None, f"{staff_number} has no call"
        call = replace(call, state=call_state, state_since=self.now, **values)
        if call_state is CallState.CLOSING:
            self.calls.pop(call.call_id, None)
            self.change_floor(gone_calls=(call.call_id,))
        self.change_desk(staff_number, call=call)
        self.change_agent(staff_number, state=state)

    def _clear(self, staff_number: str) -> None:
        desk = self.desks[staff_number]
        if desk.call is not None and desk.call.call_id in self.calls:
            del self.calls[desk.call.call_id]
            self.change_floor(gone_calls=(desk.call.call_id,))
        self.change_desk(
            staff_number, call=None, card=None, draft=CallNote(), present_until=0, wrap_up_until=0
        )
        after = desk.agent.next_status or desk.agent.status
        self.change_agent(staff_number, state=AgentState.IDLE, call_id="", status=after, next_status=None)

    def _change_switch(self, switch: SwitchView) -> None:
        self.switch = switch
        self.change_floor(switch=switch)
        for staff_number in self.desks:
            self.change_desk(staff_number, switch=switch)
