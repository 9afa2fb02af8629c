"""Coming in and going out."""

from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.events import ConsoleAttached, ConsoleLost
from engine.core.states import SUPERVISING, Role
from engine.core.views import Identity
from engine.daemon.handlers import attachments, chat
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.mirror import end_watch
from engine.daemon.people import local_administrator
from engine.wire.messages import PROTOCOL, Fault, Reason, fault
from engine.wire.methods import (
    Done,
    HelloParams,
    HelloResult,
    LogInParams,
    LogInResult,
    NamedId,
    Nothing,
    SeatInfo,
    SubscribeParams,
    Views,
)

_CLIENT = "client"  # what the program called itself
_SUPERVISOR = "supervisor"
_CONSOLES = ("agent", _SUPERVISOR)


async def hello(context: Context, connection: Connection, params: HelloParams) -> HelloResult:
    """Version, site, seats, queues and words."""
    connection.data[_CLIENT] = params.client
    if params.protocol != PROTOCOL:
        raise Fault(Reason.CONFLICT, f"this engine speaks protocol {PROTOCOL}: update the console")
    if connection.identity is None:
        connection.identity = local_administrator(connection.peer_uid)
    return site_words(context, connection)


def site_words(context: Context, connection: Connection) -> HelloResult:
    """What a console has to know of the site."""
    config = context.config
    return HelloResult(
        protocol=PROTOCOL,
        version=context.version,
        site=config.site.name,
        language=config.site.language,
        timezone=config.site.timezone,
        now=context.engine.clock.now(),
        seats=[
            SeatInfo(id=seat.id, name=seat.name, extension=seat.extension, phone=seat.phone)
            for seat in config.seats
        ],
        queues=[NamedId(id=item.id, name=item.name, name_en=item.name_en) for item in config.queues],
        break_reasons=[
            NamedId(id=item.id, name=item.name, name_en=item.name_en, color=item.color)
            for item in config.break_reasons
        ],
        dispositions=[
            NamedId(id=item.id, name=item.name, name_en=item.name_en) for item in config.dispositions
        ],
        identity=connection.identity,
        places=[
            NamedId(id=node_id, name=title.zh, name_en=title.en)
            for node_id, title in context.engine.plan.flow.titles.items()
        ],
    )


async def log_in(context: Context, connection: Connection, params: LogInParams) -> LogInResult:
    """Staff number, PIN and seat. The newer console of a person wins, the older one is told."""
    user = await context.people.check_pin(params.staff_number, params.pin, connection.peer_uid)
    identity = Identity(
        staff_number=user.staff_number, name=user.name, role=user.role, department=user.department
    )
    now = context.engine.clock.now()
    desk = None
    client = connection.data.get(_CLIENT, "")
    if params.seat and identity.role is Role.STATION:
        raise Fault(Reason.NOT_ALLOWED, "people of a station take no calls: log in without a seat", "seat")
    if params.seat:
        supervises = client == _SUPERVISOR and identity.role in SUPERVISING
        context.ask_floor(
            ask.LogIn(
                staff_number=user.staff_number, name=user.name, seat_id=params.seat, supervises=supervises
            )
        )
    if params.seat or client in _CONSOLES:
        _is_console(context, user.staff_number, connection)
    if params.seat:
        context.engine.emit(ConsoleAttached(staff_number=user.staff_number))
        context.mirrors.console_attached(user.staff_number, connection)
        desk = context.engine.floor.desk(user.staff_number, now)
    connection.identity = identity
    context.audit(connection, "log_in", params.seat)
    if identity.role is not Role.STATION:  # what the floor writes is not theirs
        await chat.joined(context, connection)
    return LogInResult(identity=identity, desk=desk)


def _is_console(context: Context, staff_number: str, connection: Connection) -> None:
    """One person, one console: the older one is told. Whoever had a seat there is without a console now."""
    older = context.consoles.get(staff_number)
    context.consoles[staff_number] = connection
    if older is not None and older is not connection:
        older.close(fault(Reason.REPLACED, "this user has opened another console"))
        if staff_number in context.engine.floor.state.agents:
            context.engine.emit(ConsoleLost(staff_number=staff_number))


async def log_out(context: Context, connection: Connection, params: Nothing) -> Done:
    """Leave the seat; refused in a call."""
    staff_number = context.who(connection).staff_number
    if context.consoles.get(staff_number) is connection:
        if staff_number in context.engine.floor.state.agents:
            context.ask_floor(ask.LogOut(staff_number=staff_number))
        del context.consoles[staff_number]
        context.mirrors.console_gone(staff_number, context.engine.clock.now())
    end_watch(context, connection)
    context.chats.left(connection)
    context.tickets.watch.forget(connection)
    context.audit(connection, "log_out")
    context.engine.publisher.unsubscribe(connection)
    connection.identity = local_administrator(connection.peer_uid)
    return Done()


async def subscribe(context: Context, connection: Connection, params: SubscribeParams) -> Views:
    """Snapshot now, changes as notifications."""
    identity = context.who(connection)
    if "floor" in params.topics and identity.role not in SUPERVISING:
        raise Fault(Reason.NOT_ALLOWED, "watching the floor takes a supervisor")
    return context.engine.publisher.subscribe(connection, identity.staff_number, params.topics)


def closed(context: Context, connection: Connection) -> None:
    """A connection is gone: a console that did not log out may come back to the same call."""
    context.engine.publisher.unsubscribe(connection)
    end_watch(context, connection)
    context.chats.left(connection)
    context.tickets.watch.forget(connection)
    attachments.forget(connection)
    identity = connection.identity
    if identity is not None and context.consoles.get(identity.staff_number) is connection:
        del context.consoles[identity.staff_number]
        context.mirrors.console_gone(identity.staff_number, context.engine.clock.now())
        context.engine.emit(ConsoleLost(staff_number=identity.staff_number))


HANDLERS: dict[str, Handler] = {
    "session.hello": hello,
    "session.log_in": log_in,
    "session.log_out": log_out,
    "view.subscribe": subscribe,
}
