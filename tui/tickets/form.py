"""The form of a new ticket: its matter by digits, the rest is known mostly; what is due stays in sight."""

import datetime
import uuid

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import TextArea

from engine.core.records import TicketDraft
from engine.core.tickets.records import NewTicket
from engine.wire.tickets import Due, DueParams, Similar, SimilarParams, TicketRow
from tui.tickets.about import About
from tui.tickets.book import words_of
from tui.tickets.desk import TicketDesk
from tui.tickets.form_fields import LABEL, CommonFields, OwnFields, Switches, labelled
from tui.tickets.form_lines import due_line, note_line
from tui.tickets.form_sending import send
from tui.tickets.latest import latest
from tui.tickets.matter import MatterPicker
from tui.tickets.writing import WritingArea
from tui.widgets.cells import fit
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.words import tr

NOTHING_SIMILAR = Similar(open=[], calls_30=0, tickets_90=0, same_matter_90=0)


class TicketForm(Vertical):
    """`Made` when a ticket is there, or the old one of the same matter was taken."""

    DEFAULT_CSS = """
    TicketForm { height: 1fr; }
    TicketForm > Lines { height: 1; }
    TicketForm WritingArea, TicketForm WritingArea:focus { height: 1fr; min-height: 2; }
    TicketForm .text { height: 1fr; min-height: 2; }
    TicketForm .text Lines { width: 9; height: 1; }
    TicketForm .reply { height: 1; }
    TicketForm .reply Lines { width: auto; height: 1; }
    TicketForm .reply Field { width: 1fr; margin-right: 1; }
    """

    class Made(Message):
        """A ticket was made, or `again`: told once more to an open one."""

        def __init__(self, row: TicketRow, *, again: bool) -> None:
            super().__init__()
            self.row = row
            self.again = again

    class Changed(Message):
        """Something was entered, or the cursor of a half-filled form is elsewhere."""

    def __init__(self, desk: TicketDesk) -> None:
        super().__init__(id="ticket-form")
        self.desk = desk
        self.about = About()
        self.touched = False
        self._key = ""
        self._template = ""  # what was put into the text by itself
        self._similar = NOTHING_SIMILAR
        self._due_by: Due | None = None
        self._sending = False
        self.matter = MatterPicker()
        self.common = CommonFields()
        self.text = WritingArea(widget_id="ticket-words")
        self.own = OwnFields()
        self.switches = Switches()
        self.reply = Horizontal(*labelled("ticket-reply", tr("Reply given"), 0, LABEL), classes="reply")
        self._due = Lines(widget_id="ticket-due")
        self._note = Lines(widget_id="ticket-note")

    def compose(self) -> ComposeResult:
        yield self.matter
        yield self.common
        with Horizontal(classes="text"):
            yield Lines([line((f" {fit(tr('Matter'), LABEL - 1)}", "label"))])
            yield self.text
        yield self.own
        yield self.switches
        yield self.reply
        yield self._due
        yield self._note

    def on_mount(self) -> None:
        self.reply.display = False

    # Filling

    async def start(self, about: About) -> None:
        """A new form about this customer; what is known stands in it."""
        self.about, self.touched, self._template = about, False, about.text
        self._key = uuid.uuid4().hex
        self._similar = NOTHING_SIMILAR
        self.matter.offer(self.desk.book)
        self.matter.choose(*about.matter(self.desk.book))
        with self.prevent(Field.Changed, TextArea.Changed):
            self.common.fill(
                {"contact": about.contact, "phone": about.phone, "area": about.area, "address": about.address}
            )
            self.text.load_text(about.text)
            self._reply_field.value = ""
            self.switches.show(0, False)
            self.reply.display = False
            await self._matter_changed()
        self.focus_first()

    async def resume(self, draft: TicketDraft, call_id: str) -> None:
        """The form as it was left half filled, with the cursor in its field."""
        self.about = About(
            customer_id=draft.customer_id,
            call_id=call_id,
            contact=draft.contact,
            phone=draft.phone,
            address=draft.address,
            area=draft.area,
        )
        self.touched, self._template, self._key = True, "", draft.key
        self._similar = NOTHING_SIMILAR
        self.matter.offer(self.desk.book)
        self.matter.choose(draft.type, draft.category)
        with self.prevent(Field.Changed, TextArea.Changed):
            self.common.fill({name: getattr(draft, name) for name in self.common.typed()})
            self.text.load_text(draft.text)
            self._reply_field.value = draft.reply
            self.switches.show(draft.priority, draft.solved)
            self.reply.display = draft.solved
            await self._matter_changed()
            self.own.fill(draft.fields)
        self._put_cursor(draft.cursor)

    @property
    def whole(self) -> bool:
        """Its fields are there: a console that is ending takes them away one by one."""
        return bool(self.common.query(Field)) and bool(self.reply.query(Field))

    def draft(self, *, in_sight: bool) -> TicketDraft:
        """What stands in the form now; with the cursor, if the form is `in_sight`."""
        typed, kind, category = self.common.typed(), self.matter.type, self.matter.category
        return TicketDraft(
            key=self._key,
            type=kind.id if kind else "",
            category=category.id if category else "",
            text=self.text.text,
            fields=self.own.typed(),
            priority=self.switches.priority,
            customer_id=self.about.customer_id,
            solved=self.switches.solved,
            reply=self._reply_field.value,
            cursor=self._cursor if in_sight else "",
            **typed,
        )

    @property
    def _cursor(self) -> str:
        """The field that is being typed in."""
        focused = self.screen.focused
        return (focused.id or "") if focused is not None and self in focused.ancestors else ""

    def _put_cursor(self, field: str) -> None:
        found = [one for one in self.query(f"#{field}") if one.focusable] if field else []
        if found:
            self.screen.set_focus(found[0])
        else:
            self.focus_first()

    def focus_first(self) -> None:
        """The cursor where the next key belongs."""
        self.screen.set_focus(self.text if self.matter.chosen else self.matter)

    @property
    def _reply_field(self) -> Field:
        return self.reply.query_one(Field)

    async def _matter_changed(self) -> None:
        kind, category = self.matter.type, self.matter.category
        await self.own.show(kind.fields if kind else (), self.own.typed())
        template = words_of(category.template) if category else ""
        if template and self.text.text in ("", self._template) and not self.about.text:
            self.text.load_text(template)
            self._template = template
        self.text.move_cursor(self.text.document.end)
        self._due_by = None
        self.paint()
        if kind is not None:
            latest(self, "matter", self._ask_about_matter)

    async def on_matter_picker_chosen(self, event: MatterPicker.Chosen) -> None:
        event.stop()
        self._touch()
        await self._matter_changed()
        if event.done:
            self.screen.set_focus(self.text)

    async def _ask_about_matter(self) -> None:
        """When it would be due, and whether the same is open already."""
        kind, category = self.matter.type, self.matter.category
        due = await self.desk.try_ask("tickets.due", DueParams(type=kind.id if kind else ""))
        if isinstance(due.result, Due):
            self._due_by = due.result
            self.paint()
        asked = SimilarParams(
            customer_id=self.about.customer_id,
            phone=self.common.typed()["phone"],
            type=kind.id if kind else "",
            category=category.id if category else "",
        )
        answer = await self.desk.try_ask("tickets.similar", asked)
        if isinstance(answer.result, Similar):
            self._similar = answer.result
            self.paint()

    # Painting

    def paint(self) -> None:
        """The clock ticked, or something was entered."""
        width = self.size.width
        if width:
            self.matter.offer(self.desk.book)
            area, solved = self.common.typed()["area"], self.switches.solved
            self._due.show([due_line(self.desk, self.matter.type, area, self._due_by, solved, width)])
            self._note.show([note_line(self.desk, self._similar, width)])

    # Entering

    def _touch(self) -> None:
        self.touched = True
        self.post_message(self.Changed())

    def on_descendant_focus(self) -> None:
        if self.touched:
            self.post_message(self.Changed())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.text.text != self._template:
            self._touch()

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self._touch()
        self.paint()

    def on_switches_changed(self, event: Switches.Changed) -> None:
        event.stop()
        self.reply.display = self.switches.solved
        self._touch()
        self.paint()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def on_writing_area_sent(self, event: WritingArea.Sent) -> None:
        event.stop()
        self.screen.focus_next()

    def on_key(self, event: events.Key) -> None:
        if event.key in ("down", "up") and not isinstance(self.screen.focused, WritingArea):
            event.stop()
            self.screen.focus_next() if event.key == "down" else self.screen.focus_previous()

    # Storing

    async def store(self) -> TicketRow | None:
        """Make the ticket, or say what is missing; a second one of the same matter only after a question."""
        if self._sending:
            return None
        new = self._new_ticket()
        if new is None:
            return None
        self._sending = True
        try:
            sent = await send(self.desk, new)
            return self._done(sent[0], again=sent[1]) if sent else None
        finally:
            self._sending = False

    def _new_ticket(self) -> NewTicket | None:
        app, kind, category = self.desk.app, self.matter.type, self.matter.category
        if kind is None or (kind.categories and category is None):
            app.say(tr("First what it is about: a digit, or letters"), "warn")
            self.matter.focus()
            return None
        year = datetime.datetime.fromtimestamp(app.now() / 1000, app.zone).year
        fields, wrong = self.own.values(year)
        if wrong is not None:
            app.say(tr("Please check this field: {field}", field=words_of(wrong.words)), "warn")
            self.own.field(wrong.id).focus()
            return None
        reply = self._reply_field.value.strip()
        if self.switches.solved and not reply:
            app.say(tr("What was the customer told?"), "warn")
            self._reply_field.focus()
            return None
        typed = self.common.typed()
        return NewTicket(
            key=self._key,
            type=kind.id,
            category=category.id if category else "",
            text=self.text.text.strip(),
            fields=fields,
            line=category.line if category else "",
            fault=category.fault if category else "",
            priority=self.switches.priority,
            customer_id=self.about.customer_id,
            contact=typed["contact"],
            phone="".join(typed["phone"].split()),
            address=typed["address"],
            area=typed["area"],
            call_id=self.about.call_id,
            solved=self.switches.solved,
            reply=reply if self.switches.solved else "",
        )

    def _done(self, row: TicketRow, *, again: bool) -> TicketRow:
        self.touched = False
        self.post_message(self.Made(row, again=again))
        return row
