"""Customer search in the work area: the call's pop-up stays in sight above it."""

from collections.abc import Sequence

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer

from engine.core.records import Customer, CustomerCard
from tui.agent.card import customer_lines, history_lines
from tui.labels import balance, phone_number
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

SEARCH_DELAY = 0.15  # seconds without a key before the engine is asked
LIMIT = 50
HISTORY_ROWS = 4


class SearchPanel(Vertical):
    """A field, the found customers, and the card of the one under the cursor."""

    DEFAULT_CSS = """
    SearchPanel { display: none; height: 1fr; }
    SearchPanel .ask { height: 1; }
    SearchPanel .ask Lines { width: auto; height: 1; }
    SearchPanel #search-text { width: 40; }
    SearchPanel #search-card { height: 3; background: $surface; }
    SearchPanel #search-history { height: 4; background: $surface; }
    """

    class Wanted(Message):
        """Something is to be looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, SearchPanel.Wanted)

    class Opened(Message):
        """The agent wants to see the whole card of a customer."""

        def __init__(self, customer_id: int) -> None:
            super().__init__()
            self.customer_id = customer_id

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Customer, ...] = ()
        self._card: CustomerCard | None = None
        self._paper: Paper | None = None
        self._delay: Timer | None = None
        self._searched = ""
        self._field = Field(
            widget_id="search-text", placeholder=tr("number, name, initials, address, card"), max_length=100
        )
        self._count = Lines(widget_id="search-count")
        self._rows = RowTable(_columns, empty=self._empty, widget_id="search-rows", numbered=True)
        self._card_lines = Lines(widget_id="search-card")
        self._history = Lines(widget_id="search-history")

    def _make(self) -> None:
        """Many calls need no search, so its widgets come to the screen when it is opened first."""
        ask = Horizontal(classes="ask")
        self.mount(ask, self._rows, self._card_lines, self._history)
        ask.mount(Lines([line((f" {tr('Search')} ", "title"))]), self._field, self._count)  # for the cursor

    @property
    def shown(self) -> Customer | None:
        """The customer under the cursor."""
        row = self._rows.current
        return next((one for one in self._found if row and str(one.id) == row.key), None)

    def start(self) -> None:
        """Open the panel with the cursor in the field, the text of last time chosen."""
        if not self.children:
            self._make()
        self.display = True
        self.screen.set_focus(self._field)  # at once: the keys behind Ctrl+F belong here
        self._field.select_all()

    def show_found(self, text: str, found: Sequence[Customer]) -> None:
        """The engine's answer; an answer to an older text is dropped."""
        if text != self._field.value.strip():
            return
        self._searched = text
        self._found = tuple(found)
        self._card = None
        rows = [
            Row(
                str(one.id),
                (
                    one.name,
                    _first_phone(one),
                    one.address,
                    one.area,
                    one.card_number,
                    balance(one),
                ),
                ("strong",),
            )
            for one in found
        ]
        self._rows.show_rows(rows)
        more = "+" if len(found) == LIMIT else ""
        count = tr("{count} found", count=f"{len(found)}{more}") if text else ""
        self._count.show([line((f"  {count}", "label"))])
        self._paint_card()

    def show_card(self, card: CustomerCard) -> None:
        """The whole card of the customer under the cursor has come."""
        if self.shown and card.customer and card.customer.id == self.shown.id:
            self._card = card
            self._paint_card()

    def paint(self, paper: Paper) -> None:
        """Remember the paper; the card is painted when it changes."""
        self._paper = paper

    def _paint_card(self) -> None:
        customer, paper = self.shown, self._paper
        card, history = self._card_lines, self._history
        if customer is None or paper is None:
            card.show([])
            history.show([])
            return
        card.show(customer_lines(customer, paper))
        hint = tr("Enter: last calls   ^E: edit   in a call ^O: this one is calling")
        lines = history_lines(self._card, paper, HISTORY_ROWS, paper.width)
        history.show(lines or [line((f" {hint}", "label"))])

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        if self._delay:
            self._delay.stop()
        text = event.value.strip()
        self._delay = self.set_timer(SEARCH_DELAY, lambda: self.post_message(self.Wanted(text)))

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self._rows.focus()

    def key_down(self) -> None:
        """From the field into the rows."""
        self._rows.focus()

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self._card = None
        self._paint_card()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._card = None
        self._paint_card()
        self.post_message(self.Opened(int(event.key)))

    def _empty(self) -> str:
        if self._searched:
            return tr("Nobody is found for this")
        return tr("Two characters of a name or an address, or initials such as zhs, are enough")


def _first_phone(customer: Customer) -> str:
    """One number, and how many more there are: the card below shows all."""
    if not customer.phones:
        return ""
    more = f" +{len(customer.phones) - 1}" if len(customer.phones) > 1 else ""
    return phone_number(customer.phones[0]) + more


def _columns() -> list[Column]:
    return [
        Column(tr("Name"), 10, share=2),
        Column(tr("Phone"), 16),
        Column(tr("Address"), 16, share=4),
        Column(tr("Area"), 10, wide=True),
        Column(tr("Card"), 18, wide=True),
        Column(tr("Balance"), 18, wide=True),
    ]
