"""What agents want: calls, a break, the end of a wrap-up; and how that waits until a call is over."""

from engine.core.floor import breaks, wrap_up
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.plan import REASON_SUPERVISING
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, AgentStatus, RefusalCode

PHONE_FREE = (AgentState.IDLE, AgentState.UNREACHABLE, AgentState.WRAP_UP)
IN_CALL = frozenset(AgentState) - {*PHONE_FREE, AgentState.MONITORING}


def go_ready(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Want calls; in a call that is the wish for afterwards, a wrap-up ends."""
    if agent.state in IN_CALL:
        wish(floor, agent, AgentStatus.READY, "")
        return None
    agent.next_status = None
    floor.set_status(agent, AgentStatus.READY, "", now)
    if agent.state is AgentState.WRAP_UP:
        wrap_up.end_wrap_up(floor, agent, now)
    return None


def go_on_break(
    floor: FloorState, agent: Agent, reason: str, now: Millis, *, forced: bool = False
) -> Refusal | None:
    """Want no calls; in a call or a wrap-up it means afterwards."""
    may_supervise = agent.supervises and reason == REASON_SUPERVISING
    if reason not in floor.plan.break_reasons and not may_supervise:
        return Refusal(code=RefusalCode.UNKNOWN_REASON, detail=reason)
    if not forced and not may_supervise and breaks.too_many(floor, agent):
        return Refusal(code=RefusalCode.TOO_MANY_ON_BREAK, detail=str(floor.plan.max_on_break))
    if agent.state in IN_CALL or agent.state is AgentState.WRAP_UP:
        wish(floor, agent, AgentStatus.BREAK, reason)
    else:
        floor.set_status(agent, AgentStatus.BREAK, reason, now)
    return None


def wish(floor: FloorState, agent: Agent, status: AgentStatus, reason: str) -> None:
    same = (agent.status, agent.reason) == (status, reason)
    agent.next_status, agent.next_reason = (None, "") if same else (status, reason)
    floor.touch_agent(agent.staff_number)


def finish_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """The after-call work is done."""
    if agent.state is not AgentState.WRAP_UP:
        return Refusal(code=RefusalCode.NOT_IN_WRAP_UP)
    wrap_up.end_wrap_up(floor, agent, now)
    return None


def extend_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """A little more time for the after-call work, once."""
    if agent.state is not AgentState.WRAP_UP:
        return Refusal(code=RefusalCode.NOT_IN_WRAP_UP)
    extension_ms = breaks.wrap_up_extension_ms(floor, agent)
    if not extension_ms:
        return Refusal(code=RefusalCode.NOT_AGAIN)
    agent.wrap_up_extended = True
    agent.wrap_up_until += extension_ms
    floor.set_timer(f"wrap:{agent.staff_number}", agent.wrap_up_until)
    floor.touch_agent(agent.staff_number)
    return None
