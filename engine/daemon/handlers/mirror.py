"""Seeing an agent's screen live."""

from engine.adapters.unix_socket import Connection
from engine.core.states import RefusalCode
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.mirror import MirrorFrame, PaintedParams, WatchParams


async def watch(context: Context, connection: Connection, params: WatchParams) -> Done:
    """See an agent's screen live; one whose console is away for a moment as soon as it is back."""
    staff_number = params.staff_number
    console = context.consoles.get(staff_number)
    if console is connection:
        raise Fault(Reason.REFUSED, "this is the own screen", RefusalCode.TARGET_IS_SELF)
    if console is None and staff_number not in context.engine.floor.state.agents:
        raise Fault(Reason.NOT_FOUND, f"{staff_number} has no console open", "console")
    end_watch(context, connection)
    context.mirrors.join(staff_number, console, connection, context.engine.clock.now())
    context.audit(connection, "mirror.watch", staff_number)
    return Done()


async def stop(context: Context, connection: Connection, params: Nothing) -> Done:
    """See it no more."""
    end_watch(context, connection)
    return Done()


def end_watch(context: Context, connection: Connection) -> None:
    """The watching of this connection ends, if there is one, and is written down with its length."""
    ended = context.mirrors.leave(connection, context.consoles)
    if ended is not None:
        staff_number, since = ended
        seconds = (context.engine.clock.now() - since) // 1000
        context.audit(connection, "mirror.stop", staff_number, f"{seconds} s")


async def frame(context: Context, connection: Connection, params: PaintedParams) -> Done:
    """What a console has painted; only the console of the agent counts."""
    staff_number = context.who(connection).staff_number
    if context.consoles.get(staff_number) is connection:
        painted = MirrorFrame(
            staff_number=staff_number,
            at=context.engine.clock.now(),
            live=True,
            whole=params.whole,
            width=params.width,
            height=params.height,
            rows=params.rows,
        )
        context.mirrors.paint(staff_number, painted)
    return Done()


HANDLERS: dict[str, Handler] = {
    "mirror.watch": watch,
    "mirror.stop": stop,
    "mirror.paint": frame,
}
