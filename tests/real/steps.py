"""Steps that tests of phone work share."""

import asyncio

from engine.adapters.exchange import PlacedCall, Press
from engine.core.states import AgentState, TargetKind
from engine.wire.phone import TargetParams
from tests.real.world import CALLER, CLI, presented, talking, tone
from tests.support.centre import Desk, Whole


async def talk_at(real: Whole, seat_id: str, cli: str = CLI) -> "tuple[Desk, asyncio.Task[PlacedCall]]":
    """A talk of the caller at a seat whose phone answers by itself; only its agent is ready."""
    desk = await real.desk(seat_id)
    call = real.call(cli, Press("2"), tone(CALLER))
    await presented(desk, cli)
    await desk.ask("agent.answer")
    await talking(desk, cli)
    return desk, call


def agent(staff_number: str) -> TargetParams:
    """An agent as the target of a transfer."""
    return TargetParams(kind=TargetKind.AGENT, value=staff_number)


async def consulting(desk: Desk, staff_number: str) -> None:
    """Consult an agent, who answers."""
    await desk.ask("agent.consult", agent(staff_number))
    await desk.until(
        lambda view: (
            view.agent.state is AgentState.CONSULTING
            and view.call is not None
            and view.call.party is not None
            and view.call.party.answered
        )
    )
