"""The same deed done to several tickets: asked once, confirmed, and what was refused is told."""

from engine.core.tickets.records import Ticket
from engine.core.tickets.states import Deed
from engine.wire.tickets import BatchParams, BatchResult
from tui.tickets.asking import Asking, ask_act
from tui.tickets.desk import TicketDesk
from tui.tickets.effect import effect_lines
from tui.tickets.labels import DEEDS, refused_words
from tui.widgets.confirm import Confirm
from tui.words import tr


async def do_to_all(desk: TicketDesk, tickets: tuple[Ticket, ...], deed: Deed) -> frozenset[str] | None:
    """The numbers of those that were refused; None when nothing was done."""
    asking = Asking(desk, tickets)
    act = await ask_act(asking, deed)
    if act is None:
        return None
    effects = effect_lines(act, len(tickets), desk.book, desk.app.now(), desk.app.zone)
    confirm = Confirm(asking.title(deed), effects, tr("Yes, to all"))
    if not await desk.app.push_screen_wait(confirm):
        return None
    numbers = tuple(ticket.number for ticket in tickets)
    answer = await desk.ask("tickets.batch", BatchParams(numbers=numbers, act=act))
    if not isinstance(answer, BatchResult):
        return None
    _tell(desk, deed, answer)
    return frozenset(answer.refused)


def _tell(desk: TicketDesk, deed: Deed, answer: BatchResult) -> None:
    done = tr("{deed}: {count} done", deed=tr(DEEDS[deed]), count=len(answer.done))
    if not answer.refused:
        desk.app.say(done, "good")
        return
    number, code = next(iter(answer.refused.items()))
    why = refused_words(code) or code
    refused = tr(
        "{count} refused, such as {number}: {why}", count=len(answer.refused), number=number, why=why
    )
    desk.app.say(f"{done}, {refused}", "warn")
