"""Phone work of agents, as requests to the floor."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.numbers import normalise_number
from engine.core.records import Millis
from engine.daemon.handlers.context import Context, Handler, asking, asking_plainly
from engine.wire.phone import DialParams, DialResult

_counter = itertools.count(1)


def new_call_id(now: Millis) -> str:
    """A call id like the dialplan's, told apart by its letter."""
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}-o{next(_counter)}"


def _to_target(request: Callable[..., ask.Request]) -> Handler:
    return asking(
        lambda who, params: request(staff_number=who, target=ask.Target(kind=params.kind, value=params.value))
    )


def _switched(request: Callable[..., ask.Request]) -> Handler:
    return asking(lambda who, params: request(staff_number=who, on=params.on))


async def dial(context: Context, connection: Connection, params: DialParams) -> DialResult:
    """Call a number or an extension from the own seat."""
    call_id = new_call_id(context.engine.clock.now())
    number = normalise_number(params.number, area_code=context.config.site.area_code)
    staff_number = context.who(connection).staff_number
    context.ask_floor(
        ask.Dial(staff_number=staff_number, call_id=call_id, number=number, customer_id=params.customer_id)
    )
    return DialResult(call_id=call_id)


HANDLERS: dict[str, Handler] = {
    "agent.dial": dial,
    "agent.transfer": _to_target(ask.Transfer),
    "agent.consult": _to_target(ask.Consult),
    "agent.alternate": asking_plainly(ask.Alternate),
    "agent.complete_transfer": asking_plainly(ask.CompleteTransfer),
    "agent.cancel_consult": asking_plainly(ask.CancelConsult),
    "agent.conference": asking_plainly(ask.Conference),
    "agent.digits": asking(lambda who, params: ask.SendDigits(staff_number=who, digits=params.digits)),
    "agent.mute": _switched(ask.Mute),
    "agent.extend_wrap_up": asking_plainly(ask.ExtendWrapUp),
    "agent.help": _switched(ask.RaiseHand),
}
