"""Announcements of the office, outages among them, and who wants to know when an outage is over."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from db.customers import PRESENT_ID
from db.errors import Invalid, NotFound, Stale
from db.text import checked, safe, search_form
from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeChange, NoticeKind, Watcher
from engine.core.records import Millis

MAX_TEXT = 300  # characters that a caller listens to: more than a minute
MAX_AREAS = 50
MAX_AREA = 60
MOST_TOLD = 3  # notices that one caller hears
DONE, ALREADY, GONE = "done", "already", "gone"

_NAMES = tuple(field.name for field in fields(Notice))
_COLUMNS = ", ".join(f"n.{name}" for name in _NAMES)
_WAITING = "(SELECT count(*) FROM outage_watchers w WHERE w.notice_id = n.id AND w.told_at = 0)"


def add_notice(conn: sqlite3.Connection, notice: Notice) -> Notice:
    """Keep a new announcement. Raises Invalid."""
    clean = _checked(notice)
    values = _values(clean)
    columns = [name for name in _NAMES if name != "id"]
    cursor = conn.execute(
        f"INSERT INTO notices ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})",
        values,
    )
    assert cursor.lastrowid is not None
    return replace(clean, id=cursor.lastrowid)


def change_notice(conn: sqlite3.Connection, notice_id: int, change: NoticeChange) -> tuple[Notice, int]:
    """Change an announcement that has not been ended; also returns how many wait to hear of its end.

    Raises NotFound, Invalid, Stale.
    """
    notice = get_notice(conn, notice_id)
    if notice.ended_at:
        raise Stale("notice", str(notice_id))
    given = {name: value for name in _CHANGEABLE if (value := getattr(change, name)) is not None}
    clean = _checked(replace(notice, **given))
    conn.execute(
        f"UPDATE notices SET {', '.join(f'{name} = :{name}' for name in _CHANGEABLE)} WHERE id = :id",
        _values(clean),
    )
    return clean, len(_to_tell(conn, notice_id))


_CHANGEABLE = tuple(field.name for field in fields(NoticeChange))


def get_notice(conn: sqlite3.Connection, notice_id: int) -> Notice:
    """The announcement of an id. Raises NotFound."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM notices n WHERE n.id = ?", (notice_id,)).fetchone()
    if row is None:
        raise NotFound("notice", notice_id)
    return _notice(row)


def list_notices(
    conn: sqlite3.Connection, *, now: Millis, everything: bool = False, limit: int = 100
) -> list[tuple[Notice, int]]:
    """Announcements, newest first, with how many wait to hear of the end.

    Without `everything` those that are told now or later, and outages that nobody has ended.
    """
    rows = conn.execute(
        f"SELECT {_COLUMNS}, {_WAITING} AS waiting FROM notices n WHERE :everything OR waiting OR"
        " (n.ended_at = 0 AND (n.kind = 'outage' OR n.until_at = 0 OR n.until_at > :now))"
        " ORDER BY n.id DESC LIMIT :limit",
        {"everything": int(everything), "now": now, "limit": limit},
    )
    return [(_notice(row), row[len(_NAMES)]) for row in rows]


def concerning(
    conn: sqlite3.Connection,
    *,
    kind: NoticeKind,
    customer_id: int,
    now: Millis,
    line: str = "",
    limit: int = MOST_TOLD,
) -> list[Notice]:
    """What this customer is to hear now, newest first. `customer_id` 0: what is for everybody.

    An area concerns a customer whose area or address has it in it; numbers are whole ones: 3号楼 is not in
    13号楼. `line` leaves out what is about another one.
    """
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM notices n WHERE n.kind = :kind AND n.ended_at = 0 AND n.from_at <= :now"
        " AND (n.until_at = 0 OR n.until_at > :now) AND (:line = '' OR n.line IN ('', :line))"
        " ORDER BY n.from_at DESC, n.id DESC",
        {"kind": kind, "now": now, "line": safe(line)},
    )
    place = _place_of(conn, customer_id)
    told: list[Notice] = []
    for row in rows:
        notice = _notice(row)
        if not notice.areas or (place and any(_lies_in(place, area) for area in notice.areas)):
            told.append(notice)
        if len(told) == limit:
            break
    return told


def overdue_outages(conn: sqlite3.Connection, now: Millis) -> list[int]:
    """Outages that should be over by now, and that nobody has ended."""
    rows = conn.execute(
        "SELECT id FROM notices WHERE kind = 'outage' AND ended_at = 0 AND until_at <= ? ORDER BY id", (now,)
    )
    return [notice_id for (notice_id,) in rows]


def _place_of(conn: sqlite3.Connection, customer_id: int) -> str:
    """Area and address in the form in which places are compared; nothing for somebody unknown."""
    row = conn.execute("SELECT area, address FROM customers WHERE id = ?", (customer_id,)).fetchone()
    # A break that no area has in it: the end of one and the beginning of the other make no place.
    return "" if row is None else "\n".join(search_form(part) for part in row)


def _lies_in(place: str, area: str) -> bool:
    word = re.escape(search_form(area))
    return re.search(rf"(?<![0-9](?=[0-9])){word}(?!(?<=[0-9])[0-9])", place) is not None


# Who wants to know when it is repaired


def watch_outage(conn: sqlite3.Connection, notice_id: int, watcher: Watcher, at: Millis) -> str:
    """Remember to tell this number when the outage is over: done, already, or gone where it is over."""
    row = conn.execute(
        "SELECT 1 FROM notices WHERE id = ? AND kind = 'outage' AND ended_at = 0", (notice_id,)
    ).fetchone()
    if row is None:
        return GONE
    added = conn.execute(
        "INSERT INTO outage_watchers (notice_id, number, customer_id, call_id, at, told_at)"
        f" VALUES (?, ?, (SELECT {PRESENT_ID} FROM customers WHERE id = ?), ?, ?, 0) ON CONFLICT DO NOTHING",
        (notice_id, watcher.number, watcher.customer_id, safe(watcher.call_id), at),
    ).rowcount
    if added:
        return DONE
    (call_id,) = conn.execute(
        "SELECT call_id FROM outage_watchers WHERE notice_id = ? AND number = ?", (notice_id, watcher.number)
    ).fetchone()
    return DONE if call_id == watcher.call_id else ALREADY  # the same call has asked twice


def end_notice(conn: sqlite3.Connection, notice_id: int, at: Millis) -> tuple[Notice, list[Watcher]]:
    """Nobody hears it from now on; returns who is still to be told. Ending it again changes nothing.

    Raises NotFound.
    """
    conn.execute("UPDATE notices SET ended_at = ? WHERE id = ? AND ended_at = 0", (at, notice_id))
    notice = get_notice(conn, notice_id)
    return notice, _to_tell(conn, notice_id)


def _to_tell(conn: sqlite3.Connection, notice_id: int) -> list[Watcher]:
    rows = conn.execute(
        "SELECT number, coalesce(customer_id, 0), call_id FROM outage_watchers"
        " WHERE notice_id = ? AND told_at = 0 ORDER BY at, number",
        (notice_id,),
    )
    return [
        Watcher(number=number, customer_id=customer_id, call_id=call_id)
        for number, customer_id, call_id in rows
    ]


def ended_with_watchers(conn: sqlite3.Connection) -> list[int]:
    """Outages that were ended, but the engine stopped before everybody was put down to be called."""
    rows = conn.execute(
        "SELECT DISTINCT n.id FROM outage_watchers w JOIN notices n ON n.id = w.notice_id"
        " WHERE w.told_at = 0 AND n.ended_at > 0 ORDER BY n.id"
    )
    return [notice_id for (notice_id,) in rows]


def mark_told(conn: sqlite3.Connection, notice_id: int, numbers: Sequence[str], at: Millis) -> None:
    """These are put down to be called."""
    conn.executemany(
        "UPDATE outage_watchers SET told_at = ? WHERE notice_id = ? AND number = ?",
        [(at, notice_id, number) for number in numbers],
    )


# Rows


def _checked(notice: Notice) -> Notice:
    areas = tuple(dict.fromkeys(area for one in notice.areas if (area := checked(one, "area", MAX_AREA))))
    if len(areas) > MAX_AREAS:
        raise Invalid("too_many", "area", str(len(areas)))
    for area in areas:
        if len(search_form(area)) < 2:  # would be found in too many addresses
            raise Invalid("no_place", "area", area)
    clean = replace(
        notice,
        areas=areas,
        text=checked(notice.text, "text", MAX_TEXT),
        text_en=checked(notice.text_en, "text_en", MAX_TEXT),
        by=safe(notice.by),
    )
    if not clean.text and (clean.kind is NoticeKind.NOTICE or clean.text_en):
        raise Invalid("required", "text")
    if clean.line and clean.line not in LINES:
        raise Invalid("unknown_line", "line", clean.line[:40])
    if clean.kind is NoticeKind.OUTAGE and not clean.until_at:
        raise Invalid("required", "until")
    if clean.until_at and clean.until_at <= clean.from_at:
        raise Invalid("too_early", "until")
    return clean


def _values(notice: Notice) -> dict[str, Any]:
    values = {name: getattr(notice, name) for name in _NAMES}
    return values | {"areas": json.dumps(notice.areas, ensure_ascii=False)}


def _notice(row: tuple[Any, ...]) -> Notice:
    values = dict(zip(_NAMES, row, strict=False))
    values["kind"] = NoticeKind(values["kind"])
    values["areas"] = tuple(json.loads(values["areas"]))
    return Notice(**values)
