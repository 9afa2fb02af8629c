"""The parts of the ticket form: rows of labelled fields, the type's own ones, how urgent it is."""

from collections.abc import Iterator, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from engine.core.tickets.types import FieldKind, TicketField
from tui.tickets.book import words_of
from tui.tickets.labels import PRIORITIES
from tui.tickets.values import read_value, typed_value
from tui.widgets.cells import fit
from tui.widgets.field import Field
from tui.widgets.lines import Lines, Part, line
from tui.words import mark, tr

LABEL = 9  # cells
LABEL_OWN = 16
# field, label, cells (0: what is left)
COMMON = (
    (("contact", mark("Contact"), 16), ("phone", mark("Phone"), 14), ("area", mark("Area"), 0)),
    (("address", mark("Address"), 0),),
)
A_ROW = 2  # own fields
LONGEST = 200


def labelled(name: str, label: str, cells: int, label_cells: int, hint: str = "") -> Iterator[Widget]:
    """A label and its field."""
    yield Lines([line((f" {fit(label, label_cells - 1)}", "label"))])
    entry = Field(widget_id=name, placeholder=hint, max_length=LONGEST)
    if cells:
        entry.styles.width = cells
    yield entry


class OwnFields(Vertical):
    """The fields of the type, two a row; what a value may be is said in the empty field."""

    DEFAULT_CSS = """
    OwnFields { height: auto; }
    OwnFields Horizontal { height: 1; }
    OwnFields Lines { width: auto; height: 1; }
    OwnFields Field { width: 1fr; margin-right: 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="own-fields")
        self._fields: tuple[TicketField, ...] = ()

    async def show(self, fields: Sequence[TicketField], values: Mapping[str, str]) -> None:
        """These fields, with what is known already."""
        if tuple(fields) == self._fields:
            return
        self._fields = tuple(fields)
        await self.remove_children()
        rows = [self._fields[n : n + A_ROW] for n in range(0, len(self._fields), A_ROW)]
        for row in rows:
            parts = [part for own in row for part in _own_parts(own)]
            await self.mount(Horizontal(*parts))
        for own in self._fields:
            self.field(own.id).value = typed_value(own, values.get(own.id, ""))

    def fill(self, typed: Mapping[str, str]) -> None:
        """Put in what was typed before."""
        for own in self._fields:
            self.field(own.id).value = typed.get(own.id, "")

    def field(self, field_id: str) -> Field:
        """The field of this id."""
        return self.query_one(f"#own-{field_id}", Field)

    def typed(self) -> dict[str, str]:
        """What stands in the fields, as it was typed."""
        return {own.id: self.field(own.id).value for own in self._fields}

    def values(self, year: int) -> tuple[dict[str, str], TicketField | None]:
        """The values to store, and the first field that has none that can be."""
        found: dict[str, str] = {}
        for own in self._fields:
            value = read_value(own, self.field(own.id).value, year)
            if value is None:
                return found, own
            if value:
                found[own.id] = value
        return found, None


def _own_parts(own: TicketField) -> Iterator[Widget]:
    star = "*" if own.required else ""
    yield from labelled(f"own-{own.id}", f"{words_of(own.words)}{star}", 0, LABEL_OWN, _hint(own))


def _hint(own: TicketField) -> str:
    match own.kind:
        case FieldKind.CHOICE:
            return " ".join(f"{n}{words_of(words)}" for n, (_, words) in enumerate(own.choices, 1))
        case FieldKind.YES_NO:
            return tr("1 yes  2 no")
        case FieldKind.MONEY:
            return tr("yuan")
        case FieldKind.DATE:
            return tr("month-day")
        case _:
            return ""


class Switches(Widget, can_focus=True):
    """How urgent it is, by digit, and whether one talk has solved it, by the space bar."""

    DEFAULT_CSS = """
    Switches { height: 1; background: $background; text-wrap: nowrap; text-overflow: clip; }
    Switches:focus { background: $surface; }
    """
    ALLOW_SELECT = False

    class Changed(Message):
        """One of them is another one."""

    def __init__(self) -> None:
        super().__init__(id="switches")
        self.priority = 0
        self.solved = False

    def show(self, priority: int, solved: bool) -> None:
        """These, without saying so."""
        self.priority, self.solved = priority, solved
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "012":
            event.stop()
            self.priority = int(event.character)
        elif event.key == "space":
            event.stop()
            self.solved = not self.solved
        else:
            return
        self.refresh()
        self.post_message(self.Changed())

    def render(self) -> Content:
        parts: list[Part] = [(f" {fit(tr('Priority'), LABEL - 1)}", "label")]
        for n, words in enumerate(PRIORITIES):
            tone = ("chosen" if n == 0 else "ringing") if n == self.priority else "plain"
            parts += [(f" {n} ", "key"), (tr(words), tone), " "]
        space = tr("space")
        solved = tr("solved in this talk") if self.solved else tr("not solved yet")
        parts += [(f"    {space} ", "key"), (solved, "good" if self.solved else "plain")]
        return line(*parts)


class CommonFields(Vertical):
    """Whom it is about and where."""

    DEFAULT_CSS = """
    CommonFields { height: 2; }
    CommonFields Horizontal { height: 1; }
    CommonFields Lines { width: auto; height: 1; }
    CommonFields Field { width: 1fr; margin-right: 1; }
    """

    def compose(self) -> ComposeResult:
        for row in COMMON:
            with Horizontal():
                for name, label, cells in row:
                    yield from labelled(f"ticket-{name}", tr(label), cells, LABEL)

    def field(self, name: str) -> Field:
        """The field of this name."""
        return self.query_one(f"#ticket-{name}", Field)

    def fill(self, values: Mapping[str, str]) -> None:
        """Put these in."""
        for row in COMMON:
            for name, _, _ in row:
                entry = self.field(name)
                entry.value = values.get(name, "")
                entry.cursor_position = len(entry.value)

    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return {name: self.field(name).value.strip() for row in COMMON for name, _, _ in row}
