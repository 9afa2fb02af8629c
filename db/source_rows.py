"""One row of a source made ready: checked, in normal form, with the pieces it will be found by.

This is the expensive part of taking a row over, and needs no connection: it is done outside the engine.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from db import search_index
from db.customers import cleaned, numbers_of
from db.errors import Invalid
from db.import_rows import customer_of, unspoilt
from db.source_cells import area_in, fields_of, parts_in, search_parts, with_parts
from db.source_parts import NewPart, new_parts
from db.text import checked
from engine.core.customers.importance import settled
from engine.core.customers.merging import FIELD_OF, SourceRule, is_given
from engine.core.customers.parts import PART_FIELDS, PART_NAMES
from engine.core.records import Customer, Millis

DIGEST_BYTES = 12
NAMELESS = "-"  # stands for the name in a row that has none; it is never stored
# A rule of how rows are read has changed: count up, and every row is taken anew once.
VERSION = "1"

PARTS = frozenset(PART_FIELDS)
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A row that is ready to be taken over.

    `customer` and `numbers` are what a new customer would be stored as; `pieces` and `names` what it would be
    found by; `parts` are the rows of the file of a new one. `body` is what it says, as JSON.
    """

    line: int
    key: str
    digest: str
    body: str
    customer: Customer
    numbers: dict[str, str] = field(default_factory=dict)
    pieces: str = ""
    names: tuple[str, ...] = ()
    parts: tuple[NewPart, ...] = ()

    @property
    def has_name(self) -> bool:
        return self.customer.name != NAMELESS


def digest_of(cells: Mapping[str, str | None], columns: Mapping[str, str], fingerprint: str) -> str:
    """Another one when the row says something else, or is to be read in another way."""
    text = "\x1f".join([fingerprint, *((cells.get(heading) or "").strip() for heading in columns)])
    return blake2b(text.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()


def fingerprint_of(*settings: object) -> str:
    """The way of reading a source, as a few characters; `settings` are what it depends on."""
    return blake2b(repr((VERSION, settings)).encode(), digest_size=6).hexdigest()


def key_of(cells: Mapping[str, str | None], heading: str) -> str:
    """What the row is known by in its source. Raises Invalid."""
    key = checked(unspoilt((cells.get(heading) or "").strip(), "key"), "key", 120)
    if not key:
        raise Invalid("required", "key")
    return key


def ready_row(
    line: int,
    key: str,
    digest: str,
    cells: Mapping[str, str | None],
    columns: Mapping[str, str],
    rule: SourceRule,
    *,
    area_code: str = "",
    as_of: Millis = 0,
    account_line: str = "",
) -> SourceRow:
    """The row made ready, as the source says it at `as_of`. Raises Invalid with field and code.

    `account_line`: what an account of this source is for, where its rows do not say.
    """
    if None in cells:
        raise Invalid("too_many_cells", "row")
    told = fields_of(cells, columns) if account_line or not PARTS.isdisjoint(columns.values()) else {}
    parts = [
        one
        for one in (parts_in(told, account_line, key, area_code) if told else ())
        if rule.rank(PART_NAMES[one.part]) is not None
    ]
    values = _values(cells, columns, told, rule, area_code)
    phones: dict[str, str] = values.pop("phones", {})
    area = area_in(told) if told and rule.rank("area") is not None else ""
    said = {"name": NAMELESS, "area": area, **values, "phones": tuple(phones), "as_of": as_of}
    customer = settled(Customer(), Customer(**said))
    body = {**values, "phones": list(phones)} if phones else values
    if parts:
        body = {**body, "parts": [(one.part, one.values) for one in parts]}
    has_name = "name" in values
    more = search_parts(parts) if parts else search_index.NO_PARTS
    return SourceRow(
        line=line,
        key=key,
        digest=digest,
        body=_as_json(body),
        customer=customer,
        numbers=phones,
        pieces=search_index.pieces_of(customer, more) if has_name else "",
        names=search_index.keys_of(customer, more) if has_name else (),
        parts=new_parts(parts, customer.card_number) if parts and has_name else (),
    )


def _values(
    cells: Mapping[str, str | None],
    columns: Mapping[str, str],
    told: Mapping[str, list[str]],
    rule: SourceRule,
    area_code: str,
) -> dict[str, Any]:
    """What the row says, by field; the numbers under "phones" with what was written."""
    raw = customer_of(cells, columns, Customer())
    given = {
        FIELD_OF.get(name, name) for heading, name in columns.items() if (cells.get(heading) or "").strip()
    }
    if told:
        raw = with_parts(raw, told)
        given = {*(given - PARTS), "packages", "address"}
    numbers = numbers_of(raw.phones, area_code)
    clean = cleaned(raw if raw.name else replace(raw, name=NAMELESS), numbers)
    values: dict[str, Any] = {}
    for name in sorted(given):
        if rule.rank(name) is not None:
            value: Any = numbers if name == "phones" else getattr(clean, name)
            if value or (name != "phones" and is_given(value)):
                values[name] = value
    return values
