"""The customer's data as fields, in the place of the card: for new callers, and to change what is known."""

from dataclasses import replace

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from engine.core.records import Customer
from tui.widgets.cells import fit
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.words import mark, tr

# Each row: field, label, cells of the label, cells of the field (0: what is left).
FIELDS = (
    (
        ("name", mark("Name"), 8, 20),
        ("phones", mark("Phone"), 6, 0),
        ("customer_number", mark("Cust.no"), 8, 13),
    ),
    (("address", mark("Address"), 8, 0), ("area", mark("Area"), 8, 13)),
    (("card_number", mark("Card"), 8, 20), ("packages", mark("Packages"), 9, 0)),
)


class CardForm(Vertical):
    """Three rows of fields. `Changed` after every change by the agent."""

    DEFAULT_CSS = """
    CardForm { height: 3; display: none; padding: 0 1; background: $surface; }
    CardForm Horizontal { height: 1; }
    CardForm Lines { width: auto; height: 1; }
    CardForm Field { width: 1fr; margin-right: 1; }
    """

    class Changed(Message):
        """The agent changed a field."""

    def __init__(self) -> None:
        super().__init__()
        self._customer = Customer()
        self._filled = Customer()
        self.touched = False  # by the agent at this console, since it was shown
        self._fields: dict[str, Field] = {}

    def _make_fields(self) -> None:
        """Most calls need none, so they are made when the form is shown for the first time."""
        for row in FIELDS:
            widgets: list[Widget] = []
            for name, label, label_width, width in row:
                entry = self._fields[name] = Field(widget_id=f"field-{name}")
                if width:
                    entry.styles.width = width
                widgets += [Lines([line((fit(tr(label), label_width), "label"))]), entry]
            together = Horizontal()
            self.mount(together)
            together.mount(*widgets)  # at once: one of them may get the cursor in this moment

    @property
    def open(self) -> bool:
        """The form is shown instead of the card."""
        return bool(self.display)

    @property
    def unsaved(self) -> bool:
        """A field differs from what it was filled with."""
        return self.open and self.customer() != self._filled

    @property
    def has_cursor(self) -> bool:
        """The agent is typing in one of the fields."""
        return bool(self.cursor)

    @property
    def cursor(self) -> str:
        """The name of the field with the cursor, "" for none."""
        return next((name for name, entry in self._fields.items() if entry.has_focus), "")

    def fill(self, customer: Customer) -> None:
        """Show the form with these data."""
        self._show(customer)
        self._filled = self.customer()

    def resume(self, before: Customer, entered: Customer) -> None:
        """Show the form as it was left half filled; `before` is what the agent began with."""
        self.fill(before)
        self._show(entered)

    def _show(self, customer: Customer) -> None:
        if not self._fields:
            self._make_fields()
        self._customer = customer
        self.touched = False
        values = {
            "name": customer.name,
            "phones": " ".join(customer.phones),
            "customer_number": customer.customer_number,
            "address": customer.address,
            "area": customer.area,
            "card_number": customer.card_number,
            "packages": " ".join(customer.packages),
        }
        with self.prevent(Field.Changed):
            for name, value in values.items():
                entry = self._fields[name]
                entry.value = value
                entry.cursor_position = len(value)
        self.display = True

    def close(self) -> None:
        """Show the card again."""
        self.display = False

    def customer(self) -> Customer:
        """The customer as the fields say now; what has no field stays as it was."""
        text = {name: entry.value.strip() for name, entry in self._fields.items()}
        return replace(
            self._customer,
            name=text["name"],
            phones=_parts(text["phones"]),
            customer_number=text["customer_number"],
            address=text["address"],
            area=text["area"],
            card_number=text["card_number"],
            packages=_parts(text["packages"]),
        )

    def focus_field(self, name: str) -> bool:
        """Put the cursor into the field of this name; False when there is none."""
        if name not in self._fields:
            return False
        self._fields[name].focus()
        return True

    def focus_first(self) -> None:
        """Put the cursor into the name."""
        self._fields["name"].focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self.touched = True
        self.post_message(self.Changed())

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.screen.focus_next()


def _parts(text: str) -> tuple[str, ...]:
    for separator in "、,，;；":
        text = text.replace(separator, " ")
    return tuple(text.split())
