"""The figures of a simulated day, by the same definitions and the same queries as those of a real one."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.calls import store_call
from db.migrations import migrate
from db.queues import QueueCounts, queue_counts
from engine.core.plan import Plan
from engine.core.records import CallRecord, Millis
from engine.core.states import Outcome
from engine.daemon.simulate.day import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFigures:
    """One hour of the day, calls by the hour of their arrival."""

    hour: int
    calls: int = 0
    answered: int = 0
    abandoned: int = 0
    longest_wait_ms: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigures:
    """`occupancy` = (talk + hold + wrap-up) / logged-in time; nobody takes a break in a simulation."""

    staff_number: str
    answered: int
    talk_ms: Millis
    wrap_up_ms: Millis
    logged_in_ms: Millis

    @property
    def occupancy(self) -> float:
        return (self.talk_ms + self.wrap_up_ms) / self.logged_in_ms if self.logged_in_ms else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """`calls` is the number of all calls that reached a line; `busy` those that did not."""

    calls: int
    busy: int
    outcomes: dict[str, int]
    queues: dict[str, QueueCounts]
    total: QueueCounts
    hours: list[HourFigures]
    agents: list[AgentFigures]
    steps: int
    steps_a_second: int
    decision_us: float  # the mean of a step in which an agent is given a call
    faults: list[str]


def figures_of(result: Result, plan: Plan, zone: ZoneInfo) -> DayFigures:
    """What the day's records say."""
    within = {queue.id: queue.service_level_ms for queue in plan.queues.values()}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrate(conn)
        conn.execute("BEGIN")
        for record in result.records.values():
            store_call(conn, record)
        conn.execute("COMMIT")
        queues = queue_counts(conn, 0, within_ms=within)
    records = list(result.records.values())
    return DayFigures(
        calls=len(records),
        busy=result.busy,
        outcomes={
            outcome: count
            for outcome in Outcome
            if (count := sum(record.outcome is outcome for record in records))
        },
        queues=queues,
        total=_total(queues),
        hours=_hours(records, zone),
        agents=[
            _agent(staff_number, records, spent)
            for staff_number, spent in sorted(result.logged_in_ms.items())
        ],
        steps=result.steps,
        steps_a_second=round(result.steps / result.spent_ns * 1e9) if result.spent_ns else 0,
        decision_us=result.assign_ns / result.assigns / 1000 if result.assigns else 0.0,
        faults=result.faults,
    )


def _total(queues: dict[str, QueueCounts]) -> QueueCounts:
    names = [name for name in QueueCounts.__dataclass_fields__ if name not in ("queue_id", "longest_wait_ms")]
    sums = {name: sum(getattr(counts, name) for counts in queues.values()) for name in names}
    longest = max((counts.longest_wait_ms for counts in queues.values()), default=0)
    return QueueCounts(queue_id="", longest_wait_ms=longest, **sums)


def _hours(records: list[CallRecord], zone: ZoneInfo) -> list[HourFigures]:
    by_hour: dict[int, list[CallRecord]] = {}
    for record in records:
        hour = datetime.fromtimestamp(record.accepted_at / 1000, zone).hour
        by_hour.setdefault(hour, []).append(record)
    return [
        HourFigures(
            hour=hour,
            calls=len(calls),
            answered=sum(call.outcome is Outcome.ANSWERED for call in calls),
            abandoned=sum(call.outcome is Outcome.ABANDONED for call in calls),
            longest_wait_ms=max(call.wait_ms for call in calls),
        )
        for hour, calls in sorted(by_hour.items())
    ]


def _agent(staff_number: str, records: list[CallRecord], logged_in_ms: Millis) -> AgentFigures:
    own = [record for record in records if record.staff_number == staff_number and record.answered_at]
    return AgentFigures(
        staff_number=staff_number,
        answered=len(own),
        talk_ms=sum(record.talk_ms + record.hold_ms for record in own),
        wrap_up_ms=sum(record.wrap_up_ms for record in own),
        logged_in_ms=logged_in_ms,
    )
