"""A ticket on the screen: facts on top, history below, the deeds that are possible now at the bottom."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from engine.core.tickets.states import Deed
from engine.wire.tickets import TicketDetail, TicketNumberParams
from tui.tickets.asking import Asking, do_deed
from tui.tickets.desk import TicketDesk
from tui.tickets.facts import Sheet, body_lines, head_lines
from tui.tickets.files import attach, take_out, typed_path
from tui.tickets.keys import deed_lines, deed_of, meant_by
from tui.tickets.labels import DEEDS, state_words
from tui.tickets.latest import latest
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.entry import Entry
from tui.widgets.lines import line
from tui.words import tr

SCROLLS = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8, "home": -10_000, "end": 10_000}
FILES_KEY = "v"
BELOW = 2  # lines of deeds


class TicketSheet(Widget, can_focus=True):
    """Letters do deeds, arrows scroll, `v` takes out a file. `Left` after Esc, `Acted` after a deed."""

    DEFAULT_CSS = """
    TicketSheet { height: 1fr; background: $background; text-wrap: nowrap; text-overflow: clip; }
    """
    ALLOW_SELECT = False

    class Left(Message):
        """Esc: back to where the ticket was opened."""

    class Acted(Message):
        """Something was done to the ticket."""

    def __init__(self, desk: TicketDesk, *, says_why: bool = False, widget_id: str = "ticket-sheet") -> None:
        super().__init__(id=widget_id)
        self.desk = desk
        self.detail: TicketDetail | None = None
        self._number = ""
        self._top = 0
        self._doing = False
        self._says_why = says_why  # where no other letters are in use
        self._painted: list[Content] = []

    @property
    def number(self) -> str:
        """The ticket that is shown, or is being fetched."""
        return self._number

    async def open(self, number: str) -> bool:
        """Show this ticket; False when the engine does not give it."""
        self._number, self._top = number, 0
        return await self.reload()

    async def reload(self) -> bool:
        """Ask for it anew."""
        found = await self.desk.ask("tickets.show", TicketNumberParams(number=self._number))
        if not isinstance(found, TicketDetail) or found.row.ticket.number != self._number:
            return False
        self.detail = found
        self.paint()
        return True

    def changed(self, numbers: list[str]) -> None:
        """Tickets were changed, perhaps this one."""
        if self._number in numbers and self.display:
            latest(self, "reload", self.reload)

    def clear(self) -> None:
        """Show nothing."""
        self.detail, self._number = None, ""
        self.paint()

    def paint(self) -> None:
        """The clock ticked, or something came."""
        lines = self._lines()
        if len(lines) != len(self._painted) or not all(
            one.is_same(old) for one, old in zip(lines, self._painted, strict=True)
        ):
            self._painted = lines
            self.refresh()

    def _lines(self) -> list[Content]:
        width, height = self.size
        if self.detail is None or width == 0:
            return []
        app = self.desk.app
        sheet = Sheet(self.desk.book, width, app.now(), app.zone)
        head, body = self.head(self.detail, sheet), body_lines(self.detail, sheet)
        room = max(1, height - len(head) - BELOW)
        self._top = max(0, min(self._top, len(body) - room))
        shown = body[self._top : self._top + room]
        shown += [line("")] * (room - len(shown))
        return [*head, *shown, *self._deeds(width, hidden=len(body) - self._top - room)]

    def head(self, detail: TicketDetail, sheet: Sheet) -> list[Content]:
        """What stays in sight."""
        return head_lines(detail, sheet)

    def _deeds(self, width: int, hidden: int) -> list[Content]:
        assert self.detail is not None
        more = f" {tr('more below: {count}', count=hidden)}" if hidden > 0 else ""
        files = f" v {tr('Files')} " if self.detail.attachments else ""
        tail = f"{files}{more}"
        room = width - Content(tail).cell_length
        first, second = deed_lines(self.detail.row.deeds, room)
        gap = " " * max(0, room - second.cell_length)
        return [first, Content.assemble(second, gap, line((tail, "label")))]

    def render(self) -> Content:
        return Content("\n").join(self._painted)

    def on_resize(self) -> None:
        self.paint()

    async def on_key(self, event: events.Key) -> None:
        if event.key in SCROLLS:
            event.stop()
            self._top = max(0, self._top + SCROLLS[event.key])
            self.paint()
        elif event.key == "escape":
            event.stop()
            self.post_message(self.Left())
        elif event.character == FILES_KEY:
            event.stop()
            self._begin(None)
        elif self.detail is not None and (deed := deed_of(event.character, self.detail.row.deeds)):
            event.stop()
            self._begin(deed)
        elif self._says_why and self.detail is not None and (meant := meant_by(event.character)):
            event.stop()
            state = state_words(self.detail.row.ticket)[0]
            words = tr("{deed}: not possible for you, it is {state}", deed=tr(DEEDS[meant]), state=state)
            self.desk.app.say(words, "warn")

    def _begin(self, deed: Deed | None) -> None:
        """One thing at a time; a second key of the same burst is left out."""
        if self.detail is not None and not self._doing:
            self._doing = True
            self.run_worker(self._do(deed), name=f"deed {deed}")

    async def _do(self, deed: Deed | None) -> None:
        assert self.detail is not None
        try:
            if deed is None:
                await self._take_file_out(self.detail)
                return
            if deed is Deed.ATTACH:
                done = await self._bring_file_in()
            else:
                done = await do_deed(Asking(self.desk, (self.detail.row.ticket,)), deed) is not None
            if done:
                await self.reload()
                self.post_message(self.Acted())
        finally:
            self._doing = False

    async def _bring_file_in(self) -> bool:
        app = self.desk.app
        typed = await app.push_screen_wait(
            Entry(tr("Attach to {number}: path of the file", number=self._number))
        )
        if not typed:
            return False
        path = typed_path(typed)

        def told(percent: int) -> None:
            app.say(tr("{name}: {percent} %", name=path.name, percent=percent))

        kept = await attach(self.desk, self._number, path, told)
        if kept is not None:
            app.say(tr("{name} is attached", name=kept.name), "good")
        return kept is not None

    async def _take_file_out(self, detail: TicketDetail) -> None:
        app = self.desk.app
        if not detail.attachments:
            app.say(tr("This ticket has no files"), "warn")
            return
        choices = [
            Choice((str(n),), str(one.id), one.name) for n, one in enumerate(detail.attachments[-9:], 1)
        ]
        chosen = await app.push_screen_wait(Chooser(tr("Which file?"), choices))
        one = next((one for one in detail.attachments if str(one.id) == chosen), None)
        path = await take_out(self.desk, one) if one else None
        if path is not None:
            app.say(tr("It lies in {path}", path=path), "good")
