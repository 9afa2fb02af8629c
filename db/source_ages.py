"""How old what subscriber systems say of a customer is."""

import sqlite3
from collections.abc import Sequence

from engine.core.records import Millis


def ages(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Millis]:
    """As of when the sources of some customers know them, the oldest of several; who has none is left out.

    A record is as young as the last complete look at its source. One that has vanished from there counts only
    where no other is left.
    """
    marks = ",".join("?" * len(ids))
    rows = conn.execute(
        "SELECT r.customer_id, max(r.as_of, coalesce(s.as_of, 0)), r.as_of, r.gone_at > 0"
        " FROM source_records r LEFT JOIN source_states s ON s.source = r.source"
        f" WHERE r.customer_id IN ({marks})",
        tuple(ids),
    )
    live: dict[int, Millis] = {}
    gone: dict[int, Millis] = {}
    for customer_id, confirmed, told, is_gone in rows:
        found, at = (gone, told) if is_gone else (live, confirmed)
        found[customer_id] = min(at, found.get(customer_id, at))
    return {**gone, **live}
