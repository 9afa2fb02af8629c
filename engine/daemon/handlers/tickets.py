"""Tickets: what consoles and commands ask about them."""

from typing import Any

from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context, Handler
from engine.wire.messages import Fault, Reason
from engine.wire.tickets import TICKET_METHODS


async def _not_yet(context: Context, connection: Connection, params: Any) -> object:
    raise Fault(Reason.REFUSED, "this engine keeps no tickets yet")


HANDLERS: dict[str, Handler] = {
    method.name: _not_yet for method in TICKET_METHODS if method.name.startswith("tickets.")
}
