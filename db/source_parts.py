"""Rows of a customer's file that sources say: planned by the rules of the core, written, given back."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from db.customer_parts import (
    MAX_PARTS,
    TABLES,
    accounts_of,
    addresses_of,
    devices_of,
    findable,
    persons_of,
)
from engine.core.customers.merging import Conflict, Part, Said, SourceRule, Value
from engine.core.customers.parts import (
    ACCOUNT,
    ADDRESS,
    COLUMNS,
    DEVICE,
    PART_NAMES,
    PARTS,
    PERSON,
    Claim,
    FileRow,
    PartChange,
    Values,
    own_columns,
    settle_parts,
)
from engine.core.customers.records import RowOrigin
from engine.core.records import Customer

_OF_CUSTOMER = """
    FROM source_parts p JOIN source_records r ON r.id = p.record_id
    WHERE r.customer_id = :id
        OR r.customer_id IN (SELECT id FROM customers WHERE merged_into = :id AND merged_into > 0)
"""
_ORDER = {part: place for place, part in enumerate(("address", "account", "device", "person"))}
_OWN_TABLE = {part: [name for name in columns if name != "phones"] for part, columns in COLUMNS.items()}
_LINKS = {ACCOUNT: "address_id", DEVICE: "account_id"}


def _insertion(part: str) -> str:
    names = ("customer_id", *_OWN_TABLE[part], *((_LINKS[part],) if part in _LINKS else ()))
    return f"INSERT INTO {TABLES[part]} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


_INSERT = {part: _insertion(part) for part in PARTS}
_MARK = "INSERT OR REPLACE INTO source_parts (part, part_id, record_id, written, own) VALUES (?, ?, ?, ?, ?)"
# An account of a source is at the address of the same record, a device belongs to its account.
_JOIN = (
    """
    UPDATE customer_accounts SET address_id = (
        SELECT p.part_id FROM source_parts a JOIN source_parts p ON p.record_id = a.record_id
        JOIN customer_addresses o ON o.id = p.part_id AND o.customer_id = customer_accounts.customer_id
        WHERE a.part = 'account' AND a.part_id = customer_accounts.id AND p.part = 'address' LIMIT 1)
    WHERE customer_id = ? AND address_id IS NULL
    """,
    """
    UPDATE customer_devices SET account_id = (
        SELECT o.id FROM source_parts d JOIN source_parts p ON p.record_id = d.record_id
        JOIN customer_accounts o ON o.id = p.part_id AND o.customer_id = customer_devices.customer_id
        WHERE d.part = 'device' AND d.part_id = customer_devices.id AND p.part = 'account'
            AND (o.line IN ('broadband', 'private')) = (customer_devices.kind = 'modem') LIMIT 1)
    WHERE customer_id = ? AND account_id IS NULL
    """,
)


@dataclass(frozen=True, slots=True)
class NewPart:
    """A row of the file of a new customer; `written`: its values as JSON."""

    part: str
    values: dict[str, str]
    written: str


@dataclass(frozen=True, slots=True)
class PartsPlan:
    """What is to be done to the rows of a file, and what nobody guesses: (field, code, detail)."""

    changes: tuple[PartChange, ...] = ()
    undecided: tuple[tuple[str, str, str], ...] = ()


NO_PLAN = PartsPlan()


def new_rows(parts: Iterable[Part], card: str) -> list[PartChange]:
    """What the first record of a customer puts into the file."""
    said = Said(source="", key="", as_of=0, values={"card_number": card}, parts=tuple(parts))
    return settle_parts(_claims([said], card), [], {"": SourceRule(id="")})[0]


def new_parts(parts: Iterable[Part], card: str) -> tuple[NewPart, ...]:
    """The same made ready for `insert_parts`, which the engine does itself."""
    changes = sorted(new_rows(parts, card), key=lambda one: _ORDER[one.part])
    return tuple(
        NewPart(one.part, dict(one.after), json.dumps(one.after, ensure_ascii=False))
        for one in changes
        if one.after is not None
    )


def insert_parts(
    conn: sqlite3.Connection, customer_id: int, record_id: int, parts: Sequence[NewPart]
) -> None:
    """Put in the rows of a customer whom nobody knew; the search has them already."""
    address_id: int | None = None
    accounts: dict[bool, int] = {}  # of broadband, of the others
    for one in parts:
        values, link = one.values, None
        if one.part == ACCOUNT:
            link = address_id
        elif one.part == DEVICE:
            link = accounts.get(values["kind"] == "modem")
        part_id = _insert(conn, customer_id, one.part, values, link)
        if one.part == ADDRESS:
            address_id = part_id
        elif one.part == ACCOUNT:
            accounts.setdefault(values["line"] in ("broadband", "private"), part_id)
        conn.execute(_MARK, (one.part, part_id, record_id, one.written, ""))


def plan_parts(
    conn: sqlite3.Connection,
    customer: Customer,
    said: Sequence[Said],
    rules: Mapping[str, SourceRule],
    before: Said | None = None,
) -> PartsPlan:
    """What the rows of a file are to become; `before`: what the record that changes has said until now."""
    claims = _claims(said, customer.card_number)
    card = before.values.get("card_number") if before is not None else ""
    had = before is not None and (before.parts or (card and card != customer.card_number))
    if not claims and not had:
        return NO_PLAN
    rows = file_rows(conn, customer.id)
    changes, conflicts = settle_parts(claims, rows, rules)
    return _within_limits(rows, changes, conflicts)


def apply_parts(conn: sqlite3.Connection, customer_id: int, changes: Iterable[PartChange]) -> None:
    """Do what was planned."""
    ordered = sorted(changes, key=lambda one: _ORDER[one.part])
    if not ordered:
        return
    sought = any(one.part in (PERSON, ADDRESS) and one.before != one.after for one in ordered)
    with findable(conn, customer_id) if sought else nullcontext():
        for one in ordered:
            _apply(conn, customer_id, one)
        if any(one.after is not None and not one.id for one in ordered):
            for statement in _JOIN:
                conn.execute(statement, (customer_id,))


def file_rows(conn: sqlite3.Connection, customer_id: int) -> list[FileRow]:
    """All rows of a file, and those of sources that the office has taken out."""
    marks: dict[tuple[str, int], tuple[Any, ...]] = {
        (part, part_id): rest
        for part, part_id, *rest in conn.execute(
            f"SELECT p.part, p.part_id, p.written, p.own, r.source, r.key {_OF_CUSTOMER}", {"id": customer_id}
        )
    }
    rows = []
    for part, part_id, values in _stored(conn, customer_id):
        mark = marks.pop((part, part_id), None)
        rows.append(
            _row(part, part_id, values, mark) if mark else FileRow(part=part, id=part_id, values=values)
        )
    return rows + [_row(part, part_id, {}, mark, there=False) for (part, part_id), mark in marks.items()]


def origins_of(conn: sqlite3.Connection, customer_id: int) -> tuple[RowOrigin, ...]:
    """Which rows of a file come from sources; those of the office are not in it."""
    rows = conn.execute(
        f"SELECT p.part, p.part_id, r.source, r.gone_at > 0 {_OF_CUSTOMER} ORDER BY p.part, p.part_id",
        {"id": customer_id},
    )
    return tuple(RowOrigin(part, part_id, source, bool(gone)) for part, part_id, source, gone in rows)


def own_parts(conn: sqlite3.Connection, customer_id: int) -> list[str]:
    """Where the office has changed or taken out something that a source says: persons, accounts ..."""
    found = {
        row.part
        for row in file_rows(conn, customer_id)
        if row.written is not None and (not row.there or own_columns(row))
    }
    return [PART_NAMES[part] for part in PARTS if part in found]


def forget_own_parts(conn: sqlite3.Connection, customer_id: int, part: str) -> None:
    """Give the rows of a kind back to their sources; the next plan writes them as the sources say."""
    for row in file_rows(conn, customer_id):
        if row.part != part or row.written is None:
            continue
        if row.there:
            change = PartChange(
                part=part, id=row.id, before=row.values, after=dict(row.written), written=row.written,
                record=row.record,
            )  # fmt: skip
            apply_parts(conn, customer_id, [change])
        else:
            _unmark(conn, part, row.id)


def _claims(said: Iterable[Said], card: str) -> list[Claim]:
    """The rows that records say. A card beside the customer's own one is a device."""
    claims, cards = [], []
    for one in said:
        record = (one.source, one.key)
        for part in one.parts:
            if part.part != DEVICE or part.values.get("number") != card:
                claims.append(Claim(record=record, part=part, gone=one.gone))
        if number := str(one.values.get("card_number", "")):
            cards.append(Claim(record=record, part=_card(number), gone=one.gone))
    if card and any(claim.part.values["number"] == card for claim in cards):
        claims += [claim for claim in cards if claim.part.values["number"] != card]
    return claims


def _card(number: str) -> Part:
    return Part(DEVICE, {"kind": "card", "number": number})


def _within_limits(
    rows: Sequence[FileRow], changes: Iterable[PartChange], conflicts: Iterable[Conflict]
) -> PartsPlan:
    """No file has more of a kind than people can read."""
    counts = Counter(row.part for row in rows if row.there)
    possible: list[PartChange] = []
    undecided = [
        (one.field, "differs", "; ".join(f"{source}: {value}" for source, _, value in one.said))
        for one in conflicts
    ]
    for change in changes:
        if change.id or counts[change.part] < MAX_PARTS:
            counts[change.part] += not change.id
            possible.append(change)
        else:
            undecided.append((PART_NAMES[change.part], "invalid", "too_many"))
    return PartsPlan(tuple(possible), tuple(dict.fromkeys(undecided)))


def _stored(conn: sqlite3.Connection, customer_id: int) -> Iterable[tuple[str, int, dict[str, str]]]:
    kinds: tuple[tuple[str, Sequence[Any]], ...] = (
        ("person", persons_of(conn, customer_id)),
        ("address", addresses_of(conn, customer_id)),
        ("account", accounts_of(conn, customer_id)),
        ("device", devices_of(conn, customer_id)),
    )
    for part, found in kinds:
        for one in found:
            yield part, one.id, {name: _text(getattr(one, name)) for name in COLUMNS[part]}


def _text(value: Value) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _row(
    part: str, part_id: int, values: Mapping[str, str], mark: Sequence[Any], *, there: bool = True
) -> FileRow:
    written, own, source, key = mark
    return FileRow(
        part=part, id=part_id, values=values, written=json.loads(written), own=tuple(own.split()),
        record=(source, key), there=there,
    )  # fmt: skip


def _apply(conn: sqlite3.Connection, customer_id: int, change: PartChange) -> None:
    part_id = change.id
    if change.after is None:
        if change.before is not None:
            conn.execute(f"DELETE FROM {TABLES[change.part]} WHERE id = ?", (part_id,))
    elif change.before != change.after:
        part_id = _write(conn, customer_id, change.part, part_id, change.after)
    if change.written is None:
        _unmark(conn, change.part, part_id)
        return
    (record_id,) = conn.execute(
        "SELECT id FROM source_records WHERE source = ? AND key = ?", change.record
    ).fetchone()
    written = json.dumps(dict(change.written), ensure_ascii=False)
    conn.execute(_MARK, (change.part, part_id, record_id, written, " ".join(change.own)))


def _write(conn: sqlite3.Connection, customer_id: int, part: str, part_id: int, values: Values) -> int:
    if not part_id:
        return _insert(conn, customer_id, part, values)
    columns = _OWN_TABLE[part]
    changes = ", ".join(f"{name} = ?" for name in columns)
    texts = [values.get(name, "") for name in columns]
    conn.execute(f"UPDATE {TABLES[part]} SET {changes} WHERE id = ?", (*texts, part_id))
    if part == PERSON:
        _write_phones(conn, part_id, values.get("phones", "").split())
    return part_id


def _insert(
    conn: sqlite3.Connection, customer_id: int, part: str, values: Values, link: int | None = None
) -> int:
    texts = [values.get(name, "") for name in _OWN_TABLE[part]]
    linked = (link,) if part in _LINKS else ()
    part_id = conn.execute(_INSERT[part], (customer_id, *texts, *linked)).lastrowid
    assert part_id is not None
    if part == PERSON:
        _write_phones(conn, part_id, values.get("phones", "").split())
    return part_id


def _write_phones(conn: sqlite3.Connection, person_id: int, numbers: Sequence[str]) -> None:
    conn.execute("DELETE FROM person_phones WHERE person_id = ?", (person_id,))
    conn.executemany(
        "INSERT INTO person_phones (number, person_id, original, position) VALUES (?, ?, ?, ?)",
        [(number, person_id, number, position) for position, number in enumerate(numbers)],
    )


def _unmark(conn: sqlite3.Connection, part: str, part_id: int) -> None:
    conn.execute("DELETE FROM source_parts WHERE part = ? AND part_id = ?", (part, part_id))
