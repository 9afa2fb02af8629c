"""What supervisors do to agents and calls. Every one of these is audited."""

from collections.abc import Callable

from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.states import AgentStatus, RefusalCode
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason, fault
from engine.wire.supervision import (
    AgentParams,
    ForceStatusParams,
    ListenParams,
    MoveParams,
    PickParams,
    SupervisedCallParams,
)

_NO_PHONE = "no phone: log in at a seat whose phone is registered, and you listen and talk on it"


async def listen(context: Context, connection: Connection, params: ListenParams) -> Done:
    """Listen, whisper or barge in; or change between them."""
    return _done(
        context,
        connection,
        "monitor.listen",
        params.staff_number,
        params.mode,
        lambda who: ask.Listen(staff_number=who, agent=params.staff_number, mode=params.mode),
    )


async def stop(context: Context, connection: Connection, params: Nothing) -> Done:
    """Stop listening."""
    return _done(context, connection, "monitor.stop", "", "", lambda who: ask.StopListening(staff_number=who))


async def take_over(context: Context, connection: Connection, params: AgentParams) -> Done:
    """Replace the agent in the talk."""
    return _done(
        context,
        connection,
        "monitor.take_over",
        params.staff_number,
        "",
        lambda who: ask.TakeOver(staff_number=who, agent=params.staff_number),
    )


async def release(context: Context, connection: Connection, params: SupervisedCallParams) -> Done:
    """End a call that is up."""
    return _done(
        context,
        connection,
        "calls.release",
        params.call_id,
        "",
        lambda who: ask.ForceRelease(staff_number=who, call_id=params.call_id),
    )


async def pick(context: Context, connection: Connection, params: PickParams) -> Done:
    """Give a waiting caller to an agent, or take it."""
    return _done(
        context,
        connection,
        "calls.pick",
        params.call_id,
        params.staff_number,
        lambda who: ask.PickCall(staff_number=who, call_id=params.call_id, agent=params.staff_number or who),
    )


async def move(context: Context, connection: Connection, params: MoveParams) -> Done:
    """Move a waiting caller up, or to another queue."""
    return _done(
        context,
        connection,
        "calls.move",
        params.call_id,
        params.queue_id,
        lambda who: ask.MoveCall(staff_number=who, call_id=params.call_id, queue_id=params.queue_id),
    )


async def force(context: Context, connection: Connection, params: ForceStatusParams) -> Done:
    """Set an agent ready, on break, or logged out; the console of who is logged out is told and closed."""
    done = _done(
        context,
        connection,
        "agents.force",
        params.staff_number,
        f"{params.status} {params.reason}".strip(),
        lambda who: ask.ForceStatus(
            staff_number=who, agent=params.staff_number, status=params.status, reason=params.reason
        ),
    )
    if params.status is AgentStatus.LOGGED_OUT:
        console = context.consoles.pop(params.staff_number, None)
        if console is not None:
            context.mirrors.console_gone(params.staff_number, context.engine.clock.now())
            console.close(fault(Reason.LOGGED_OUT, "a supervisor has logged you out"))
    return done


def _done(
    context: Context,
    connection: Connection,
    what: str,
    subject: str,
    detail: str,
    request: Callable[[str], ask.Request],
) -> Done:
    """Ask the floor, and write down that it was done, or tried."""
    try:
        context.ask_floor(request(context.who(connection).staff_number))
    except Fault as refused:
        code = refused.fault.detail
        context.audit(connection, what, subject, f"{detail} refused: {code}".strip())
        if code == RefusalCode.NO_PHONE:
            raise Fault(Reason.REFUSED, _NO_PHONE, code) from None
        raise
    context.audit(connection, what, subject, detail)
    return Done()


HANDLERS: dict[str, Handler] = {
    "monitor.listen": listen,
    "monitor.stop": stop,
    "monitor.take_over": take_over,
    "calls.release": release,
    "calls.pick": pick,
    "calls.move": move,
    "agents.force": force,
}
