"""The messages that this console knows, and how many of them nobody has looked at."""

from engine.core.records import Message

MOST = 100


class Inbox:
    """Oldest first; a message that comes twice is kept once."""

    def __init__(self, own: str = "") -> None:
        self._own = own
        self._by_id: dict[int, Message] = {}
        self._seen = 0  # messages up to this id were looked at here

    @property
    def messages(self) -> tuple[Message, ...]:
        """The newest ones, oldest first."""
        return tuple(self._by_id[key] for key in sorted(self._by_id)[-MOST:])

    @property
    def unread(self) -> int:
        """How many wait to be looked at."""
        return sum(self._is_new(message) for message in self._by_id.values())

    def add(self, message: Message) -> bool:
        """Keep a message; True when it is news."""
        known = message.id in self._by_id
        self._by_id[message.id] = message
        return not known and self._is_new(message)

    def look(self) -> int:
        """Everything was looked at; the id of the newest one that was not before, 0 for none."""
        new = [message.id for message in self._by_id.values() if self._is_new(message)]
        self._seen = max([self._seen, *new])
        return max(new, default=0)

    def _is_new(self, message: Message) -> bool:
        return not message.read and message.sender != self._own and message.id > self._seen
