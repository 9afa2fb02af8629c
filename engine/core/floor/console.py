"""Whether an agent's console is there: nobody is given calls that nobody sees."""

from engine.core.floor import spying
from engine.core.floor.state import FloorState
from engine.core.floor.status import IN_CALL, wish
from engine.core.plan import REASON_CONSOLE
from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus


def attached(floor: FloorState, staff_number: str) -> None:
    """The agent's console is there again."""
    agent = floor.agents.get(staff_number)
    if agent is None:
        floor.ignored += 1
        return
    floor.cancel_timer(f"console:{staff_number}")
    agent.console_attached = True
    if agent.next_reason == REASON_CONSOLE:
        agent.next_status, agent.next_reason = None, ""
    floor.touch_agent(staff_number)


def lost(floor: FloorState, staff_number: str, now: Millis) -> None:
    """The agent's console is gone; a short break of the line is forgiven."""
    agent = floor.agents.get(staff_number)
    if agent is None:
        floor.ignored += 1
        return
    agent.console_attached = False
    floor.touch_agent(staff_number)
    floor.set_timer(f"console:{staff_number}", now + floor.plan.console_grace_ms)


def gone_too_long(floor: FloorState, staff_number: str, now: Millis) -> None:
    """Nobody may be given calls that nobody sees."""
    agent = floor.agents[staff_number]
    spying.stop_unwatched(floor, staff_number, now)
    if agent.status is AgentStatus.BREAK:
        wish(floor, agent, AgentStatus.BREAK, agent.reason)
    elif agent.state in (*IN_CALL, AgentState.WRAP_UP):
        if agent.next_status is None:
            wish(floor, agent, AgentStatus.BREAK, REASON_CONSOLE)
    else:
        floor.set_status(agent, AgentStatus.BREAK, REASON_CONSOLE, now)
