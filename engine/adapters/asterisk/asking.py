"""Asking Asterisk for something that may come too late: a channel hangs up whenever it likes."""

import logging
from collections.abc import Mapping

from engine.adapters.asterisk.errors import AsteriskError
from engine.adapters.asterisk.link import AmiLink

log = logging.getLogger(__name__)

_PATIENCE_S = 5.0


class Asking:
    """AMI actions that fail quietly; what follows from them is told by events."""

    def __init__(self, link: AmiLink) -> None:
        self._link = link

    async def ask(self, action: str, **fields: str | list[str]) -> bool:
        """Whether Asterisk did it."""
        try:
            await self._link.ask(action, timeout=_PATIENCE_S, **fields)
        except AsteriskError as error:
            log.info("%s %s: %s", action, fields, error)
            return False
        return True

    async def set(self, channel: str, variables: Mapping[str, str]) -> bool:
        """Set variables of a channel; whether it was still there."""
        for name, value in variables.items():
            if not await self.ask("Setvar", Channel=channel, Variable=name, Value=value):
                return False
        return True

    async def hang_up(self, channel: str) -> None:
        """End a leg, as a person would."""
        await self.ask("Hangup", Channel=channel, Cause="16")
