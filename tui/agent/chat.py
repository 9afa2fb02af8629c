"""Short messages: what came and what was sent, and a field for the answer."""

import datetime
from collections.abc import Sequence

from engine.core.records import Message
from engine.wire.chat import MAX_MESSAGE, ChatParams, Messages, RecentParams
from engine.wire.targets import Targets
from tui.agent.panel import Panel
from tui.labels import moment
from tui.widgets.cells import safe, wrap
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.lines import line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import mark, tr

NEW = "new"  # the row behind the messages
MOST_CHOICES = 9
TEXT_LINES = 4  # of the chosen message, below the list


class ChatPanel(Panel):
    """The answer goes to the one whose message has the cursor: at first the newest."""

    TITLE = mark("Message")
    DEFAULT_CSS = """
    ChatPanel LeadingField { width: 1fr; }
    ChatPanel .note { height: 4; }
    """

    def __init__(self) -> None:
        super().__init__(
            RowTable(_columns, empty=str, widget_id="messages", led=True),
            tr("your answer"),
        )
        self.entry.max_length = MAX_MESSAGE
        self._newest = 0

    async def fetch(self) -> None:
        recent: Messages | None = await self.console.ask("chat.recent", RecentParams())
        for message in recent.messages if recent else ():
            self.console.inbox.add(message)
        self.console.messages_read()
        self.console.repaint()

    def refill(self) -> None:
        """Show the messages; the cursor goes to a new one."""
        app = self.console
        rows = [_row(message, app.staff_number, app.now(), app.zone) for message in app.inbox.messages]
        rows.append(Row(NEW, ("", tr("somebody else"), ""), ("label", "label")))
        self.rows.show_rows(rows)
        newest = app.inbox.messages[-1].id if app.inbox.messages else 0
        if newest != self._newest:
            self._newest = newest
            self.rows.go_to(str(newest))

    def paint(self, paper: Paper) -> None:
        self.refill()
        chosen = self.chosen
        self.say_beside(tr("to {who}", who=self._other()[1]) if self._other()[0] else "")
        texts = wrap(safe(chosen.text), paper.width - 2)[:TEXT_LINES] if chosen else []
        self.note.show([line(f" {text}") for text in texts] or [line("")])

    @property
    def chosen(self) -> Message | None:
        """The message under the cursor."""
        key = self.rows.current.key if self.rows.current else ""
        return next((one for one in self.console.inbox.messages if str(one.id) == key), None)

    def _other(self) -> tuple[str, str]:
        """Staff number and name of whom the answer goes to."""
        message = self.chosen
        if message is None:
            return "", ""
        if message.sender == self.console.staff_number:
            return message.to, message.to_name or message.to
        return message.sender, message.sender_name or message.sender

    def enter_reason(self) -> str:
        return "" if self.entry.value.strip() else tr("Write something first")

    async def take(self) -> None:
        to = self._other()[0] or await self._ask_whom()
        if not to:
            return
        asked = ChatParams(to=to, text=self.entry.value.strip())
        sent: Message | None = await self.console.ask("chat.send", asked)
        if sent is not None:
            self.console.inbox.add(sent)
            self.entry.value = ""
            self.console.say(tr("Sent"), "good")
            self.console.repaint()

    async def _ask_whom(self) -> str:
        """Choose one of those who are there; "" for nobody."""
        found: Targets | None = await self.console.ask("agent.targets")
        agents = [target.agent for target in found.targets if target.agent] if found else []
        if not agents:
            self.console.say(tr("Nobody else is there; ^R asks the supervisor for help"), "warn")
            return ""
        choices = [
            Choice((str(n),), agent.staff_number, f"{agent.name} {agent.staff_number}")
            for n, agent in enumerate(agents[:MOST_CHOICES], 1)
        ]
        return await self.console.choose(Chooser(tr("To whom?"), choices)) or ""


def _row(message: Message, own: str, now: int, zone: datetime.tzinfo) -> Row:
    mine = message.sender == own
    who = f"{tr('to')} {message.to_name or message.to}" if mine else message.sender_name or message.sender
    if not message.to:
        who = f"{tr('All')}: {message.sender_name or message.sender}"
    tone = "label" if mine else "strong"
    return Row(str(message.id), (moment(message.at, now, zone), who, message.text), ("label", tone, "plain"))


def _columns() -> Sequence[Column]:
    return [Column(tr("Time"), 11), Column(tr("From"), 14), Column(tr("Text"), 20, share=1)]
