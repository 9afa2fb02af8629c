"""What the commands about tickets do, and what others do while tickets are open."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from engine.wire.knowledge import ArticleInfo, ProposeParams
from engine.wire.phone import DialParams, DialResult
from tui.agent.ticket_app import FILE, FORM, LISTS
from tui.agent.ticket_form_panel import TicketFormPanel
from tui.labels import phone_number
from tui.tickets.about import About
from tui.tickets.form import TicketForm
from tui.widgets.chooser import Choice, Chooser
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp


async def new_ticket(app: "AgentApp") -> None:
    """Ctrl+L: the form; what is half filled is gone on with, unless it is about somebody else."""
    panel = await app.desk_there.made_work(FORM, lambda: TicketFormPanel(app.tickets))
    form, about = cast(TicketFormPanel, panel).form, app.about_now()
    same = (form.about.customer_id, form.about.call_id) == (about.customer_id, about.call_id)
    if form.touched and not same and about.call_id:
        app.run_worker(_go_on_or_anew(app, form, about), name="ticket.new")
    else:
        await app.show_form(about)


async def _go_on_or_anew(app: "AgentApp", form: TicketForm, about: About) -> None:
    """Another customer is here now: the half-filled form is gone on with, or dropped."""
    whose = form.about.contact or phone_number(form.about.phone) or tr("no customer")
    choices = [
        Choice(("1",), "go_on", tr("Go on with the ticket about {who}", who=whose)),
        Choice(("2",), "new", tr("A new one; what was written is dropped")),
    ]
    chosen = await app.choose(Chooser(tr("A ticket is half filled"), choices))
    if chosen is None:
        return
    if chosen == "new":
        form.touched = False
    await app.show_form(about)


async def open_tickets(app: "AgentApp") -> None:
    """Ctrl+G: the ticket that was just made or is being called for, else the lists."""
    number, app.ticket_to_show = app.ticket_to_show, ""
    panel = app.ticket_panel
    if (
        not number
        and app.ticket_call is not None
        and not (app.panel == LISTS and panel and panel.shows_ticket)
    ):
        number = app.ticket_call.number
    if number:
        await app.open_ticket(number)
    else:
        await app.open_tickets()


async def dial(app: "AgentApp") -> None:
    """F3: in the tickets, call the customer of the chosen one; else the list of numbers."""
    from tui.agent import phone

    row = app.ticket_panel.shown if app.panel == LISTS and app.ticket_panel else None
    if row is None:
        await phone.dial(app)
        return
    ticket = row.ticket
    if not ticket.phone:
        app.say(tr("This ticket has no number"), "warn")
        return
    asked = DialParams(number=ticket.phone, customer_id=ticket.customer_id, ticket=ticket.number)
    started = await app.ask("agent.dial", asked)
    if isinstance(started, DialResult):
        if "*" not in ticket.phone:  # what is hidden cannot be dialled once more without its ticket
            app.contacts.called(ticket.phone, row.customer_name or ticket.contact)
        app.calls_for(row, started.call_id)
        await app.open_ticket(ticket.number)


async def save(app: "AgentApp") -> None:
    """Ctrl+S: in the form of a ticket, make it; else what belongs to the call."""
    from tui.agent import actions

    if app.panel == FORM and app.ticket_form is not None:
        await app.ticket_form.store()
    else:
        await actions.save(app)


async def customer_file(app: "AgentApp") -> None:
    """Ctrl+Y: the whole file of the shown customer."""
    from tui.agent.customer_file import CustomerFilePanel  # made when it is wanted

    panel = cast(CustomerFilePanel, await app.desk_there.made_work(FILE, CustomerFilePanel))
    if await panel.open(app.file_customer):
        if app.panel != FILE:
            app.file_from = app.panel
        app.open_panel(FILE)
        panel.take_cursor()
        app.call_after_refresh(lambda: panel.paint(app.paper()))


async def knowledge(app: "AgentApp") -> None:
    """Ctrl+W: what the office knows of the caller's matter."""
    from tui.agent.knowledge import PANEL, KnowledgePanel  # made when it is wanted

    panel = await app.desk_there.made(PANEL, KnowledgePanel)
    app.open_panel(PANEL)
    panel.start()


async def propose(app: "AgentApp") -> None:
    """A draft of an article out of the shown ticket."""
    row = app.ticket_panel.shown if app.ticket_panel else None
    if row is None:
        app.say(tr("No ticket is shown: ^G"), "warn")
        return
    made = await app.ask("knowledge.propose", ProposeParams(ticket=row.ticket.number))
    if isinstance(made, ArticleInfo):
        app.say(tr("Article {id} is proposed: {title}", id=made.article.id, title=made.article.title), "good")


TICKET_PERFORMERS: dict[str, Callable[["AgentApp"], Awaitable[None]]] = {
    "ticket.new": new_ticket,
    "ticket.open": open_tickets,
    "knowledge.open": knowledge,
    "knowledge.propose": propose,
    "customer.file": customer_file,
    "call.dial": dial,
    "form.save": save,
}
