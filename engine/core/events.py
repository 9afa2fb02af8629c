"""Facts that come into the floor. Each is a thing that has happened, named in the past tense."""

from dataclasses import dataclass, field

from engine.core.ivr.values import Values
from engine.core.records import CallNote, CallRecord, CustomerCard, Millis
from engine.core.states import CallState, Direction, RingFailure, SpyMode


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
class KeyPressed:
    """A caller who hears music pressed one of the keys that were asked for."""

    call_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecorded:
    """The caller's voice message ended. `length_ms` 0: nothing usable was said.

    `part`: it is not the message of the call, but something told on the way.
    """

    call_id: str
    file: str
    length_ms: int
    part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswered:
    """A service has answered, or nobody has: then the outcome is `ivr.services.FAILED`."""

    call_id: str
    request: int
    outcome: str
    values: Values = field(default_factory=dict)


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
class CustomerAnswered:
    """The number that was called was picked up; agent and customer hear each other."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFailed:
    """The number that was called was not picked up. `cause` is Q.850."""

    call_id: str
    failure: RingFailure
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LegsAlternated:
    """The agent speaks to the other one now; `to_customer` False: to the third party."""

    call_id: str
    to_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDone:
    """Customer and `party` hear each other; the agent's leg is apart."""

    call_id: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceBegan:
    """All three hear each other."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFailed:
    """A hold, a join or a change of parties was not done: a leg had gone. All is as it was before."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMuted:
    """The microphone of a seat's phone is heard by nobody, or again."""

    call_id: str
    seat_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpyBegan:
    """The supervisor's phone was picked up and is in the talk of `seat_id`."""

    spy_seat_id: str
    seat_id: str
    mode: SpyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class SpyEnded:
    """The supervisor's phone is out of the talk, or was never picked up (`failure`)."""

    spy_seat_id: str
    failure: RingFailure | None = None


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
    direction: Direction = Direction.INBOUND
    stored: CallRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallImported:
    """A call ended while no engine looked, and has its row now."""

    record: CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReachable:
    """The seat's phone registered or answered a qualify, or stopped doing so."""

    seat_id: str
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReachable:
    """The far end of a line answers qualifies, or does not."""

    line_id: str
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
class CallbackStored:
    """What is to be called is on disk. `safe` False: it is not, and may not be called."""

    callback_id: int
    call_id: str
    safe: bool = True


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
    | KeyPressed
    | MessageRecorded
    | ServiceAnswered
    | SeatRang
    | SeatAnswered
    | RingFailed
    | SeatLegEnded
    | CustomerLegEnded
    | CallHeld
    | CallRetrieved
    | CustomerAnswered
    | CustomerFailed
    | LegsAlternated
    | TransferDone
    | ConferenceBegan
    | OrderFailed
    | SeatMuted
    | SpyBegan
    | SpyEnded
    | CallAdopted
    | CallImported
    | SeatReachable
    | LineReachable
    | SwitchUp
    | SwitchDown
    | CustomerFound
    | NoteSaved
    | CallbackStored
    | ConsoleAttached
    | ConsoleLost
    | TimerFired
)
