"""Storing a new ticket: a second one of the same matter is made only after a question."""

from engine.core.tickets.records import Act, NewTicket
from engine.core.tickets.states import Deed
from engine.wire.tickets import CreatedTicket, CreateTicketParams, TicketRow
from tui.tickets.desk import TicketDesk
from tui.tickets.due import due_words
from tui.tickets.labels import state_words
from tui.widgets.chooser import Choice, Chooser
from tui.words import tr

MOST_SAME = 5


async def send(desk: TicketDesk, new: NewTicket) -> tuple[TicketRow, bool] | None:
    """The ticket, and whether it is an old one that was told again; None to go on with the form."""
    force = False
    while True:
        answer = await desk.ask("tickets.create", CreateTicketParams(ticket=new, force=force))
        if not isinstance(answer, CreatedTicket):
            return None
        if answer.row is not None:
            return answer.row, False
        chosen = await _choose_same(desk, answer.same)
        if chosen is None:
            return None
        if chosen:
            row = await _tell_again(desk, chosen, new)
            return None if row is None else (row, True)
        force = True


async def _choose_same(desk: TicketDesk, same: tuple[TicketRow, ...]) -> str | None:
    """The open ticket to take, "" for a new one in spite of it, None to go on with the form."""
    app, book = desk.app, desk.book
    choices = []
    for n, row in enumerate(same[:MOST_SAME], 1):
        ticket = row.ticket
        due, _ = due_words(ticket, app.now(), app.zone)
        department = book.department(ticket.department)
        words = f"{ticket.number} {book.matter(ticket)} {state_words(ticket)[0]} {department} {due}"
        choices.append(Choice((str(n),), ticket.number, tr("Told again: {ticket}", ticket=words)))
    choices.append(Choice(("0", "n"), "", tr("No, this is another matter: a new ticket")))
    title = tr("The same is open already. What shall be done?")
    return await app.push_screen_wait(Chooser(title, choices))


async def _tell_again(desk: TicketDesk, number: str, new: NewTicket) -> TicketRow | None:
    answer = await desk.act(number, Act(deed=Deed.AGAIN, text=new.text, target=new.call_id))
    if not isinstance(answer.result, TicketRow):
        desk.app.say(answer.words, "warn")
        return None
    return answer.result
