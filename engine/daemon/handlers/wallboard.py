"""What a wallboard asks for."""

import msgspec

from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Nothing
from engine.wire.wallboard import WallboardLimits


async def limits(context: Context, connection: Connection, params: Nothing) -> WallboardLimits:
    """From when on figures are marked, by the configuration of now."""
    return msgspec.convert(context.config.wallboard, WallboardLimits, from_attributes=True)


HANDLERS: dict[str, Handler] = {"wallboard.limits": limits}
