"""The log-in screen of a console: staff number, PIN, and for agents the seat."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from engine.wire.methods import HelloResult, SeatInfo
from tui.widgets.cells import safe
from tui.widgets.console import ConsoleScreen
from tui.widgets.field import Field
from tui.widgets.hint_bar import Hint, HintBar, MessageLine
from tui.widgets.lines import Lines, line
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

MAX_PIN = 32


class LoginScreen(ConsoleScreen):
    """Asks who is there; `Submitted` carries what was entered."""

    DEFAULT_CSS = """
    LoginScreen { align: center middle; }
    LoginScreen > .box { width: 52; height: 18; padding: 1 3; background: $surface; }
    LoginScreen .row { height: 1; margin-bottom: 1; }
    LoginScreen .row Lines { width: 10; }
    LoginScreen .row Field { width: 1fr; }
    LoginScreen #login-title { height: 3; }
    LoginScreen RowTable { height: 1fr; background: $surface; }
    LoginScreen RowTable:focus { background: $panel; }
    LoginScreen > MessageLine { dock: bottom; offset-y: -1; }
    LoginScreen > HintBar { dock: bottom; }
    """

    class Submitted(Message):
        """Somebody wants to log in."""

        def __init__(self, staff_number: str, pin: str, seat: str) -> None:
            super().__init__()
            self.staff_number = staff_number
            self.pin = pin
            self.seat = seat

    def __init__(self, title: str, *, with_seat: bool) -> None:
        super().__init__()
        self._console_title = title
        self._with_seat = with_seat
        self._seats: list[SeatInfo] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Lines(widget_id="login-title")
            with Horizontal(classes="row"):
                yield Lines([line((tr("Staff no."), "label"))])
                yield Field(widget_id="staff", max_length=16)
            with Horizontal(classes="row"):
                yield Lines([line((tr("PIN"), "label"))])
                yield Field(widget_id="pin", password=True, max_length=MAX_PIN)
            if self._with_seat:
                yield RowTable(
                    _seat_columns,
                    empty=lambda: tr("No seats known yet"),
                    widget_id="seats",
                    numbered=True,
                )
        yield MessageLine()
        yield HintBar()

    def on_mount(self) -> None:
        self.show_site("")
        self.query_one("#staff", Field).focus()
        self.query_one(HintBar).show_hints(
            [
                Hint("Enter", tr("Next")),
                Hint("Tab", tr("Other field")),
                *([Hint("1-9", tr("Seat"))] if self._with_seat else []),
                Hint("^Q", tr("Leave")),
            ]
        )

    def show_site(self, site: str) -> None:
        """Name the site and the console."""
        self.query_one("#login-title", Lines).show(
            [line((tr("Fourseat"), "title"), f"  {tr(self._console_title)}"), line((safe(site), "label"))]
        )

    def show_hello(self, hello: HelloResult) -> None:
        """The engine is there: site and seats are known."""
        self.show_site(hello.site)
        self._seats = hello.seats
        if self._with_seat:
            rows = [
                Row(seat.id, (seat.name, seat.extension, _phone_word(seat.phone))) for seat in hello.seats
            ]
            self.query_one(RowTable).show_rows(rows)

    def refused(self, *, keep_pin: bool) -> None:
        """Log-in failed: let the user correct what was wrong; the reason is on the message line."""
        if keep_pin and self._with_seat:
            self.query_one(RowTable).focus()
            return
        pin = self.query_one("#pin", Field)
        pin.value = ""
        pin.focus()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        if event.input.id == "staff":
            self.query_one("#pin", Field).focus()
        elif self._with_seat and len(self._seats) > 1:
            self.query_one(RowTable).focus()
        else:
            self._submit(self._seats[0].id if self._with_seat and self._seats else "")

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._submit(event.key)

    def _submit(self, seat: str) -> None:
        staff, pin = self.query_one("#staff", Field), self.query_one("#pin", Field)
        for entry in (staff, pin):
            if not entry.value.strip():
                entry.focus()
                return
        self.post_message(self.Submitted(staff.value.strip(), pin.value, seat))


def _seat_columns() -> list[Column]:
    return [Column(tr("Seat"), 8, share=1), Column(tr("Extension"), 9), Column(tr("Telephone"), 12)]


def _phone_word(phone: str) -> str:
    return tr("answers by F4") if phone == "auto" else tr("rings")
