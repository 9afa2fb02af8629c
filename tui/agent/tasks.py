"""Customers who are to be called: missed callers and those who asked for it."""

from collections.abc import Sequence

from engine.core.records import CallbackRecord
from engine.core.states import CallbackState
from engine.wire.callbacks import CallbackParams, CallbackRow, Callbacks, CallbacksParams, CloseCallbackParams
from tui.agent.panel import Panel
from tui.labels import CALLBACK_KINDS, CALLBACK_STATES, moment, phone_number
from tui.phone_situation import dial_reason
from tui.widgets.cells import safe
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.lines import line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import mark, tr

TAKEN = (CallbackState.CALLING, CallbackState.HERE)


class TasksPanel(Panel):
    """Enter calls the chosen customer, F9 settles without a call."""

    TITLE = mark("To be called back")
    REFRESH_SECONDS = 3.0

    def __init__(self) -> None:
        super().__init__(
            RowTable(_columns, empty=lambda: tr("Nobody is to be called"), widget_id="tasks", led=True),
            tr("number, or part of a name"),
        )
        self._all: tuple[CallbackRow, ...] = ()
        self._shown: dict[str, CallbackRow] = {}

    async def fetch(self) -> None:
        found: Callbacks | None = await self.console.ask("callbacks.list", CallbacksParams())
        if found is not None:
            self._all = tuple(found.callbacks)
            self.refill()
            self.console.repaint()

    def fill(self, typed: str) -> None:
        self._shown = {
            str(row.record.id): row
            for row in self._all
            if typed in row.record.number or typed.casefold() in row.customer_name.casefold()
        }
        self._paint_rows()

    def _paint_rows(self) -> None:
        app = self.console
        rows = []
        for key, row in self._shown.items():
            record = row.record
            faint = "faint" if record.state in TAKEN else ""
            texts = (
                phone_number(record.number),
                row.customer_name,
                tr(CALLBACK_KINDS[record.kind]),
                moment(record.asked_at, app.now(), app.zone),
                _times(record),
                tr(CALLBACK_STATES[record.state]),
                app.words.queue(record.queue_id),
            )
            rows.append(Row(key, texts, (faint or "strong", faint or "plain", faint or "label")))
        self.rows.show_rows(rows)

    def paint(self, paper: Paper) -> None:
        self._paint_rows()
        reason = self.enter_reason()
        words = reason or tr("Enter: call now   F9: settle without a call")
        self.say_below(line((f" {words}", "warn" if reason and self._shown else "label")))

    @property
    def chosen(self) -> CallbackRow | None:
        """The task under the cursor."""
        return self._shown.get(self.rows.current.key) if self.rows.current else None

    def enter_reason(self) -> str:
        if self.chosen is None:
            return tr("Nothing is chosen")
        if self.chosen.record.state in TAKEN:
            who = self.chosen.record.staff_number
            return tr(
                "{who} speaks to this customer already", who=self.console.contacts.names.get(who) or who
            )
        return dial_reason(self.console.bare_situation()) or ""

    async def take(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        app = self.console
        if await app.ask("callbacks.take", CallbackParams(id=chosen.record.id)) is not None:
            if "*" not in chosen.record.number:  # what is hidden cannot be dialled once more
                app.contacts.called(chosen.record.number, chosen.customer_name)
            app.leave_panel()

    async def settle(self) -> None:
        """F9: nobody has to call this customer any more, and why."""
        chosen = self.chosen
        if chosen is None:
            return
        who = safe(chosen.customer_name) or phone_number(chosen.record.number)
        choices = [
            Choice(("1",), "callbacks.done", tr("Settled in another way")),
            Choice(("2",), "callbacks.cancel", tr("The customer does not want it any more")),
        ]
        method = await self.console.choose(Chooser(tr("No call to {who}, because", who=who), choices))
        if method is None:
            return
        if await self.console.ask(method, CloseCallbackParams(id=chosen.record.id)) is not None:
            self.console.say(tr("Settled: {who}", who=who), "good")
            await self.fetch()


def _times(record: CallbackRecord) -> str:
    """How often the customer waited in vain, and how often we tried."""
    parts = []
    if record.abandoned:
        parts.append(tr("in vain {count}", count=record.abandoned))
    if record.tries:
        parts.append(tr("tried {count}", count=record.tries))
    return " ".join(parts)


def _columns() -> Sequence[Column]:
    return [
        Column(tr("Number"), 14),
        Column(tr("Customer"), 8, share=1),
        Column(tr("Kind"), 8),
        Column(tr("Time"), 11),
        Column("", 15),
        Column(tr("State"), 8),
        Column(tr("Queue"), 10, wide=True),
    ]
