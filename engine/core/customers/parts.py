"""What sources say of the rows of a customer's file: persons, addresses, accounts, devices.

Rules
- A row is known by what it is (line and number of an account, kind and number of a device, the name of a
  person, the place): sources that say the same one speak of one row, each column by their priorities.
- What the office has changed of a row stays as the office has it, column by column; a row that the office has
  taken out stays out; of a row of the office that a source says too only the blanks are filled.
- A row that no record says any more goes, unless the office has changed something of it: then it is its own.
- Records that have vanished speak only where no other does, so their rows stay and are marked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.core.customers.merging import Conflict, Part, SourceRule, compared
from engine.core.records import CUSTOMER_LIST_FIELDS

PERSON, ADDRESS, ACCOUNT, DEVICE = PARTS = ("person", "address", "account", "device")
# As people name them, and as a source's `fields` may limit them.
PART_NAMES = MappingProxyType(
    {PERSON: "persons", ADDRESS: "addresses", ACCOUNT: "accounts", DEVICE: "devices"}
)
PLACE = ("county", "town", "community", "building", "unit", "room")
KNOWN_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {PERSON: ("name",), ADDRESS: ("text", *PLACE), ACCOUNT: ("line", "number"), DEVICE: ("kind", "number")}
)
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PERSON: ("name", "relation", "phones", "id_number", "remark"),
        ADDRESS: ("text", *PLACE, "area", "node"),
        ACCOUNT: ("line", "number", "state", "since", "remark"),
        DEVICE: ("kind", "number", "model"),
    }
)
_UNSAID = MappingProxyType({(ACCOUNT, "state"): "active"})

# Lines that may have columns of their own in a list: broadband_account, broadband_state, broadband_package.
LINES = ("cable", "tv", "broadband", "private", "radio")
PART_FIELDS = (
    *("line", "account", "account_state", "account_package", "account_since"),
    *(f"{line}_{what}" for line in LINES for what in ("account", "state", "package")),
    *("cards", "box", "box_model", "modem", "modem_model"),
    *("contact", "contact_phone", "contact_relation"),
    *PLACE,
    "node",
)
# What the columns of a source may be.
SOURCE_FIELDS = (*CUSTOMER_LIST_FIELDS, *PART_FIELDS)

Values = Mapping[str, str]
Record = tuple[str, str]  # source and key
Known = tuple[str, tuple[str, ...]]  # what a row is known by


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A record says this row."""

    record: Record
    part: Part
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of the file as it stands. `written`: what sources wrote there last, None: it is the office's.

    `own`: columns that the office has changed; `there`: False once the office has taken it out.
    """

    part: str
    id: int
    values: Values
    written: Values | None = None
    own: tuple[str, ...] = ()
    record: Record = ("", "")
    there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """What is to be done: `id` 0 puts a row in, `after` None takes it out; `written` None: of no source."""

    part: str
    id: int = 0
    before: Values | None = None
    after: Values | None = None
    written: Values | None = None
    own: tuple[str, ...] = ()
    record: Record = ("", "")


@dataclass(frozen=True, slots=True)
class _Word:
    """What the sources say together of one row, and who says it, the weightiest first."""

    values: Values
    records: tuple[Record, ...]
    undecided: Mapping[str, tuple[Claim, ...]]


def settle_parts(
    claims: Iterable[Claim], rows: Iterable[FileRow], rules: Mapping[str, SourceRule]
) -> tuple[list[PartChange], list[Conflict]]:
    """What is to be done so that the rows are as the sources and the office say together."""
    said = _said(claims, rules)
    met: set[Known] = set()
    changes: list[PartChange] = []
    conflicts: list[Conflict] = []
    for row in sorted(rows, key=lambda one: one.written is None):
        known = _known(row.part, row.values if row.written is None else row.written)
        word = said.get(known)
        if word is None:
            changes += _unsaid(row)
        elif row.written is not None or known not in met:
            met.add(known)
            changes += _said_again(row, word)
            conflicts += _conflicts(row, word)
    for known, word in said.items():
        if known not in met:
            values = dict(word.values)
            change = PartChange(part=known[0], after=values, written=values, record=word.records[0])
            changes.append(change)
            conflicts += _conflicts(FileRow(part=known[0], id=0, values=values, written=values), word)
    return changes, conflicts


def own_columns(row: FileRow) -> tuple[str, ...]:
    """What of a row is the office's word."""
    written = row.written or {}
    return tuple(
        name for name in COLUMNS[row.part]
        if name in row.own or row.values.get(name, "") != written.get(name, "")
    )  # fmt: skip


def _unsaid(row: FileRow) -> list[PartChange]:
    """No record says this row."""
    if row.written is None:
        return []
    if row.there and own_columns(row):
        return [PartChange(part=row.part, id=row.id, before=row.values, after=row.values)]
    return [PartChange(part=row.part, id=row.id, before=row.values if row.there else None)]


def _said_again(row: FileRow, word: _Word) -> list[PartChange]:
    """A record says this row: its columns, but for what is the office's word."""
    if not row.there:
        return []
    own = own_columns(row)
    stands = row.written or {}
    said = {name: _decided(name, word, stands) for name in COLUMNS[row.part]}
    after = {name: row.values.get(name, "") if name in own else said[name] for name in COLUMNS[row.part]}
    record = row.record if row.record in word.records else word.records[0]
    if (after, said, own, record) == (dict(row.values), stands, row.own, row.record):
        return []
    return [
        PartChange(
            part=row.part, id=row.id, before=row.values, after=after, written=said, own=own, record=record
        )
    ]


def _decided(name: str, word: _Word, stands: Values) -> str:
    """Sources of one priority that contradict each other change nothing."""
    return stands.get(name) or word.values[name] if name in word.undecided else word.values[name]


def _conflicts(row: FileRow, word: _Word) -> list[Conflict]:
    return [
        Conflict(
            field=PART_NAMES[row.part],
            said=tuple((*claim.record, claim.part.values[name]) for claim in claims),
        )
        for name, claims in word.undecided.items()
        if name not in row.own
    ]


def _known(part: str, values: Values) -> Known:
    words = [str(compared(values.get(name, ""))) for name in KNOWN_BY[part]]
    return part, ("".join(words),) if part == ADDRESS else tuple(words)


def _said(claims: Iterable[Claim], rules: Mapping[str, SourceRule]) -> dict[Known, _Word]:
    ranked: dict[Known, list[tuple[tuple[bool, int, Record], Claim]]] = {}
    for claim in claims:
        rule = rules.get(claim.record[0])
        rank = rule.rank(PART_NAMES[claim.part.part]) if rule is not None else None
        if rank is not None:
            known = _known(claim.part.part, claim.part.values)
            ranked.setdefault(known, []).append(((claim.gone, rank, claim.record), claim))
    return {known: _word(known[0], sorted(found, key=lambda one: one[0])) for known, found in ranked.items()}


def _word(part: str, ranked: Sequence[tuple[tuple[bool, int, Record], Claim]]) -> _Word:
    values: dict[str, str] = {}
    undecided: dict[str, tuple[Claim, ...]] = {}
    for name in COLUMNS[part]:
        speaking = [(rank[:2], claim) for rank, claim in ranked if claim.part.values.get(name)]
        if not speaking:
            values[name] = _UNSAID.get((part, name), "")
            continue
        equals = [claim for rank, claim in speaking if rank == speaking[0][0]]
        values[name] = equals[0].part.values[name]
        if name not in KNOWN_BY[part] and len({compared(one.part.values[name]) for one in equals}) > 1:
            undecided[name] = tuple(equals)
    is_gone = ranked[0][1].gone
    records = dict.fromkeys(claim.record for _, claim in ranked if claim.gone == is_gone)
    return _Word(values, tuple(records), undecided)
