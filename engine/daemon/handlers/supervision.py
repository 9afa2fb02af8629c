"""What supervisors do to agents and calls. Every one of these is audited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.states import AgentStatus, RefusalCode
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason, fault
from engine.wire.supervision import ForceStatusParams

_NO_PHONE = "no phone: log in at a seat whose phone is registered, and you listen and talk on it"


@dataclass(frozen=True, slots=True)
class _Deed:
    """The request of a supervisor, and what the audit says of it beside its name."""

    request: Callable[[str, Any], ask.Request]  # from the supervisor's staff number and the parameters
    subject: Callable[[Any], str] = lambda params: ""
    detail: Callable[[Any], str] = lambda params: ""


_DEEDS = {
    "monitor.listen": _Deed(
        lambda who, params: ask.Listen(staff_number=who, agent=params.staff_number, mode=params.mode),
        lambda params: params.staff_number,
        lambda params: params.mode,
    ),
    "monitor.stop": _Deed(lambda who, params: ask.StopListening(staff_number=who)),
    "monitor.take_over": _Deed(
        lambda who, params: ask.TakeOver(staff_number=who, agent=params.staff_number),
        lambda params: params.staff_number,
    ),
    "calls.release": _Deed(
        lambda who, params: ask.ForceRelease(staff_number=who, call_id=params.call_id),
        lambda params: params.call_id,
    ),
    "calls.pick": _Deed(
        lambda who, params: ask.PickCall(
            staff_number=who, call_id=params.call_id, agent=params.staff_number or who
        ),
        lambda params: params.call_id,
        lambda params: params.staff_number,
    ),
    "calls.move": _Deed(
        lambda who, params: ask.MoveCall(staff_number=who, call_id=params.call_id, queue_id=params.queue_id),
        lambda params: params.call_id,
        lambda params: params.queue_id,
    ),
    "agents.force": _Deed(
        lambda who, params: ask.ForceStatus(
            staff_number=who, agent=params.staff_number, status=params.status, reason=params.reason
        ),
        lambda params: params.staff_number,
        lambda params: f"{params.status} {params.reason}".strip(),
    ),
}


def _audited(what: str, deed: _Deed) -> Handler:
    """Ask the floor, and write down that it was done, or tried."""

    async def handle(context: Context, connection: Connection, params: Any) -> Done:
        subject, detail = deed.subject(params), deed.detail(params)
        try:
            context.ask_floor(deed.request(context.who(connection).staff_number, params))
        except Fault as refused:
            code = refused.fault.detail
            context.audit(connection, what, subject, f"{detail} refused: {code}".strip())
            if code == RefusalCode.NO_PHONE:
                raise Fault(Reason.REFUSED, _NO_PHONE, code) from None
            raise
        context.audit(connection, what, subject, detail)
        return Done()

    return handle


_AUDITED = {what: _audited(what, deed) for what, deed in _DEEDS.items()}


async def force(context: Context, connection: Connection, params: ForceStatusParams) -> object:
    """Set an agent ready, on break, or logged out; the console of who is logged out is told and closed."""
    done = await _AUDITED["agents.force"](context, connection, params)
    if params.status is AgentStatus.LOGGED_OUT:
        console = context.consoles.pop(params.staff_number, None)
        if console is not None:
            context.mirrors.console_gone(params.staff_number, context.engine.clock.now())
            console.close(fault(Reason.LOGGED_OUT, "a supervisor has logged you out"))
    return done


HANDLERS: dict[str, Handler] = _AUDITED | {"agents.force": force}
