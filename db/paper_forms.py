"""Numbered forms for the hours without a system: which were printed, and which were entered afterwards."""

import sqlite3
from dataclasses import dataclass

from db.errors import Duplicate, Invalid, NotFound
from db.text import safe
from engine.core.records import Millis
from engine.core.tickets.paper import LARGEST_COUNT, form_numbers

MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """One printed form. `entered_at` 0: not yet; without a `ticket` it was spoilt or never used."""

    number: str
    type: str
    printed_at: Millis
    printed_by: str
    ticket: str = ""
    entered_at: Millis = 0
    entered_by: str = ""
    remark: str = ""


_COLUMNS = "number, type, printed_at, printed_by, ticket, entered_at, entered_by, remark"


def new_forms(
    conn: sqlite3.Connection, count: int, form_type: str, who: str, now: Millis, day: str
) -> list[str]:
    """So many fresh numbers of a day, "261122". Raises Invalid when a day has no more of them."""
    last = conn.execute("SELECT max(number) FROM paper_forms WHERE day = ?", (day,)).fetchone()[0]
    used = 0 if last is None else int(last[7:10])
    numbers = form_numbers(day, used + 1, count)
    if count < 1 or len(numbers) < count:
        raise Invalid("too_many", "count", f"{used + count} > {LARGEST_COUNT}")
    conn.executemany(
        "INSERT INTO paper_forms (day, number, type, printed_at, printed_by) VALUES (?, ?, ?, ?, ?)",
        [(day, number, safe(form_type), now, who) for number in numbers],
    )
    return list(numbers)


def know_form(conn: sqlite3.Connection, number: str, now: Millis) -> None:
    """A form that this database has not printed, but an older one that was lost: its number is a true one."""
    conn.execute(
        "INSERT OR IGNORE INTO paper_forms (day, number, type, printed_at, printed_by)"
        " VALUES (?, ?, '', ?, '')",
        (number[:6], number, now),
    )


def get_form(conn: sqlite3.Connection, number: str) -> PaperForm:
    """Raises NotFound."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM paper_forms WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise NotFound("paper_form", number)
    return _form(row)


def mark_entered(
    conn: sqlite3.Connection, number: str, ticket: str, who: str, now: Millis, remark: str = ""
) -> PaperForm:
    """A form was entered as a ticket, or is void. Raises NotFound, Duplicate for one that was before."""
    form = get_form(conn, number)
    if form.entered_at:
        raise Duplicate("paper_form", f"{number} {form.ticket}".strip())
    conn.execute(
        "UPDATE paper_forms SET ticket = ?, entered_at = ?, entered_by = ?, remark = ? WHERE number = ?",
        (ticket, now, who, safe(remark), number),
    )
    return get_form(conn, number)


def list_forms(conn: sqlite3.Connection, *, everything: bool = False, limit: int = MOST) -> list[PaperForm]:
    """Forms that were printed and not entered, in the order of their numbers; or all, the newest first."""
    where, order = ("", "DESC") if everything else ("WHERE entered_at = 0", "ASC")
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM paper_forms {where} ORDER BY serial {order} LIMIT ?",
        (min(max(1, limit), MOST),),
    )
    return [_form(row) for row in rows]


def _form(row: tuple[str, str, int, str, str, int, str, str]) -> PaperForm:
    number, form_type, printed_at, printed_by, ticket, entered_at, entered_by, remark = row
    return PaperForm(
        number=number,
        type=form_type,
        printed_at=printed_at,
        printed_by=printed_by,
        ticket=ticket,
        entered_at=entered_at,
        entered_by=entered_by,
        remark=remark,
    )
