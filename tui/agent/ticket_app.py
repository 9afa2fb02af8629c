"""What a desk knows of tickets: counts, how things stand with a caller, calls made for a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from textual.content import Content

from engine.core.customers.records import Proposal
from engine.core.records import CallNote, TicketDraft
from engine.core.states import AgentState, RingFailure
from engine.core.tickets.records import Act, TicketCounts
from engine.core.tickets.states import Deed
from engine.core.views import DeskView
from engine.wire.customers import Maybe, MaybeParams
from engine.wire.tickets import Similar, SimilarParams, TicketRow
from tui.agent.caller import MOST
from tui.agent.desk_app import WRITING, DeskApp
from tui.agent.standing import Standing, standing_parts, ticket_lines
from tui.agent.ticket_form_panel import TicketFormPanel
from tui.agent.ticket_panel import TicketPanel
from tui.tickets.about import About
from tui.tickets.desk import TicketDesk
from tui.tickets.due import clock_words, next_due
from tui.tickets.form import TicketForm
from tui.tickets.latest import latest
from tui.tickets.lists import TicketLists
from tui.widgets.lines import Part
from tui.widgets.paper import Paper
from tui.words import tr

LISTS, FORM, FILE = "tickets", "ticket_form", "file"


@dataclass(slots=True)
class TicketCall:
    """A call that is made for a ticket; `reached` once the customer speaks."""

    number: str
    call_id: str
    reached: bool = False
    reason: str = ""  # why nobody was reached


class TicketApp(DeskApp, inherit_bindings=False):
    """The desk of an agent with tickets; what the keys do is in `ticket_actions`."""

    tickets: TicketDesk
    ticket_call: TicketCall | None = None
    left_ticket: TicketDraft | None = None  # half filled beside the present call, and not in a form here
    standing = Standing()
    _similar: Similar | None = None
    _stands_for: tuple[int, str] = (0, "")  # customer and number that `standing` is about

    # Panels

    @property
    def ticket_panel(self) -> TicketPanel | None:
        """The lists, once they were opened."""
        return cast("TicketPanel | None", self.desk.work(LISTS)) if self.desk else None

    @property
    def ticket_form(self) -> TicketForm | None:
        """The form, once it was opened."""
        panel = cast("TicketFormPanel | None", self.desk.work(FORM)) if self.desk else None
        return panel.form if panel else None

    @property
    def form_is_busy(self) -> bool:
        """A ticket is being written just now."""
        form = self.ticket_form
        return self.panel == FORM and form is not None and form.touched

    async def open_tickets(self, view: str | None = None) -> TicketPanel:
        """The lists over the work area."""
        panel = await self.desk_there.made_work(LISTS, lambda: TicketPanel(self.tickets))
        self.open_panel(LISTS)
        cast(TicketPanel, panel).start(view)
        return cast(TicketPanel, panel)

    async def open_ticket(self, number: str) -> None:
        """One ticket over the work area."""
        panel = cast(TicketPanel, await self.desk_there.made_work(LISTS, lambda: TicketPanel(self.tickets)))
        self.open_panel(LISTS)
        await panel.open(number)

    file_from = ""  # the panel that the customer's file was opened over

    def leave_panel(self) -> None:
        """From a file that was opened in the tickets back to them, else to what belongs to the state."""
        if self.panel == FILE and self.file_from == LISTS and self.ticket_panel is not None:
            self.open_panel(LISTS)
            self.ticket_panel.take_cursor()
        else:
            super().leave_panel()

    def on_ticket_lists_left(self, event: TicketLists.Left) -> None:
        self.leave_panel()

    def on_ticket_form_made(self, event: TicketForm.Made) -> None:
        ticket, book = event.row.ticket, self.tickets.book
        number = ticket.number
        again = event.again
        words = (
            tr("{number}: told again", number=number)
            if again
            else tr("Ticket {number} is made", number=number)
        )
        parts = [words, book.department(ticket.department)]
        due = next_due(ticket)
        if due.at:
            until = clock_words(due.clock, due.at, 0, self.now(), self.zone, due.stands)
            parts.append(until[0])
        self.leave_panel()
        self.say("  ".join([*parts, tr("^G shows it")]), "good")
        self.ticket_to_show = ticket.number
        self._forget_standing()

    ticket_to_show = ""  # ^G opens this one first, once

    def on_ticket_form_changed(self, event: TicketForm.Changed) -> None:
        self.form_changed()

    def form_changed(self) -> None:
        """Something is half filled, or not any more."""

    # A form that is half filled

    def open_panel(self, panel: str) -> None:
        leaves_form = self.form_is_busy and panel != FORM
        super().open_panel(panel)
        if leaves_form:
            self.form_changed()  # whether the form is in sight is a part of it

    def ticket_draft(self, call_id: str) -> TicketDraft | None:
        """The half-filled ticket that belongs to this call."""
        form = self.ticket_form
        if form is not None and form.whole and form.touched and form.about.call_id == call_id:
            return form.draft(in_sight=self.panel == FORM)
        return self.left_ticket

    async def show_form(self, about: About) -> None:
        """The form in sight: what is half filled is gone on with, else it is about this customer."""
        panel = await self.desk_there.made_work(FORM, lambda: TicketFormPanel(self.tickets))
        form, left = cast(TicketFormPanel, panel).form, self.left_ticket
        self.open_panel(FORM)
        if form.touched:
            form.focus_first()
        elif left is not None:
            self.left_ticket = None
            await form.resume(left, self._shown_call)
        else:
            await form.start(about)
        self.call_after_refresh(form.paint)

    async def _reopen_form(self) -> None:
        """After a log-in: the ticket that was being written is in sight again, or said to be there."""
        left = self.left_ticket
        if left is None or self.form_is_busy or not self.tickets.keeps_tickets:
            return
        if left.cursor and not self.panel and self.situation().state in WRITING:
            await self.show_form(self.about_now())
        else:
            self.say(tr("A ticket is half filled: ^L goes on with it"), "strong")

    def about_now(self) -> About:
        """Whom a new ticket is about: the shown customer, and the present call."""
        view, customer = self.view, self.shown_customer
        if customer is None and self.desk is not None and self.desk.card_form.open:
            customer = self.desk.card_form.customer()  # a new caller, half filled in
        call = view.call if view else None
        note = self.desk.notes.note if self.desk else CallNote()
        told = view.told if view else {}
        phones = customer.phones if customer else ()
        return About(
            customer_id=customer.id if customer else 0,
            call_id=call.call_id if call else "",
            contact=customer.name if customer else "",
            phone=(call.cli if call else "") or (phones[0] if phones else ""),
            address=customer.address if customer else "",
            area=customer.area if customer else "",
            text=note.note if call else "",
            line=str(told.get("line", "")),
            fault=str(told.get("fault", "")),
        )

    # What the engine tells

    def start_tickets(self, *, logged_in: bool = False) -> None:
        """After a log-in, and when the link is back."""
        latest(self, "tickets_start", partial(self._start_tickets, logged_in))

    async def _start_tickets(self, logged_in: bool = False) -> None:
        await self.tickets.start()
        self._forget_standing()
        self.repaint()
        if logged_in:
            await self._reopen_form()

    def take_notice(self, name: str, params: Any) -> None:
        super().take_notice(name, params)
        if self.tickets.take_notice(name, params):
            self.call_later(self._tickets_changed, params.numbers)

    def _tickets_changed(self, numbers: list[str]) -> None:
        if self.ticket_panel is not None:
            self.ticket_panel.changed(numbers)
        if any(row.ticket.number in numbers for row in self.standing.open):
            self._forget_standing()
        self.repaint()

    # How things stand with the caller

    def _forget_standing(self) -> None:
        self._stands_for = (0, "")
        self.follow_caller()

    def follow_caller(self) -> None:
        """Another customer or number is shown: ask how things stand."""
        card = self.card if self.view is not None and self.view.call is not None else None
        customer_id = card.customer.id if card and card.customer else 0
        about = (customer_id, card.cli if card else "")
        if about == self._stands_for:
            return
        self._stands_for, self._similar = about, None
        self.standing = Standing.of(card, None)
        if any(about) and self.tickets.keeps_tickets:
            latest(self, "standing", partial(self._ask_standing, about))

    async def _ask_standing(self, about: tuple[int, str]) -> None:
        asked = SimilarParams(customer_id=about[0], phone=about[1])
        answer = await self.tickets.try_ask("tickets.similar", asked)
        maybe: list[Proposal] = []
        if not about[0]:
            found = await self.tickets.try_ask("customer.maybe", MaybeParams(number=about[1], limit=MOST))
            maybe = found.result.proposals if isinstance(found.result, Maybe) else []
        if isinstance(answer.result, Similar) and about == self._stands_for:
            self.standing = Standing.of(self.card, answer.result, maybe)
            self.repaint()

    @property
    def ticket_counts(self) -> TicketCounts:
        return self.tickets.counts

    @property
    def file_customer(self) -> int:
        row = self.ticket_panel.shown if self.panel == LISTS and self.ticket_panel else None
        return row.ticket.customer_id if row else super().file_customer

    @property
    def half_filled(self) -> bool:
        return self.panel == FORM

    def standing_parts(self) -> Sequence[Part]:
        """What the line under the card says besides."""
        return standing_parts(self.standing, self.card, self.paper()) if self.view and self.view.call else []

    def ticket_lines(self, paper: Paper) -> Sequence[Content]:
        return ticket_lines(self.standing, paper, self.tickets.book)

    # Calls for a ticket

    def calls_for(self, row: TicketRow, call_id: str) -> None:
        """This call is made for a ticket: its outcome goes there."""
        self.ticket_call = TicketCall(row.ticket.number, call_id)

    def follow_ticket_call(self, view: DeskView) -> None:
        """The call for a ticket goes on, or has ended: then its outcome is written into the ticket."""
        made, call = self.ticket_call, view.call
        if made is None:
            return
        if view.notice:
            made.reason = view.notice
        if call is not None and call.call_id == made.call_id:
            made.reached = made.reached or bool(call.answered_at)
            if view.agent.state is not AgentState.WRAP_UP:
                return
            if self.desk is not None and self.desk.notes.note.note:
                self.tickets.said[made.number] = self.desk.notes.note.note
        elif call is None and view.agent.state is AgentState.DIALLING:
            return
        self.ticket_call = None
        self.run_worker(self._keep_outcome(made), name="ticket_call")

    async def _keep_outcome(self, made: TicketCall) -> None:
        failed = made.reason if made.reason in set(RingFailure) else RingFailure.NO_ANSWER
        code = "reached" if made.reached else str(failed)
        act = Act(deed=Deed.CALL, target=made.call_id, code=code)
        answer = await self.tickets.act(made.number, act)
        if not isinstance(answer.result, TicketRow):
            self.say(answer.words, "warn")
            return
        panel = self.ticket_panel
        if panel is not None and panel.sheet.number == made.number:
            await panel.sheet.reload()
        if made.reached and Deed.REPLY in answer.result.deeds:
            self.say(tr("The call is in {number}. h: reply to the customer", number=made.number), "good")
        elif made.reached and Deed.FOLLOW_UP in answer.result.deeds:
            self.say(tr("The call is in {number}. g: followed up", number=made.number), "good")
        else:
            self.say(tr("The call is in {number}", number=made.number))
