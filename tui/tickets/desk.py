"""What a console knows of tickets: the words of the site, and what this person has to see to."""

from dataclasses import dataclass
from typing import Any

from engine.core.tickets.records import Act, TicketCounts
from engine.core.tickets.states import Refused
from engine.wire.base import Params
from engine.wire.messages import Reason
from engine.wire.tickets import TICKETS_CHANGED, ActParams, TicketsChanged
from tui.client import EngineFault, EngineGone
from tui.labels import fault_words
from tui.tickets.book import Book
from tui.tickets.labels import refused_words
from tui.widgets.session import SessionApp
from tui.words import tr


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine answered; else why not, as a code (one of `Refused`, or a `Reason`) and in words."""

    result: Any = None
    code: str = ""
    words: str = ""
    about: str = ""  # the field or point that a refusal is about


class TicketDesk:
    """One for a console. Its counts and words are asked for after each log-in and after a lost link."""

    def __init__(self, app: SessionApp) -> None:
        self.app = app
        self.book = Book()
        self.counts = TicketCounts()
        self.suspects = 0
        self.keeps_tickets = False  # the engine has answered about tickets
        self.said: dict[str, str] = {}  # ticket number to what was written while its customer was called

    async def start(self) -> None:
        """Learn the words of the site and be told of changes from now on; silent where there are none."""
        words = await self.try_ask("tickets.words")
        changed = await self.try_ask("tickets.watch")
        if words.result is not None:
            self.book = Book(words.result)
        if changed.result is not None:
            self.keeps_tickets = True
            self.take(changed.result)

    def take_notice(self, name: str, params: Any) -> bool:
        """Whether a notification told about tickets: the lists look again then."""
        if name != TICKETS_CHANGED:
            return False
        self.take(params)
        return True

    def take(self, changed: TicketsChanged) -> None:
        """Keep the counts."""
        self.counts, self.suspects = changed.counts, changed.suspects

    async def try_ask(self, method: str, params: Params | None = None) -> Answer:
        """Ask without saying anything."""
        try:
            return Answer(await self.app.engine.call(method, params))
        except EngineFault as fault:
            stale = fault.reason == Reason.CONFLICT
            code = Refused.STALE if stale else fault.detail.partition(":")[0] or fault.reason
            words = refused_words(Refused.STALE if stale else fault.detail)
            about = "" if stale else fault.detail.partition(":")[2]
            return Answer(code=str(code), words=words or fault_words(fault, self.app.zone), about=about)
        except EngineGone:
            words = tr("The engine does not answer; it is not known whether this was done")
            return Answer(code="gone", words=words)

    async def ask(self, method: str, params: Params | None = None) -> Any:
        """Ask; a refusal is said in words and gives None."""
        answer = await self.try_ask(method, params)
        if answer.result is None:
            self.app.say(answer.words, "warn")
        return answer.result

    async def act(self, number: str, act: Act) -> Answer:
        """Do something to a ticket: the answer's result is a `TicketRow`."""
        return await self.try_ask("tickets.act", ActParams(number=number, act=act))
