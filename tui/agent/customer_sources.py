"""Where each field of a customer's file comes from and how old it is; what is our own can be given back."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from engine.core.customers.records import CustomerFile
from engine.core.records import Customer
from engine.wire.sources import (
    CustomerSources,
    OwnField,
    RestoreParams,
    SourceCustomerParams,
    SourceOfCustomer,
)
from tui.agent.standing import age_words
from tui.labels import moment, money, phone_number
from tui.widgets.cells import fit, safe
from tui.widgets.confirm import Confirm
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import mark, tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

OWN = "own"
FIELDS: dict[str, str] = {
    "name": mark("Name"),
    "customer_number": mark("Customer number"),
    "phones": mark("Phone"),
    "id_number": mark("Identity number"),
    "address": mark("Address"),
    "area": mark("Area"),
    "card_number": mark("Smart card"),
    "packages": mark("Packages"),
    "balance_fen": mark("Balance"),
    "importance": mark("Importance"),
    "vip": mark("VIP"),
    "tags": mark("Tags"),
    "remark": mark("Remark"),
}
PARTS: dict[str, str] = {
    "persons": mark("Persons"),
    "addresses": mark("Addresses"),
    "accounts": mark("Accounts"),
    "devices": mark("Devices"),
}


class SourcesView(Vertical):
    """One row a field: its value, who says it, and as of when; the systems that know the customer below."""

    DEFAULT_CSS = """
    SourcesView { height: 1fr; }
    SourcesView > Lines { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__(id="file-sources")
        self._file: CustomerFile | None = None
        self._found: CustomerSources | None = None
        self.table = RowTable(_columns, empty=self._empty, widget_id="source-rows")
        self._systems = Lines(widget_id="source-systems")

    def compose(self) -> ComposeResult:
        yield self.table
        yield self._systems

    async def open(self, app: "AgentApp", file: CustomerFile) -> None:
        """Ask who says what of this customer."""
        if self._file is None or self._file.customer.id != file.customer.id:
            self._found = None
        self._file = file
        found = await app.ask("source.customer", SourceCustomerParams(customer_id=file.customer.id))
        self._found = found if isinstance(found, CustomerSources) else None
        self.paint(file, app.paper())

    def paint(self, file: CustomerFile, paper: Paper) -> None:
        """The file, or the clock, has changed."""
        self._file, found = file, self._found
        self.table.show_rows(list(_rows(file.customer, found, paper)) if found else [])
        self._systems.show(_system_lines(found, paper) if found else [])

    def _empty(self) -> str:
        return tr("Looking") if self._found is None else tr("No other system knows this customer")

    async def give_back(self, app: "AgentApp") -> bool:
        """The chosen field is the sources' again, after a question; what we wrote is dropped."""
        field = self.table.current.key if self.table.current else ""
        if self._found is None or self._file is None or field not in {one.field for one in self._found.own}:
            app.say(tr("Choose a field of our own: only those can be given back"), "warn")
            return False
        if not self._found.sources:
            app.say(tr("No other system knows this customer"), "warn")
            return False
        name = tr({**FIELDS, **PARTS}.get(field, field))
        effect = tr("{field}: what we wrote is dropped; the other systems say it again.", field=name)
        if not await app.push_screen_wait(
            Confirm(tr("Give a field back"), [effect], tr("Yes, give it back"))
        ):
            return False
        asked = RestoreParams(customer_id=self._file.customer.id, field=field)
        if await app.ask("source.restore", asked) is None:
            return False
        app.say(tr("{field}: as the other systems say it", field=name), "good")
        return True


def _rows(customer: Customer, found: CustomerSources, paper: Paper) -> Iterator[Row]:
    own = {one.field: one for one in found.own}
    systems = {one.source: one for one in found.sources}
    for field, label in FIELDS.items():
        value, origin = _value(customer, field), found.origin.get(field, "")
        if field in own:
            yield _row(field, label, value, *_own_words(own[field], paper), "holding")
        elif value:
            yield _row(field, label, value, *_system_words(systems.get(origin), origin, paper), "plain")
    for part, label in PARTS.items():
        if part in own:
            yield _row(part, label, "", *_own_words(own[part], paper), "holding")


def _row(field: str, label: str, value: str, says: str, when: str, tone: str) -> Row:
    return Row(field, (tr(label), value, says, when), ("label", "strong", tone, "label"))


def _own_words(own: OwnField, paper: Paper) -> tuple[str, str]:
    at = moment(own.at, paper.now, paper.zone) if own.at else ""
    return tr("our own"), f"{own.who} {at}".strip()


def _system_words(system: SourceOfCustomer | None, origin: str, paper: Paper) -> tuple[str, str]:
    """Who says it and as of when; what no system says was always here."""
    if system is None:
        return (tr("our own") if origin == OWN else origin), ""
    name = tr("{source}, no longer there", source=system.name) if system.gone else system.name
    return name, age_words(system.as_of, paper) if system.as_of else ""


def _value(customer: Customer, field: str) -> str:
    if field == "balance_fen":
        return tr("{amount} yuan", amount=money(customer.balance_fen))
    value = getattr(customer, field)
    if isinstance(value, tuple):
        return " ".join(phone_number(one) for one in value) if field == "phones" else tr(", ").join(value)
    if isinstance(value, bool):
        return tr("yes") if value else ""
    return str(value)


def _system_lines(found: CustomerSources, paper: Paper) -> list[Content]:
    """As of 09:30 the digital TV system, with the number that the customer has there."""
    lines = []
    for one in found.sources:
        name, age = _system_words(one, one.source, paper)
        lines.append(
            line((f" {fit(age, 18)}", "label"), (f" {safe(name)}", "strong"), (f"  {safe(one.key)}", "label"))
        )
    if found.own and found.sources:
        lines.append(line((f" g {tr('give the chosen field back to the other systems')}", "faint")))
    return lines


def _columns() -> Sequence[Column]:
    return [
        Column(tr("Field"), 10),
        Column(tr("Value"), 20, share=1),
        Column(tr("From"), 22),
        Column(tr("as of, by"), 16),
    ]
