"""What a deed will do to several tickets, in words: whom or what they get, why, and until when."""

import datetime

from rich.cells import cell_len

from engine.core.records import Millis
from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed, Escalation
from tui.tickets.book import Book
from tui.tickets.due import when
from tui.tickets.labels import DEEDS, SUSPEND_CODES
from tui.widgets.cells import clip, safe
from tui.widgets.confirm import WIDTH
from tui.words import mark, tr

TEXT_CELLS = 160  # three lines, so that the keys below stay in sight

_WITH_TARGET: dict[Deed, str] = {
    Deed.DISPATCH: mark("{count} tickets go to: {target}"),
    Deed.ASSIGN: mark("{count} tickets are assigned to: {target}"),
    Deed.OWN: mark("{count} tickets are from now on owned by: {target}"),
    Deed.MERGE: mark("{count} tickets are merged into: {target}"),
    Deed.ESCALATE: mark("{count} tickets are escalated {target}"),
    Deed.SUSPEND: mark("{count} tickets wait: {target}"),
    Deed.EXPECT: mark("{count} tickets are promised by: {target}"),
}
_WITH_TEXT: dict[Deed, str] = {
    Deed.REPLY: mark("The customers were told: {text}"),
    Deed.REMARK: mark("It says: {text}"),
}
_ESCALATIONS = {Escalation.SUPERVISOR: mark("to the supervisor"), Escalation.LEADER: mark("to the leader")}


def effect_lines(act: Act, count: int, book: Book, now: Millis, zone: datetime.tzinfo) -> list[str]:
    """One sentence with the deed, how many and its target; then the text, and when they go on."""
    target = safe(_target(act, book, now, zone))
    if target:
        lines = [_in_one_line(_WITH_TARGET[act.deed], count, target)]
    else:
        lines = [tr("{deed}: {count}", deed=tr(DEEDS[act.deed]), count=tr("{count} tickets", count=count))]
    if act.text:
        words = _WITH_TEXT.get(act.deed, mark("Reason: {text}"))
        lines.append(tr(words, text=clip(safe(act.text), TEXT_CELLS)))
    if act.deed is Deed.SUSPEND:
        lines.append(
            tr("They go on by themselves: {time}", time=when(act.at, now, zone))
            if act.at
            else tr("They wait until somebody goes on with them")
        )
    return lines


def _in_one_line(words: str, count: int, target: str) -> str:
    room = WIDTH - cell_len(tr(words, count=count, target=""))
    return tr(words, count=count, target=clip(target, room))


def _target(act: Act, book: Book, now: Millis, zone: datetime.tzinfo) -> str:
    """To whom, into which, what for or by when; "" for a deed that has nothing of this kind."""
    match act.deed:
        case Deed.DISPATCH:
            return book.department(act.target)
        case Deed.ASSIGN | Deed.OWN:
            name = book.person(act.target)
            return name if name == act.target else f"{name} {act.target}"
        case Deed.MERGE:
            return act.target
        case Deed.ESCALATE:
            return tr(_ESCALATIONS[Escalation(act.code)])
        case Deed.SUSPEND:
            return tr(dict(SUSPEND_CODES)[act.code])
        case Deed.EXPECT:
            return when(act.at, now, zone)
        case _:
            return ""
