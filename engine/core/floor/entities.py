"""Agents, calls and queues as the floor holds them: plain mutable state, changed by the floor alone."""

from dataclasses import dataclass, field

from engine.core.events import ServiceAnswered
from engine.core.ivr.flow import Flow
from engine.core.ivr.interpreter import IvrPosition
from engine.core.ivr.values import Values
from engine.core.records import CallNote, CallPart, CallRecord, CustomerCard, Millis
from engine.core.states import AgentState, AgentStatus, CallState, QueueExit, SpyMode, TargetKind

# What an ended call still waits for before it is forgotten, beside the ends of its legs.
MESSAGE = "message"  # its length
ANSWER = "answer"  # of the service that was given what the caller told


@dataclass(slots=True, kw_only=True)
class Agent:
    """A person who is logged in. `since` values are the instants of the last change."""

    staff_number: str
    name: str
    seat_id: str
    status: AgentStatus
    status_since: Millis
    reason: str = ""
    state: AgentState = AgentState.IDLE
    state_since: Millis = 0
    answered_at: Millis = 0  # the last call that was taken
    idle_since: Millis = 0  # longest idle first; kept when a presentation was taken back by the caller
    next_status: AgentStatus | None = None
    next_reason: str = ""
    call_id: str = ""  # presented, talked or wrapped up
    present_until: Millis = 0
    wrap_up_until: Millis = 0
    wrap_up_extended: bool = False
    console_attached: bool = True
    muted: bool = False
    notice: str = ""  # RingFailure: why a transfer, a consultation or a dialled call came to nothing
    supervises: bool = False  # sits there to listen; counts for callers only while ready
    hand_since: Millis = 0  # asks for help
    next_seat_id: str = ""  # logged in at another seat in the middle of a talk: moves when it is over

    @property
    def counts_for_callers(self) -> bool:
        """Is there for callers, now or after a break; a supervisor who only listens is not."""
        return not self.supervises or self.status is AgentStatus.READY

    @property
    def available(self) -> bool:
        """May be given a call now."""
        return self.status is AgentStatus.READY and self.state is AgentState.IDLE

    def __repr__(self) -> str:
        return f"<Agent {self.staff_number} {self.status} {self.state} {self.call_id or '-'}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a customer hears instead of the agent: prompts with their values."""

    prompts: tuple[str, ...]
    values: Values
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a call is handed to, or whom its agent consults: a target that was found and is allowed."""

    kind: TargetKind
    value: str = ""  # queue or node
    leg: str = ""  # seat id, or OUTSIDE
    staff_number: str = ""  # the agent who is reserved for it
    number: str = ""  # staff number, extension or outside number
    name: str = ""
    line_id: str = ""
    dialled: str = ""  # the number as the line wants it
    consulting: bool = False  # to be spoken to first
    told: Told | None = None  # nobody: the customer hears this on hold, and is with the agent again

    @property
    def needs_agent(self) -> bool:
        """Without the agent who wanted it, it has no sense."""
        return self.consulting or self.told is not None


@dataclass(slots=True, kw_only=True)
class Party:
    """The third one of a call, rung or up; in a forwarded call the one whom the customer speaks to."""

    route: Route
    since: Millis
    answered: bool = False
    active: bool = True  # the agent speaks to it, and not to the customer
    leaving: bool = False  # the agent let it go, and wants the customer back


@dataclass(slots=True, kw_only=True)
class Share:
    """One person's part of a call while it goes on. `owner`: its times are those of the call's record."""

    part: CallPart
    doing: str  # talk, hold or consult
    since: Millis
    owner: bool
    owned_talk_ms: Millis = 0
    owned_hold_ms: Millis = 0


@dataclass(slots=True, kw_only=True)
class Question:
    """What the flow has asked a service, and waits for."""

    request: int
    service: str
    soothing: bool = False  # the caller is being asked for patience
    answer: ServiceAnswered | None = None  # came meanwhile


@dataclass(slots=True, kw_only=True)
class SpokenPart:
    """The recording of something that the caller told on the way."""

    length_ms: Millis  # 0: nothing was said
    request: int = 0  # the last question that handed it over; 0: none
    taken: bool = False  # a case has it


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLimits:
    """The voice message that is to be recorded. `part`: of what the caller tells on the way."""

    max_seconds: int
    silence_seconds: int
    min_ms: int
    part: bool


@dataclass(slots=True, kw_only=True)
class Call:
    """A call that is up, or whose wrap-up goes on, or whose last facts are still on the way."""

    record: CallRecord
    state: CallState
    state_since: Millis
    position: IvrPosition  # where the menu is; an adopted call stands outside
    flow: Flow | None = None  # in which it began; None: it has not been in one
    ring_ended_because: str = ""  # why the floor takes the presentation back
    ringing: bool = False  # a phone is being dialled
    rung: str = ""  # its seat; of several phones the one that stands for all in `RingSeat`
    others: dict[str, str] = field(default_factory=dict)  # seat -> who is rung besides the record's agent
    third: Party | None = None
    callee: str = ""  # the colleague whom an internal call rings, or who is in it
    pending: Route | None = None  # waits for the hold that comes before it
    order_until: Millis = 0  # legs are being moved: no second order until this time
    sender: str = ""  # who handed the call over, and gets it back if nobody takes it
    talked: tuple[str, str] = ("", "")  # staff number and seat of who spoke to the customer last
    shares: dict[str, Share] = field(default_factory=dict)  # by leg
    parts: dict[str, CallPart] = field(default_factory=dict)  # ended, by staff number; for the wrap-up
    legs: set[str] = field(default_factory=set)  # of seats and third parties, which are up
    handled: bool = False  # a talk of it has ended
    queue_exit: QueueExit | None = None
    waited_before_ms: Millis = 0  # in a call a moment ago, in which the caller hung up in the queue
    sticks_to: str = ""  # waits for this agent alone
    callback_id: int = 0  # by itself, to a customer who wished it
    dialled: bool = False  # the agent's phone was up, and dialled
    asks_callback: bool = False  # left the queue for it; the wait goes on until it is settled
    booked: bool = False  # is called back
    answer_seen: bool = False  # by `callback.follow`, which looks at each only once
    end_seen: bool = False
    closed: bool = False  # arrived outside opening hours
    message: MessageLimits | None = None  # to be recorded when the words before it are said
    parts_told: int = 0  # recordings of what the caller told on the way
    spoken: dict[str, SpokenPart] = field(default_factory=dict)  # by file, in the order of telling
    question: Question | None = None
    questions: int = 0  # asked so far; the number of the last one
    connecting: bool = False  # handed over by the flow, and not picked up yet
    listens: bool = False  # to something that is told on hold; the agent is back when it is over
    card: CustomerCard | None = None
    note: CallNote = field(default_factory=CallNote)
    wrapping: set[str] = field(default_factory=set)  # who does after-call work on it
    loose_ends: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The call id."""
        return self.record.call_id

    @property
    def is_reserved(self) -> bool:
        """An agent is shown whom to call back, and has not begun to; there is no leg of it yet."""
        return self.callback_id > 0 and self.state is CallState.PRESENTED

    @property
    def waits_since(self) -> Millis:
        """What its place in a queue goes by; a call that the centre began was never offered."""
        return self.record.offered_at or self.record.accepted_at

    def __repr__(self) -> str:
        return (
            f"<Call {self.id} {self.state} {self.record.queue_id or '-'} {self.record.staff_number or '-'}>"
        )


@dataclass(slots=True, kw_only=True)
class Spying:
    """A supervisor in an agent's talk, by the supervisor's own phone."""

    staff_number: str
    seat_id: str  # whose phone it is
    agent: str
    agent_seat_id: str
    call_id: str
    mode: SpyMode  # as it was asked for last
    modes: list[SpyMode] = field(default_factory=list)  # in which the supervisor was, one after another
    began_at: Millis = 0  # 0: the phone still rings
    taking: bool = False  # the supervisor wants the call
    ending: bool = False  # the phone was told to hang up


@dataclass(slots=True, kw_only=True)
class DayCounter:
    """What a queue did since midnight. Definitions: `QueueView` and vocabulary, section 8."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    answered_within: int = 0
    offered_ended: int = 0
    wait_ms: int = 0  # of answered calls
    talk_ms: int = 0
    handled_ms: int = 0  # talk, hold and wrap-up
    handled: int = 0


@dataclass(slots=True, kw_only=True)
class AgentCounter:
    """What an agent did since midnight."""

    presented: int = 0
    answered: int = 0
    rona: int = 0
    rejected: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    break_ms: int = 0
    logged_in_ms: int = 0
    by_disposition: dict[str, int] = field(default_factory=dict)
