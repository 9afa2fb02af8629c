"""What stands in a ticket, in words without a screen: values of its own fields, and what was done to it."""

from engine.core.tickets.records import Ticket, TicketStep
from engine.core.tickets.states import Deed
from engine.core.tickets.types import FieldKind, TicketField
from tui.labels import money, phone_number
from tui.tickets.book import Book, words_of
from tui.tickets.labels import CALL_OUTCOMES, DEEDS, ESCALATIONS
from tui.words import tr


def shown_value(own: TicketField | None, value: str) -> str:
    """The value of a type's own field as people read it."""
    if own is None:
        return value
    if own.kind is FieldKind.MONEY and value.lstrip("-").isdigit():
        return money(int(value))
    if own.kind is FieldKind.YES_NO:
        return tr("yes") if value in ("yes", "1", "true") else tr("no")
    if own.kind is FieldKind.CHOICE:
        return next((words_of(words) for code, words in own.choices if code == value), value)
    return phone_number(value) if own.kind is FieldKind.PHONE else value


def step_words(step: TicketStep, ticket: Ticket, book: Book) -> str:
    """What was done, and to whom or which, without its text."""
    told_by_merging = step.deed is Deed.AGAIN and step.target.isdigit()  # a ticket's number, no call's id
    deed = tr("Took in") if told_by_merging else tr(DEEDS[step.deed])
    return f"{deed} {_about(step, ticket, book)}".strip()


def _about(step: TicketStep, ticket: Ticket, book: Book) -> str:
    """To whom, which, how: what the deed is about beside its text."""
    match step.deed:
        case Deed.DISPATCH | Deed.CREATED if step.department:
            return book.department(step.department)
        case Deed.ASSIGN | Deed.OWN:
            return book.person(step.target)
        case Deed.CALL:
            return tr(CALL_OUTCOMES[step.code]) if step.code in CALL_OUTCOMES else step.code
        case Deed.ESCALATE:
            known = {str(one): words for one, words in ESCALATIONS.items()}
            return tr(known[step.code]) if step.code in known else step.code
        case Deed.CHECK:
            return book.part(ticket, step.target)
        case Deed.MERGE | Deed.UNMERGE | Deed.ATTACH | Deed.AGAIN:
            return step.target
        case _:
            return tr("waits for the customer") if step.code == "customer" else ""
