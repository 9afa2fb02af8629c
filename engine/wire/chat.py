"""Short messages between console users, and announcements to all of them."""

from engine.core.records import Message
from engine.core.states import Role
from engine.wire.base import A, Done, Method, Nothing, Params, Result, S

MESSAGE_POSTED = "message.posted"
MAX_MESSAGE = 500  # characters


class ChatParams(Params):
    """`to`: the staff number of any user; who is away gets it at the next log-in."""

    to: str
    text: str


class AnnounceParams(Params):
    text: str


class RecentParams(Params):
    limit: int = 50


class ReadParams(Params):
    """`id`: all messages up to this one have been read."""

    id: int


class ChatPerson(Result):
    """Somebody who can be written to."""

    staff_number: str
    name: str
    role: Role
    present: bool  # has a console open


class ChatPeople(Result):
    """All but oneself, by staff number."""

    people: list[ChatPerson]


class Messages(Result):
    """The oldest first."""

    messages: list[Message]


class MessagePosted(Result):
    """Notification: a message has come, or, after a log-in, has been waiting."""

    message: Message


CHAT_METHODS: tuple[Method, ...] = (
    Method("chat.send", ChatParams, Message, A, "A short message to another user."),
    Method("chat.announce", AnnounceParams, Message, S, "A message to everybody; audited."),
    Method("chat.people", Nothing, ChatPeople, A, "Who can be written to, and who is there."),
    Method("chat.recent", RecentParams, Messages, A, "The newest messages sent and got."),
    Method("chat.read", ReadParams, Done, A, "The messages up to this one were read."),
)
