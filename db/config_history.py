"""Changes of the site's configuration, kept so that they can be taken back after a restart too."""

import sqlite3
from dataclasses import asdict, dataclass

from engine.core.records import Millis

KEPT_TEXTS = 100  # the text before is kept for so many changes; who changed what stays for ever

_COLUMNS = "id, at, who, undo_of, effects, diff, before, after_digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChange:
    """One change. `effects` is JSON of whoever keeps it.

    `before` is the whole text as it was, empty once it is too old to go back to.
    """

    id: int = 0
    at: Millis
    who: str
    undo_of: int = 0
    effects: str
    diff: str
    before: str
    after_digest: str


def append_config_change(conn: sqlite3.Connection, change: ConfigChange) -> int:
    """Keep a change; its number."""
    cursor = conn.execute(
        """
        INSERT INTO config_changes (at, who, undo_of, effects, diff, before, after_digest)
        VALUES (:at, :who, :undo_of, :effects, :diff, :before, :after_digest)
        """,
        asdict(change),
    )
    number = int(cursor.lastrowid or 0)
    conn.execute("UPDATE config_changes SET before = '' WHERE id <= ?", (number - KEPT_TEXTS,))
    return number


def list_config_changes(conn: sqlite3.Connection, *, limit: int = 50) -> list[ConfigChange]:
    """Changes, newest first."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM config_changes ORDER BY id DESC LIMIT ?", (limit,))
    return [_change(row) for row in rows]


def find_config_change(conn: sqlite3.Connection, number: int) -> ConfigChange | None:
    """The change of this number; 0: the last one."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM config_changes WHERE :number IN (0, id) ORDER BY id DESC LIMIT 1",
        {"number": number},
    ).fetchone()
    return None if row is None else _change(row)


def _change(row: tuple[int, int, str, int, str, str, str, str]) -> ConfigChange:
    number, at, who, undo_of, effects, diff, before, after_digest = row
    return ConfigChange(
        id=number,
        at=at,
        who=who,
        undo_of=undo_of,
        effects=effects,
        diff=diff,
        before=before,
        after_digest=after_digest,
    )
