"""Where a call can be handed to, and who can be consulted: found and checked before anything is moved."""

from engine.core import requests as ask
from engine.core.dialling import free_line, is_allowed, to_dial
from engine.core.effects import OUTSIDE
from engine.core.floor.entities import Agent, Call, Route
from engine.core.floor.state import FloorState
from engine.core.ivr.interpreter import survey_node
from engine.core.plan import SeatPlan
from engine.core.requests import Refusal
from engine.core.states import AgentState, RefusalCode, TargetKind


def person(floor: FloorState, agent: Agent | None, target: ask.Target) -> Route | Refusal:
    """Somebody with a phone: an agent, an extension or an outside number. No `agent`: the flow asks."""
    if target.kind is TargetKind.AGENT:
        other = floor.agents.get(target.value)
        if other is None:
            return Refusal(code=RefusalCode.UNKNOWN_TARGET, detail=target.value)
        return _seat(floor, agent, floor.seat_of(other))
    if target.kind not in (TargetKind.EXTENSION, TargetKind.NUMBER):
        return Refusal(code=RefusalCode.UNKNOWN_TARGET, detail=target.value)
    seat = seat_with(floor, target.value)
    if seat is not None:
        return _seat(floor, agent, seat)
    if target.kind is TargetKind.EXTENSION:
        return Refusal(code=RefusalCode.UNKNOWN_TARGET, detail=target.value)
    return _outside(floor, target.value)


def place(floor: FloorState, agent: Agent, call: Call, target: ask.Target) -> Route | Refusal:
    """Anything that a customer can be sent to: a person, a queue, a place of the flow, the survey."""
    flow = floor.flow_of(call)
    survey = survey_node(flow)
    known: dict[TargetKind, bool] = {
        TargetKind.QUEUE: target.value in floor.plan.queues,
        TargetKind.NODE: target.value in flow.nodes,
        TargetKind.SURVEY: bool(survey),
    }
    if target.kind not in known:
        return person(floor, agent, target)
    if not known[target.kind]:
        return Refusal(code=RefusalCode.UNKNOWN_TARGET, detail=target.value)
    value = survey if target.kind is TargetKind.SURVEY else target.value
    return Route(kind=target.kind, value=value)


def seat_with(floor: FloorState, extension: str) -> SeatPlan | None:
    """The seat with this extension."""
    return next((seat for seat in floor.plan.seats.values() if seat.extension == extension), None)


def _seat(floor: FloorState, agent: Agent | None, seat: SeatPlan) -> Route | Refusal:
    """A seat's phone; who sits there has to have nothing else to do, and is on break or not."""
    if agent is not None and seat.id == agent.seat_id:
        return Refusal(code=RefusalCode.TARGET_IS_SELF)
    other = floor.agents.get(floor.agent_on_seat.get(seat.id, ""))
    free = floor.reachable[seat.id]
    if other is not None:  # or somebody is about to move there
        free = other.state is AgentState.IDLE and other.seat_id == seat.id
    if not free:
        return Refusal(code=RefusalCode.TARGET_BUSY, detail=seat.extension)
    if other is None:
        return Route(kind=TargetKind.EXTENSION, leg=seat.id, number=seat.extension, name=seat.name)
    return Route(
        kind=TargetKind.AGENT,
        leg=seat.id,
        staff_number=other.staff_number,
        number=other.staff_number,
        name=other.name,
    )


def _outside(floor: FloorState, number: str) -> Route | Refusal:
    rules = floor.plan.dialling
    if not is_allowed(number, rules):
        return Refusal(code=RefusalCode.NUMBER_FORBIDDEN, detail=number)
    line = free_line(number, rules, floor.plan.lines, floor.lines_busy())
    if line is None:
        return Refusal(code=RefusalCode.NO_FREE_LINE)
    return Route(
        kind=TargetKind.NUMBER,
        leg=OUTSIDE,
        number=number,
        line_id=line.id,
        dialled=to_dial(number, rules, line),
    )
