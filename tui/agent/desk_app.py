"""What the agent's console shows: desk, lists over it, who is known, what others wrote."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual.content import Content

from engine.core.records import Customer, CustomerCard, Message
from engine.core.states import AgentState
from engine.core.tickets.records import TicketCounts
from engine.core.views import CallRow, DeskView
from engine.wire.chat import MESSAGE_POSTED, ReadParams
from engine.wire.targets import Targets
from tui.agent.contacts import Contacts
from tui.agent.desk import DeskScreen
from tui.agent.inbox import Inbox
from tui.agent.parties import comes_from
from tui.commands import agent_hints, expected_command
from tui.situation import IN_TALK, Situation
from tui.widgets.hint_bar import Hint
from tui.widgets.lines import Part
from tui.widgets.paper import Paper
from tui.widgets.session import SessionApp
from tui.words import mark, tr

WRITING = (*IN_TALK, AgentState.WRAP_UP)


class DeskApp(SessionApp, inherit_bindings=False):
    """A console with a desk; what its keys do is the business of `AgentApp`."""

    view: DeskView | None = None
    desk: DeskScreen | None = None
    panel = ""
    contacts = Contacts()
    inbox = Inbox()
    _shown_call = ""
    _shown_state: AgentState | None = None
    _own_card: CustomerCard | None = None  # chosen or saved here during this call
    _people: dict[int, Customer]  # everybody with the caller's number
    _painted_hints: tuple[object, ...] = ()

    # Painting

    @property
    def card(self) -> CustomerCard | None:
        """The card to show: what was chosen here goes before what the engine found."""
        card = self._own_card or (self.view.card if self.view else None)
        if card is None or card.customer is None:
            return card
        others = (one for one in self._people.values() if one.id != card.customer.id)
        return replace(card, matches=tuple(others))

    def meet_people(self, card: CustomerCard | None) -> None:
        """Everybody with the caller's number stays to be chosen from, whoever the card shows."""
        for customer in (card.customer, *card.matches) if card else ():
            if customer is not None:
                self._people[customer.id] = customer

    def paper(self) -> Paper:
        """The paper that everything is painted on now."""
        return Paper(
            self.size.width,
            self.now(),
            self.zone,
            self.words,
            connected=self.connected,
            watched=self.mirror.wanted,
            view_at=self.view_at,
            names=self.contacts.names,
        )

    def repaint(self) -> None:
        if self.view is None or self.desk is None or not self.desk.is_mounted:
            return
        self.desk.paint(
            self.view,
            self.card,
            self.paper(),
            unread=self.inbox.unread,
            counts=self.ticket_counts,
            standing=self.standing_parts(),
            tickets=self.ticket_lines,
        )
        now = self.situation()
        hints = tuple(
            Hint(
                command.short_key,
                command.word(now),
                command.disabled_reason(now) is None,
                command.id == expected_command(now),
            )
            for command in agent_hints(now)
        )
        if hints != self._painted_hints:
            self._painted_hints = hints
            self.desk.hints.show_hints(hints)

    @property
    def ticket_counts(self) -> TicketCounts:
        """What this person has to see to."""
        return TicketCounts()

    def standing_parts(self) -> Sequence[Part]:
        """How things stand with the caller, for the line under the card."""
        return ()

    def ticket_lines(self, paper: Paper) -> Sequence[Content]:
        """The caller's open tickets, for the column beside the notes."""
        return ()

    @property
    def half_filled(self) -> bool:
        """A form over the work area waits to be stored."""
        return False

    @property
    def file_customer(self) -> int:
        """The id of the customer whose file would be opened; 0 for none."""
        customer = self.shown_customer
        return customer.id if customer else 0

    def situation(self) -> Situation:
        if self.desk is None or not self.desk.is_mounted:
            return Situation(connected=self.connected, panel=self.panel)
        opened = self.desk.opened(self.panel)
        return replace(
            self.bare_situation(),
            unsaved=self.desk.notes.unsaved or self.desk.card_form.unsaved or self.half_filled,
            panel=self.panel,
            customer=bool(self.file_customer),
            found=self.panel == "search" and self.desk.search.shown is not None,
            others=bool(self.card and self.card.matches),
            stranger=self.card is not None and self.card.customer is None,
            enter_reason=opened.enter_reason() if opened else "",
            consult_reason=opened.consult_reason() if opened else "",
        )

    def bare_situation(self) -> Situation:
        """Desk and link alone."""
        return Situation(view=self.view, connected=self.connected)

    @property
    def staff_number(self) -> str:
        """Who is logged in."""
        return self.view.agent.staff_number if self.view else ""

    def open_panel(self, panel: str) -> None:
        """Show a panel in the work area; "" is what belongs to the state."""
        assert self.desk is not None
        self.panel = panel
        self.desk.show_panel(panel, in_call=self._shown_state in WRITING or bool(self._shown_call))
        self.repaint()

    def leave_panel(self) -> None:
        """Back to what belongs to the state, with the cursor where one goes on writing."""
        self.open_panel("")
        assert self.desk is not None
        self.desk.focus_notes() if self.situation().state in WRITING else self.set_focus(None)

    # Who can be called

    @property
    def desk_there(self) -> DeskScreen:
        """The desk, for commands: they are done only when there is one."""
        assert self.desk is not None
        return self.desk

    @property
    def shown_customer(self) -> Customer | None:
        """The customer whom the agent looks at."""
        found = self.desk_there.search.shown if self.panel == "search" else None
        return found or (self.card.customer if self.card else None)

    @property
    def own_calls(self) -> tuple[CallRow, ...]:
        """The own stored calls, newest first."""
        return self.desk_there.day.calls

    def ask_for_names(self, view: DeskView) -> None:
        """A call that comes from somebody else says who that is."""
        sender = comes_from(view)
        if sender and self.contacts.is_stranger(sender):
            self.run_worker(self._load_names(), name="names", exclusive=True, group="names")

    async def _load_names(self) -> None:
        found: Targets | None = await self.ask("agent.targets")
        if found is not None:
            self.contacts.know(found)
            self.repaint()

    # Messages

    def take_notice(self, name: str, params: Any) -> None:
        super().take_notice(name, params)
        if name == MESSAGE_POSTED:
            self.call_later(self.message_came, params.message)

    def message_came(self, message: Message) -> None:
        """Said once in the message line, and counted until it was looked at; announcements ring the bell."""
        is_news = self.inbox.add(message)
        if self.panel == "chat":
            self.messages_read()
        elif is_news:
            words = mark("Announcement of {who}: {text}") if not message.to else mark("{who}: {text}")
            self.say(tr(words, who=message.sender_name or message.sender, text=message.text), "strong")
            if not message.to:
                self.bell()
        self.repaint()

    def messages_read(self) -> None:
        """What has come is in sight: tell the engine."""
        newest = self.inbox.look()
        if newest:
            self.run_worker(self.ask("chat.read", ReadParams(id=newest)), name="read")
