"""A telephone outside that the centre calls: it rings, is busy, is picked up, or does not exist."""

import asyncio
import time
from pathlib import Path

from engine.adapters.asterisk.agi import AgiSession
from engine.adapters.asterisk.errors import ChannelGone
from engine.adapters.exchange.caller import CallerAtWork
from engine.adapters.exchange.script import Behaviour, ReceivedCall, Telephone

# Q.850 causes.
_REFUSALS = {Behaviour.BUSY: "17", Behaviour.UNKNOWN: "1"}


async def answer(call: ReceivedCall, telephone: Telephone, session: AgiSession, sounds: Path) -> None:
    """Do what this telephone does. Raises ChannelGone when the centre hangs up first."""
    refusal = _REFUSALS.get(telephone.behaviour)
    if refusal is not None:
        await session.execute("Hangup", refusal)
        return
    await session.execute("Ringing")
    seconds = None if telephone.behaviour is Behaviour.RINGS else telephone.rings_seconds
    await _wait(session, seconds)
    await session.answer()
    call.answered_at = time.time_ns() // 1_000_000
    await CallerAtWork(call, telephone.steps, session, sounds, asyncio.Event()).run()


async def _wait(session: AgiSession, seconds: float | None) -> None:
    """Ring, as long as the centre has patience."""
    try:
        async with asyncio.timeout(seconds):
            await session.gone.wait()
    except TimeoutError:
        return
    raise ChannelGone
