"""State diagrams in Mermaid, made from the tables of the machines."""

from typing import Any

from engine.core.agent_machine import AGENT_MACHINE
from engine.core.call_machine import CALL_MACHINE
from engine.core.machine import Machine
from engine.core.states import AgentState, CallState


def agent_diagram() -> str:
    """What happens to an agent."""
    return state_diagram(AGENT_MACHINE, {AgentState.IDLE: "logged in"})


def call_diagram() -> str:
    """The way of a call."""
    return state_diagram(CALL_MACHINE, {CallState.IVR: "arrived", CallState.UNATTENDED: "adopted"})


def state_diagram(machine: Machine[Any, Any], starts: dict[Any, str]) -> str:
    """One arrow for each pair of states, with all triggers that lead from one to the other."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}: {why}" for state, why in starts.items()]
    for state, transitions in machine.transitions.items():
        triggers: dict[str, list[str]] = {}
        for trigger, following in transitions.items():
            triggers.setdefault(following, []).append(trigger)
        lines += [f"    {state} --> {following}: {', '.join(names)}" for following, names in triggers.items()]
        if not transitions:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])
