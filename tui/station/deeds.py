"""Doing something to an order: what it asks for, and that nothing that was typed is lost."""

from dataclasses import dataclass, field, replace
from typing import Any

from textual.screen import Screen

from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.states import Deed
from tui.station.ticks import Ticks
from tui.tickets.asking import Asking, ask_act, send_act
from tui.tickets.book import words_of
from tui.tickets.desk import TicketDesk
from tui.tickets.labels import CALL_OUTCOMES
from tui.tickets.writing import Writing
from tui.widgets.chooser import Choice, Chooser
from tui.words import tr

Unsent = dict[tuple[str, Deed], str]
"""Texts by ticket number and deed that were typed and not sent: by Esc, a refusal or a lost link."""


@dataclass(frozen=True)
class OrderAsking(Asking):
    """Begins with the text that was left unsent, and keeps what is typed until it was taken."""

    deed: Deed = Deed.REMARK
    unsent: Unsent = field(default_factory=dict)

    @property
    def _place(self) -> tuple[str, Deed]:
        return self.ticket.number, self.deed

    async def show(self, overlay: Screen[Any]) -> Any:
        try:
            return await self.desk.app.push_screen_wait(overlay)
        finally:
            if isinstance(overlay, Writing) and overlay.text.strip():
                self.unsent[self._place] = overlay.text

    async def write(self, deed: Deed, words: str, *, text: str = "", optional: bool = False) -> str | None:
        kept = self.unsent.get(self._place, text)
        return await Asking.write(self, deed, words, text=kept, optional=optional)


async def do_order_deed(desk: TicketDesk, unsent: Unsent, ticket: Ticket, deed: Deed) -> Ticket | None:
    """Ask, do it, and say what came of it; the ticket afterwards, None when nothing was done."""
    asking = OrderAsking(desk, (ticket,), deed=deed, unsent=unsent)
    if deed is Deed.RETURN:
        checked = await _tick(asking)
        if checked is None:
            return None
        asking = replace(asking, tickets=(checked,))
    act = await _ask_call(asking) if deed is Deed.CALL else await ask_act(asking, deed)
    row = await send_act(asking, act) if act is not None else None
    if row is not None:
        unsent.pop((ticket.number, deed), None)
        return row.ticket
    return None


async def _tick(asking: OrderAsking) -> Ticket | None:
    """Check off what is done before an order is returned; the ticket then, None after Esc or a refusal."""
    ticket, kind = asking.ticket, asking.kind
    open_points = [point for point, _ in (kind.checklist if kind else ()) if point not in ticket.checked]
    if not open_points or kind is None:
        return ticket
    points = [(point, words_of(words)) for point, words in kind.checklist]
    done = await asking.show(
        Ticks(f"{asking.title(Deed.RETURN)}  {tr('is all of this done?')}", points, ticket.checked)
    )
    if done is None:
        return None
    for point in (point for point in open_points if point in done):
        row = await send_act(replace(asking, tickets=(ticket,)), Act(deed=Deed.CHECK, target=point))
        if row is None:
            return None
        ticket = row.ticket
    return ticket


async def _ask_call(asking: OrderAsking) -> Act | None:
    choices = [Choice((str(n),), code, tr(words)) for n, (code, words) in enumerate(CALL_OUTCOMES.items(), 1)]
    code = await asking.show(Chooser(f"{asking.title(Deed.CALL)}  {tr('the customer was')}", choices))
    if code is None:
        return None
    text = await asking.write(Deed.CALL, tr("what was said; may be empty"), optional=True)
    return None if text is None else Act(deed=Deed.CALL, code=code, text=text)
