"""An ear at the real Asterisk beside the engine's own: which channels there are, and who is with whom."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from engine.adapters.asterisk.legs import endpoint_of, variable
from engine.adapters.asterisk.link import AmiLink
from tests.support.centre import Whole

CUSTOMER, SPY, OUTSIDE = "customer", "spy", "outside"

# What shows that something has happened; announcements in a queue come and go all the time.
_HAPPENS = frozenset(
    {"Newchannel", "Newstate", "Hangup", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave"}
    | {"ConfbridgeJoin", "ConfbridgeLeave", "ChanSpyStart", "ChanSpyStop", "UserEvent"}
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as Asterisk lists it. `bridge`: empty for one that is alone."""

    name: str
    endpoint: str  # a seat's or a line's id
    call_id: str
    role: str
    up: bool
    doing: str  # application and what it was told
    bridge: str
    music: bool

    def __str__(self) -> str:
        state = "up" if self.up else "ringing"
        with_whom = f" in {self.bridge[:8]}" if self.bridge else ""
        music = " with music" if self.music else ""
        return f"{self.name} {self.role} of {self.call_id or '-'} {state}{with_whom}{music}: {self.doing}"


class Switchboard:
    """What is at Asterisk. Start it before anything happens: who hears music is known from events only."""

    def __init__(self, real: Whole) -> None:
        settings = real.centre.site.config.asterisk
        self.moved_at = 0.0  # when something happened last, of the monotonic clock
        self._music: set[str] = set()
        self._link = AmiLink(
            settings.host,
            settings.ami_port,
            settings.ami_user,
            real.centre.secrets["ami"],
            on_event=self._on_event,
            on_up=lambda: None,
            on_down=lambda reason: None,
        )

    async def start(self) -> None:
        """Begin to listen."""
        await self._link.start()
        await self._link.wait_up(5)

    async def stop(self) -> None:
        """Listen no more."""
        await self._link.stop()

    async def channels(self) -> list[Channel]:
        """All channels that there are now."""
        return [self._channel(event) for event in await self._link.ask_list("CoreShowChannels")]

    async def bridges(self) -> list[str]:
        """All bridges that there are now."""
        return [event["BridgeUniqueid"] for event in await self._link.ask_list("BridgeList")]

    def _channel(self, event: Mapping[str, str]) -> Channel:
        return Channel(
            name=event["Channel"],
            endpoint=endpoint_of(event["Channel"]),
            call_id=variable(event, "FS_CALL"),
            role=variable(event, "FS_ROLE"),
            up=event["ChannelStateDesc"] == "Up",
            doing=f"{event.get('Application', '')}({event.get('ApplicationData', '')})",
            bridge=event.get("BridgeId", ""),
            music=event["Uniqueid"] in self._music,
        )

    def _on_event(self, event: Mapping[str, str]) -> None:
        name, unique_id = event.get("Event", ""), event.get("Uniqueid", "")
        if name == "MusicOnHoldStart":
            self._music.add(unique_id)
        elif name in ("MusicOnHoldStop", "Hangup"):
            self._music.discard(unique_id)
        if name in _HAPPENS:
            self.moved_at = time.monotonic()
