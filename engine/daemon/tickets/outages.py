"""What looks like an outage: looked for after each new fault, and told to supervisors."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.core.tickets.records import Ticket

if TYPE_CHECKING:
    from engine.daemon.tickets.desk import TicketDesk


class OutageDesk:
    """`count` is how many wait for a supervisor's word."""

    def __init__(self, desk: "TicketDesk") -> None:
        self.count = 0
        self._desk = desk

    def changed(self, tickets: Iterable[Ticket]) -> None:
        """One of these may be the fault that makes it an outage."""

    async def start(self) -> None:
        """Begin with what is known."""

    async def close(self) -> None:
        """The engine stops."""
