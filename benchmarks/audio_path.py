"""From the key to the changed audio path: attended transfer, and a supervisor who barges in."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.figures import Figures, spread
from benchmarks.progress import say
from benchmarks.site import NUMBER, SUPERVISOR, Site, staff_number
from benchmarks.sounding_phone import SoundingPhone
from engine.adapters.unix_socket.client import SocketClient
from engine.core.states import AgentState, SpyMode, TargetKind
from engine.core.views import DeskView
from engine.wire.methods import SubscribeParams, Views
from engine.wire.phone import TargetParams
from engine.wire.supervision import ListenParams

_PATIENCE_S = 15.0
_SETTLE_S = 0.3  # of silence before a key is pressed


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int


FULL = Size(rounds=30)
QUICK = Size(rounds=2)


class _Desk:
    """A console without a screen, and its phone."""

    def __init__(self, client: SocketClient, phone: SoundingPhone) -> None:
        self.client = client
        self.phone = phone
        self.view: DeskView | None = None
        self._changed = asyncio.Event()

    def take(self, views: Views) -> None:
        self.view = views.desk or self.view
        self._changed.set()

    async def until(self, condition: Callable[[DeskView], bool]) -> None:
        """Return when the desk shows it."""
        async with asyncio.timeout(_PATIENCE_S):
            while self.view is None or not condition(self.view):
                self._changed.clear()
                await self._changed.wait()

    async def is_in(self, state: AgentState) -> None:
        await self.until(lambda view: view.agent.state is state)


async def measure(site: Site, size: Size) -> Figures:
    """Agent 1 talks with a caller and hands over to agent 2; the supervisor at seat 3 barges in."""
    sender = await _desk(site, 1, staff_number(1), speaks=False)
    taker = await _desk(site, 2, staff_number(2), speaks=False)
    boss = await _desk(site, 3, SUPERVISOR, speaks=True)
    transfers: list[float] = []
    barges: list[float] = []
    try:
        for number in range(1, size.rounds + 1):
            say(f"audio path: round {number} of {size.rounds}")
            transfers.append(await _transfer(site, sender, taker))
            barges.append(await _barge_in(site, sender, boss))
    finally:
        for desk in (sender, taker, boss):
            await desk.client.close()
            await desk.phone.close()
    return spread("audio.transfer", transfers) | spread("audio.barge", barges)


async def _transfer(site: Site, sender: _Desk, taker: _Desk) -> float:
    """Consultation, then the key: milliseconds until the third party hears the customer."""
    await _talk(site, sender, "tone")
    await sender.client.call("agent.consult", TargetParams(kind=TargetKind.AGENT, value=staff_number(2)))
    await taker.is_in(AgentState.TALKING)
    await asyncio.sleep(_SETTLE_S)
    spent = await _timed(taker.phone, lambda: sender.client.call("agent.complete_transfer"))
    await sender.until(lambda view: view.agent.state is not AgentState.CONSULTING)
    await taker.client.call("agent.hang_up")
    await _over(site, sender, taker)
    return spent


async def _barge_in(site: Site, sender: _Desk, boss: _Desk) -> float:
    """Listening, then the key: milliseconds until the agent hears the supervisor."""
    await _talk(site, sender, "presses")
    listen = ListenParams(staff_number=staff_number(1), mode=SpyMode.LISTEN)
    await boss.client.call("monitor.listen", listen)
    await boss.until(lambda view: view.spy is not None and view.spy.since > 0)
    await asyncio.sleep(_SETTLE_S)
    barge = ListenParams(staff_number=staff_number(1), mode=SpyMode.BARGE)
    spent = await _timed(sender.phone, lambda: boss.client.call("monitor.listen", barge))
    await boss.client.call("monitor.stop")
    await sender.client.call("agent.hang_up")
    await _over(site, sender, boss)
    return spent


async def _timed(ear: SoundingPhone, key: Callable[[], Awaitable[object]]) -> float:
    heard = ear.listen()
    pressed = time.perf_counter()
    await key()
    async with asyncio.timeout(_PATIENCE_S):
        return (await heard - pressed) * 1000


async def _talk(site: Site, sender: _Desk, caller: str) -> None:
    await sender.client.call("agent.ready")
    await site.callers.place(NUMBER, "13700001111", caller)
    await sender.is_in(AgentState.TALKING)


async def _over(site: Site, *desks: _Desk) -> None:
    """Everybody is free again, and nobody gets a call."""
    await site.callers.wait_until(0, timeout_s=30)
    for desk in desks:
        await desk.until(lambda view: view.agent.state in (AgentState.IDLE, AgentState.WRAP_UP))


async def _desk(site: Site, seat: int, staff: str, *, speaks: bool) -> _Desk:
    seat_id = f"seat{seat}"
    phone = SoundingPhone(
        seat_id, site.secrets[f"seat.{seat_id}"], site.config.asterisk.sip_port, speaks=speaks
    )
    await phone.start()
    desk: _Desk
    client = await site.log_in(staff, seat_id, on_views=lambda views: desk.take(views))
    desk = _Desk(client, phone)
    desk.take(await client.call("view.subscribe", SubscribeParams(topics=["desk"])))
    return desk
