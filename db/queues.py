"""Figures of the queues, each with its definition."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields

from engine.core.records import Millis

DEFAULT_WITHIN_MS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """Counts of the calls that entered one queue in a time; a call counts where it was queued last.

    offered: entered the queue. answered: an agent took it. abandoned: hung up before, short ones included.
    short_abandoned: of these, hung up within the queue's configured seconds. answered_within: answered after
    waiting at most the queue's limit. wait_ms, talk_ms, hold_ms, wrap_up_ms: sums over the answered calls;
    longest_wait_ms: the longest wait among them and the abandoned ones.
    """

    queue_id: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    answered_within: int = 0
    wait_ms: int = 0
    longest_wait_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0

    @property
    def service_level(self) -> float | None:
        """answered_within ÷ (offered − short_abandoned): short abandons are left out; None without calls."""
        base = self.offered - self.short_abandoned
        return self.answered_within / base if base > 0 else None

    @property
    def answer_rate(self) -> float | None:
        """answered ÷ offered, short abandons included."""
        return self.answered / self.offered if self.offered else None

    @property
    def abandon_rate(self) -> float | None:
        """abandoned ÷ offered, short abandons included."""
        return self.abandoned / self.offered if self.offered else None

    @property
    def asa_ms(self) -> float | None:
        """Mean wait of the answered calls."""
        return self.wait_ms / self.answered if self.answered else None

    @property
    def mean_talk_ms(self) -> float | None:
        """Mean talk time of the answered calls."""
        return self.talk_ms / self.answered if self.answered else None

    @property
    def aht_ms(self) -> float | None:
        """(talk + hold + wrap-up) ÷ answered."""
        return (self.talk_ms + self.hold_ms + self.wrap_up_ms) / self.answered if self.answered else None


_FIELDS = tuple(field.name for field in fields(QueueCounts))


def queue_counts(
    conn: sqlite3.Connection,
    since: Millis,
    until: Millis = 0,
    *,
    within_ms: Mapping[str, int],
) -> dict[str, QueueCounts]:
    """Counts by queue of the calls offered in a time (`until` 0: without end).

    `within_ms` is the limit of the service level by queue; a call counts as answered within it when its wait
    is at most the limit. Queues without a call are left out. Calls that still wait count as offered only.
    """
    rows = conn.execute(
        """
        SELECT queue_id, count(*), coalesce(sum(answered_at > 0), 0),
            coalesce(sum(answered_at = 0 AND outcome = 'abandoned'), 0),
            coalesce(sum(answered_at = 0 AND outcome = 'abandoned' AND short_abandon), 0),
            coalesce(sum(answered_at > 0 AND wait_ms <= coalesce(w.value, :default_within)), 0),
            coalesce(sum(CASE WHEN answered_at > 0 THEN wait_ms END), 0),
            coalesce(max(CASE WHEN answered_at > 0 OR outcome = 'abandoned' THEN wait_ms END), 0),
            coalesce(sum(CASE WHEN answered_at > 0 THEN talk_ms END), 0),
            coalesce(sum(CASE WHEN answered_at > 0 THEN hold_ms END), 0),
            coalesce(sum(CASE WHEN answered_at > 0 THEN wrap_up_ms END), 0)
        FROM calls LEFT JOIN json_each(:within) w ON w.key = queue_id
        WHERE offered_at > 0 AND offered_at >= :since AND (:until = 0 OR offered_at < :until)
            AND queue_id <> ''
        GROUP BY queue_id
        """,
        {
            "since": since,
            "until": until,
            "within": json.dumps(dict(within_ms)),
            "default_within": DEFAULT_WITHIN_MS,
        },
    )
    return {row[0]: QueueCounts(**dict(zip(_FIELDS, row, strict=True))) for row in rows}
