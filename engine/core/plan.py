"""What the floor knows of the site: seats, queues, lines, rules. Made from the configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.core.ivr.flow import Flow
from engine.core.numbers import callback_number
from engine.core.records import Millis
from engine.core.states import Strategy

OpenAt = Callable[[Millis], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPlan:
    """A place with one phone. `auto`: the phone answers by itself when the console says so.

    `queues`, `dids`: the only ones that the seat serves; empty: all. `retired`: taken out of the
    configuration while somebody sits at it; it is there until the log-out.
    """

    id: str
    name: str
    extension: str
    auto: bool
    queues: frozenset[str] = frozenset()
    dids: frozenset[str] = frozenset()
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """The rules of one queue; all times in milliseconds, 0 of a repeated thing means never.

    `strategy` chooses among free agents of the same skill level; after each `relax_ms` of a wait the next
    level may be chosen too, 0: all levels at once. `sticky_ms`: so long a caller waits for the agent who
    knows the case. `vip_ms`, `recaller_ms`: see `floor.waiting`. After `overflow_ms` a caller goes on
    to the queue `overflow`. `is_open` None: the site's hours. `announcement`: a prompt said after the place.
    `wrap_up_extension_ms`: how much longer an agent may make a wrap-up, once. `survey`: a customer who is
    still there when the agent hangs up is asked for a mark.
    """

    id: str
    name: str
    name_en: str
    music: str
    ring_ms: int
    wrap_up_ms: int
    max_wait_ms: int
    max_waiting: int
    announce_first_ms: int
    announce_every_ms: int
    service_level_ms: int
    short_abandon_ms: int
    strategy: Strategy = Strategy.LONGEST_IDLE
    relax_ms: int = 0
    sticky_ms: int = 0
    vip_ms: int = 0
    recaller_ms: int = 0
    overflow: str = ""
    overflow_ms: int = 0
    is_open: OpenAt | None = None
    announcement: str = ""
    announce_agent: bool = False
    wrap_up_extension_ms: int = 0
    survey: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """An external line."""

    id: str
    name: str
    channels: int
    outbound: bool = True  # agents may call out over it
    dial_prefix: str = ""


# Police, fire, ambulance, road accidents, police by message, forest fire, rescue at sea: always allowed.
EMERGENCY_NUMBERS = frozenset({"110", "119", "120", "122", "12110", "12119", "12395"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRules:
    """Whom agents may call. `allowed` has words of `dialling.NumberKind`; numbers are in normal form."""

    allowed: frozenset[str] = frozenset({"local", "mobile", "long_distance"})
    emergency: frozenset[str] = EMERGENCY_NUMBERS
    premium: tuple[str, ...] = ("168", "160")  # beginnings
    area_code: str = ""  # with its 0
    keep_free_lines: int = 0  # which only callers may use
    ring_ms: Millis = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPlan:
    """A number that callers dial: its flow, and the waiting time that its callers are given ahead."""

    did: str
    flow: Flow
    priority_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPlan:
    """Rules for calling customers back. `enabled`: it is offered to those who wait.

    `next_allowed` is the first instant from another one on at which customers may be called. `number` makes
    of a number the one of a customer, empty where it is none.
    """

    enabled: bool = False
    tries: int = 3
    pause_ms: int = 900_000
    next_allowed: Callable[[Millis], Millis] = lambda now: now
    number: Callable[[str], str] = callback_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole site. The functions are pure: the same instant gives the same answer.

    `skills`: staff number -> queue -> level, 1 first; who is not in it serves all queues at level 1.
    `break_limits_ms`: the longest break by reason. `max_on_break` 0: any number.
    """

    seats: Mapping[str, SeatPlan]
    queues: Mapping[str, QueuePlan]
    lines: Mapping[str, LinePlan]
    break_reasons: frozenset[str]
    console_grace_ms: int
    flow: Flow
    language: str
    is_open: OpenAt
    next_midnight: Callable[[Millis], Millis]
    dialling: DialRules = DialRules()
    skills: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    numbers: Mapping[str, NumberPlan] = field(default_factory=dict)
    break_limits_ms: Mapping[str, int] = field(default_factory=dict)
    max_on_break: int = 0
    callback: CallbackPlan = CallbackPlan()
    is_holiday: Callable[[Millis], bool] = lambda now: False

    def flow_for(self, did: str) -> Flow:
        """The flow of the number that was dialled."""
        number = self.numbers.get(did)
        return self.flow if number is None else number.flow

    @property
    def first_queue(self) -> QueuePlan:
        """Where callers go whose queue is not there any more."""
        return next(iter(self.queues.values()))

    def queue_is_open(self, queue: QueuePlan, now: Millis) -> bool:
        """Whether a queue takes callers: its own hours, else the site's."""
        return (queue.is_open or self.is_open)(now)


# Reasons of a break that the floor gives by itself.
REASON_START = ""  # logged in, not yet ready
REASON_RONA = "rona"
REASON_REJECTED = "rejected"
REASON_BUSY = "phone_busy"
REASON_CONSOLE = "console"
REASON_SUPERVISING = "supervising"

# How long an auto-answering phone may take to pick up after F4.
AUTO_ANSWER_MS = 6_000
# A ringing phone is stopped by the floor's own timer; Asterisk's time-out is only the net below it.
RING_NET_MS = 5_000
# How long a phone rings for a call that never was in a queue.
HANDED_OVER_RING_MS = 20_000
