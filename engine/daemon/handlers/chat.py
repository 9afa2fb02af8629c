"""Messages between console users: stored first, then shown to who is there."""

import asyncio

from db.messages import mark_read, post_message, recent_messages, unread_messages
from db.users import list_users
from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.records import Message, Millis
from engine.core.states import SUPERVISING
from engine.daemon.chats import clean_text, tell
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done, Nothing
from engine.wire.chat import (
    AnnounceParams,
    ChatParams,
    ChatPeople,
    ChatPerson,
    Messages,
    ReadParams,
    RecentParams,
)
from engine.wire.messages import Fault, Reason

_MOST = 200
_WAITING = 50  # shown at a log-in; what is beyond comes at the next one
_ANNOUNCED_FOR_MS = 86_400_000


async def send(context: Context, connection: Connection, params: ChatParams) -> Message:
    """A short message to another user. A supervisor's answer lowers the agent's hand."""
    who = context.who(connection)
    if params.to in ("", who.staff_number):
        raise Fault(Reason.INVALID, "a message goes to somebody else", "to")
    message = await _post(context, connection, params.to, params.text)
    agent = context.engine.floor.state.agents.get(params.to)
    if agent is not None and agent.hand_since and who.role in SUPERVISING:
        context.ask_floor(ask.RaiseHand(staff_number=params.to, on=False))
    return message


async def announce(context: Context, connection: Connection, params: AnnounceParams) -> Message:
    """A message to everybody."""
    message = await _post(context, connection, "", params.text)
    context.audit(connection, "chat.announce", "", message.text)
    return message


async def _post(context: Context, connection: Connection, to: str, text: str) -> Message:
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    text = clean_text(text)
    context.chats.check_pace(who, now)
    message = await context.write(post_message, who, to, text, now)
    context.chats.post(message)
    return message


async def people(context: Context, connection: Connection, params: Nothing) -> ChatPeople:
    """Who can be written to, and who is there."""
    who, there = context.who(connection).staff_number, context.chats.listeners
    return ChatPeople(
        people=[
            ChatPerson(
                staff_number=user.staff_number,
                name=user.name,
                role=user.role,
                present=user.staff_number in there,
            )
            for user in await context.read(list_users)
            if not user.disabled and user.staff_number != who
        ]
    )


async def recent(context: Context, connection: Connection, params: RecentParams) -> Messages:
    """The newest messages sent and got."""
    who, limit = context.who(connection).staff_number, min(max(1, params.limit), _MOST)
    return Messages(messages=await context.read(recent_messages, who, limit, _since(context)))


async def read(context: Context, connection: Connection, params: ReadParams) -> Done:
    """The messages up to this one were read."""
    now = context.engine.clock.now()
    await context.write(mark_read, context.who(connection).staff_number, params.id, now)
    return Done()


async def joined(context: Context, connection: Connection) -> None:
    """Somebody has logged in: what was written meanwhile comes after the answer to the log-in."""
    staff_number = context.who(connection).staff_number
    waiting = await context.read(unread_messages, staff_number, _WAITING, _since(context))
    context.chats.joined(staff_number, connection)
    for message in waiting:
        asyncio.get_running_loop().call_soon(tell, (connection,), message)


def _since(context: Context) -> Millis:
    """An announcement of yesterday is news to nobody."""
    return context.engine.clock.now() - _ANNOUNCED_FOR_MS


HANDLERS: dict[str, Handler] = {
    "chat.send": send,
    "chat.announce": announce,
    "chat.people": people,
    "chat.recent": recent,
    "chat.read": read,
}
