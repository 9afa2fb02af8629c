"""What the floor wants done. Effects are data; the daemon performs them and failures return as events."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.ivr.values import Plain, Values
from engine.core.records import AgentMemory, CallbackRecord, CallPart, CallRecord, Millis
from engine.core.states import AgentState, AgentStatus, SpyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayPrompts:
    """Play prompts one after another, then wait for keys. Ends in `PromptsPlayed`.

    A key of `barge_in` stops the prompts at once. Up to `max_digits` keys are collected, each awaited for
    `timeout_ms`; `max_digits` 0 only plays. `values` are said by prompts that have places for them.
    `language` empty: the site's. Of `secret` keys a token is told (see `ivr.values`), they are not recorded.
    """

    call_id: str
    prompts: tuple[str, ...]
    barge_in: str = ""
    max_digits: int = 0
    timeout_ms: int = 0
    terminator: str = ""
    values: Values = field(default_factory=dict)
    language: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMusic:
    """The caller hears the queue's music until something else is ordered.

    A key of `keys` that the caller presses meanwhile, or in an `Announce` over it, is told as `KeyPressed`.
    """

    call_id: str
    music: str
    keys: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Play prompts over the music, then music again. Ends in `Announced`; a `RingSeat` cuts it short."""

    call_id: str
    prompts: tuple[str, ...]
    music: str
    language: str = ""  # empty: the site's
    values: Values = field(default_factory=dict)  # said by prompts that have places for them


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMessage:
    """Record a voice message until hash, silence or the limit. Ends in `MessageRecorded`.

    `name`: of the file, without suffix; empty: the call's id.
    """

    call_id: str
    max_seconds: int
    silence_seconds: int
    min_ms: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskService:
    """Have a service of `ivr.services` answered. Ends in `ServiceAnswered` of the same `request`.

    `key` is the same however often it is asked: what changes something is done once for a key. It is done
    to its end even when the caller hangs up. `customer_id` 0: not known.
    """

    call_id: str
    request: int
    key: str
    service: str
    arguments: Mapping[str, Plain]
    cli: str
    customer_id: int = 0
    identified: str = ""  # ivr.services.Identified
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingSeat:
    """Dial the seat's phone from the caller's channel; `auto` asks it to answer by itself.

    `others` are rung at the same time: the first phone that is picked up has the call, and the rest stops by
    itself. `StopRinging` of one of them stops that one only. Ends in `SeatAnswered` of the one that answered,
    or when all have stopped in one `RingFailed` of `seat_id`.
    """

    call_id: str
    seat_id: str
    auto: bool
    ring_ms: int
    music: str
    others: tuple[str, ...] = ()
    announce: tuple[str, ...] = ()  # prompts that the caller hears when the phone is up, before the talk
    language: str = ""  # of these prompts; empty: the site's


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRinging:
    """Stop dialling the seat's phone. Ends in `RingFailed`, or in `SeatAnswered` when it was too late."""

    call_id: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPhoneToAnswer:
    """Send the ringing phone a SIP NOTIFY "talk"; phones that do not know it go on ringing."""

    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCall:
    """Part the talk: music for the customer. Ends in `CallHeld`."""

    call_id: str
    seat_id: str
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveCall:
    """Join the held customer and the agent again. Ends in `CallRetrieved`."""

    call_id: str
    seat_id: str


# More than two parties. `party` is the leg of the third one: a seat id, or OUTSIDE. Its `SeatRang`,
# `SeatAnswered`, `RingFailed` and `SeatLegEnded` carry it as `seat_id`, and `StopRinging` and `HangUpSeat`
# take it as such.
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall:
    """Ring the agent's phone, and when it is up let it dial.

    `number` over `line_id` is an outside party and becomes the customer's leg; else `to_seat_id` is another
    seat's phone, which stands for the customer in an internal call. Recorded like any call. Ends in
    `RingFailed` of the own seat; else `SeatAnswered` of it, then `CustomerAnswered` or `CustomerFailed`.
    """

    call_id: str
    seat_id: str
    auto: bool
    number: str
    line_id: str = ""
    to_seat_id: str = ""
    to_auto: bool = False
    ring_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOutside:
    """Dial an outside number from the caller's channel. Ends in `SeatAnswered` or `RingFailed` of OUTSIDE."""

    call_id: str
    number: str
    line_id: str
    ring_ms: int
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialParty:
    """The agent's leg dials a third party; the customer is on hold already.

    With `number` over `line_id` the party is OUTSIDE, else `party` is a seat, `auto` if its phone is to
    answer by itself. Ends in `SeatAnswered` or `RingFailed` of the party.
    """

    call_id: str
    seat_id: str
    party: str
    auto: bool = False
    number: str = ""
    line_id: str = ""
    ring_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternateLegs:
    """Let the agent speak to the other one; who is left hears music. Ends in `LegsAlternated`."""

    call_id: str
    seat_id: str
    party: str
    to_customer: bool
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParty:
    """Join customer and third party without the agent. Ends in `TransferDone`."""

    call_id: str
    seat_id: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginConference:
    """Join customer, agent and third party; the last two go on. Ends in `ConferenceBegan`."""

    call_id: str
    seat_id: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressDigits:
    """Send keys to the one whom the seat speaks to: the customer, or `party`."""

    call_id: str
    digits: str
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteSeat:
    """Nobody hears the seat's microphone, or all do again. Ends in `SeatMuted`."""

    call_id: str
    seat_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spy:
    """Ring the supervisor's phone and let it into the talk of `seat_id`; while in: change the mode.

    Ends in `SpyBegan` each time, at last in `SpyEnded`.
    """

    spy_seat_id: str
    seat_id: str
    mode: SpyMode
    auto: bool
    ring_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSpying:
    """Hang up the supervisor's phone. Ends in `SpyEnded`."""

    spy_seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveToSpy:
    """Join the customer and the supervisor's phone that is in the talk. Ends in `TransferDone` of it.

    From then on its leg belongs to the call under its seat id; no `SpyEnded` follows.
    """

    call_id: str
    seat_id: str
    spy_seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpCall:
    """End the customer's leg, and with it the call. Ends in `CustomerLegEnded`."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpSeat:
    """End the agent's leg."""

    call_id: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Send `TimerFired(timer_id)` at `at`. Setting a timer again moves it."""

    timer_id: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimer:
    """The timer is not wanted any more."""

    timer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpCustomer:
    """Find the customer of a caller's number, or the one who is known. Ends in `CustomerFound`."""

    call_id: str
    cli: str
    customer_id: int = 0  # 0: by the number


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCall:
    """Write the call's row, open or finished."""

    record: CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRecording:
    """The call is over: make its recording final."""

    call_id: str
    accepted_at: Millis
    ended_at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMessage:
    """Enter what the caller told on the way among the recordings: it is the call's voice message now."""

    call_id: str
    file: str
    length_ms: Millis
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardMessage:
    """Throw away the file of a voice message that holds nothing, or was spoken anew."""

    call_id: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAgent:
    """Keep what an agent is doing, for the history and for a restart."""

    memory: AgentMemory
    previous_status: AgentStatus
    previous_state: AgentState
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePart:
    """One person's share of a call is over; written beside the call's row."""

    part: CallPart


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSpying:
    """A supervisor was in a talk: who, whom, which call, how and how long; for the audit."""

    staff_number: str
    agent: str
    call_id: str
    modes: tuple[SpyMode, ...]
    began_at: Millis
    ended_at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCallback:
    """Keep who is to be called. With `confirm` it ends in `CallbackStored` when it is on disk.

    No customer is called before that: an engine that dies must know afterwards whom it was calling.
    """

    record: CallbackRecord
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSurvey:
    """A customer's mark for the talk with an agent, 1 to 5."""

    call_id: str
    staff_number: str
    score: int
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPresented:
    """A presentation ended; `ended` is answered, rona, rejected, unreachable or abandoned."""

    staff_number: str
    call_id: str
    presented_at: Millis
    ended: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsChanged:
    """These agents, calls, queues look different now; consoles that watch them get new views."""

    agents: frozenset[str]
    calls: frozenset[str]
    queues: frozenset[str]
    switch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line for the log: a state that changed, or with `fault` something that must not happen."""

    subject: str
    text: str
    fault: bool = False


Effect = (
    PlayPrompts
    | StartMusic
    | Announce
    | RecordMessage
    | AskService
    | RingSeat
    | StopRinging
    | AskPhoneToAnswer
    | HoldCall
    | RetrieveCall
    | PlaceCall
    | RingOutside
    | DialParty
    | AlternateLegs
    | JoinParty
    | BeginConference
    | PressDigits
    | MuteSeat
    | Spy
    | StopSpying
    | GiveToSpy
    | HangUpCall
    | HangUpSeat
    | SetTimer
    | CancelTimer
    | LookUpCustomer
    | StoreCall
    | FinishRecording
    | KeepMessage
    | DiscardMessage
    | StoreAgent
    | CountPresented
    | StorePart
    | StoreSpying
    | StoreCallback
    | StoreSurvey
    | ViewsChanged
    | Step
)
