"""What the floor knows of the site: seats, queues, lines, rules. Made from the configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.core.ivr.flow import Flow
from engine.core.records import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPlan:
    """A place with one phone. `auto`: the phone answers by itself when the console says so."""

    id: str
    name: str
    extension: str
    auto: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """The rules of one queue; all times in milliseconds, 0 of a repeated thing means never."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """An external line."""

    id: str
    name: str
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole site. The functions are pure: the same instant gives the same answer."""

    seats: Mapping[str, SeatPlan]
    queues: Mapping[str, QueuePlan]
    lines: Mapping[str, LinePlan]
    break_reasons: frozenset[str]
    console_grace_ms: int
    flow: Flow
    language: str
    is_open: Callable[[Millis], bool]
    next_midnight: Callable[[Millis], Millis]


# Reasons of a break that the floor gives by itself.
REASON_START = ""  # logged in, not yet ready
REASON_RONA = "rona"
REASON_REJECTED = "rejected"
REASON_BUSY = "phone_busy"
REASON_CONSOLE = "console"

# How long an auto-answering phone may take to pick up after F4.
AUTO_ANSWER_MS = 6_000
# A ringing phone is stopped by the floor's own timer; Asterisk's time-out is only the net below it.
RING_NET_MS = 5_000
