"""What each deed asks for before it is done, and how it is done: no refusal loses the text typed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from textual.screen import ModalScreen

from engine.core.records import Millis
from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.states import Deed, Escalation, Refused
from engine.core.tickets.types import TicketType
from engine.wire.tickets import TicketDetail, TicketNumberParams, TicketRow
from tui.tickets.book import Book, words_of
from tui.tickets.desk import Answer, TicketDesk
from tui.tickets.edit import ask_edit
from tui.tickets.finder import Finder
from tui.tickets.labels import DEEDS, SUSPEND_CODES, state_words, who_words
from tui.tickets.times import read_moment
from tui.tickets.writing import Writing
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.entry import Entry
from tui.widgets.rows import Column, Row
from tui.words import mark, tr

Asked = Act | None  # None: Esc


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about what. `tickets`: more than one for a bulk deed; the first one speaks for all."""

    desk: TicketDesk
    tickets: tuple[Ticket, ...]

    @property
    def ticket(self) -> Ticket:
        """The one that speaks for all."""
        return self.tickets[0]

    @property
    def book(self) -> Book:
        """The words of the site."""
        return self.desk.book

    @property
    def kind(self) -> TicketType | None:
        """The type, where all are of one."""
        types = {ticket.type for ticket in self.tickets}
        return self.book.type(self.ticket.type) if len(types) == 1 else None

    def title(self, deed: Deed) -> str:
        """What is done to which."""
        which = (
            self.ticket.number if len(self.tickets) == 1 else tr("{count} tickets", count=len(self.tickets))
        )
        return f"{tr(DEEDS[deed])}  {which}"

    async def show(self, overlay: ModalScreen[str | None]) -> str | None:
        """An overlay and what it returns."""
        return await self.desk.app.push_screen_wait(overlay)

    async def write(self, deed: Deed, words: str, *, text: str = "", optional: bool = False) -> str | None:
        """A text, with the type's sentences where it is for the customer."""
        told = deed in (Deed.REPLY, Deed.FOLLOW_UP)
        sentences = [words_of(one) for one in self.kind.templates] if told and self.kind else []
        title = f"{self.title(deed)}  {words}"
        return await self.show(Writing(title, text=text, sentences=sentences, optional=optional))


async def ask_act(asking: Asking, deed: Deed) -> Asked:
    """Ask for what the deed needs; Esc anywhere does nothing at all."""
    ask = _ASKS.get(deed)
    return await ask(asking) if ask else Act(deed=deed)


async def do_deed(asking: Asking, deed: Deed) -> TicketRow | None:
    """Ask, do it to one ticket, say what came of it. None: nothing was done."""
    act = await ask_act(asking, deed)
    return await send_act(asking, act) if act is not None else None


async def send_act(asking: Asking, act: Act) -> TicketRow | None:
    """Do it to the ticket as it is shown; when somebody was quicker, say what is new and offer it again."""
    desk, ticket = asking.desk, asking.ticket
    act = replace(act, version=ticket.version)
    while True:
        answer = await desk.act(ticket.number, act)
        if isinstance(answer.result, TicketRow):
            _say_done(desk, act, answer.result)
            return answer.result
        again = await _mend(asking, act, answer)
        if again is None:
            desk.app.say(_named(answer, asking), "warn")
            return None
        act = again


def _named(answer: Answer, asking: Asking) -> str:
    """Why it was refused, with the name of what it is about instead of its id."""
    name = asking.book.part(asking.ticket, answer.about)
    return answer.words.replace(answer.about, name) if answer.about else answer.words


async def _mend(asking: Asking, act: Act, answer: Answer) -> Asked:
    """The deed with what it lacked; None: it cannot be mended, or was given up."""
    match answer.code:
        case Refused.STALE:
            return await _after_somebody_else(asking, act, answer.words)
        case Refused.NEEDS_REASON | Refused.NEEDS_RESULT if not act.text:
            text = await asking.write(act.deed, answer.words)
            return replace(act, text=text) if text else None
        case Refused.NEEDS_DEPARTMENT if not act.target:
            target = await ask_department(asking, asking.title(act.deed))
            return replace(act, target=target) if target else None
        case _:
            return None


async def _after_somebody_else(asking: Asking, act: Act, words: str) -> Asked:
    found = await asking.desk.ask("tickets.show", TicketNumberParams(number=asking.ticket.number))
    if not isinstance(found, TicketDetail):
        return None
    ticket = found.row.ticket
    last = found.steps[-1]
    now = tr(
        "It is {state} now; last: {who} {deed}",
        state=state_words(ticket)[0],
        who=who_words(last.who, asking.book.person(last.who)),
        deed=tr(DEEDS[last.deed]),
    )
    if act.deed not in found.row.deeds:
        asking.desk.app.say(f"{words}. {now}", "warn")
        if act.text:
            await asking.show(
                Writing(tr("Not possible any more; your text"), text=act.text, told=(words, now))
            )
        return None
    text = await asking.show(
        Writing(
            tr("{title}: send again?", title=asking.title(act.deed)),
            text=act.text,
            told=(words, now),
            optional=not act.text,
        )
    )
    return None if text is None else replace(act, text=text, version=ticket.version)


def _say_done(desk: TicketDesk, act: Act, row: TicketRow) -> None:
    state, _ = state_words(row.ticket)
    words = tr(
        "{number}: {deed}. Now {state}", number=row.ticket.number, deed=tr(DEEDS[act.deed]), state=state
    )
    desk.app.say(words, "good")


async def ask_department(asking: Asking, title: str) -> str | None:
    """A department by digit or initials, the station of the area in front."""
    area = asking.ticket.area
    ordered = sorted(
        asking.book.departments,
        key=lambda one: (one.id == asking.ticket.department, not (area and area in one.areas)),
    )
    rows = [Row(one.id, (words_of(one.words), " ".join(one.areas)), ("strong", "label")) for one in ordered]
    return await asking.show(Finder(title, _department_columns, rows))


def _department_columns() -> list[Column]:
    return [Column(tr("Department"), 20, share=1), Column(tr("Areas"), 20, share=2)]


async def ask_person(asking: Asking, title: str, department: str | None, *, free: bool) -> str | None:
    """A person by digit or initials; of this department only, unless None. `free`: a name as well."""
    rows = [
        Row(
            one.staff_number,
            (one.name, one.staff_number, asking.book.department(one.department)),
            ("strong",),
        )
        for one in asking.book.people
        if department is None or one.department == department
    ]
    return await asking.show(Finder(title, _person_columns, rows, free=free))


def _person_columns() -> list[Column]:
    return [
        Column(tr("Name"), 16, share=1),
        Column(tr("Staff no."), 9),
        Column(tr("Department"), 16, share=1),
    ]


async def _ask_dispatch(asking: Asking) -> Asked:
    target = await ask_department(asking, asking.title(Deed.DISPATCH))
    return Act(deed=Deed.DISPATCH, target=target) if target else None


async def _ask_return(asking: Asking) -> Asked:
    code = asking.ticket.cause
    if asking.kind and asking.kind.causes:
        choices = [
            Choice((str(n),) if n < 10 else (chr(ord("a") + n - 10),), cause, words_of(words))
            for n, (cause, words) in enumerate(asking.kind.causes, 1)
        ]
        title = f"{asking.title(Deed.RETURN)}  {tr('what was found')}"
        chosen = await asking.show(Chooser(title, choices, code))
        if chosen is None:
            return None
        code = chosen
    text = await asking.write(Deed.RETURN, tr("what was done"), text=asking.ticket.result)
    return Act(deed=Deed.RETURN, code=code, text=text) if text else None


async def _ask_follow_up(asking: Asking) -> Asked:
    words = (tr("very dissatisfied"), tr("dissatisfied"), tr("so so"), tr("satisfied"), tr("very satisfied"))
    choices = [Choice((str(n),), str(n), word) for n, word in enumerate(words, 1)]
    title = f"{asking.title(Deed.FOLLOW_UP)}  {tr('how content is the customer?')}"
    score = await asking.show(Chooser(title, choices, "5"))
    if score is None:
        return None
    text = await asking.write(Deed.FOLLOW_UP, tr("what the customer says; may be empty"), optional=True)
    return None if text is None else Act(deed=Deed.FOLLOW_UP, score=int(score), text=text)


async def _ask_suspend(asking: Asking) -> Asked:
    choices = [Choice((str(n),), code, tr(words)) for n, (code, words) in enumerate(SUSPEND_CODES, 1)]
    code = await asking.show(Chooser(f"{asking.title(Deed.SUSPEND)}  {tr('it waits')}", choices))
    if code is None:
        return None
    text = await asking.write(Deed.SUSPEND, tr("why"))
    if not text:
        return None
    words = tr("until when? 17:30, 24 17:30, 11-24 17:30; or none")
    at = await _ask_moment(asking, Deed.SUSPEND, words, optional=True)
    return None if at is None else Act(deed=Deed.SUSPEND, code=code, text=text, at=at)


async def _ask_merge(asking: Asking) -> Asked:
    number = await asking.show(Entry(f"{asking.title(Deed.MERGE)}  {tr('into which ticket? Its number')}"))
    return Act(deed=Deed.MERGE, target=number) if number else None


async def _ask_assign(asking: Asking) -> Asked:
    title = f"{asking.title(Deed.ASSIGN)}  {tr('who goes there?')}"
    who = await ask_person(asking, title, asking.ticket.department, free=True)
    return Act(deed=Deed.ASSIGN, target=who) if who else None


async def _ask_owner(asking: Asking) -> Asked:
    who = await ask_person(asking, f"{asking.title(Deed.OWN)}  {tr('who answers for it?')}", None, free=False)
    text = await asking.write(Deed.OWN, tr("why")) if who else None
    return Act(deed=Deed.OWN, target=who or "", text=text) if text else None


async def _ask_expect(asking: Asking) -> Asked:
    at = await _ask_moment(asking, Deed.EXPECT, tr("by when? 17:30, 24 17:30, 11-24 17:30"))
    return Act(deed=Deed.EXPECT, at=at) if at else None


async def _ask_moment(asking: Asking, deed: Deed, words: str, *, optional: bool = False) -> Millis | None:
    """An instant to come, asked for until it is one; 0 for none where it is `optional`, None after Esc."""
    app = asking.desk.app
    while True:
        typed = await asking.show(Entry(f"{asking.title(deed)}  {words}", optional=optional))
        if not typed:
            return None if typed is None else 0
        at = read_moment(typed, app.now(), app.zone)
        if at:
            return at
        app.say(tr("This is no time to come: {text}", text=typed), "warn")


async def _ask_check(asking: Asking) -> Asked:
    ticket, kind = asking.ticket, asking.kind
    points = kind.checklist if kind else ()
    choices = [
        Choice((str(n),), point, f"[{'x' if point in ticket.checked else ' '}] {words_of(words)}")
        for n, (point, words) in enumerate(points[:9], 1)
    ]
    if not choices:
        asking.desk.app.say(tr("This type has no checklist"), "warn")
        return None
    first = next((point for point, _ in points if point not in ticket.checked), "")
    point = await asking.show(Chooser(asking.title(Deed.CHECK), choices, first))
    return Act(deed=Deed.CHECK, target=point) if point else None


async def _ask_escalate(asking: Asking) -> Asked:
    choices = [
        Choice(("1",), Escalation.SUPERVISOR, tr("to the supervisor")),
        Choice(("2",), Escalation.LEADER, tr("to the leader")),
    ]
    code = await asking.show(Chooser(asking.title(Deed.ESCALATE), choices))
    text = await asking.write(Deed.ESCALATE, tr("why")) if code else None
    return Act(deed=Deed.ESCALATE, code=code or "", text=text) if text else None


async def _ask_edit(asking: Asking) -> Asked:
    fields = await ask_edit(asking.desk.app, asking.ticket, asking.book)
    return Act(deed=Deed.EDIT, fields=fields) if fields else None


def _text(deed: Deed, words: str, *, optional: bool = False) -> Callable[[Asking], Awaitable[Asked]]:
    async def ask(asking: Asking) -> Asked:
        said = asking.desk.said.get(asking.ticket.number, "") if deed is Deed.REPLY else ""
        text = await asking.write(deed, tr(words), text=said, optional=optional)
        return None if text is None else Act(deed=deed, text=text)

    return ask


_WHY = mark("why")
_ASKS: dict[Deed, Callable[[Asking], Awaitable[Asked]]] = {
    Deed.DISPATCH: _ask_dispatch,
    Deed.SEND_BACK: _text(Deed.SEND_BACK, _WHY),
    Deed.RETURN: _ask_return,
    Deed.REPLY: _text(Deed.REPLY, mark("what the customer was told")),
    Deed.FOLLOW_UP: _ask_follow_up,
    Deed.REOPEN: _text(Deed.REOPEN, _WHY),
    Deed.SUSPEND: _ask_suspend,
    Deed.CANCEL: _text(Deed.CANCEL, _WHY),
    Deed.MERGE: _ask_merge,
    Deed.ASSIGN: _ask_assign,
    Deed.OWN: _ask_owner,
    Deed.EXPECT: _ask_expect,
    Deed.CHECK: _ask_check,
    Deed.REMARK: _text(Deed.REMARK, mark("what is to be known")),
    Deed.AGAIN: _text(Deed.AGAIN, mark("what the customer says; may be empty"), optional=True),
    Deed.ESCALATE: _ask_escalate,
    Deed.EDIT: _ask_edit,
}
