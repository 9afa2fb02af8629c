"""One customer out of what several systems say, and what the office has added itself.

Rules
- What the office has written itself stands before everything. For lists (phones, packages, tags) that is what
  was added and what was taken away; the rest of the list is still the sources'.
- Else the source with the smallest priority number for that field speaks; a record that has vanished from its
  source speaks only where no other does.
- Sources of one priority that contradict each other decide nothing: what stands stays, and it is listed.
- Lists are put together from all sources. What is in a list and no source ever gave stays in it.
- A balance that is older than a payment made here is not believed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from engine.core.records import Customer, Millis

Value = str | int | bool | tuple[str, ...]

LISTS = ("phones", "packages", "tags")
# A household has several cards: another one is no contradiction, the first one speaks.
IDENTITIES = ("customer_number", "card_number")
SINGLES = (
    "name",
    *IDENTITIES,
    "address",
    "area",
    "balance_fen",
    "vip",
    "remark",
    "importance",
    "id_number",
)
# Fields that somebody may set by hand; a balance changes by payments only.
OWN_FIELDS = tuple(name for name in (*SINGLES, *LISTS) if name != "balance_fen")

# Columns of a list whose field has another name.
FIELD_OF = MappingProxyType({"balance": "balance_fen", "arrears": "balance_fen"})

# By what a record of a source is known to be about a customer.
CUSTOMER_NUMBER, CARD_NUMBER, PHONE_NAME = MATCH_KEYS = ("customer_number", "card_number", "phone_name")

_EMPTY = Customer()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRule:
    """How much a source counts. `fields`: what it speaks about, each with its priority; empty: everything."""

    id: str
    priority: int = 50
    fields: Mapping[str, int] = field(default_factory=dict)

    def rank(self, name: str) -> int | None:
        """The priority for a field, the smallest first; None: it has nothing to say about it."""
        return self.fields.get(name) if self.fields else self.priority


@dataclass(frozen=True, slots=True)
class Part:
    """A person, address, account or device as a source says it; columns without a value are left out."""

    part: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one record of a source says of a customer; a field without a value is not in it."""

    source: str
    key: str
    as_of: Millis
    values: Mapping[str, Value]
    parts: tuple[Part, ...] = ()
    gone: bool = False  # the source has it no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What the office says of a field itself: a value, or what it added to a list and took away."""

    value: Value = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources of one priority that contradict each other: who says what, in the order of their names."""

    field: str
    said: tuple[tuple[str, str, Value], ...]  # source, key, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The customer as it is to be, and what could not be decided.

    `origin`: field to the source that speaks ("own": the office; fields without one stay as they are).
    `balance_kept`: a source's balance was older than a payment made here.
    """

    customer: Customer
    origin: Mapping[str, str]
    conflicts: tuple[Conflict, ...] = ()
    balance_kept: bool = False


def merge(
    before: Customer,
    own: Mapping[str, Own],
    said: Iterable[Said],
    rules: Mapping[str, SourceRule],
    *,
    withdrawn: Mapping[str, Value] = MappingProxyType({}),
    paid_at: Millis = 0,
) -> Merged:
    """What holds for a customer now. Pure: the order of `said` does not matter, and twice is as once.

    `withdrawn`: what the record that changes has said until now; a source takes back only what it gave.
    `paid_at`: the newest payment made here, 0 for none.
    """
    records = sorted(said, key=lambda one: (one.source, one.key))
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}
    conflicts: list[Conflict] = []
    balance_kept = False
    for name in SINGLES:
        if name in own:
            values[name], origin[name] = own[name].value, "own"
            continue
        speaking = _speaking(name, records, rules)
        if name == "balance_fen":
            known = speaking
            speaking = [one for one in known if one.as_of >= paid_at]
            balance_kept = len(speaking) < len(known)
        if not speaking:
            if not balance_kept or name != "balance_fen":
                values[name] = _without(before, name, withdrawn)
        elif (found := _contradiction(name, speaking)) is not None:
            conflicts.append(found)
        else:
            one = _first(name, before, speaking)
            values[name], origin[name] = one.values[name], one.source
    for name in LISTS:
        values[name] = _together(name, before, own.get(name, Own()), records, rules, withdrawn)
    return Merged(
        customer=replace(before, **values),
        origin=origin,
        conflicts=tuple(conflicts),
        balance_kept=balance_kept,
    )


def own_changes(before: Customer, after: Customer, own: Mapping[str, Own]) -> dict[str, Own]:
    """What the office says itself after it has changed a customer: the fields to be written down anew."""
    changes: dict[str, Own] = {}
    for name in OWN_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name not in LISTS:
            changes[name] = Own(value=new)
            continue
        known = own.get(name, Own())
        come = [one for one in new if one not in old]
        left = [one for one in old if one not in new]
        changes[name] = Own(
            added=tuple(one for one in dict.fromkeys((*known.added, *come)) if one not in left),
            removed=tuple(one for one in dict.fromkeys((*known.removed, *left)) if one not in come),
        )
    return changes


def fits(found: Mapping[str, tuple[int, ...]], keys: Iterable[str]) -> tuple[int, ...]:
    """The customers that a record may be about: none (a new one), one, or several (nobody guesses).

    `found`: customers by match key. Phone and name count only where no number says more.
    """
    wanted = tuple(keys)
    sure = {one for key in wanted if key != PHONE_NAME for one in found.get(key, ())}
    if sure:
        return tuple(sorted(sure))
    return tuple(sorted(found.get(PHONE_NAME, ()))) if PHONE_NAME in wanted else ()


def is_given(value: Value | None) -> bool:
    """Whether a value says something: an empty cell says nothing."""
    return value is not None and value not in ("", ())


def _speaking(name: str, records: list[Said], rules: Mapping[str, SourceRule]) -> list[Said]:
    """The records of the priority that decides; those that vanished only if there are no others."""
    ranked: dict[tuple[bool, int], list[Said]] = {}
    for one in records:
        rank = rules[one.source].rank(name) if one.source in rules else None
        if rank is not None and is_given(one.values.get(name)):
            ranked.setdefault((one.gone, rank), []).append(one)
    return ranked[min(ranked)] if ranked else []


def _first(name: str, before: Customer, speaking: list[Said]) -> Said:
    """Whose words count among those that agree; of several numbers the one that stands stays."""
    stands = getattr(before, name)
    return next((one for one in speaking if one.values[name] == stands), speaking[0])


def _contradiction(name: str, speaking: list[Said]) -> Conflict | None:
    if name in IDENTITIES or len({compared(one.values[name]) for one in speaking}) == 1:
        return None
    return Conflict(field=name, said=tuple((one.source, one.key, one.values[name]) for one in speaking))


def compared(value: Value) -> Value:
    """A value as it is compared: width and blanks make no difference between two texts."""
    return (
        "".join(unicodedata.normalize("NFKC", value).split()).casefold() if isinstance(value, str) else value
    )


def _without(before: Customer, name: str, withdrawn: Mapping[str, Value]) -> Value:
    """The field as it stands, or empty when only the source that now takes it back had given it."""
    stands: Value = getattr(before, name)
    if name != "name" and name in withdrawn and withdrawn[name] == stands:
        empty: Value = getattr(_EMPTY, name)
        return empty
    return stands


def _together(
    name: str,
    before: Customer,
    own: Own,
    records: list[Said],
    rules: Mapping[str, SourceRule],
    withdrawn: Mapping[str, Value],
) -> tuple[str, ...]:
    """A list out of what stands, less what is taken back, and what all sources and the office add."""
    spoken = [
        text
        for one in records
        if one.source in rules and rules[one.source].rank(name) is not None
        for text in _texts(one.values.get(name, ()))
    ]
    taken_back = set(_texts(withdrawn.get(name, ()))) - set(spoken)
    stands = [text for text in getattr(before, name) if text not in taken_back]
    return tuple(text for text in dict.fromkeys((*stands, *spoken, *own.added)) if text not in own.removed)


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
