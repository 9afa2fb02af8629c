"""The station's screens: the lists of orders, and one order as a whole."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from engine.wire.tickets import TicketDetail
from tui.labels import phone_number
from tui.station.lists import order_columns
from tui.station.paint import PREVIEW
from tui.tickets.book import name_of
from tui.tickets.desk import TicketDesk
from tui.tickets.due import due_words
from tui.tickets.facts import Sheet, head_lines
from tui.tickets.labels import PRIORITIES, state_words
from tui.tickets.sheet import TicketSheet
from tui.widgets.cells import fit, safe, wrap
from tui.widgets.console import ConsoleScreen
from tui.widgets.field import Field
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines, line
from tui.widgets.rows import Row, RowTable
from tui.words import tr


class StationScreen(ConsoleScreen):
    """Lists by digit, rows, and the order under the cursor. `Looked`: another row, another text."""

    DEFAULT_CSS = f"""
    StationScreen > Lines {{ height: 1; }}
    StationScreen #title {{ background: $panel; }}
    StationScreen #orders {{ height: 1fr; }}
    StationScreen #preview {{ height: {PREVIEW}; background: $panel; }}
    StationScreen #find {{ height: 1; display: none; }}
    StationScreen #find Lines {{ width: auto; height: 1; }}
    """

    class Looked(Message):
        """Something else is under the cursor, or looked for."""

    def __init__(self, empty: Callable[[], str]) -> None:
        super().__init__()
        self.title_line = Lines(widget_id="title")
        self.state_line = Lines(widget_id="state")
        self.views_line = Lines(widget_id="views")
        self.preview = Lines(widget_id="preview")
        self.table = RowTable(order_columns, empty=empty, widget_id="orders")
        self.hints = HintBar()
        self._find = Field(widget_id="find-text", max_length=40)

    def compose(self) -> ComposeResult:
        yield self.title_line
        yield self.state_line
        yield self.views_line
        yield self.table
        with Horizontal(id="find"):
            yield Lines([line((f" {tr('Find')} ", "title"))])
            yield self._find
        yield self.preview
        yield MessageLine()
        yield self.hints

    def on_mount(self) -> None:
        self.set_focus(self.table)

    @property
    def text(self) -> str:
        """What is looked for."""
        return self._find.value

    @property
    def number(self) -> str:
        """The order under the cursor."""
        return self.table.current.key if self.table.current else ""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """The rows of the list."""
        self.table.show_rows(rows)

    def start_find(self) -> None:
        """Open the field of the filter."""
        self.query_one("#find").display = True
        self.set_focus(self._find)

    def end_find(self) -> None:
        """Show all again."""
        self._find.value = ""
        self.query_one("#find").display = False
        self.set_focus(self.table)

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self.post_message(self.Looked())

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.set_focus(self.table)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self.post_message(self.Looked())


class OrderSheet(TicketSheet):
    """The address and the telephone number in full: somebody goes there."""

    def head(self, detail: TicketDetail, sheet: Sheet) -> list[Content]:
        row = detail.row
        ticket, width = row.ticket, sheet.width
        state, state_tone = state_words(ticket)
        due, due_tone = due_words(ticket, sheet.now, sheet.zone)
        urgent = f" {tr(PRIORITIES[min(ticket.priority, 2)])} " if ticket.priority else ""
        who = sheet.book.person(ticket.technician) or tr("nobody yet")
        contact = ticket.contact or name_of(row)
        customer = "" if contact == name_of(row) else f"  ({name_of(row)})"
        area = "" if ticket.area in ticket.address else f"{ticket.area}  "
        address = wrap(safe(f"{area}{ticket.address}"), width - 2)
        return [
            line(
                (f" {ticket.number} ", "title"),
                (f"{state} ", state_tone),
                (urgent, "warn"),
                (f" {due}  ", due_tone),
                (fit(safe(sheet.book.matter(ticket)), max(0, width - 42)), "strong"),
            ),
            line(
                (f" {safe(contact)}{safe(customer)}  ", "strong"),
                (phone_number(ticket.phone), "next"),
                (f"   {tr('Technician')} ", "label"),
                (safe(who), "plain"),
            ),
            *(line((f" {text}", "strong")) for text in address),
            head_lines(detail, sheet)[-1],
        ]


class OrderScreen(ConsoleScreen):
    """One order over the lists."""

    DEFAULT_CSS = """
    OrderScreen > Lines { height: 1; }
    OrderScreen #title { background: $panel; }
    """

    def __init__(self, desk: TicketDesk) -> None:
        super().__init__()
        self.title_line = Lines(widget_id="title")
        self.state_line = Lines(widget_id="state")
        self.sheet = OrderSheet(desk)
        self.hints = HintBar()

    def compose(self) -> ComposeResult:
        yield self.title_line
        yield self.state_line
        yield self.sheet
        yield MessageLine()
        yield self.hints

    def on_mount(self) -> None:
        self.set_focus(self.sheet)
