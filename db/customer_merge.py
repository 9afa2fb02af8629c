"""Two files that are one customer: everything that hangs on the one follows to the other, and back again.

The customer that is gone keeps its row with its numbers, which lead to the other one from then on. Each step
of a merge is written down, so that undoing it puts back what was moved, whatever has happened meanwhile.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from db import search_index
from db.customer_moves import Move, as_json, move_all, put_back
from db.customers import MAX_PACKAGES, MAX_PHONES, MAX_TAGS, get_customer
from db.errors import Invalid, NotFound, Stale
from db.text import checked
from engine.core.customers.records import LeftBehind, MergedFile
from engine.core.records import Customer, Millis

_FILLED = ("customer_number", "card_number", "address", "area", "id_number")
_UNIQUE = frozenset({"customer_number", "card_number"})
_RANKS = ("", "vip", "enterprise")
_MAX_REMARK = 2000


@dataclass(frozen=True, slots=True)
class Unmerged:
    """What became of an undone merge."""

    keep: int
    gone: int
    left: tuple[LeftBehind, ...]


def merge_customers(
    conn: sqlite3.Connection, keep_id: int, gone_id: int, *, who: str, at: Millis, reason: str = ""
) -> tuple[int, dict[str, int]]:
    """Make one customer of two; returns the id of the merge, and how much of each kind came over.

    Raises Invalid for the same one twice or more than one file can hold, NotFound, Stale.
    """
    keep, gone = _unmerged(conn, keep_id), _unmerged(conn, gone_id)
    if keep.id == gone.id:
        raise Invalid("same_customer", "gone", str(gone_id))
    _refuse_too_many(keep, gone)
    before = search_index.entry_of(conn, keep), search_index.entry_of(conn, gone)
    merge_id = _open(conn, keep, gone, who, at, checked(reason, "reason", 200))
    moves = [*move_all(conn, gone.id, keep.id), *_fill(conn, keep, gone), *_make(conn, keep, gone)]
    conn.execute("UPDATE customers SET merged_into = ? WHERE id = ?", (keep.id, gone.id))
    conn.executemany(
        "INSERT INTO customer_moves (merge_id, position, place, how, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (merge_id, position, move.place, move.how, as_json(move.before), as_json(move.after))
            for position, move in enumerate(moves)
        ],
    )
    search_index.change(conn, gone.id, before[1], search_index.NO_ENTRY)
    search_index.change(conn, keep.id, before[0], search_index.entry_of(conn, get_customer(conn, keep.id)))
    return merge_id, _counted(moves)


def unmerge_customers(conn: sqlite3.Connection, merge_id: int, *, who: str, at: Millis) -> Unmerged:
    """Make two customers of one again. Raises NotFound, Stale where it was undone or merged further."""
    row = conn.execute(
        "SELECT keep, gone, undone_at FROM customer_merges WHERE id = ?", (merge_id,)
    ).fetchone()
    if row is None:
        raise NotFound("merge", merge_id)
    keep_id, gone_id, undone_at = row
    if undone_at:
        raise Stale("merge", str(merge_id))
    keep = _unmerged(conn, keep_id)
    before = search_index.entry_of(conn, keep)
    conn.execute("UPDATE customers SET merged_into = 0 WHERE id = ?", (gone_id,))
    left: list[LeftBehind] = []
    for move in _moves(conn, merge_id):
        if move.how == "field":
            left += _unfill(conn, move, keep_id, gone_id)
        elif move.how == "made":
            left += _unmake(conn, move)
        else:
            left += put_back(conn, move, keep_id, gone_id)
    left += _cut_links(conn, keep_id, gone_id)
    conn.execute(
        "UPDATE customer_merges SET undone_at = ?, undone_by = ? WHERE id = ?", (max(at, 1), who, merge_id)
    )
    for customer_id, entry in ((keep_id, before), (gone_id, search_index.NO_ENTRY)):
        after = search_index.entry_of(conn, get_customer(conn, customer_id))
        search_index.change(conn, customer_id, entry, after)
    return Unmerged(keep_id, gone_id, tuple(left))


def merges_of(conn: sqlite3.Connection, customer_id: int) -> tuple[MergedFile, ...]:
    """The customers that were merged into this one and are still, the newest first."""
    rows = conn.execute(
        "SELECT id, gone, name, at, who, reason FROM customer_merges WHERE keep = ? AND undone_at = 0"
        " ORDER BY at DESC, id DESC",
        (customer_id,),
    )
    return tuple(
        MergedFile(id=number, gone=gone, name=name, at=at, who=who, reason=reason)
        for number, gone, name, at, who, reason in rows
    )


def _unmerged(conn: sqlite3.Connection, customer_id: int) -> Customer:
    customer = get_customer(conn, customer_id)
    if customer.id != customer_id:
        raise Stale("customer_id", str(customer_id))
    return customer


def _refuse_too_many(keep: Customer, gone: Customer) -> None:
    for field, most in (("phones", MAX_PHONES), ("packages", MAX_PACKAGES), ("tags", MAX_TAGS)):
        together = len({*getattr(keep, field), *getattr(gone, field)})
        if together > most:
            raise Invalid("too_many", field, str(together))


def _open(conn: sqlite3.Connection, keep: Customer, gone: Customer, who: str, at: Millis, reason: str) -> int:
    cursor = conn.execute(
        "INSERT INTO customer_merges (keep, gone, name, at, who, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (keep.id, gone.id, gone.name, at, who, reason),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _moves(conn: sqlite3.Connection, merge_id: int) -> list[Move]:
    """The log of a merge, the last deed first."""
    rows = conn.execute(
        "SELECT place, how, before, after FROM customer_moves WHERE merge_id = ? ORDER BY position DESC",
        (merge_id,),
    )
    return [Move(place, how, json.loads(before), json.loads(after)) for place, how, before, after in rows]


def _counted(moves: list[Move]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for move in moves:
        counts[move.place] += len(move.before) if isinstance(move.before, list) else 1
    return dict(counts)


# Fields of the customer's own row


def _fill(conn: sqlite3.Connection, keep: Customer, gone: Customer) -> Iterator[Move]:
    for field in _FILLED:
        if getattr(gone, field) and not getattr(keep, field):
            if field in _UNIQUE:
                _set(conn, gone.id, field, "")
            yield _set_field(conn, keep, field, getattr(gone, field))
    importance = max(keep.importance, gone.importance, key=_RANKS.index)
    if importance != keep.importance:
        yield _set_field(conn, keep, "importance", importance)
    if gone.vip and not keep.vip:
        yield _set_field(conn, keep, "vip", 1)
    remark = f"{keep.remark}\n{gone.remark}".strip()
    if gone.remark and gone.remark not in keep.remark and len(remark) <= _MAX_REMARK:
        yield _set_field(conn, keep, "remark", remark)
    if gone.balance_fen:
        yield _set_field(conn, keep, "balance_fen", keep.balance_fen + gone.balance_fen)


def _set_field(conn: sqlite3.Connection, keep: Customer, field: str, value: str | int) -> Move:
    _set(conn, keep.id, field, value)
    before = getattr(keep, field)
    return Move(field, "field", int(before) if isinstance(before, bool) else before, value)


def _unfill(conn: sqlite3.Connection, move: Move, keep: int, gone: int) -> Iterator[LeftBehind]:
    (now,) = conn.execute(f"SELECT {move.place} FROM customers WHERE id = ?", (keep,)).fetchone()
    if move.place == "balance_fen":  # money that came or went meanwhile stays with the one who was kept
        _set(conn, keep, move.place, now - (move.after - move.before))
        if now != move.after:
            yield LeftBehind(move.place, str(now - move.after), "changed")
        return
    if now != move.after:
        yield LeftBehind(move.place, str(now), "changed")
    else:
        _set(conn, keep, move.place, move.before)
    if move.place in _UNIQUE and not _taken(conn, move.place, move.after):
        _set(conn, gone, move.place, move.after)


def _taken(conn: sqlite3.Connection, field: str, value: str) -> bool:
    row = conn.execute(f"SELECT 1 FROM customers WHERE {field} = ? AND {field} <> ''", (value,)).fetchone()
    return row is not None


def _set(conn: sqlite3.Connection, customer_id: int, field: str, value: str | int) -> None:
    conn.execute(f"UPDATE customers SET {field} = ? WHERE id = ?", (value, customer_id))


# What would be lost: another name, another address, another card


def _make(conn: sqlite3.Connection, keep: Customer, gone: Customer) -> Iterator[Move]:
    if gone.name != keep.name:
        number = gone.id_number if keep.id_number and gone.id_number != keep.id_number else ""
        person = {"name": gone.name, "relation": "", "id_number": number, "remark": ""}
        yield _make_row(conn, "customer_persons", keep.id, person)
    if gone.address and keep.address and gone.address != keep.address:
        blank = dict.fromkeys(("county", "town", "community", "building", "unit", "room", "node"), "")
        place = {"text": gone.address, "area": gone.area, **blank}
        yield _make_row(conn, "customer_addresses", keep.id, place)
    if gone.card_number and keep.card_number:
        card = {"kind": "card", "number": gone.card_number, "model": ""}
        yield _make_row(conn, "customer_devices", keep.id, card)


def _make_row(conn: sqlite3.Connection, table: str, keep: int, values: dict[str, Any]) -> Move:
    row = values | {"customer_id": keep}
    cursor = conn.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row
    )
    return Move(table, "made", {}, row | {"id": cursor.lastrowid})


def _unmake(conn: sqlite3.Connection, move: Move) -> Iterator[LeftBehind]:
    where = " AND ".join(f"{name} = :{name}" for name in move.after)
    if move.place == "customer_persons":
        where += " AND NOT EXISTS (SELECT 1 FROM person_phones WHERE person_id = customer_persons.id)"
    if conn.execute(f"DELETE FROM {move.place} WHERE {where}", move.after).rowcount == 0:
        still = conn.execute(f"SELECT 1 FROM {move.place} WHERE id = ?", (move.after["id"],)).fetchone()
        if still is not None:
            yield LeftBehind(move.place.removeprefix("customer_").removesuffix("s"), _word(move), "changed")


def _word(move: Move) -> str:
    return str(move.after.get("name") or move.after.get("text") or move.after.get("number"))


def _cut_links(conn: sqlite3.Connection, keep: int, gone: int) -> Iterator[LeftBehind]:
    """Accounts at an address, and devices of an account, that is the other one's now."""
    for table, link, other in (
        ("customer_accounts", "address_id", "customer_addresses"),
        ("customer_devices", "account_id", "customer_accounts"),
    ):
        rows = conn.execute(
            f"UPDATE {table} SET {link} = NULL WHERE customer_id IN (?, ?) AND {link} IS NOT NULL"
            f" AND {link} NOT IN (SELECT o.id FROM {other} o WHERE o.customer_id = {table}.customer_id)"
            " RETURNING number",
            (keep, gone),
        ).fetchall()
        for (number,) in rows:
            yield LeftBehind(link.removesuffix("_id"), number, "changed")
