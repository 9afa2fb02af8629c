"""Facts that come into the floor. Each is a thing that has happened, named in the past tense."""

from dataclasses import dataclass

from engine.core.records import CallNote, CallRecord, CustomerCard, Millis
from engine.core.states import CallState, RingFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived:
    """The line was accepted, the recording runs, and the call asks what to do."""

    call_id: str
    line_id: str
    did: str
    cli: str
    cli_raw: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsPlayed:
    """The prompts of a `PlayPrompts` ended; `digits` are the keys pressed during and after them."""

    call_id: str
    digits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An announcement to a waiting caller ended and the music plays again."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecorded:
    """The caller's voice message ended. `length_ms` 0: nothing usable was said."""

    call_id: str
    file: str
    length_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRang:
    """The seat's phone says that it rings."""

    call_id: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAnswered:
    """The seat's phone was picked up and both parties hear each other."""

    call_id: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFailed:
    """The seat's phone was not picked up."""

    call_id: str
    seat_id: str
    failure: RingFailure
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLegEnded:
    """The agent's leg of an answered call is gone. `cause` is Q.850."""

    call_id: str
    seat_id: str
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLegEnded:
    """The customer's leg is gone: the call is over. `cause` is Q.850.

    `unheard`: it went while nobody listened, so that nobody knows who hung up.
    """

    call_id: str
    cause: int = 0
    unheard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld:
    """The customer hears music, the agent's phone is kept."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRetrieved:
    """The agent and the customer hear each other again."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAdopted:
    """A call that went on while no engine looked. `seat_id` is set when an agent's leg is up.

    `stored` is what the call's row said before, if there is one.
    """

    call_id: str
    line_id: str
    did: str
    cli: str
    cli_raw: str
    accepted_at: Millis
    state: CallState  # talking or unattended
    seat_id: str = ""
    answered_at: Millis = 0
    stored: CallRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReachable:
    """The seat's phone registered or answered a qualify, or stopped doing so."""

    seat_id: str
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchUp:
    """Asterisk can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDown:
    """Asterisk cannot be used; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFound:
    """The look-up for a call is done. The card may say that nobody is known."""

    call_id: str
    card: CustomerCard


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSaved:
    """What an agent wrote about a call, finished or half, was stored."""

    call_id: str
    note: CallNote


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAttached:
    """An agent's console is connected."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleLost:
    """An agent's console is gone, by a broken line or a closed window."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A timer of the floor is due."""

    timer_id: str


Event = (
    CallArrived
    | PromptsPlayed
    | Announced
    | MessageRecorded
    | SeatRang
    | SeatAnswered
    | RingFailed
    | SeatLegEnded
    | CustomerLegEnded
    | CallHeld
    | CallRetrieved
    | CallAdopted
    | SeatReachable
    | SwitchUp
    | SwitchDown
    | CustomerFound
    | NoteSaved
    | ConsoleAttached
    | ConsoleLost
    | TimerFired
)
