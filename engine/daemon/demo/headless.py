"""The practice world without a terminal: a given number of calls, each accounted for."""

import asyncio
import time
from collections.abc import Callable, Sequence

from engine.adapters.exchange import PlacedCall
from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.daemon.demo import voices
from engine.daemon.demo.agents import ScriptedAgent
from engine.daemon.demo.callers import PlannedCall, short_calls
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.site import HOME, people
from engine.daemon.demo.verify import Report, Verdict, Verifier

Ended = Callable[[int, PlacedCall], None]


async def run_calls(
    centre: Centre, count: int, seed: int, on_ended: Ended = lambda done, call: None
) -> tuple[Report, list[Verdict]]:
    """Have scripted agents take so many calls at a centre that is up, and verify them.

    Raises EngineError when the agents cannot log in; an engine that is lost later is in the report.
    """
    planned = short_calls(count, voices.topics(HOME), seed)
    by_cli = {call.script.cli: call for call in planned}
    troubles: list[str] = []
    since = time.time_ns() // 1_000_000
    agents = _agents(centre, by_cli.get, troubles.append)
    try:
        for agent in agents:
            await agent.start()
        placed = await _place_all(centre, planned, on_ended)
        for agent in agents:
            await agent.finish()
    finally:
        for agent in agents:
            await agent.stop()
    client = SocketClient(str(centre.site.paths.socket), "demo")
    try:
        await client.open()
        verifier = Verifier(client, since, centre.site.paths.recordings)
        return await verifier.verify(list(zip(planned, placed, strict=True)), troubles)
    except EngineError as error:
        troubles.append(f"the engine cannot be asked for its records: {error}")
        return Report(calls_placed=len(placed), errors=troubles), []
    finally:
        await client.close()


def _agents(
    centre: Centre, plan_of: Callable[[str], PlannedCall | None], trouble: Callable[[str], None]
) -> list[ScriptedAgent]:
    staff = people(len(centre.phones))
    return [
        ScriptedAgent(
            str(centre.site.paths.socket),
            person,
            seat_id,
            phone,
            plan_of=plan_of,
            talking=centre.exchange.agent_came,
            trouble=trouble,
        )
        for person, (seat_id, phone) in zip(staff, centre.phones.items(), strict=False)
    ]


async def _place_all(centre: Centre, planned: Sequence[PlannedCall], on_ended: Ended) -> list[PlacedCall]:
    """Keep all lines busy until every call is over."""
    done = 0

    async def place(call: PlannedCall) -> PlacedCall:
        nonlocal done
        placed = await centre.exchange.place(call.script)
        done += 1
        on_ended(done, placed)
        return placed

    return list(await asyncio.gather(*(place(call) for call in planned)))
