"""Rules of breaks and of the after-call work."""

from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus


def too_many(floor: FloorState, agent: Agent) -> bool:
    """Whether as many others as may be on break are, or will be after their call.

    Only breaks that somebody chose count: who did not answer or whose console is gone is not resting.
    """
    most = floor.plan.max_on_break
    if not most:
        return False
    others = [other for other in floor.agents.values() if other is not agent]
    return sum(_chose_break(floor, other) for other in others) >= most


def _chose_break(floor: FloorState, agent: Agent) -> bool:
    status, reason = agent.status, agent.reason
    if agent.next_status is not None:
        status, reason = agent.next_status, agent.next_reason
    return status is AgentStatus.BREAK and reason in floor.plan.break_reasons


def overdue_at(floor: FloorState, agent: Agent) -> Millis:
    """From when on the break is longer than its reason allows; 0: no break, or no limit."""
    limit_ms = floor.plan.break_limits_ms.get(agent.reason, 0)
    return agent.status_since + limit_ms if limit_ms and agent.status is AgentStatus.BREAK else 0


def wrap_up_extension_ms(floor: FloorState, agent: Agent) -> Millis:
    """How much longer the agent may make the present wrap-up; 0: not at all, or not again."""
    call = floor.call_of(agent)
    if call is None or agent.state is not AgentState.WRAP_UP or agent.wrap_up_extended:
        return 0
    queue = floor.plan.queues.get(call.record.queue_id, floor.plan.first_queue)
    return queue.wrap_up_extension_ms
