"""The SIP stack of this process: baresip allows one, with any number of phones."""

import logging
from types import TracebackType

from baresip import BaresipError, Config, Runtime

from engine.adapters.phone.errors import PhoneError

HEADERS = ("Call-Info", "Alert-Info", "X-Fourseat-Call")
"""What a phone may read of a call that comes in."""

# Above what an Asterisk is given (`engine.adapters.asterisk.ports`): by itself baresip takes any from 1024
# on, and a talk would now and then sit on a port that a line or a PBX is about to open.
_SOUND_PORTS = "rtp_ports 32768-60999"

# Names that are looked up at every call show more of baresip than anybody wants to read.
logging.getLogger("baresip").setLevel(logging.ERROR)


class PhoneStack:
    """Open it before the phones, close it after them. On loopback only."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._config = Config(
            net_interface=host,
            expose_headers=HEADERS,
            max_concurrent_calls=None,
            extra_config_text=_SOUND_PORTS,
        )
        self.runtime = Runtime()

    async def start(self) -> None:
        """Start the stack's thread. Raises PhoneError."""
        try:
            await self.runtime.start(self._config)
        except BaresipError as error:
            raise PhoneError(f"the SIP stack cannot start: {error}") from error

    async def close(self) -> None:
        """Stop it with all its phones."""
        await self.runtime.close()

    async def __aenter__(self) -> "PhoneStack":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
