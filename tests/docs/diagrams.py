"""State diagrams in Mermaid, made from the tables of the machines."""

from collections.abc import Mapping
from typing import Any

from engine.core.agent_machine import AGENT_MACHINE
from engine.core.call_machine import CALL_MACHINE
from engine.core.states import AgentState, CallState
from engine.core.tickets.machine import TRANSITIONS
from engine.core.tickets.states import TicketState


def agent_diagram() -> str:
    """What happens to an agent."""
    return state_diagram(AGENT_MACHINE.transitions, {AgentState.IDLE: "logged in"})


def call_diagram() -> str:
    """The way of a call."""
    starts = {CallState.IVR: "arrived", CallState.UNATTENDED: "adopted"}
    return state_diagram(CALL_MACHINE.transitions, starts)


def ticket_diagram() -> str:
    """The life of a ticket; where it goes on after it has waited is in no table."""
    return state_diagram(TRANSITIONS, {TicketState.NEW: "created"})


def state_diagram(table: Mapping[Any, Mapping[Any, Any]], starts: dict[Any, str]) -> str:
    """One arrow for each pair of states, with all triggers that lead from one to the other."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}: {why}" for state, why in starts.items()]
    for state, transitions in table.items():
        triggers: dict[str, list[str]] = {}
        for trigger, following in transitions.items():
            triggers.setdefault(following, []).append(trigger)
        lines += [f"    {state} --> {following}: {', '.join(names)}" for following, names in triggers.items()]
        if not transitions:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])
