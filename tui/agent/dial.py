"""Whom to call: a number typed, the shown customer's numbers, the last ones dialled, the own last calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.core.records import Customer, Millis
from engine.core.views import CallRow
from engine.wire.phone import DialParams
from tui.agent.panel import Panel, is_number
from tui.labels import moment, phone_number
from tui.widgets.lines import line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import mark, tr


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be called, and where it is from. `at` 0: it belongs to no time."""

    number: str
    source: str
    name: str = ""
    customer_id: int = 0
    at: Millis = 0


class DialPanel(Panel):
    """The first row is what will most likely be called: Enter calls it."""

    TITLE = mark("Dial")
    FETCHES = False

    def __init__(self) -> None:
        super().__init__(
            RowTable(_columns, empty=lambda: tr("Type a number"), widget_id="numbers", led=True),
            tr("number, or part of a name"),
        )
        self._customer: Customer | None = None
        self._shown: dict[str, Number] = {}

    def start_with(self, customer: Customer | None, number: str) -> None:
        """Opened before this customer; `number` was chosen somewhere else."""
        self._customer = customer
        self.start()
        if number:
            self.entry.value = number
            self.entry.cursor_position = len(number)

    def fill(self, typed: str) -> None:
        found: dict[str, Number] = {}
        if is_number(typed):
            found[typed] = Number(typed, tr("typed"))
        for one in self._known():
            fits = typed.replace(" ", "") in one.number or typed.casefold() in one.name.casefold()
            if fits and one.number == typed:
                found[typed] = one
            elif fits:
                found.setdefault(one.number, one)
        self._shown = found
        self._paint_rows()

    def _known(self) -> Iterator[Number]:
        app = self.console
        if self._customer is not None:
            yield from _numbers_of(self._customer)
        for number in app.contacts.dialled:
            yield Number(number, tr("dialled last"), app.contacts.names.get(number, ""))
        yield from (_of_call(call) for call in app.own_calls if call.cli)

    def _paint_rows(self) -> None:
        app = self.console
        rows = []
        for key, one in self._shown.items():
            when = moment(one.at, app.now(), app.zone) if one.at else ""
            texts = (phone_number(one.number), one.name, one.source, when)
            rows.append(Row(key, texts, ("strong", "plain", "label", "label")))
        self.rows.show_rows(rows)

    def paint(self, paper: Paper) -> None:
        self._paint_rows()
        chosen = self.chosen
        words = tr("Enter calls {number}", number=phone_number(chosen.number)) if chosen else ""
        self.say_below(line((f" {words}", "label")))

    @property
    def chosen(self) -> Number | None:
        """The number under the cursor."""
        return self._shown.get(self.rows.current.key) if self.rows.current else None

    def enter_reason(self) -> str:
        return "" if self.chosen else tr("Type a number")

    async def take(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        app = self.console
        asked = DialParams(number=chosen.number, customer_id=chosen.customer_id)
        if await app.ask("agent.dial", asked) is not None:
            app.contacts.called(chosen.number, chosen.name)
            app.leave_panel()


def _numbers_of(customer: Customer) -> Iterator[Number]:
    for number in customer.phones:
        yield Number(number, tr("this customer"), customer.name, customer.id)


def _of_call(call: CallRow) -> Number:
    return Number(call.cli, tr("own call"), call.customer_name, call.customer_id, call.accepted_at)


def _columns() -> Sequence[Column]:
    return [
        Column(tr("Number"), 15),
        Column(tr("Name"), 14, share=1),
        Column(tr("From"), 12),
        Column(tr("Time"), 11),
    ]
