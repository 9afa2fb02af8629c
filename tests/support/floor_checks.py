"""What must be true of a floor whatever happens: its parts agree, and its figures are those counted anew."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.core.floor import Floor
from engine.core.floor.entities import Agent, Call, DayCounter
from engine.core.plan import Plan
from engine.core.records import AgentDay, CallRecord, Millis
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, Outcome
from engine.core.views import FloorView
from tests.support.floor_site import next_midnight

WAITS = (CallState.QUEUED, CallState.PRESENTED, CallState.UNATTENDED)


@dataclass(slots=True)
class AgentFigures:
    """What an agent did since midnight, counted a second time."""

    ended: Counter[str] = field(default_factory=Counter)
    logged_in_ms: Millis = 0
    break_ms: Millis = 0


class FloorChecks:
    """A floor, what the switch and the database know of it, and what must be true after every step."""

    plan: Plan
    now: Millis
    staff: tuple[str, ...]
    floor: Floor
    seen: FloorView  # as consoles have it
    lines: Mapping[str, object]  # calls of the switch
    timers: dict[str, Millis]
    records: dict[str, CallRecord]
    figures: dict[str, AgentFigures]
    restoring: bool

    def check(self) -> None:
        if self.restoring:
            return
        self._check_agents()
        self._check_queues()
        self._check_timers()
        self._check_figures()
        self._check_calls()
        self._check_views()

    def _check_agents(self) -> None:
        state = self.floor.state
        taken_seats = {agent.seat_id: name for name, agent in state.agents.items()}
        taken_seats |= {
            agent.next_seat_id: name for name, agent in state.agents.items() if agent.next_seat_id
        }
        assert taken_seats == state.agent_on_seat
        others = {name for call in state.calls.values() for name in call.others.values()}
        taken = [
            agent.call_id
            for name, agent in state.agents.items()
            if agent.call_id and name not in others and agent.state is not AgentState.WRAP_UP
        ]
        assert len(taken) == len(set(taken)), "two agents have one call"
        assert set(state.idle) == {name for name, agent in state.agents.items() if agent.available}
        for agent in state.agents.values():
            assert agent.status is not AgentStatus.LOGGED_OUT
            call = state.call_of(agent)
            assert (call is not None) is bool(agent.call_id)
            if agent.state in (AgentState.IDLE, AgentState.UNREACHABLE):
                assert call is None
                assert (agent.state is AgentState.IDLE) is state.reachable[agent.seat_id]
                assert agent.next_status is None
                continue
            assert call is not None
            expected = {
                AgentState.RESERVED: CallState.PRESENTED,
                AgentState.RINGING: CallState.PRESENTED,
                AgentState.TALKING: CallState.TALKING,
                AgentState.HOLDING: CallState.HOLDING,
            }
            if agent.state is AgentState.WRAP_UP:
                assert agent.staff_number in call.wrapping
                assert state.agent_of(call) is not agent
            else:
                assert state.agent_of(call) is agent or call.others[agent.seat_id] == agent.staff_number
                assert call.state is expected[agent.state]

    def _check_queues(self) -> None:
        state = self.floor.state
        waiting = [call_id for line in state.waiting.values() for call_id in line]
        for queue_id, line in state.waiting.items():
            calls = [state.calls[call_id] for call_id in line]
            assert all((call.state, call.record.queue_id) == (CallState.QUEUED, queue_id) for call in calls)
            for call in calls:
                assert not (state.switch_up and self.may_have(call)), "somebody is idle while a caller waits"
                assert any(self.level_for(agent, call) for agent in state.agents.values()), "waits for nobody"
            self.check_order(calls)
        assert set(waiting) == {name for name, call in state.calls.items() if call.state is CallState.QUEUED}
        presented = {
            name
            for name, call in state.calls.items()
            if call.state is CallState.PRESENTED and not call.connecting  # handed over by the flow
        }
        assert set(state.places) == presented

    def level_for(self, agent: Agent, call: Call) -> int:
        """How well an agent serves a caller, 1 is the best, 0 not at all: read off the plan alone."""
        seat, queue_id = self.plan.seats[agent.seat_id], call.record.queue_id
        if (seat.queues and queue_id not in seat.queues) or (seat.dids and call.record.did not in seat.dids):
            return 0
        own = self.plan.skills.get(agent.staff_number)
        return 1 if own is None else own.get(queue_id, 0)

    def may_have(self, call: Call) -> list[str]:
        """The idle agents who should have been given this caller by now."""
        state = self.floor.state
        relax_ms = self.plan.queues[call.record.queue_id].relax_ms
        place = state.waiting[call.record.queue_id].place(call.id)
        worst = 1 + (self.now - place.key[0]) // relax_ms if relax_ms else 9
        return [
            name
            for name in state.idle
            if 0 < self.level_for(state.agents[name], call) <= worst and call.sticks_to in ("", name)
        ]

    def check_order(self, calls: list[Call]) -> None:
        """Callers stand in the order of their offer."""
        offered = [call.record.offered_at for call in calls]
        assert offered == sorted(offered), "the queue is not in order of offer"

    def timers_of_wait(self, call: Call) -> set[str]:
        """Timers that run while a caller waits."""
        return {f"wait:{call.id}", f"announce:{call.id}"}

    def timers_of_flow(self, call: Call) -> set[str]:
        """Timers that run for what the flow has asked for."""
        return set()

    def timers_of_queues(self) -> set[str]:
        """Timers of rules that only some queues have."""
        return set()

    def _check_timers(self) -> None:
        state = self.floor.state
        assert self.timers == state.timers
        expected = {"midnight"} if "midnight" in self.timers else set()
        for name, call in state.calls.items():
            expected |= self.timers_of_flow(call)
            if call.state is CallState.PRESENTED:
                expected |= {f"ring:{name}"}
                expected |= self.timers_of_wait(call) if not call.connecting else set()
            elif call.state is CallState.QUEUED:
                expected |= self.timers_of_wait(call)
            elif call.state is CallState.ENDED and f"loose:{name}" in self.timers:
                expected.add(f"loose:{name}")
        for name, agent in state.agents.items():
            if agent.state is AgentState.WRAP_UP:
                expected.add(f"wrap:{name}")
                assert self.timers[f"wrap:{name}"] == agent.wrap_up_until
            if not agent.console_attached and f"console:{name}" in self.timers:
                expected.add(f"console:{name}")
        assert set(self.timers) == expected | self.timers_of_queues()
        assert all(at >= self.now for at in self.timers.values()), "a timer is overdue"

    def _check_figures(self) -> None:
        state = self.floor.state
        for queue_id, counter in state.day.items():
            counted = self._queue_day(queue_id)
            for name in ("offered", "answered", "abandoned", "short_abandoned", "answered_within",
                         "offered_ended", "wait_ms"):  # fmt: skip
                assert getattr(counter, name) == getattr(counted, name), (queue_id, name)
            still = counter.offered - counter.offered_ended
            assert counter.offered >= counter.answered + counter.abandoned + still
        for staff_number in state.agents:
            day, own = self.floor.day(staff_number, self.now), self._agent_day(staff_number)
            for name in ("presented", "answered", "rona", "rejected", "logged_in_ms", "break_ms"):
                assert getattr(day, name) == getattr(own, name), (staff_number, name)

    def _check_calls(self) -> None:
        state = self.floor.state
        up = {name for name, call in state.calls.items() if call.state is not CallState.ENDED}
        assert up == set(self.lines), "calls of the floor and of the switch are not the same"
        for name, call in state.calls.items():
            assert call.state is CallState.ENDED or not self.records[name].ended_at
            if call.state is CallState.ENDED:
                assert call.wrapping or call.loose_ends or call.legs, "an ended call is kept for nothing"
                assert call.wrapping or f"loose:{name}" in self.timers

    def _check_views(self) -> None:
        whole = self.floor.view()
        assert sorted_view(self.seen) == sorted_view(whole), "consoles were not told of a change"
        for staff_number in self.staff:
            desk = self.floor.desk(staff_number, self.now)
            assert (desk is not None) is (staff_number in self.floor.state.agents)

    # The same counted a second time

    def _agent_day(self, staff_number: str) -> AgentDay:
        own = self.figures[staff_number]
        return AgentDay(
            staff_number=staff_number,
            presented=own.ended.total(),
            answered=own.ended["answered"],
            rona=own.ended["rona"],
            rejected=own.ended["rejected"],
            logged_in_ms=own.logged_in_ms,
            break_ms=own.break_ms,
        )

    def _queue_day(self, queue_id: str) -> DayCounter:
        """The figures of a queue from the records alone, by the definitions of the reports."""
        since = next_midnight(self.now) - 86_400_000
        rows = [row for row in self.records.values() if row.queue_id == queue_id and row.offered_at >= since]
        limit = self.plan.queues[queue_id].service_level_ms
        answered = [row for row in rows if row.answered_at]
        abandoned = [row for row in rows if row.outcome is Outcome.ABANDONED]
        return DayCounter(
            offered=len(rows),
            answered=len(answered),
            abandoned=len(abandoned),
            short_abandoned=sum(row.short_abandon for row in rows),
            answered_within=sum(row.wait_ms <= limit for row in answered),
            offered_ended=sum(not self._still_waits(row) for row in rows),
            wait_ms=sum(row.wait_ms for row in answered),
        )

    def _still_waits(self, row: CallRecord) -> bool:
        if row.ended_at or row.answered_at:
            return False
        call = self.floor.state.calls.get(row.call_id)
        return call is None or (call.state in WAITS and not call.connecting)


def check_record(record: CallRecord) -> None:
    """A finished record contradicts itself nowhere."""
    assert record.ended_at >= record.accepted_at > 0
    assert record.outcome is not None
    assert record.ended_by is not EndedBy.UNKNOWN
    if record.offered_at:
        assert record.accepted_at <= record.offered_at <= record.ended_at
        assert record.queue_id or record.unattended or record.answered_at  # handed over by the flow
    assert min(record.wait_ms, record.talk_ms, record.hold_ms, record.wrap_up_ms) >= 0
    if record.answered_at:
        assert record.outcome is Outcome.ANSWERED
        assert record.offered_at <= record.answered_at <= record.ended_at
        assert record.wait_ms == record.answered_at - record.offered_at
        assert record.talk_ms + record.hold_ms <= record.ended_at - record.answered_at
    else:
        assert record.outcome is not Outcome.ANSWERED
        assert record.talk_ms + record.hold_ms + record.wrap_up_ms == 0
    if record.outcome is Outcome.ABANDONED:  # in a queue, or in the ring of all seats, which is none
        assert record.wait_ms == (record.ended_at - record.offered_at if record.offered_at else 0)
        assert record.offered_at or record.unattended
    else:
        assert not record.short_abandon
    assert (record.outcome is Outcome.VOICEMAIL) <= (record.message_ms > 0)


def sorted_view(view: FloorView) -> FloorView:
    """Without the order in which things came, which is no part of what is shown."""
    return replace(
        view,
        agents=tuple(sorted(view.agents, key=lambda agent: agent.staff_number)),
        calls=tuple(sorted(view.calls, key=lambda call: call.call_id)),
    )
