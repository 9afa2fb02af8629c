"""Who is there to get messages, and what is no message."""

import unicodedata
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.adapters.unix_socket import Connection
from engine.core.records import Message, Millis
from engine.wire.chat import MAX_MESSAGE, MESSAGE_POSTED, MessagePosted
from engine.wire.messages import Fault, Reason

_MOST = 10  # messages of one person within `_WITHIN_MS`
_WITHIN_MS = 10_000
_MARKS_IN_A_ROW = 4  # accents upon accents spill over the neighbouring lines
_BLANKS = {ord(char): " " for char in "\t\n\r\x0b\x0c\u3000\xa0\u2028\u2029"}


@dataclass(slots=True)
class Chats:
    """The connections of everybody who is logged in, and how fast each writes."""

    listeners: dict[str, set[Connection]] = field(default_factory=dict)
    _written: dict[str, deque[Millis]] = field(default_factory=dict)

    def joined(self, staff_number: str, connection: Connection) -> None:
        """Somebody has logged in."""
        self.left(connection)
        self.listeners.setdefault(staff_number, set()).add(connection)

    def left(self, connection: Connection) -> None:
        """Logged out, or gone."""
        for staff_number, connections in list(self.listeners.items()):
            connections.discard(connection)
            if not connections:
                del self.listeners[staff_number]

    def post(self, message: Message) -> None:
        """Show it to the addressee; an announcement to all but its author."""
        if message.to:
            tell(self.listeners.get(message.to, ()), message)
            return
        for staff_number, connections in self.listeners.items():
            if staff_number != message.sender:
                tell(connections, message)

    def check_pace(self, staff_number: str, now: Millis) -> None:
        """Refuse a flood. Raises Fault."""
        written = self._written.setdefault(staff_number, deque(maxlen=_MOST))
        if len(written) == _MOST and now - written[0] < _WITHIN_MS:
            raise Fault(Reason.BUSY, "too many messages at once; wait a moment", "chat")
        written.append(now)


def tell(connections: Iterable[Connection], message: Message) -> None:
    """Send a message; none takes another one's place."""
    for connection in connections:
        connection.notify(MESSAGE_POSTED, MessagePosted(message=message), f"message.{message.id}")


def clean_text(text: str) -> str:
    """One line that every terminal can show. Raises Fault for what is no such line."""
    text = " ".join(unicodedata.normalize("NFC", text).translate(_BLANKS).split(" ")).strip()
    if not text:
        raise Fault(Reason.INVALID, "a message needs words", "text")
    if len(text) > MAX_MESSAGE:
        raise Fault(Reason.TOO_LONG, f"a message has at most {MAX_MESSAGE} characters", "text")
    if not text.isprintable() or _piled_up(text):
        raise Fault(Reason.INVALID, "a message holds only characters that can be shown", "text")
    return text


def _piled_up(text: str) -> bool:
    """Whether marks are heaped onto one letter."""
    row = 0
    for char in text:
        row = row + 1 if unicodedata.combining(char) else 0
        if row > _MARKS_IN_A_ROW:
            return True
    return False
