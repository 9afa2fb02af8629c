"""Outages: what looks like one is confirmed or dismissed by one key; one that is over is ended."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from engine.core.notices import Notice, NoticeKind
from engine.core.records import Millis
from engine.wire.base import Done
from engine.wire.notices import EndedNotice, NoticeIdParams, NoticeRow, Notices, NoticesParams
from engine.wire.tickets import ConfirmedOutage, ConfirmOutageParams, Suspect, SuspectParams
from tui.labels import moment, time_of_day
from tui.supervisor.ticket_watch import place_words
from tui.tickets.times import read_moment
from tui.widgets.cells import safe, wrap
from tui.widgets.confirm import Confirm
from tui.widgets.entry import Entry
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.widgets.paper import Paper
from tui.widgets.picker import Picker
from tui.widgets.rows import Column, Row
from tui.words import tr

if TYPE_CHECKING:
    from tui.supervisor.app import SupervisorApp

HOURS_AHEAD = 4  # until which an outage is expected to last, unless somebody says otherwise
WIDTH = 68
MOST_NUMBERS = 20
CONFIRM, DISMISS, UNTIL, OTHERS = "confirm", "dismiss", "until", "others"
_KEYS = {"enter": CONFIRM, "x": DISMISS, "u": UNTIL, "l": OTHERS, "escape": None}


class OutageCard(Overlay[str | None]):
    """What looks like an outage, and what a confirmation brings about; returns the decision, None: later."""

    DEFAULT_CSS = """
    OutageCard { align: center middle; background: $background 40%; }
    OutageCard > Lines { width: 76; height: auto; max-height: 22; padding: 1 4; background: $panel; }
    """

    def __init__(self, suspect: Suspect, until: Millis, paper: Paper, others: int) -> None:
        super().__init__()
        self._suspect = suspect
        self._until = until
        self._paper = paper
        self._others = others

    def compose(self) -> ComposeResult:
        one, paper = self._suspect, self._paper
        count, zone = len(one.numbers), paper.zone
        until = moment(self._until, paper.now, zone)
        shown = "  ".join(one.numbers[:MOST_NUMBERS]) + ("  .." if count > MOST_NUMBERS else "")
        first, last = time_of_day(one.since, zone), time_of_day(one.at, zone)
        effects = (
            tr("callers of this area are told of it in the voice menu until then"),
            tr("{count} tickets become one, which has the matter from then on", count=count),
            tr("{count} customers stand on the list to be called when it is over", count=count),
        )
        yield Lines(
            [
                line((tr("Does this look like an outage?"), "warn")),
                line(""),
                line((f"{place_words(one)}", "strong")),
                line(
                    (
                        tr("{count} faults between {first} and {last}:", count=count, first=first, last=last),
                        "label",
                    )
                ),
                *(line(text) for text in wrap(shown, WIDTH)),
                line(""),
                line((tr("Expected end"), "label"), "  ", (until, "strong")),
                line(""),
                line((tr("If you confirm it:"), "label")),
                *(line(f"- {text}") for effect in effects for text in wrap(effect, WIDTH - 2)),
                line(""),
                line((" Enter ", "next"), f" {tr('It is one: announce it')}"),
                line((" u ", "key"), f"     {tr('another expected end')}"),
                line((" x ", "key"), f"     {tr('It is none; it is not suggested again')}"),
                *self._list_line(),
                line((" Esc ", "key"), f"   {tr('decide later')}"),
            ]
        )

    def _list_line(self) -> list[Content]:
        if not self._others:
            return []
        return [line((" l ", "key"), f"     {tr('the other ones: {count}', count=self._others)}")]

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "l" and not self._others:
            return
        if event.key in _KEYS:
            self.leave(_KEYS[event.key])


async def show_outages(app: "SupervisorApp") -> None:
    """What looks like an outage at once, if it is one only; else a list, with those that were announced."""
    await app.tickets.refresh()
    found = await app.ask("notices.list", NoticesParams())
    running = [row for row in found.notices if _runs(row.notice)] if isinstance(found, Notices) else []
    suspects = list(app.tickets.suspects)
    if not suspects and not running:
        app.say(tr("Nothing looks like an outage, and none is announced"))
        return
    others = len(suspects) + len(running) - 1
    if len(suspects) != 1 or await _decide(app, suspects[0], others) == OTHERS:
        await _choose(app, suspects, running)


async def _choose(app: "SupervisorApp", suspects: Sequence[Suspect], running: Sequence[NoticeRow]) -> None:
    rows = _rows(suspects, running, app.paper())
    chosen = await app.ask_over(Picker(tr("Outages"), _columns, rows))
    suspect = next((one for one in suspects if f"s{one.id}" == chosen), None)
    row = next((one for one in running if f"n{one.notice.id}" == chosen), None)
    if suspect is not None:
        await _decide(app, suspect, 0)
    elif row is not None:
        await _end(app, row)


def _runs(notice: Notice) -> bool:
    return notice.kind is NoticeKind.OUTAGE and not notice.ended_at


def _columns() -> list[Column]:
    return [Column(tr("State"), 10), Column(tr("Where"), 24, share=1), Column("", 20)]


def _rows(suspects: Sequence[Suspect], running: Sequence[NoticeRow], paper: Paper) -> list[Row]:
    rows = [
        Row(
            f"s{one.id}",
            (tr("suspected"), place_words(one), tr("{count} faults", count=len(one.numbers))),
            ("warn", "strong"),
        )
        for one in suspects
    ]
    for row in running:
        at = row.notice.until_at
        until = tr("expected {time}", time=moment(at, paper.now, paper.zone)) if at else ""
        where = safe(" ".join(row.notice.areas) or row.notice.text)
        rows.append(Row(f"n{row.notice.id}", (tr("announced"), where, until), ("good",)))
    return rows


async def _decide(app: "SupervisorApp", suspect: Suspect, others: int) -> str | None:
    """Show it until it is decided, or put off; what was decided."""
    until = app.now() + HOURS_AHEAD * 3_600_000
    decided = await app.ask_over(OutageCard(suspect, until, app.paper(), others))
    while decided == UNTIL:
        until = await _another_end(app, until)
        decided = await app.ask_over(OutageCard(suspect, until, app.paper(), others))
    if decided == CONFIRM:
        await _confirm(app, suspect, until)
    elif decided == DISMISS:
        done = await app.tickets.desk.ask("outages.dismiss", SuspectParams(id=suspect.id))
        if isinstance(done, Done):
            app.say(tr("It is none: {place}", place=place_words(suspect)), "good")
    return decided


async def _another_end(app: "SupervisorApp", until: Millis) -> Millis:
    title = tr("Until when? 17:30, 24 17:30, +6h; now {time}", time=moment(until, app.now(), app.zone))
    while True:
        typed = await app.ask_over(Entry(title))
        if not typed:
            return until
        at = read_moment(typed, app.now(), app.zone)
        if at:
            return at
        app.say(tr("This is no time to come: {text}", text=typed), "warn")


async def _confirm(app: "SupervisorApp", suspect: Suspect, until: Millis) -> None:
    done = await app.tickets.desk.ask("outages.confirm", ConfirmOutageParams(id=suspect.id, until_at=until))
    if isinstance(done, ConfirmedOutage):
        words = tr(
            "Announced. {merged} tickets went into {main}; {count} customers to call when it is over",
            main=done.main,
            merged=len(done.merged),
            count=done.watchers,
        )
        app.say(words, "good")


async def _end(app: "SupervisorApp", row: NoticeRow) -> None:
    where = safe(" ".join(row.notice.areas) or row.notice.text)
    effects = [
        tr("Callers are not told of it any more."),
        tr("{count} customers who reported it are put on the list to be called back.", count=row.waiting),
    ]
    if not await app.ask_over(
        Confirm(tr("Is it over: {where}?", where=where), effects, tr("Yes, it is repaired"))
    ):
        return
    ended = await app.ask("notices.end", NoticeIdParams(id=row.notice.id))
    if isinstance(ended, EndedNotice):
        app.say(tr("It is over; {count} customers are to be called", count=ended.to_call), "good")
