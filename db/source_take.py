"""Takes ready rows of a source over: whose each is, what holds for that customer now, what nobody guesses."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from db.billing_packages import keep_packages
from db.customer_own import forget_own, own_of
from db.customers import PRESENT_ID, check_customer, get_customer, present_id, save_customer
from db.errors import Duplicate, Invalid
from db.source_new import insert_customer, insert_record, is_known
from db.source_parts import NO_PLAN, PartsPlan, apply_parts, forget_own_parts, insert_parts, plan_parts
from db.source_records import mark_gone, paid_at, said_by, said_of
from db.source_rows import SourceRow
from db.text import search_form
from engine.core.customers.merging import (
    CARD_NUMBER,
    CUSTOMER_NUMBER,
    IDENTITIES,
    LISTS,
    MATCH_KEYS,
    PHONE_NAME,
    Merged,
    Said,
    SourceRule,
    Value,
    fits,
    merge,
)
from engine.core.customers.parts import PART_NAMES
from engine.core.records import Customer, Millis

_PART_OF = {name: part for part, name in PART_NAMES.items()}
SHARED_LIMIT = 50  # a number in more files than this is a placeholder: it says nothing about who it is


class Became(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ASIDE = "aside"  # it may be about several customers, or about nobody who is known


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTask:
    """One look at a source: how much it and the others count, how its rows find their customers."""

    source: str
    rules: Mapping[str, SourceRule]
    match: tuple[str, ...] = MATCH_KEYS[:2]
    as_of: Millis
    now: Millis
    area_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A field, or the row itself (field ""), that nobody guesses."""

    field: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done about a row; `record_id` and `customer_id` are 0 while there is none."""

    became: Became
    record_id: int = 0
    customer_id: int = 0
    before: Customer | None = None
    after: Customer | None = None
    parts: PartsPlan = NO_PLAN
    undecided: tuple[Undecided, ...] = ()
    balance_kept: bool = False


@dataclass(slots=True, kw_only=True)
class Taken:
    """How many rows were taken, and what became of them."""

    rows: int = 0
    became: dict[Became, int] = field(default_factory=lambda: dict.fromkeys(Became, 0))
    balances_kept: int = 0

    def count(self, plan: Plan) -> None:
        self.rows += 1
        self.became[plan.became] += 1
        self.balances_kept += plan.balance_kept


def take_rows(
    conn: sqlite3.Connection, task: SourceTask, rows: Sequence[SourceRow], out_of_time: Callable[[], bool]
) -> Taken:
    """Take over as many rows as there is time for, one at least, in the caller's transaction."""
    taken = Taken()
    for row in rows:
        plan = plan_row(conn, task, row)
        _do(conn, task, row, plan)
        taken.count(plan)
        if out_of_time():
            break
    return taken


def plan_row(conn: sqlite3.Connection, task: SourceTask, row: SourceRow) -> Plan:
    """What a row would bring about; nothing is written."""
    if row.has_name and PHONE_NAME not in task.match and not is_known(conn, task.source, row):
        return Plan(became=Became.ADDED, after=row.customer)
    known = conn.execute(
        "SELECT id, coalesce(customer_id, 0), body FROM source_records WHERE source = ? AND key = ?",
        (task.source, row.key),
    ).fetchone()
    record_id, linked, body = known or (0, 0, "{}")
    linked = present_id(conn, linked) if linked else 0
    if linked:
        until_now = said_by(task.source, row.key, 0, body)
        return _plan_merge(conn, task, row, record_id, linked, until_now)
    found = _found(conn, task, row)
    ids = fits(found, task.match)
    if len(ids) > 1:
        who = Undecided(field="", code="several", detail=" ".join(map(str, ids)))
        return Plan(became=Became.ASIDE, record_id=record_id, undecided=(who,))
    if ids:
        return _plan_merge(conn, task, row, record_id, ids[0], None)
    if not row.has_name:
        return Plan(became=Became.ASIDE, record_id=record_id, undecided=(Undecided(field="", code="nobody"),))
    taken = {name: str(found[name][0]) for name in IDENTITIES if found.get(name)}
    after = replace(row.customer, **dict.fromkeys(taken, "")) if taken else row.customer  # type: ignore[arg-type]
    undecided = tuple(Undecided(field=name, code="taken", detail=whose) for name, whose in taken.items())
    return Plan(became=Became.ADDED, record_id=record_id, after=after, undecided=undecided)


def settle(
    conn: sqlite3.Connection,
    customer_id: int,
    rules: Mapping[str, SourceRule],
    withdrawn: Mapping[str, Value],
    *,
    area_code: str = "",
) -> Customer:
    """Store what holds for a customer by what everybody says now."""
    before = get_customer(conn, customer_id)
    said = said_of(conn, customer_id)
    merged = _merged(conn, before, said, rules, withdrawn)
    after, _ = _storable(conn, before, merged.customer, area_code)
    _store(conn, before, after, {}, area_code)
    apply_parts(conn, before.id, plan_parts(conn, after, said, rules).changes)
    return get_customer(conn, customer_id)


def mark_vanished(
    conn: sqlite3.Connection,
    ids: Sequence[int],
    at: Millis,
    rules: Mapping[str, SourceRule],
    *,
    area_code: str = "",
) -> int:
    """The source does not have these records any more: the other sources of their customers speak now."""
    count = mark_gone(conn, ids, at)
    marks = ",".join("?" * len(ids))
    rows = conn.execute(
        f"SELECT DISTINCT g.customer_id FROM source_records g JOIN source_records r"
        f" ON r.customer_id = g.customer_id AND r.gone_at = 0 WHERE g.id IN ({marks})",
        tuple(ids),
    ).fetchall()
    for (customer_id,) in rows:
        settle(conn, customer_id, rules, {}, area_code=area_code)
    return count


def restore_field(
    conn: sqlite3.Connection,
    customer_id: int,
    name: str,
    rules: Mapping[str, SourceRule],
    *,
    area_code: str = "",
) -> Customer:
    """Give a field back to the sources: what the office said of it is forgotten. Raises NotFound.

    `name` may be rows of the file too: persons, addresses, accounts, devices.
    """
    if name in _PART_OF:
        forget_own_parts(conn, customer_id, _PART_OF[name])
        return settle(conn, customer_id, rules, {}, area_code=area_code)
    own = forget_own(conn, customer_id, name)
    withdrawn = {name: own.added if name in LISTS else own.value}
    return settle(conn, customer_id, rules, withdrawn, area_code=area_code)


def _plan_merge(
    conn: sqlite3.Connection,
    task: SourceTask,
    row: SourceRow,
    record_id: int,
    customer_id: int,
    until_now: Said | None,
) -> Plan:
    """`until_now`: what the record has said so far, if it was this customer's."""
    before = get_customer(conn, customer_id)
    record = (task.source, row.key)
    said = [*said_of(conn, customer_id, record), said_by(*record, task.as_of, row.body)]
    withdrawn = until_now.values if until_now is not None else {}
    merged = _merged(conn, before, said, task.rules, withdrawn)
    after, undecided = _storable(conn, before, merged.customer, task.area_code)
    parts = plan_parts(conn, after, said, task.rules, until_now)
    undecided += [
        Undecided(
            field=found.field,
            code="differs",
            detail="; ".join(f"{source}: {value}" for source, _, value in found.said),
        )
        for found in merged.conflicts
    ]
    undecided += [Undecided(field=field, code=code, detail=detail) for field, code, detail in parts.undecided]
    changed = after != before or bool(parts.changes)
    return Plan(
        became=Became.CHANGED if changed else Became.UNCHANGED,
        record_id=record_id,
        customer_id=customer_id,
        before=before,
        after=replace(after, as_of=task.as_of) if changed else before,
        parts=parts,
        undecided=tuple(undecided),
        balance_kept=merged.balance_kept,
    )


def _merged(
    conn: sqlite3.Connection,
    before: Customer,
    said: Sequence[Said],
    rules: Mapping[str, SourceRule],
    withdrawn: Mapping[str, Value],
) -> Merged:
    paid = paid_at(conn, before.id) if any("balance_fen" in one.values for one in said) else 0
    return merge(before, own_of(conn, before.id), said, rules, withdrawn=withdrawn, paid_at=paid)


def _storable(
    conn: sqlite3.Connection, before: Customer, wanted: Customer, area_code: str
) -> tuple[Customer, list[Undecided]]:
    """What can be stored of it: a number that another customer has stays with that one."""
    undecided: list[Undecided] = []
    if _differs_quietly(before, wanted):
        return wanted, undecided
    if wanted.packages != before.packages:
        wanted = keep_packages(conn, wanted)
    if set(wanted.tags) == set(before.tags):  # they have no order
        wanted = replace(wanted, tags=before.tags)
    while True:
        try:
            return check_customer(conn, wanted, area_code=area_code, before=before), undecided
        except Duplicate as error:
            undecided.append(Undecided(field=error.field, code="taken", detail=str(error.other_id)))
            wanted = replace(wanted, **{error.field: getattr(before, error.field)})
        except Invalid as error:
            undecided.append(Undecided(field=error.field, code="invalid", detail=error.code))
            return before, undecided


def _differs_quietly(before: Customer, after: Customer) -> bool:
    """Whether nothing has changed but what nobody is found by, and what every customer may have."""
    return replace(after, balance_fen=before.balance_fen, remark=before.remark, as_of=before.as_of) == before


def _found(conn: sqlite3.Connection, task: SourceTask, row: SourceRow) -> dict[str, tuple[int, ...]]:
    """Who may be meant, by match key. Both numbers are always looked up: they belong to one customer only."""
    found = {
        CUSTOMER_NUMBER: _with_number(conn, row.customer.customer_number),
        CARD_NUMBER: _with_card(conn, row.customer.card_number),
    }
    if PHONE_NAME in task.match and row.has_name and not any(found.values()):
        found[PHONE_NAME] = tuple(dict.fromkeys(_with_phone_and_name(conn, task.source, row)))
    return found


def _with_number(conn: sqlite3.Connection, number: str) -> tuple[int, ...]:
    if not number:
        return ()
    rows = conn.execute(
        f"SELECT {PRESENT_ID} FROM customers WHERE customer_number = ? AND customer_number <> ''", (number,)
    )
    return tuple(customer_id for (customer_id,) in rows)


def _with_card(conn: sqlite3.Connection, number: str) -> tuple[int, ...]:
    """Whose card it is, or who has it beside another one."""
    if not number:
        return ()
    rows = conn.execute(
        f"SELECT 1, {PRESENT_ID} FROM customers WHERE card_number = ?1 AND card_number <> ''"
        " UNION ALL SELECT 0, customer_id FROM customer_devices WHERE number = ?1 AND kind = 'card'",
        (number,),
    ).fetchall()
    own = [customer_id for is_own, customer_id in rows if is_own]
    return tuple(dict.fromkeys(own or (customer_id for _, customer_id in rows)))


def _with_phone_and_name(conn: sqlite3.Connection, source: str, row: SourceRow) -> Iterator[int]:
    """Customers of that name and phone whom this source does not know: two contracts stay two customers."""
    name = search_form(row.customer.name)
    for number in row.numbers:
        rows = conn.execute(
            f"SELECT {PRESENT_ID}, name FROM customers WHERE id IN (SELECT customer_id FROM phones"
            " WHERE number = ? LIMIT ?) AND NOT EXISTS (SELECT 1 FROM source_records r"
            " WHERE r.customer_id = customers.id AND r.source = ?)",
            (number, SHARED_LIMIT, source),
        )
        yield from (customer_id for customer_id, known in rows if search_form(known) == name)


def _do(conn: sqlite3.Connection, task: SourceTask, row: SourceRow, plan: Plan) -> None:
    customer_id = plan.customer_id
    if plan.became is Became.ADDED:
        assert plan.after is not None
        customer_id = insert_customer(conn, plan.after, row)
    elif plan.before is not None and plan.after is not None:
        _store(conn, plan.before, plan.after, row.numbers, task.area_code)
    record_id = plan.record_id
    if record_id:
        conn.execute(
            "UPDATE source_records SET customer_id = ?, as_of = ?, digest = ?, body = ?, gone_at = 0"
            " WHERE id = ?",
            (customer_id or None, task.as_of, bytes.fromhex(row.digest), row.body, record_id),
        )
        conn.execute("DELETE FROM source_conflicts WHERE record_id = ?", (record_id,))
    else:
        record_id = insert_record(conn, task.source, row, customer_id, task.as_of)
    if plan.became is Became.ADDED:
        insert_parts(conn, customer_id, record_id, row.parts)
    else:
        apply_parts(conn, customer_id, plan.parts.changes)
    if not plan.undecided:
        return
    conn.executemany(
        "INSERT OR REPLACE INTO source_conflicts (record_id, field, code, detail, at) VALUES (?, ?, ?, ?, ?)",
        [(record_id, one.field, one.code, one.detail[:300], task.now) for one in plan.undecided],
    )


def _store(
    conn: sqlite3.Connection, before: Customer, after: Customer, numbers: Mapping[str, str], area_code: str
) -> None:
    """Store a changed customer; where nobody is found by what has changed, without touching the search."""
    if after == before:
        return
    if _differs_quietly(before, after):
        conn.execute(
            "UPDATE customers SET balance_fen = ?, remark = ?, as_of = ? WHERE id = ?",
            (after.balance_fen, after.remark, after.as_of, after.id),
        )
        return
    # New numbers are kept as they were written, beside their normal form.
    phones = tuple(numbers.get(number, number) for number in after.phones)
    save_customer(conn, replace(after, phones=phones), area_code=area_code, before=before)
