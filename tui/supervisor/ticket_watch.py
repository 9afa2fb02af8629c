"""What the supervisor is told of tickets: how old they are by department, delays told upwards, outages."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.content import Content

from engine.core.lines import LINES
from engine.core.tickets.records import AgingRow
from engine.wire.tickets import Aging, Suspect, Suspects
from tui.labels import time_of_day
from tui.tickets.book import Book
from tui.tickets.desk import TicketDesk
from tui.widgets.cells import fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import language_in_use, tr


@dataclass(slots=True)
class TicketWatch:
    """Asked for anew whenever tickets change. `ringing`: something came that has to be heard."""

    desk: TicketDesk
    aging: Sequence[AgingRow] = ()
    suspects: Sequence[Suspect] = ()
    ringing: bool = False
    _known: dict[str, int] = field(default_factory=dict)  # delays by department that were looked at
    _heard: dict[str, int] = field(default_factory=dict)  # and those for which the bell rang
    _heard_suspects: frozenset[int] = frozenset()
    _began: bool = False

    async def start(self) -> None:
        """After the log-in, and when the link is back."""
        await self.desk.start()
        await self.refresh()

    async def refresh(self) -> None:
        """Ask for what is shown; silent where there are no tickets."""
        if not self.desk.keeps_tickets:
            return
        aging = (await self.desk.try_ask("tickets.aging")).result
        if isinstance(aging, Aging):
            self.aging = aging.rows
        suspected = (await self.desk.try_ask("outages.suspected")).result
        if isinstance(suspected, Suspects):
            self.suspects = suspected.suspects
        self._listen()

    def _listen(self) -> None:
        escalated = {row.department: row.escalated for row in self.aging}
        suspects = frozenset(one.id for one in self.suspects)
        more = any(count > self._heard.get(department, 0) for department, count in escalated.items())
        first, self._began = not self._began, True  # the bell is for what happens while somebody is there
        self.ringing = not first and (more or bool(suspects - self._heard_suspects))
        self._heard, self._heard_suspects = escalated, suspects
        self._known = {name: min(count, escalated.get(name, 0)) for name, count in self._known.items()}

    @property
    def delays(self) -> list[AgingRow]:
        """Departments of which more delays were told upwards than the supervisor has looked at."""
        return [row for row in self.aging if row.escalated > self._known.get(row.department, 0)]

    def looked(self) -> None:
        """The supervisor has seen the delays of now."""
        self._known = {row.department: row.escalated for row in self.aging}


def place_words(suspect: Suspect) -> str:
    """Where, and which line of business: 东山片区 DS-07 有线电视."""
    known = LINES.get(suspect.line)
    kind = known.words.of(language_in_use()) if known else suspect.line
    return safe(" ".join(part for part in (suspect.area, suspect.node, kind) if part))


def outage_line(suspects: Sequence[Suspect], paper: Paper) -> Content | None:
    """What looks like an outage, the newest first."""
    if not suspects:
        return None
    newest = max(suspects, key=lambda one: one.at)
    more = f" {len(suspects)}" if len(suspects) > 1 else ""
    head: Part = (f" {tr('Outage?')}{more} ", "ringing")
    keys: list[Part] = [(" y ", "key"), f"{tr('What to do')} "]
    count, since = len(newest.numbers), time_of_day(newest.since, paper.zone)
    faults = tr("{count} faults since {time}", count=count, time=since)
    room = paper.width - cells_of(keys) - cells_of([head])
    return line(head, (fit(f" {place_words(newest)}  {faults}", room), "strong"), *keys)


def delay_line(delays: Sequence[AgingRow], book: Book, paper: Paper) -> Content | None:
    """Delays of tickets that were told upwards, by department, until somebody looks."""
    if not delays:
        return None
    count = sum(row.escalated for row in delays)
    head: Part = (f" {tr('Told upwards')} {count} ", "ringing")
    keys: list[Part] = [(" e ", "key"), f"{tr('Show')} "]
    each = "  ".join(
        tr(
            "{name} {count}, late {late}",
            name=book.department(row.department),
            count=row.escalated,
            late=row.overdue,
        )
        for row in delays
    )
    room = paper.width - cells_of(keys) - cells_of([head])
    return line(head, (fit(safe(f" {each}"), room), "strong"), *keys)
