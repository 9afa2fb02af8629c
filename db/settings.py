"""Small values that the engine keeps for itself: generated secrets, how far an import got."""

import sqlite3


def get_setting(conn: sqlite3.Connection, key: str, default: str = "") -> str:
    """The value of a key, or the default."""
    row = conn.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
    return default if row is None else str(row[0])


def put_setting(conn: sqlite3.Connection, key: str, value: str) -> None:
    """Set the value of a key."""
    conn.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (key, value))
