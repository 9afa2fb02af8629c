"""What a caller keys in secretly is not in the recording of the call either: tones can be read back."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.adapters.asterisk.asking import Asking

# Whether the recording on a channel is deaf to the caller, or hears everything again.
MuteRecording = Callable[[str, bool], Awaitable[None]]

# Tells the dialplan that the recording is deaf, should the engine die meanwhile.
_VARIABLE = "FS_MUTED"
# The tone of the last key is in the sound a little later than the key is told.
_TAIL_S = 0.3


async def mute_recording(asking: Asking, channel: str, on: bool) -> None:
    """What Asterisk has to be asked for; a call that is not recorded refuses, which harms nobody."""
    if await asking.set(channel, {_VARIABLE: "1" if on else ""}):
        await asking.ask("MixMonitorMute", Channel=channel, Direction="read", State="1" if on else "0")


class RecordingMute:
    """Makes the recording deaf to one caller, and has it hear again whatever happens."""

    def __init__(self, channel: str, mute: MuteRecording) -> None:
        self._channel = channel
        self._mute = mute
        self._muted = False
        self._ending: asyncio.Task[None] | None = None

    async def on(self) -> None:
        """From here on nothing is recorded of what the caller does."""
        await self._stop_ending()
        if not self._muted:
            self._muted = True
            await self._mute(self._channel, True)

    def off(self) -> None:
        """Record again as soon as the last tone is over; returns at once."""
        if self._muted and self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(self._end_later())

    async def close(self) -> None:
        """The session is over: record again at once."""
        await self._stop_ending()
        await self._end()

    async def _end_later(self) -> None:
        await asyncio.sleep(_TAIL_S)
        await self._end()

    async def _end(self) -> None:
        if self._muted:
            await self._mute(self._channel, False)
            self._muted = False

    async def _stop_ending(self) -> None:
        ending, self._ending = self._ending, None
        if ending is not None:
            ending.cancel()
            await asyncio.wait({ending})
