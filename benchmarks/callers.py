"""Callers of the second Asterisk: they ring the centre, press 0 for a person, and stay."""

import asyncio
import itertools
from collections.abc import Mapping

from engine.adapters.asterisk.link import AmiLink

CONTEXTS = """
[bench-caller]
exten => silent,1,Wait(900)
exten => presses,1,Wait(0.4)
 same => n,SendDTMF(0)
 same => n,Wait(900)
exten => tone,1,Wait(0.4)
 same => n,SendDTMF(0)
 same => n,Playtones(620)
 same => n,Wait(900)
exten => talks,1,Wait(1)
 same => n,SendDTMF(0)
 same => n,MusicOnHold(default,900)
"""

_RING_MS = 20_000


class Callers:
    """Places calls on line 1 of the exchange; knows which of them are up."""

    USER = "bench"

    def __init__(self, ami_port: int, ami_secret: str) -> None:
        self._numbers = itertools.count(1)
        self._up: set[str] = set()
        self._ended = asyncio.Condition()
        self.failed = 0
        self._link = AmiLink(
            "127.0.0.1",
            ami_port,
            self.USER,
            ami_secret,
            on_event=self._on_event,
            on_up=lambda: None,
            on_down=lambda reason: None,
        )

    async def start(self) -> None:
        """Be ready to place calls."""
        await self._link.start()
        await self._link.wait_up(10)

    async def stop(self) -> None:
        """Let go of the exchange."""
        await self._link.stop()

    @property
    def up(self) -> int:
        """Calls that are up or ringing."""
        return len(self._up)

    async def place(self, number: str, cli: str, kind: str) -> str:
        """Ring `number` as `cli`; `kind` is an extension of CONTEXTS. Returns the call's token."""
        token = f"bench-{next(self._numbers)}"
        self._up.add(token)
        await self._link.ask(
            "Originate",
            ActionID=token,
            ChannelId=token,
            Channel=f"PJSIP/{number}@line1",
            Context="bench-caller",
            Exten=kind,
            Priority="1",
            Timeout=str(_RING_MS),
            CallerID=f"<{cli}>",
            Async="true",
        )
        return token

    async def hang_up(self, token: str) -> None:
        """The caller hangs up."""
        await self._link.ask("Hangup", Channel=token, Cause="16")

    async def wait_until(self, up: int, timeout_s: float) -> None:
        """Return when at most so many calls are up."""
        async with asyncio.timeout(timeout_s), self._ended:
            await self._ended.wait_for(lambda: len(self._up) <= up)

    def _on_event(self, event: Mapping[str, str]) -> None:
        if event.get("Event") == "Hangup":
            self._end(event.get("Uniqueid", ""))
        elif event.get("Event") == "OriginateResponse" and event.get("Response") == "Failure":
            self.failed += 1
            self._end(event.get("ActionID", ""))

    def _end(self, token: str) -> None:
        if token in self._up:
            self._up.discard(token)
            asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self._ended:
            self._ended.notify_all()
