"""What a flow asks for next, and where a caller is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.ivr.values import Plain, Value, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Say prompts, then await up to `max_digits` keys for `timeout_ms` each. Answered by `played`.

    A key of `barge_in` ends the prompts. `timeout_ms` 0 awaits nothing after the prompts; with `max_digits` 0
    keys do not matter at all. Of `secret` keys only a token comes back.
    """

    prompts: tuple[str, ...]
    barge_in: str = ""
    max_digits: int = 0
    timeout_ms: int = 0
    terminator: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Put the call into a queue. Answered by `queue_left` or `callback_asked`, unless an agent takes it."""

    queue_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """Say prompts, then record until hash, silence or the limit. Answered by `message_taken`.

    `part`: it belongs to something told on the way, and is not the voice message of the call.
    """

    prompts: tuple[str, ...]
    max_seconds: int
    silence_seconds: int
    min_ms: int
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask a service of `services.SERVICES`. Answered by `service_answered`."""

    service: str
    arguments: Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Hand the caller to an agent (staff number) or to a number; `not_connected` if nobody answers."""

    agent: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Keep the caller's place and call `number` when the turn comes. Answered by `booked`.

    `queue_id` is for callers who have not been in a queue; empty: the first one.
    """

    number: str
    queue_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveMark:
    """Keep the caller's mark for the talk. Answered by `marked`."""

    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call."""


IvrAction = Play | Offer | TakeMessage | Ask | Connect | Book | GiveMark | HangUp


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IvrPosition:
    """Where a caller is in a flow. `path` is every node passed, the present one last."""

    node: str
    tries: int  # how often the node's prompts were said
    path: tuple[str, ...]
    nodes_left: int  # until the caller counts as lost
    lost: bool = False  # was sent to `on_error` once
    leaving: bool = False  # the call ends after what is being said
    entered: str = ""  # what the caller has given the node so far, or keys that wait for a service's answer
    back: str = ""  # the queue that the caller left by a key, and may go back to
    values: Values = field(default_factory=dict)
    calls: tuple[str, ...] = ()  # where to go on after a return, the innermost last
    row: int = 0  # of the list that is being read out
    before: Values | None = None  # what `values` were, while the node has put some in for its own prompts

    @property
    def language(self) -> str:
        """The one that the caller has chosen; empty: the site's."""
        chosen: Value = self.values.get("language", "")
        return str(chosen)

    def __repr__(self) -> str:
        marks = " lost" * self.lost + " leaving" * self.leaving
        return f"<Ivr {' > '.join(self.path)} try {self.tries}{marks}>"


Step = tuple[IvrPosition, IvrAction]


@dataclass(frozen=True, slots=True)
class Onward:
    """The caller goes on to a node; where there is no such node the caller is lost.

    `keys` were pressed early; `acted`: one of them was used to get there; `for_person`: it was a 0. `back` is
    the node from which the caller made a side step. `values`, `calls`: what they are from now on; None leaves
    them as they were when the node was entered.
    """

    target: str
    keys: str = ""
    acted: bool = False
    for_person: bool = False
    back: str = ""
    values: Values | None = None
    calls: tuple[str, ...] | None = None


NOWHERE = ""  # the target of who is lost


Turn = Step | Onward
