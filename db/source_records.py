"""What sources say, record by record: found, listed, marked as gone, moved between customers."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.customer_own import own_of, own_rows
from engine.core.customers.merging import LISTS, Merged, Own, Part, Said, SourceRule, Value, merge
from engine.core.customers.records import SourceConflict
from engine.core.records import Customer, Millis

_SAID = """
    SELECT r.source, r.key, CASE WHEN r.gone_at > 0 THEN r.as_of ELSE max(r.as_of, coalesce(s.as_of, 0)) END,
        r.body, r.gone_at
    FROM source_records r LEFT JOIN source_states s ON s.source = r.source
    WHERE r.customer_id = :id
        OR r.customer_id IN (SELECT id FROM customers WHERE merged_into = :id AND merged_into > 0)
    ORDER BY r.source, r.key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """What is known of a row before it is read: whether it is another one, and whose it is."""

    id: int
    digest: str
    customer_id: int  # 0: of nobody yet
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A customer as sources and office see it: each record, what the office says, who speaks for a field."""

    said: tuple[Said, ...]
    own: tuple[tuple[str, Own, str, Millis], ...]
    merged: Merged


def known_records(conn: sqlite3.Connection, source: str, keys: Sequence[str]) -> dict[str, KnownRecord]:
    """The records of some keys (at most some hundred) that are there already."""
    marks = ",".join("?" * len(keys))
    rows = conn.execute(
        "SELECT key, id, digest, coalesce(customer_id, 0), gone_at > 0 FROM source_records"
        f" WHERE source = ? AND key IN ({marks})",
        (source, *keys),
    )
    return {
        key: KnownRecord(id=number, digest=digest.hex(), customer_id=customer, gone=bool(gone))
        for key, number, digest, customer, gone in rows
    }


def said_of(conn: sqlite3.Connection, customer_id: int, but: tuple[str, str] = ("", "")) -> list[Said]:
    """What all sources say of a customer; `but`: source and key of a record that is left out."""
    return [
        said_by(source, key, as_of, body, gone=gone_at > 0)
        for source, key, as_of, body, gone_at in conn.execute(_SAID, {"id": customer_id})
        if (source, key) != but
    ]


def read_body(body: str) -> tuple[dict[str, Value], tuple[Part, ...]]:
    """A stored record: its fields, and the rows of the file that it says."""
    values: dict[str, Any] = json.loads(body)
    parts = tuple(Part(part, said) for part, said in values.pop("parts", ()))
    return {name: tuple(value) if name in LISTS else value for name, value in values.items()}, parts


def said_by(source: str, key: str, as_of: Millis, body: str, *, gone: bool = False) -> Said:
    """What a stored record says."""
    values, parts = read_body(body)
    return Said(source=source, key=key, as_of=as_of, values=values, parts=parts, gone=gone)


def paid_at(conn: sqlite3.Connection, customer_id: int) -> Millis:
    """When the customer last paid here, or bought a package; 0 for never."""
    row = conn.execute("SELECT max(at) FROM payments WHERE customer_id = ?", (customer_id,)).fetchone()
    return int(row[0] or 0)


def paid_since(conn: sqlite3.Connection, at: Millis) -> frozenset[int]:
    """The customers who have paid here since then."""
    rows = conn.execute("SELECT DISTINCT customer_id FROM payments WHERE at > ?", (at,))
    return frozenset(customer for (customer,) in rows if customer)


def confirmed_at(conn: sqlite3.Connection, source: str) -> Millis:
    """As of when the whole of a source was last known; 0 for never."""
    row = conn.execute("SELECT as_of FROM source_states WHERE source = ?", (source,)).fetchone()
    return int(row[0]) if row is not None else 0


def confirm(conn: sqlite3.Connection, source: str, as_of: Millis) -> None:
    """The whole of a source has been looked at."""
    conn.execute(
        "INSERT INTO source_states (source, as_of) VALUES (?, ?)"
        " ON CONFLICT (source) DO UPDATE SET as_of = max(as_of, excluded.as_of)",
        (source, as_of),
    )


def live_ids(conn: sqlite3.Connection, source: str) -> Iterable[int]:
    """The records of a source that it had when it was last looked at."""
    rows = conn.execute("SELECT id FROM source_records WHERE source = ? AND gone_at = 0", (source,))
    return (number for (number,) in rows)


def mark_gone(conn: sqlite3.Connection, ids: Sequence[int], at: Millis) -> int:
    """The source does not have these records (some hundred) any more. Nothing is deleted; how many."""
    marks = ",".join("?" * len(ids))
    return conn.execute(
        f"UPDATE source_records SET gone_at = ? WHERE gone_at = 0 AND id IN ({marks})", (at, *ids)
    ).rowcount


def conflicts(
    conn: sqlite3.Connection, source: str = "", limit: int = 100
) -> tuple[list[SourceConflict], int]:
    """What nobody guessed, newest first, and how many there are; `source` empty: of all."""
    where = "WHERE :source IN ('', r.source)"
    rows = conn.execute(
        "SELECT r.source, r.key, coalesce(r.customer_id, 0), coalesce(c.name, ''), f.field, f.code, f.detail,"
        " f.at FROM source_conflicts f JOIN source_records r ON r.id = f.record_id"
        f" LEFT JOIN customers c ON c.id = r.customer_id {where}"
        " ORDER BY f.at DESC, r.source, r.key LIMIT :limit",
        {"source": source, "limit": limit},
    )
    found = [
        SourceConflict(
            source=row[0], key=row[1], customer_id=row[2], name=row[3], field=row[4], code=row[5],
            detail=row[6], at=row[7],
        )
        for row in rows
    ]  # fmt: skip
    count = conn.execute(
        f"SELECT count(*) FROM source_conflicts f JOIN source_records r ON r.id = f.record_id {where}",
        {"source": source},
    ).fetchone()[0]
    return found, int(count)


def counts_of(conn: sqlite3.Connection, source: str) -> tuple[int, int, int]:
    """Records of a source, those that have vanished from it, and conflicts."""
    # Each by an index: the rows themselves would take a second of a reader that pop-ups need.
    records, gone = (
        conn.execute(f"SELECT count(*) FROM source_records WHERE source = ?{more}", (source,)).fetchone()[0]
        for more in ("", " AND gone_at > 0")
    )
    return int(records), int(gone), conflicts(conn, source, limit=0)[1]


def source_view(conn: sqlite3.Connection, customer: Customer, rules: Mapping[str, SourceRule]) -> SourceView:
    """A customer as sources and office see it."""
    said = said_of(conn, customer.id)
    merged = merge(customer, own_of(conn, customer.id), said, rules, paid_at=paid_at(conn, customer.id))
    return SourceView(said=tuple(said), own=tuple(own_rows(conn, customer.id)), merged=merged)


def move_records(conn: sqlite3.Connection, gone: int, stays: int) -> tuple[int, ...]:
    """Two customers become one: what sources say of `gone` is about `stays` now; the records moved."""
    rows = conn.execute(
        "UPDATE source_records SET customer_id = ? WHERE customer_id = ? RETURNING id", (stays, gone)
    )
    return tuple(number for (number,) in rows)


def move_back(conn: sqlite3.Connection, ids: Sequence[int], customer_id: int) -> None:
    """The merge is undone: these records are about the other customer again."""
    conn.executemany(
        "UPDATE source_records SET customer_id = ? WHERE id = ?", [(customer_id, number) for number in ids]
    )
