"""A practice caller on the telephone: the steps of the script, done on the exchange's channel."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from engine.adapters.asterisk.agi import AgiSession
from engine.adapters.asterisk.errors import AgiFailed, ChannelGone
from engine.adapters.exchange.noise import HUSH
from engine.adapters.exchange.script import AwaitAgent, LineCall, Listen, Pause, Press, Say, Step

_KEYS = "0123456789*#"


class CallerAtWork:
    """Carries out a script until it is through or the centre hangs up."""

    def __init__(
        self,
        call: LineCall,
        steps: tuple[Step, ...],
        session: AgiSession,
        sounds: Path,
        agent_came: asyncio.Event,
    ) -> None:
        self._call = call
        self._steps = steps
        self._session = session
        self._sounds = sounds
        self._agent_came = agent_came

    async def run(self) -> None:
        """Do the steps; raises ChannelGone when the centre hangs up first."""
        call = self._call
        try:
            await self._session.execute("MixMonitor", "", f"r({call.heard})")
            call.heard_from = time.time_ns() // 1_000_000
            for step in self._steps:
                if not await self._do(step):
                    break
                call.steps_done += 1
        except AgiFailed as error:
            call.failure = f"the practice caller could not go on: {error}"
        call.hung_up_by_caller = not self._session.gone.is_set()
        await self._session.hangup()

    async def _do(self, step: Step) -> bool:
        """One step; False when the caller has had enough."""
        match step:
            case Say():
                self._call.spoken.append((time.time_ns() // 1_000_000, step.sound))
                await self._speak(step.sound)
            case Press():
                await self._session.execute("SendDTMF", step.keys)
            case Pause():
                await self._keep_quiet(asyncio.sleep(step.seconds))
            case Listen():
                await self._keep_quiet(asyncio.sleep(step.seconds))
            case AwaitAgent():
                came = await self._keep_quiet(_within(self._agent_came, step.seconds))
                self._call.gave_up = not came
                return bool(came)
        return True

    async def _speak(self, sound: str) -> None:
        """A sound to its end; a key that comes in between lets it begin anew."""
        while key := await self._session.stream_file(str(self._sounds / sound), _KEYS):
            self._call.keys += key

    async def _keep_quiet(self, meanwhile: Coroutine[Any, Any, Any]) -> Any:
        """Send the line's noise until something is over. Raises ChannelGone."""
        waiting = asyncio.ensure_future(meanwhile)
        noise = asyncio.ensure_future(self._noise())
        try:
            await asyncio.wait({waiting, noise}, return_when=asyncio.FIRST_COMPLETED)
            if noise.done():
                noise.result()  # it ends by ChannelGone only
            return waiting.result()
        finally:
            waiting.cancel()
            noise.cancel()
            await asyncio.gather(waiting, noise, return_exceptions=True)

    async def _noise(self) -> None:
        while not self._session.gone.is_set():
            await self._speak(HUSH)
        raise ChannelGone


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
