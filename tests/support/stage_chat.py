"""Short messages at the stage."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.records import Message
from engine.wire import chat
from engine.wire.base import Done
from tests.support import world
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage


def post(stage: "Stage", sender: str, text: str, to: str = "8001") -> Message:
    """Somebody writes; `to` empty: to everybody. Who is there is told at once."""
    message = Message(
        id=len(stage.messages) + 1,
        at=stage.floor.now,
        sender=sender,
        sender_name=world.NAMES[sender],
        to=to,
        to_name=world.NAMES.get(to, ""),
        text=text,
    )
    stage.messages.append(message)
    for connection in stage.connections:
        reader = connection.identity.staff_number if connection.identity else ""
        if reader and (to in ("", reader) or reader == sender):
            connection.notify(
                chat.MESSAGE_POSTED, chat.MessagePosted(message=message), f"message-{message.id}"
            )
    return message


@answers("chat.send")
def _send(stage: "Stage", connection: Connection, params: chat.ChatParams) -> Message:
    return post(stage, who(connection), params.text, params.to)


@answers("chat.announce")
def _announce(stage: "Stage", connection: Connection, params: chat.AnnounceParams) -> Message:
    return post(stage, who(connection), params.text, "")


@answers("chat.recent")
def _recent(stage: "Stage", connection: Connection, params: chat.RecentParams) -> chat.Messages:
    own = who(connection)
    mine = [message for message in stage.messages if own in (message.sender, message.to) or not message.to]
    return chat.Messages(messages=mine[-params.limit :])


@answers("chat.read")
def _read(stage: "Stage", connection: Connection, params: chat.ReadParams) -> Done:
    own = who(connection)
    stage.messages = [
        replace(message, read=True) if message.id <= params.id and message.to in (own, "") else message
        for message in stage.messages
    ]
    return Done()
