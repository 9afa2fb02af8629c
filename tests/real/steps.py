"""Steps that tests of phone work share."""

import asyncio

from engine.adapters.exchange import PlacedCall, Press
from engine.core.states import AgentState, CallState, TargetKind
from engine.core.views import DeskView
from engine.wire.phone import TargetParams
from tests.real.world import CALLER, CLI, presented, talking, tone
from tests.support.centre import Desk, Whole

FRIEND = "13911119999"
"""Somebody outside."""


async def talk_at(real: Whole, seat_id: str, cli: str = CLI) -> "tuple[Desk, asyncio.Task[PlacedCall]]":
    """A talk of the caller at a seat whose phone answers by itself; only its agent is ready."""
    desk = await real.desk(seat_id)
    call = real.call(cli, Press("2"), tone(CALLER))
    await presented(desk, cli)
    await desk.ask("agent.answer")
    await talking(desk, cli)
    return desk, call


async def colleague(real: Whole, seat_id: str) -> Desk:
    """An agent who gets no calls of a queue, and whose phone is picked up at once."""
    real.phones[seat_id].pick_up_after_s = 0.1
    return await real.desk(seat_id, ready=False)


def agent(staff_number: str) -> TargetParams:
    """An agent as a target."""
    return TargetParams(kind=TargetKind.AGENT, value=staff_number)


def outside(number: str = FRIEND) -> TargetParams:
    """An outside number as a target."""
    return TargetParams(kind=TargetKind.NUMBER, value=number)


async def consulting(desk: Desk, target: TargetParams) -> None:
    """Consult somebody, who answers."""
    await desk.ask("agent.consult", target)
    await desk.until(lambda view: speaks_to_party(view) is True)


def speaks_to_party(view: DeskView) -> bool | None:
    """Whether the agent speaks to the third party, or to the customer; None while there is nobody."""
    call = view.call
    if view.agent.state is not AgentState.CONSULTING or call is None or call.party is None:
        return None
    return call.party.active if call.party.answered else None


async def alternated(desk: Desk, *, to_party: bool) -> None:
    """Speak to the other one."""
    await desk.ask("agent.alternate")
    await desk.until(lambda view: speaks_to_party(view) is to_party)


async def conferring(desk: Desk) -> None:
    """All three speak with one another."""
    await desk.ask("agent.conference")
    await desk.until(lambda view: view.agent.state is AgentState.CONFERENCE)


async def state(desk: Desk, wanted: AgentState) -> DeskView:
    """Wait for the agent's state."""
    return await desk.until(lambda view: view.agent.state is wanted)


async def call_state(desk: Desk, wanted: CallState) -> DeskView:
    """Wait for the state of the agent's call."""
    return await desk.until(lambda view: view.call is not None and view.call.state is wanted)
