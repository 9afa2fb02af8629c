"""Short messages: what has come, writing to one agent, answering, announcements to all."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.core.records import Message
from engine.wire.chat import AnnounceParams, ChatParams, ReadParams
from tui.labels import moment
from tui.widgets.entry import Entry
from tui.widgets.picker import Picker
from tui.widgets.rows import Column, Row
from tui.words import tr

if TYPE_CHECKING:
    from tui.supervisor.app import SupervisorApp

MOST_KEPT = 100


@dataclass(slots=True)
class Inbox:
    """The messages that came since the log-in, the oldest first."""

    messages: list[Message] = field(default_factory=list)
    unread: list[Message] = field(default_factory=list)

    def take(self, message: Message) -> None:
        """A message has come; one that comes again after a reconnection is the same."""
        if any(known.id == message.id for known in self.messages):
            return
        self.messages = [*self.messages, message][-MOST_KEPT:]
        self.unread = [*self.unread, message][-MOST_KEPT:]

    def read(self) -> int:
        """All of them have been looked at; the id of the newest."""
        self.unread = []
        return max((message.id for message in self.messages), default=0)


async def message_agent(app: "SupervisorApp") -> None:
    """A line of text to the agent under the cursor."""
    agent = app.situation().agent
    if agent is not None:
        await write_to(app, agent.staff_number, agent.name)


async def write_to(app: "SupervisorApp", staff_number: str, name: str, quoted: str = "") -> None:
    """Write a line and send it."""
    text = await app.ask_over(Entry(tr("To {name}", name=f"{name} {staff_number}"), quoted))
    if text and await app.ask("chat.send", ChatParams(to=staff_number, text=text)) is not None:
        app.say(tr("Sent to {name}", name=name), "good")


async def announce(app: "SupervisorApp") -> None:
    """A line of text to everybody."""
    text = await app.ask_over(Entry(tr("To everybody")))
    if text and await app.ask("chat.announce", AnnounceParams(text=text)) is not None:
        app.say(tr("Sent to everybody"), "good")


async def read_inbox(app: "SupervisorApp") -> None:
    """The messages that came; the chosen one can be answered."""
    messages = list(reversed(app.inbox.messages))
    newest = app.inbox.read()
    app.run_worker(app.ask("chat.read", ReadParams(id=newest)), name="read")
    app.repaint()
    rows = [
        Row(str(message.id), (moment(message.at, app.now(), app.zone), _sender(message), message.text))
        for message in messages
    ]
    chosen = await app.ask_over(Picker(tr("Messages"), _columns, rows))
    message = next((one for one in messages if str(one.id) == chosen), None)
    if message is not None:
        await write_to(app, message.sender, message.sender_name or message.sender, message.text)


def _sender(message: Message) -> str:
    name = message.sender_name or message.sender
    return name if message.to else f"{name} {tr('to all')}"


def _columns() -> list[Column]:
    return [Column(tr("Time"), 11), Column(tr("From"), 12), Column(tr("Text"), 30, share=1)]
