"""What consoles see: views made from the floor, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.core.floor import breaks
from engine.core.floor.entities import Agent, AgentCounter, Call, Spying
from engine.core.floor.state import FloorState
from engine.core.ivr.values import Plain, is_secret
from engine.core.records import AgentDay, CallNote, Millis
from engine.core.states import AgentStatus, CallState
from engine.core.views import (
    AgentView,
    CallView,
    DeskView,
    FloorView,
    LineView,
    PartyView,
    QueueView,
    SpyView,
    SwitchView,
)

_UP = frozenset(CallState) - {CallState.ENDED}


def agent_view(floor: FloorState, agent: Agent) -> AgentView:
    """One agent."""
    return AgentView(
        staff_number=agent.staff_number,
        name=agent.name,
        seat_id=agent.seat_id,
        extension=floor.seat_of(agent).extension,
        status=agent.status,
        status_since=agent.status_since,
        reason=agent.reason,
        state=agent.state,
        state_since=agent.state_since,
        call_id=agent.call_id,
        next_status=agent.next_status,
        phone_reachable=floor.reachable[agent.seat_id],
        console_attached=agent.console_attached,
        muted=agent.muted,
        supervises=agent.supervises,
        hand_since=agent.hand_since,
        break_until=breaks.overdue_at(floor, agent),
        next_seat_id=agent.next_seat_id,
    )


def call_view(floor: FloorState, call: Call) -> CallView:
    """One call."""
    record = call.record
    customer = call.card.customer if call.card is not None else None
    queued = call.state is CallState.QUEUED
    return CallView(
        call_id=call.id,
        line_id=record.line_id,
        did=record.did,
        cli=record.cli,
        customer_name=customer.name if customer is not None else "",
        state=call.state,
        state_since=call.state_since,
        accepted_at=record.accepted_at,
        offered_at=record.offered_at,
        answered_at=record.answered_at,
        queue_id=record.queue_id,
        position=floor.waiting[record.queue_id].position(call.id) if queued else 0,
        staff_number=record.staff_number,
        ivr_path=record.ivr_path,
        direction=record.direction,
        party=party_view(floor, call),
        sender=call.sender,
    )


def party_view(floor: FloorState, call: Call) -> PartyView | None:
    """The third party of a call, or the colleague whom an internal call is for."""
    if call.third is not None:
        party, route = call.third, call.third.route
        return PartyView(
            name=route.name,
            number=route.number,
            since=party.since,
            answered=party.answered,
            active=party.active,
        )
    callee = floor.agents.get(call.callee)
    if callee is None:
        return None
    answered_at = call.record.answered_at
    return PartyView(
        name=callee.name,
        number=callee.staff_number,
        since=answered_at or call.record.accepted_at,
        answered=bool(answered_at),
        active=True,
    )


def _as_helper_sees_it(floor: FloorState, agent: Agent, call: Call) -> CallView:
    """A colleague's call: the party is who has it."""
    view, owner = call_view(floor, call), floor.agent_of(call)
    if owner is None or owner is agent or agent.staff_number in call.wrapping or view.party is None:
        return view
    number = owner.staff_number
    return replace(view, party=replace(view.party, name=owner.name, number=number))


def spy_view(spying: Spying) -> SpyView:
    """A supervisor in a talk, in the mode that it is in; before: the one that was asked for."""
    return SpyView(
        staff_number=spying.staff_number,
        agent=spying.agent,
        call_id=spying.call_id,
        mode=spying.modes[-1] if spying.modes else spying.mode,
        since=spying.began_at,
    )


def spy_views(floor: FloorState) -> tuple[SpyView, ...]:
    """All supervisors who are in talks: few, and told whole each time."""
    return tuple(spy_view(spying) for spying in floor.spies.values())


def queue_view(floor: FloorState, queue_id: str) -> QueueView:
    """One queue, now and today."""
    plan, counter, line = floor.plan.queues[queue_id], floor.day[queue_id], floor.waiting[queue_id]
    counting = counter.offered_ended - counter.short_abandoned
    return QueueView(
        queue_id=queue_id,
        name=plan.name,
        name_en=plan.name_en,
        waiting=len(line),
        longest_wait_since=line.oldest(),
        offered=counter.offered,
        offered_ended=counter.offered_ended,
        answered=counter.answered,
        handled=counter.handled,
        abandoned=counter.abandoned,
        short_abandoned=counter.short_abandoned,
        answered_within=counter.answered_within,
        service_level_seconds=plan.service_level_ms // 1000,
        service_level=counter.answered_within / counting if counting > 0 else None,
        mean_wait_ms=counter.wait_ms // counter.answered if counter.answered else 0,
        mean_talk_ms=counter.talk_ms // counter.handled if counter.handled else 0,
    )


def line_views(floor: FloorState) -> tuple[LineView, ...]:
    """All lines with the calls on them."""
    busy = floor.lines_busy()
    return tuple(
        LineView(
            line_id=line.id,
            name=line.name,
            channels=line.channels,
            busy=busy.get(line.id, 0),
            reachable=floor.lines_reachable.get(line.id, True),
        )
        for line in floor.plan.lines.values()
    )


def switch_view(floor: FloorState) -> SwitchView:
    """The link to Asterisk."""
    return SwitchView(up=floor.switch_up, since=floor.switch_since, reason=floor.switch_reason)


def agent_day(floor: FloorState, staff_number: str, now: Millis) -> AgentDay:
    """An agent's figures since midnight, the present status counted up to now."""
    counter = floor.agent_day.get(staff_number, AgentCounter())
    agent = floor.agents.get(staff_number)
    spent = floor.status_ms_today(agent, now) if agent is not None else 0
    on_break = agent is not None and agent.status is AgentStatus.BREAK
    return AgentDay(
        staff_number=staff_number,
        presented=counter.presented,
        answered=counter.answered,
        rona=counter.rona,
        rejected=counter.rejected,
        talk_ms=counter.talk_ms,
        hold_ms=counter.hold_ms,
        wrap_up_ms=counter.wrap_up_ms,
        break_ms=counter.break_ms + (spent if on_break else 0),
        logged_in_ms=counter.logged_in_ms + spent,
        by_disposition=dict(counter.by_disposition),
    )


def queue_strip(floor: FloorState) -> tuple[int, Millis]:
    """What every desk shows of the queues: callers who wait, and since when the first of them does."""
    oldest = [line.oldest() for line in floor.waiting.values() if len(line)]
    return floor.waiting_count(), min(oldest, default=0)


def desk_view(floor: FloorState, staff_number: str, now: Millis) -> DeskView | None:
    """All that an agent's console shows; None when not logged in."""
    agent = floor.agents.get(staff_number)
    if agent is None:
        return None
    call = floor.call_of(agent)
    waiting, longest_wait_since = queue_strip(floor)
    return DeskView(
        agent=agent_view(floor, agent),
        phone="auto" if floor.seat_of(agent).auto else "ring",
        call=_as_helper_sees_it(floor, agent, call) if call is not None else None,
        card=call.card if call is not None else None,
        draft=call.note if call is not None else CallNote(),
        present_until=agent.present_until,
        wrap_up_until=agent.wrap_up_until,
        wrap_up_extension_ms=breaks.wrap_up_extension_ms(floor, agent),
        waiting=waiting,
        longest_wait_since=longest_wait_since,
        switch=switch_view(floor),
        day=agent_day(floor, staff_number, now),
        notice=agent.notice,
        spy=spy_view(floor.spies[agent.seat_id]) if agent.seat_id in floor.spies else None,
        to_call=floor.wishes.to_call,
        callback=floor.wishes.of_call(call.id) if call is not None else None,
        told=told_by(call) if call is not None else {},
    )


def told_by(call: Call) -> Mapping[str, Plain]:
    """What the caller has keyed in or was told in self-service, but no lists and nothing secret."""
    return {
        name: value
        for name, value in call.position.values.items()
        if not isinstance(value, tuple) and not is_secret(str(value))
    }


def whole_floor(floor: FloorState) -> FloorView:
    """Everything that a supervisor sees."""
    return FloorView(
        whole=True,
        agents=tuple(agent_view(floor, agent) for agent in floor.agents.values()),
        calls=tuple(call_view(floor, call) for call in floor.calls.values() if call.state in _UP),
        queues=tuple(queue_view(floor, queue_id) for queue_id in floor.plan.queues),
        lines=line_views(floor),
        switch=switch_view(floor),
        spies=spy_views(floor),
        to_call=floor.wishes.to_call,
        engine_started_at=floor.started_at,
    )


def floor_change(
    floor: FloorState, agents: Iterable[str], calls: Iterable[str], queues: Iterable[str], switch: bool
) -> FloorView:
    """Only what has changed. Callers who move up in a queue come with the queue."""
    agents, calls, changed = set(agents), set(calls), set(queues)
    queues = changed & floor.plan.queues.keys()
    calls.update(call_id for queue_id in queues for call_id in floor.waiting[queue_id])
    up = {call_id for call_id in calls if call_id in floor.calls and floor.calls[call_id].state in _UP}
    present = agents & floor.agents.keys()
    return FloorView(
        whole=False,
        agents=tuple(agent_view(floor, floor.agents[staff_number]) for staff_number in sorted(present)),
        calls=tuple(call_view(floor, floor.calls[call_id]) for call_id in sorted(up)),
        queues=tuple(queue_view(floor, queue_id) for queue_id in sorted(queues)),
        lines=line_views(floor) if switch else (),
        switch=switch_view(floor) if switch else None,
        spies=spy_views(floor),
        to_call=floor.wishes.to_call,
        gone_agents=tuple(sorted(agents - present)),
        gone_calls=tuple(sorted(calls - up)),
        gone_queues=tuple(sorted(changed - queues)),
        engine_started_at=floor.started_at,
    )
