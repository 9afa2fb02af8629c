"""What must be true of phone work whatever is asked for: in the floor, and against what the switch knows."""

from engine.core.floor import Floor
from engine.core.floor.entities import Agent, Call
from engine.core.records import CallPart, CallRecord, Millis
from engine.core.states import AgentState, CallState, Direction
from engine.core.views import FloorView
from tests.support.floor_checks import check_record, sorted_view
from tests.support.phone_switch import CUSTOMER, PhoneSwitch

_STATES = {
    AgentState.DIALLING: (CallState.DIALLING,),
    AgentState.TALKING: (CallState.TALKING, CallState.CONSULTING),
    AgentState.HOLDING: (CallState.HOLDING,),
    AgentState.CONSULTING: (CallState.CONSULTING,),
    AgentState.CONFERENCE: (CallState.CONFERENCE,),
}


class PhoneChecks:
    """A floor and its switch, and what must be true after every step."""

    now: Millis
    staff: tuple[str, ...]
    floor: Floor
    switch: PhoneSwitch
    seen: FloorView  # as consoles have it
    timers: dict[str, Millis]
    records: dict[str, CallRecord]
    parts: list[CallPart]
    seen_states: set[CallState]
    compared: int  # calls that were held against the switch

    def check(self) -> None:
        state = self.floor.state
        assert state.timers == self.timers
        for agent in state.agents.values():
            self._check_agent(agent)
        for call in state.calls.values():
            self.seen_states.add(call.state)
            self._check_call(call)
        for timer_id in self.timers:
            assert self._owner(timer_id), f"{timer_id} is nobody's timer"
        assert sorted_view(self.seen) == sorted_view(self.floor.view()), "consoles were not told of a change"
        for staff_number in self.staff:
            self.floor.desk(staff_number, self.now)

    def _check_agent(self, agent: Agent) -> None:
        state = self.floor.state
        name, call = agent.staff_number, state.call_of(agent)
        if agent.state in (AgentState.IDLE, AgentState.UNREACHABLE):
            assert not agent.call_id, agent
            assert not agent.muted
            return
        assert call is not None, agent
        assert name in state.people_on(call), (agent, call)
        others = [other for other in state.calls.values() if other is not call]
        for other in others:
            rung = {other.callee, *other.wrapping, *other.others.values()}
            rung |= {other.third.route.staff_number} if other.third is not None else set()
            rung |= {other.pending.staff_number} if other.pending is not None else set()
            assert name not in rung, (agent, call, other)
        third = call.third if call.third and call.third.route.staff_number == name else None
        if agent.state is AgentState.WRAP_UP:
            assert name in call.wrapping
        elif agent.state in (AgentState.RESERVED, AgentState.RINGING):
            presented = call.state is CallState.PRESENTED and name in (
                call.record.staff_number,
                *call.others.values(),
            )
            waits = call.pending is not None and call.pending.staff_number == name
            called = call.callee == name and call.state is CallState.DIALLING
            assert presented or waits or called or (third is not None and not third.answered), (agent, call)
        else:
            assert call.state in _STATES[agent.state] or call.callee == name, (agent, call)
            assert state.agent_of(call) is agent or call.callee == name or (third and third.answered)

    def _check_call(self, call: Call) -> None:
        state = self.floor.state
        if call.state is CallState.ENDED:
            assert self.records[call.id].ended_at
            assert call.wrapping or call.legs or call.loose_ends, "an ended call is kept for nothing"
            assert call.third is None
            assert call.pending is None
            assert not call.shares
            return
        assert (call.state is CallState.PRESENTED) >= (call.id in state.places)
        assert (call.third is not None) is (
            call.state in (CallState.CONSULTING, CallState.CONFERENCE, CallState.FORWARDED)
        )
        assert call.pending is None or call.state is CallState.TALKING
        assert not call.callee or call.record.direction is Direction.INTERNAL
        queued = [line for line in state.waiting.values() if call.id in line]
        assert len(queued) == (call.state is CallState.QUEUED)
        self._check_against_the_switch(call)

    def _check_against_the_switch(self, call: Call) -> None:
        """Where nothing is on its way and nothing was lost, the floor knows who hears whom."""
        true = self.switch.calls.get(call.id)
        if true is None or true.muddled or not self.switch.quiet(true) or call.record.ended_by != "unknown":
            return
        self.compared += 1
        hears = true.group_of(CUSTOMER) - {CUSTOMER}
        own, third = call.record.seat_id, call.third
        leg = {third.route.leg} if third is not None and third.answered else set()
        expected: dict[CallState, tuple[set[str], set[str]]] = {  # whom the customer hears, whose leg is up
            CallState.TALKING: ({own}, {own}),
            CallState.HOLDING: (set(), {own}),
            CallState.CONSULTING: (set() if third is None or third.active else {own}, {own} | leg),
            CallState.CONFERENCE: ({own} | leg, {own} | leg),
            CallState.FORWARDED: (leg, leg),
            CallState.QUEUED: (set(), set()),
            CallState.PRESENTED: (set(), set()),
            CallState.IVR: (set(), set()),
        }
        if call.state in expected:
            up = {name for name, state in true.legs.items() if state == "up"}
            assert (hears, up) == expected[call.state], (call, true)
            assert call.legs == up, (call, true)

    def _owner(self, timer_id: str) -> bool:
        kind, _, subject = timer_id.partition(":")
        state = self.floor.state
        call, agent = state.calls.get(subject), state.agents.get(subject)
        if call is not None:
            waits = call.state is CallState.QUEUED or call.id in state.places
            return {
                "ring": call.state is CallState.PRESENTED,
                "party": call.third is not None and not call.third.answered,
                "pending": call.pending is not None,
                "dial": call.state is CallState.DIALLING,
                "loose": call.state is CallState.ENDED,
                "service": call.question is not None and call.question.answer is None,
                "slow": call.question is not None and call.question.answer is None,
            }.get(kind, waits)
        if agent is not None:
            return kind == "console" or (kind == "wrap" and agent.state is AgentState.WRAP_UP)
        return kind == "midnight"

    def _check_record(self, record: CallRecord) -> None:
        assert record.ended_at, record
        if record.outcome is None:  # closed by an import while no engine ran
            return
        if record.direction is Direction.INBOUND and not record.unattended:
            if not record.transfers:
                check_record(record)
        within = record.ended_at - record.answered_at if record.answered_at else 0
        assert record.talk_ms + record.hold_ms <= within, record
        parts = [part for part in self.parts if part.call_id == record.call_id and not part.wrap_up_ms]
        owned = sum(
            part.talk_ms + part.hold_ms + part.consult_ms
            for part in parts
            if part.how in ("answered", "dialled") and not self._was_called(record, part)
        )
        assert owned <= record.talk_ms + record.hold_ms, (record, parts)

    def _was_called(self, record: CallRecord, part: CallPart) -> bool:
        return record.direction is Direction.INTERNAL and part.how == "answered"
