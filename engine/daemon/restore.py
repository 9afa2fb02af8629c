"""After a start: the floor remembers who was there and what today was like so far."""

import socket
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from db.agents import agent_day, load_agent_memory
from db.calls import get_call, open_calls
from db.drafts import get_draft
from db.queues import queue_counts
from db.store import Store
from engine.config import Config
from engine.core.events import CallAdopted, Event
from engine.core.floor.entities import DayCounter
from engine.core.plan import Plan
from engine.core.records import AgentDay, AgentMemory, CallNote, Millis
from engine.core.states import AgentStatus
from engine.daemon.plan import midnight_before


def agents_at_stop(store: Store) -> list[AgentMemory]:
    """Who was logged in when the engine stopped."""
    memories = store.read(load_agent_memory).result()
    return [memory for memory in memories if memory.status is not AgentStatus.LOGGED_OUT]


def today(
    store: Store, config: Config, plan: Plan, now: Millis, agents: list[AgentMemory]
) -> tuple[dict[str, DayCounter], list[AgentDay]]:
    """The figures since midnight."""
    since = midnight_before(now, ZoneInfo(config.site.timezone))
    return store.read(_today, plan, since, now, [agent.staff_number for agent in agents]).result()


def _today(
    conn: sqlite3.Connection, plan: Plan, since: Millis, now: Millis, agents: list[str]
) -> tuple[dict[str, DayCounter], list[AgentDay]]:
    within = {queue.id: queue.service_level_ms for queue in plan.queues.values()}
    up = [record for record in open_calls(conn) if record.offered_at >= since]
    days = {}
    for queue_id, counts in queue_counts(conn, since, within_ms=within).items():
        here = [record for record in up if record.queue_id == queue_id]
        talking = sum(bool(record.answered_at) for record in here)
        waiting = len(here) - talking
        days[queue_id] = DayCounter(
            offered=counts.offered,
            answered=counts.answered,
            abandoned=counts.abandoned,
            short_abandoned=counts.short_abandoned,
            answered_within=counts.answered_within,
            offered_ended=max(0, counts.offered - waiting),
            wait_ms=counts.wait_ms,
            talk_ms=counts.talk_ms,
            handled_ms=counts.talk_ms + counts.hold_ms + counts.wrap_up_ms,
            handled=max(0, counts.answered - talking),
        )
    return days, [agent_day(conn, staff_number, since, now) for staff_number in agents]


def with_stored_call(store: Store, event: Event) -> Event:
    """Give an adopted call what its row says; any other fact is passed on as it is."""
    if not isinstance(event, CallAdopted):
        return event
    return replace(event, stored=store.read(get_call, event.call_id).result())


def draft_of(store: Store, staff_number: str, call_id: str) -> CallNote | None:
    """The half-filled form of a call that was open when the engine stopped."""
    form = store.read(get_draft, staff_number, call_id).result()
    if form is None:
        return None
    return msgspec.convert(form, CallNote)


def is_engine_running(path: Path) -> bool:
    """Whether an engine answers on the site's socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def put_aside(database: Path) -> Path | None:
    """Rename a database and its side files, or another file; returns the new name, None if there is none."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.{time.strftime('%Y%m%d-%H%M%S')}")
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{database}{suffix}")
        if part.exists():
            part.rename(f"{kept}{suffix}")
    return kept


def kept_aside(database: Path) -> list[Path]:
    """What `put_aside` has made of a database, the oldest first."""
    day, second = "[0-9]" * 8, "[0-9]" * 6
    return sorted(database.parent.glob(f"{database.name}.{day}-{second}"))
