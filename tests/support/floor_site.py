"""The site of the tests of the floor: its flow, queues, seats and lines, and times on its clock."""

import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from engine.core.effects import OUTSIDE
from engine.core.ivr.flow import parse_flow
from engine.core.plan import LinePlan, Plan, QueuePlan, SeatPlan
from engine.core.records import Millis

DAY_MS = 86_400_000
MIDNIGHT: Millis = 1_772_380_800_000  # Monday 2026-03-02 00:00 in Shanghai

FLOW = parse_flow(
    tomllib.loads(
        """
        start = "greeting"
        max_nodes = 30

        [nodes.greeting]
        kind = "play"
        prompts = ["greeting"]
        next = "hours"

        [nodes.hours]
        kind = "branch"
        on = "hours"
        open = "menu"
        closed = "closed"

        [nodes.menu]
        kind = "menu"
        prompts = ["main_menu"]
        keys = { 0 = "general", 2 = "fault", 4 = "message", 9 = "bye" }
        tries = 2
        exhausted = "general"

        [nodes.general]
        kind = "queue"
        queue = "general"
        on_timeout = "sorry"
        on_full = "sorry"
        on_no_agents = "sorry"
        on_closed = "closed"

        # Overflow: who waited too long here goes on waiting in the other queue.
        [nodes.fault]
        kind = "queue"
        queue = "fault"
        on_timeout = "general"
        on_full = "sorry"
        on_no_agents = "sorry"
        on_closed = "closed"

        [nodes.sorry]
        kind = "play"
        prompts = ["no_agents"]
        barge_in = false
        next = "message"

        [nodes.closed]
        kind = "play"
        prompts = ["closed_hours"]
        barge_in = false
        next = "message"

        [nodes.message]
        kind = "message"
        prompts = ["leave_message"]
        tries = 2
        next = "bye"
        exhausted = "bye"

        [nodes.bye]
        kind = "hangup"
        prompts = ["goodbye"]
        """
    )
)


def clock(text: str) -> Millis:
    """`09:00:05` of the first day, `1+00:00:00` of the next."""
    days, _, time = text.rpartition("+")
    hours, minutes, seconds = (float(part) for part in time.split(":"))
    return MIDNIGHT + int(days or 0) * DAY_MS + round((hours * 3600 + minutes * 60 + seconds) * 1000)


def span(text: str) -> Millis:
    """`15s`, `250ms`, `10m` or `2h` in milliseconds."""
    for unit, factor in (("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)):
        if text.endswith(unit):
            return round(float(text.removesuffix(unit)) * factor)
    raise ValueError(text)


def next_midnight(now: Millis) -> Millis:
    """Shanghai has no summer time: midnights are a day apart."""
    return now + DAY_MS - (now - MIDNIGHT) % DAY_MS


def make_queue(queue_id: str = "general", **rules: Any) -> QueuePlan:
    """A queue with short times that add up easily; `rules` replaces some of them."""
    values: dict[str, Any] = {
        "ring_ms": 15_000,
        "wrap_up_ms": 30_000,
        "max_wait_ms": 600_000,
        "max_waiting": 20,
        "announce_first_ms": 20_000,
        "announce_every_ms": 45_000,
        "service_level_ms": 20_000,
        "short_abandon_ms": 5_000,
    }
    values.update(rules)
    return QueuePlan(id=queue_id, name=queue_id, name_en=queue_id, music=f"music-{queue_id}", **values)


def make_plan(
    *,
    seats: int = 4,
    auto: Iterable[str] = (),
    lines: int = 2,
    is_open: Callable[[Millis], bool] = lambda now: True,
    fault: QueuePlan | None = None,
    **rules: Any,
) -> Plan:
    """A site of seat1.., line1.., and the queues `general` and `fault`, which share `rules`."""
    auto = set(auto)
    seat_ids = [f"seat{n}" for n in range(1, seats + 1)]
    return Plan(
        seats={
            seat_id: SeatPlan(id=seat_id, name=seat_id, extension=f"80{n}", auto=seat_id in auto)
            for n, seat_id in enumerate(seat_ids, 1)
        },
        queues={"general": make_queue(**rules), "fault": fault or make_queue("fault", **rules)},
        lines={f"line{n}": LinePlan(id=f"line{n}", name=f"外线{n}", channels=1) for n in range(1, lines + 1)},
        break_reasons=frozenset({"meal", "meeting"}),
        console_grace_ms=10_000,
        flow=FLOW,
        language="zh",
        is_open=is_open,
        next_midnight=next_midnight,
    )


def seat_of(staff_number: str) -> str:
    """8001 sits at seat1."""
    return f"seat{int(staff_number) - 8000}"


def leg_of(name: str) -> str:
    """The leg of an agent's seat, or the outside party's."""
    return name if name == OUTSIDE else seat_of(name)
