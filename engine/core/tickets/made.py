"""What the work of one deed gives: the ticket with its values, and what its step says other than the act."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Refused


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket after a deed. What is None is taken from the act."""

    ticket: Ticket
    text: str | None = None
    code: str | None = None
    target: str | None = None


Work = Callable[[Ticket, Act, Actor, Rules, Millis], Made | Refusal]

NO_REASON = Refusal(Refused.NEEDS_REASON)
