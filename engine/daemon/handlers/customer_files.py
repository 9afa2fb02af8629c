"""The whole file of a customer: its parts, the time line, merging, hidden numbers."""

from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Params
from engine.wire.messages import Fault, Reason

_NAMES = (
    "file timeline save_person save_address save_account save_device remove tag merge unmerge maybe"
    " assign_number reveal recurring"
)


async def _later(context: Context, connection: Connection, params: Params) -> object:
    raise Fault(Reason.INTERNAL, "customer files are not kept yet")


HANDLERS: dict[str, Handler] = {f"customer.{name}": _later for name in _NAMES.split()}
