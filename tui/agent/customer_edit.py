"""Changing persons and addresses of a customer's file, field by field."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.customers.records import Address, CustomerFile, Person
from engine.wire.customers import RemovePartParams, SaveAddressParams, SavePersonParams
from tui.tickets.finder import Finder
from tui.tickets.writing import Writing
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.rows import Column, Row
from tui.words import mark, tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

NEW = "new"
PERSON_FIELDS = (
    ("name", mark("Name")),
    ("relation", mark("Relation")),
    ("phones", mark("Phone")),
    ("id_number", mark("identity")),
    ("remark", mark("Notes")),
)
ADDRESS_FIELDS = (
    ("text", mark("Address")),
    ("county", mark("County")),
    ("town", mark("Town")),
    ("community", mark("Community")),
    ("building", mark("Building")),
    ("unit", mark("Unit")),
    ("room", mark("Room")),
    ("area", mark("Area")),
    ("node", mark("node")),
)
Part = Person | Address


async def edit_part(app: "AgentApp", file: CustomerFile, part: str) -> CustomerFile | None:
    """Change a person or an address, or add one; the file as it is then, None for nothing."""
    known: Sequence[Part] = file.persons if part == "person" else file.addresses
    title = tr("Which person?") if part == "person" else tr("Which address?")
    rows = [Row(str(one.id), (_named(one),), ("strong",)) for one in known]
    rows.append(Row(NEW, (tr("A new one"),), ("good",)))
    chosen = await app.push_screen_wait(Finder(title, lambda: [Column("", 40, share=1)], rows))
    if chosen is None:
        return None
    empty: Part = Person() if part == "person" else Address()
    before = next((one for one in known if str(one.id) == chosen), empty)
    changed = await _fields(app, before, removable=bool(before.id))
    if changed is None or changed == before:
        return None
    if changed == empty:
        asked = RemovePartParams(
            customer_id=file.customer.id, part="person" if part == "person" else "address", id=before.id
        )
        found = await app.ask("customer.remove", asked)
    elif isinstance(changed, Person):
        found = await app.ask(
            "customer.save_person", SavePersonParams(customer_id=file.customer.id, person=changed)
        )
    else:
        found = await app.ask(
            "customer.save_address", SaveAddressParams(customer_id=file.customer.id, address=changed)
        )
    return found if isinstance(found, CustomerFile) else None


def _named(one: Part) -> str:
    if isinstance(one, Address):
        return one.words
    return f"{one.name} {one.relation} {' '.join(one.phones)}"


async def _fields(app: "AgentApp", part: Part, *, removable: bool) -> Part | None:
    """Field after field by its digit until it is stored; without any value: take it out of the file."""
    fields = PERSON_FIELDS if isinstance(part, Person) else ADDRESS_FIELDS
    while True:
        choices = [
            Choice((str(n),), name, f"{tr(label)}  {_shown(part, name)}")
            for n, (name, label) in enumerate(fields, 1)
        ]
        choices.append(Choice(("s",), "store", tr("Store it")))
        if removable:
            choices.append(Choice(("x",), "remove", tr("Take it out of the file")))
        chosen = await app.choose(Chooser(_named(part) or tr("A new one"), choices))
        if chosen is None:
            return None
        if chosen == "store":
            return part
        if chosen == "remove":
            return Person() if isinstance(part, Person) else Address()
        label = next(label for name, label in fields if name == chosen)
        typed = await app.push_screen_wait(Writing(tr(label), text=_shown(part, chosen), optional=True))
        if typed is not None:
            value: object = tuple(typed.split()) if chosen == "phones" else typed
            part = replace(part, **{chosen: value})  # type: ignore[arg-type]


def _shown(part: Part, name: str) -> str:
    value = getattr(part, name)
    return " ".join(value) if isinstance(value, tuple) else str(value)
