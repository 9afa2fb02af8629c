"""The agent's console: log in, take calls, write about them."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.timer import Timer

from engine.core.records import CallNote, Customer, CustomerCard
from engine.core.states import AgentState
from engine.core.views import DeskView
from engine.wire.customers import CustomerIdParams, SearchParams
from engine.wire.methods import CallsParams, DraftParams, LogInParams, NoteParams, SubscribeParams, Views
from tui.agent import actions
from tui.agent.card_form import CardForm
from tui.agent.contacts import Contacts
from tui.agent.day import LIMIT as DAY_LIMIT
from tui.agent.desk import DeskScreen, state_message
from tui.agent.desk_app import WRITING
from tui.agent.help_text import page_for
from tui.agent.inbox import Inbox
from tui.agent.notes import MAX_NOTE, NoteForm, ResultList
from tui.agent.parties import comes_from
from tui.agent.search import LIMIT as SEARCH_LIMIT
from tui.agent.search import SearchPanel
from tui.agent.ticket_app import LISTS, TicketApp
from tui.command import Command
from tui.commands import AGENT_COMMANDS
from tui.situation import SPEAKING, WITH_CUSTOMER, is_guest
from tui.tickets.desk import TicketDesk
from tui.widgets.console import bindings_of
from tui.widgets.login import LoginScreen, Prefill
from tui.words import Language, mark, tr

OWN_CALLS_DELAY = 0.5  # seconds
DRAFT_DELAY = 0.3  # seconds after the last key
RINGING = (AgentState.RESERVED, AgentState.RINGING)


class AgentApp(TicketApp, inherit_bindings=False):
    """One agent at one seat."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Agent console")
    WITH_SEAT = True
    REGISTRY: ClassVar[tuple[Command, ...]] = AGENT_COMMANDS
    IN_TURN = frozenset(
        (
            "customer.search",
            "call.dial",
            "call.transfer",
            "call.digits",
            "task.open",
            "message.open",
            "ticket.new",
            "ticket.open",
            "knowledge.open",
            "customer.file",
        )
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(AGENT_COMMANDS),
    ]

    _draft_timer: Timer | None = None
    _draft_waits = False
    rejected = False  # F8 was pressed while it rang
    _third_answered = False
    _of_colleague = False  # the shown call is still somebody else's

    # Logging in and out

    def forget_session(self) -> None:
        self.view = self.desk = None
        self._shown_call, self._shown_state, self._own_card, self._people = "", None, None, {}
        self.panel = ""
        self._painted_hints = ()
        self.contacts, self.inbox = Contacts(), Inbox()
        self.tickets, self.ticket_call, self.left_ticket = TicketDesk(self), None, None

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin, seat=entered.seat)
        self.inbox = Inbox(entered.staff_number)
        await self.engine.call("session.log_in", who)
        views = await self.engine.call("view.subscribe", SubscribeParams(topics=["desk"]))
        self.desk = DeskScreen()
        await self.switch_screen(self.desk)
        self.take_first_views(views)
        self.views_changed()
        self.keep_connected()
        self.load_own_calls()
        self.start_tickets(logged_in=True)

    def link_changed(self) -> None:
        if self.connected and self._draft_waits:
            self.run_worker(self._send_draft(), name="draft")
        if self.connected:
            self.say(tr("The engine is back"), "good")
            self.start_tickets()

    # Views

    def take_views(self, views: Views) -> None:
        if views.desk is not None:
            self.view = views.desk

    def views_changed(self) -> None:
        if self.view is None or self.desk is None:
            return
        before, self._shown_state = self._shown_state, self.view.agent.state
        call_id = self.view.call.call_id if self.view.call else ""
        if call_id != self._shown_call:
            self._new_call(call_id)
        self._follow_colleague(self.view)
        self.meet_people(self.view.card)
        self.follow_caller()
        self.follow_ticket_call(self.view)
        message = state_message(before, self.view) or self._third_message(self.view)
        if before in RINGING and self._shown_state not in RINGING and self.rejected:
            self.rejected, message = False, tr("You rejected the call")
        if message is not None:
            self.say(message, "strong")
        if self._shown_state is not before:
            self._state_changed(before)
        if self.desk.digits.open and self._shown_state not in SPEAKING:
            self.desk.digits.close()
        self.ask_for_names(self.view)
        self.repaint()

    def _follow_colleague(self, view: DeskView) -> None:
        """Notes of a call that a colleague still writes on come along until somebody writes here."""
        before, self._of_colleague = self._of_colleague, bool(comes_from(view))
        follows = before or self._of_colleague  # with the last words in the moment of handing over
        if follows and view.call is not None and self.desk is not None and not self.desk.notes.touched:
            draft = replace(view.draft, form=None, field="", ticket=None)
            if draft != self.desk.notes.note:
                self.desk.notes.fill(draft)
        if follows and view.call is not None:
            self._follow_form(view.draft.form, view.card)
            self.left_ticket = view.draft.ticket
        if before and not self._of_colleague and view.agent.state is AgentState.TALKING:
            self.say(tr("The customer is with you now"), "good")

    def _follow_form(self, form: Customer | None, card: CustomerCard | None) -> None:
        """The half-filled form of the colleague comes along as well."""
        assert self.desk is not None
        shown = self.desk.card_form
        if form is not None and not shown.touched and not (shown.open and shown.customer() == form):
            self.desk.resume_form(_began_with(form, card), form)

    def _third_message(self, view: DeskView) -> str | None:
        """The third party has answered in this moment."""
        party = view.call.party if view.call else None
        before, self._third_answered = self._third_answered, party is not None and party.answered
        known = party is None or before or not party.answered or is_guest(view)
        if known or party is None or self._shown_state is not AgentState.CONSULTING:
            return None
        return tr("{name} has answered: F6 hands over, F7 all three", name=party.name or party.number)

    def _new_call(self, call_id: str) -> None:
        """Another call, or none: what was written about the last one is stored, the form starts afresh."""
        assert self.desk is not None
        assert self.view is not None
        self._store_what_is_left()
        self._shown_call, self._own_card, self._people = call_id, None, {}
        self.desk.end_edit()
        draft = self.view.draft if call_id else CallNote()
        self.desk.notes.fill(replace(draft, form=None, field="", ticket=None))
        self.left_ticket = draft.ticket
        card = self.view.card
        if draft.form is not None:
            self.desk.resume_form(_began_with(draft.form, card), draft.form)
        elif call_id and card is not None and card.customer is None:
            self.desk.edit_customer(new_customer(card), take_cursor=False)
        if not call_id:
            self.load_own_calls()

    def _store_what_is_left(self) -> None:
        """The wrap-up ended by its time limit: nothing that was typed is lost."""
        assert self.desk is not None
        if self._draft_timer:
            self._draft_timer.stop()
            self._draft_timer = None
        self._draft_waits = False
        self.desk.notes.take_text()
        if (
            self._shown_call
            and self.desk.notes.unsaved
            and (self.desk.notes.touched or not self._of_colleague)
        ):
            note = NoteParams(call_id=self._shown_call, note=self.desk.notes.note)
            self.run_worker(self.ask("call.note", note), name="store")

    def _state_changed(self, before: AgentState | None) -> None:
        assert self.desk is not None
        state = self._shown_state
        if state in RINGING and before not in RINGING:
            self.bell()
            self.open_panel(self.panel)
        if self.panel == "transfer" and state not in WITH_CUSTOMER:
            self.leave_panel()
        if state is AgentState.TALKING and before in (*RINGING, AgentState.DIALLING):
            self._answered()
        elif state in WRITING and before not in WRITING and self.ticket_call is not None:
            self.open_panel(self.panel)  # the ticket that is called for stays in sight
        elif state in WRITING and before not in WRITING:
            self.open_panel("")
            if self.view is not None:
                self.desk.put_cursor(self.view.draft.field)
        elif state not in WRITING and state not in RINGING and before is not None:
            self.open_panel(self.panel)
            if before in WRITING and not self.panel:
                self.set_focus(None)

    def _answered(self) -> None:
        """The talk begins: to the notes, unless the agent is in the middle of something."""
        assert self.desk is not None
        if self.form_is_busy or (self.panel == LISTS and self.ticket_call is not None):
            return
        form = self.desk.card_form
        busy = self.desk.notes.touched or form.has_cursor or (form.open and form.touched)
        self.open_panel("")
        if not busy:
            self.desk.focus_notes()

    def show_own_card(self, card: CustomerCard) -> None:
        """Show this card for the rest of the call."""
        self._own_card = card
        self.meet_people(card)
        if self.desk:
            was_half_filled = self.desk.card_form.unsaved
            self.desk.end_edit()
            if was_half_filled:
                self.form_changed()
        self.repaint()

    def help_page(self) -> tuple[str, list[str]]:
        return page_for(self)

    # Commands

    async def perform(self, command_id: str) -> None:
        if self.desk is None:
            if command_id == "session.quit":
                self.exit(0)
            return
        await actions.PERFORMERS[command_id](self)
        self.repaint()

    def load_own_calls(self, again: int = 3) -> None:
        """Fetch the own calls for the day panel; a call that ended just now may not be written yet."""
        self.run_worker(self._load_own_calls(again), name="own_calls", exclusive=True, group="own_calls")

    async def _load_own_calls(self, again: int) -> None:
        if self.view is None:
            return
        wanted = CallsParams(staff_number=self.view.agent.staff_number, limit=DAY_LIMIT)
        found = await self.ask("calls.list", wanted)
        if found is not None and self.desk is not None:
            self.desk.day.show_calls(found.calls)
            self.repaint()
            if again and found.calls and not found.calls[0].outcome:
                self.set_timer(OWN_CALLS_DELAY, lambda: self.load_own_calls(again - 1))

    # The form of the call

    def on_note_form_changed(self, event: NoteForm.Changed) -> None:
        self.form_changed()

    def on_card_form_changed(self, event: CardForm.Changed) -> None:
        self.form_changed()

    def form_changed(self) -> None:
        """Send the draft soon: a console that dies loses nothing."""
        self._draft_waits = bool(self._shown_call)
        if self._draft_timer:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(DRAFT_DELAY, self._send_draft)
        self.repaint()

    def on_note_form_full(self) -> None:
        self.say(tr("A note holds {count} characters; the rest was left out", count=MAX_NOTE), "warn")

    async def _send_draft(self) -> None:
        self._draft_timer = None
        if not self.connected or not self._shown_call or self.desk is None or self.bare_situation().guest:
            return
        draft = DraftParams(call_id=self._shown_call, note=self._draft(self.desk))
        if await self.ask("call.draft", draft) is not None and self.desk is not None:
            self._draft_waits = self._draft(self.desk) != draft.note

    def _draft(self, desk: DeskScreen) -> CallNote:
        form, note = desk.card_form, desk.notes.note
        ticket = self.ticket_draft(self._shown_call)
        if not form.unsaved and not desk.notes.half_filled and ticket is None:
            return note
        entered = form.customer() if form.unsaved else None
        return replace(note, form=entered, field=desk.cursor, ticket=ticket)

    def on_result_list_picked(self, event: ResultList.Picked) -> None:
        assert self.desk is not None
        notes = self.desk.notes
        if event.store:
            self.start_command("form.finish" if self._shown_state is AgentState.WRAP_UP else "form.save")
        elif event.unsolved:
            notes.change(replace(notes.note, unsolved=not notes.note.unsolved))
        elif event.disposition is not None:
            notes.change(replace(notes.note, disposition=event.disposition))

    # The search

    def on_search_panel_wanted(self, event: SearchPanel.Wanted) -> None:
        self.run_worker(self._find(event.text), name="search", exclusive=True, group="search")

    async def _find(self, text: str) -> None:
        assert self.desk is not None
        if not text:
            self.desk.search.show_found("", ())
            return
        found = await self.ask("customer.search", SearchParams(text=text, limit=SEARCH_LIMIT))
        if found is not None:
            self.desk.search.show_found(text, found.customers)
            self.repaint()

    def on_search_panel_opened(self, event: SearchPanel.Opened) -> None:
        self.run_worker(self._open_card(event.customer_id), name="card", exclusive=True, group="card")

    async def _open_card(self, customer_id: int) -> None:
        assert self.desk is not None
        card = await self.ask("customer.show", CustomerIdParams(id=customer_id))
        if card is not None:
            self.desk.search.show_card(card)


def new_customer(card: CustomerCard) -> Customer:
    """The empty form of an unknown caller has the number that called."""
    return Customer(phones=(card.cli,) if card.cli else ())


def _began_with(form: Customer, card: CustomerCard | None) -> Customer:
    """What the fields held before the agent changed them."""
    if card is None or form.id != (card.customer.id if card.customer else 0):
        return Customer(id=form.id)  # somebody who was found by the search
    return card.customer or new_customer(card)


def run(socket_path: str, language: str | None, staff_number: str = "", seat: str = "", pin: str = "") -> int:
    """Run the agent's console until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = AgentApp(socket_path, chosen, "agent")
    app.prefill = Prefill(staff_number, pin, seat)
    return app.run() or 0
