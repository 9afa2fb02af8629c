"""Phone work of agents, as requests to the floor."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.numbers import normalise_number
from engine.core.records import Millis
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done, Nothing
from engine.wire.phone import DialParams, DialResult, DigitsParams, SwitchParams, TargetParams

_counter = itertools.count(1)


def new_call_id(now: Millis) -> str:
    """A call id like the dialplan's, told apart by its letter."""
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}-o{next(_counter)}"


def _simple(request: Callable[..., ask.Request]) -> Handler:
    async def handle(context: Context, connection: Connection, params: Nothing) -> Done:
        context.ask_floor(request(staff_number=context.who(connection).staff_number))
        return Done()

    return handle


def _to_target(request: Callable[..., ask.Request]) -> Handler:
    async def handle(context: Context, connection: Connection, params: TargetParams) -> Done:
        target = ask.Target(kind=params.kind, value=params.value)
        context.ask_floor(request(staff_number=context.who(connection).staff_number, target=target))
        return Done()

    return handle


def _switched(request: Callable[..., ask.Request]) -> Handler:
    async def handle(context: Context, connection: Connection, params: SwitchParams) -> Done:
        context.ask_floor(request(staff_number=context.who(connection).staff_number, on=params.on))
        return Done()

    return handle


async def dial(context: Context, connection: Connection, params: DialParams) -> DialResult:
    """Call a number or an extension from the own seat."""
    call_id = new_call_id(context.engine.clock.now())
    number = normalise_number(params.number, area_code=context.config.site.area_code)
    staff_number = context.who(connection).staff_number
    context.ask_floor(
        ask.Dial(staff_number=staff_number, call_id=call_id, number=number, customer_id=params.customer_id)
    )
    return DialResult(call_id=call_id)


async def digits(context: Context, connection: Connection, params: DigitsParams) -> Done:
    """Send keys to the one who is spoken to."""
    staff_number = context.who(connection).staff_number
    context.ask_floor(ask.SendDigits(staff_number=staff_number, digits=params.digits))
    return Done()


HANDLERS: dict[str, Handler] = {
    "agent.dial": dial,
    "agent.transfer": _to_target(ask.Transfer),
    "agent.consult": _to_target(ask.Consult),
    "agent.alternate": _simple(ask.Alternate),
    "agent.complete_transfer": _simple(ask.CompleteTransfer),
    "agent.cancel_consult": _simple(ask.CancelConsult),
    "agent.conference": _simple(ask.Conference),
    "agent.digits": digits,
    "agent.mute": _switched(ask.Mute),
    "agent.extend_wrap_up": _simple(ask.ExtendWrapUp),
    "agent.help": _switched(ask.RaiseHand),
}
