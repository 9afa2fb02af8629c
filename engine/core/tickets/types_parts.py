"""The repeated parts in the file of a type: categories, fields, causes, checklist, replies."""

from collections.abc import Iterable

from engine.core.lines import LINES
from engine.core.tickets.edits import COMMON
from engine.core.tickets.types import Category, FieldKind, TicketField, Words
from engine.core.tickets.types_table import LONGEST_SENTENCE, Table, note_the_same

Coded = tuple[tuple[str, Words], ...]


def read_categories(table: Table) -> tuple[Category, ...]:
    """What a ticket of the type can be about."""
    found: list[Category] = []
    for one in table.tables("categories"):
        category = _category(one)
        for other in found:
            for key in ("id", "key", "quick"):
                note_the_same(one, key, getattr(category, key), getattr(other, key))
        found.append(category)
    return tuple(found)


def read_fields(table: Table) -> tuple[TicketField, ...]:
    """What is asked for beside the common values."""
    found: list[TicketField] = []
    for one in table.tables("fields"):
        field = TicketField(
            id=one.id(),
            words=one.words("name"),
            kind=FieldKind(one.one_of("kind", list(FieldKind), FieldKind.TEXT)),
            required=one.flag("required"),
            choices=read_coded(one, "choices"),
        )
        _check_field(one, field, found)
        one.end()
        found.append(field)
    return tuple(found)


def read_coded(table: Table, key: str) -> Coded:
    """Things with a code and words."""
    found: list[tuple[str, Words]] = []
    for one in table.tables(key):
        code = one.id()
        for other, _ in found:
            note_the_same(one, "id", code, other)
        found.append((code, one.words("name")))
        one.end()
    return tuple(found)


def read_replies(table: Table) -> tuple[Words, ...]:
    """Sentences to reply with."""
    found = []
    for one in table.tables("replies"):
        found.append(one.words("text", LONGEST_SENTENCE))
        one.end()
    return tuple(found)


def _category(table: Table) -> Category:
    line = table.one_of("line", ["", *LINES], "") if table.has("line") else ""
    faults = LINES[line].faults if line else {}
    if table.has("fault") and not line:
        table.note("fault", "写了 fault 就要写 line", "a fault needs a line: write line too")
    found = Category(
        id=table.id(),
        words=table.words("name"),
        key=table.digit(),
        quick=table.quick(),
        line=line,
        fault=table.one_of("fault", list(faults), "") if faults and table.has("fault") else "",
        template=table.words("template", LONGEST_SENTENCE, required=False),
    )
    table.end()
    return found


def _check_field(table: Table, field: TicketField, others: Iterable[TicketField]) -> None:
    for other in others:
        note_the_same(table, "id", field.id, other.id)
    if field.id in COMMON:
        table.note(
            "id",
            f'"{field.id}"是每张工单都有的一栏,请换一个名字',
            f'every ticket has "{field.id}" already: choose another name',
        )
    if field.kind is FieldKind.CHOICE and not field.choices:
        table.note(
            "choices",
            '选择项要列出来,如 choices = [{ id = "east", name = "东区" }]',
            'write the choices, like choices = [{ id = "east", name = "东区" }]',
        )
    if field.kind is not FieldKind.CHOICE and field.choices:
        table.note("choices", '只有 kind = "choice" 才有选择项', 'only kind = "choice" has choices')
