"""The log-in screen of a console: staff number, PIN, and for agents the seat."""

from dataclasses import dataclass
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
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


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the log-in screen begins with."""

    staff_number: str = ""
    pin: str = ""
    seat: str = ""


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

    # Enter and Tab are handled before the key behind them is given to a field: a PIN that is typed blindly
    # and fast, or comes with the staff number in one paste of keys, must never be shown as part of the
    # staff number.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False, priority=True),
    ]

    class Submitted(Message):
        """Somebody wants to log in."""

        def __init__(self, staff_number: str, pin: str, seat: str) -> None:
            super().__init__()
            self.staff_number = staff_number
            self.pin = pin
            self.seat = seat

    def __init__(
        self, title: str, *, with_seat: bool, seat_optional: bool = False, prefill: Prefill = Prefill()
    ) -> None:
        super().__init__()
        self._seat_optional = seat_optional
        self._prefill = prefill
        self._console_title = title
        self._with_seat = with_seat
        self._seats: list[SeatInfo] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Lines(widget_id="login-title")
            with Horizontal(classes="row"):
                yield Lines([line((tr("Staff no."), "label"))])
                yield Field(self._prefill.staff_number, widget_id="staff", max_length=16)
            with Horizontal(classes="row"):
                yield Lines([line((tr("PIN"), "label"))])
                yield Field(self._prefill.pin, widget_id="pin", password=True, max_length=MAX_PIN)
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
        self.query_one("#pin" if self._prefill.staff_number else "#staff").focus()
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
            if self._seat_optional:
                rows.append(Row("", (tr("no seat"), "", tr("only look"))))
            table = self.query_one(RowTable)
            table.show_rows(rows)
            table.go_to(self._prefill.seat)
            if self._prefill.staff_number and self._prefill.pin:
                table.focus()  # in turn behind the one of `on_mount`, which may still be waiting

    def refused(self, *, keep_pin: bool) -> None:
        """Log-in failed: let the user correct what was wrong; the reason is on the message line."""
        if keep_pin and self._with_seat:
            self.set_focus(self.query_one(RowTable))
            return
        pin = self.query_one("#pin", Field)
        pin.value = ""
        self.set_focus(pin)

    def action_next(self) -> None:
        """Enter in a field: on to the next one, or log in."""
        staff, pin = self.query_one("#staff", Field), self.query_one("#pin", Field)
        if self.focused is staff:
            self.set_focus(pin)
        elif self.focused is not pin:
            raise SkipAction
        elif self._with_seat and len(self._seats) + self._seat_optional > 1:
            self.set_focus(self.query_one(RowTable))
        else:
            self._submit_when_typed(self._seats[0].id if self._with_seat and self._seats else "")

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._submit_when_typed(event.key)

    def _submit_when_typed(self, seat: str) -> None:
        """Submit after the keys that still wait in the queues of the two fields."""
        staff, pin = self.query_one("#staff", Field), self.query_one("#pin", Field)
        staff.call_later(pin.call_later, self._submit, seat)

    def _submit(self, seat: str) -> None:
        staff, pin = self.query_one("#staff", Field), self.query_one("#pin", Field)
        for entry in (staff, pin):
            if not entry.value.strip():
                self.set_focus(entry)
                return
        self.post_message(self.Submitted(staff.value.strip(), pin.value, seat))


def _seat_columns() -> list[Column]:
    return [Column(tr("Seat"), 8, share=1), Column(tr("Extension"), 9), Column(tr("Telephone"), 12)]


def _phone_word(phone: str) -> str:
    return tr("answers by F4") if phone == "auto" else tr("rings")
