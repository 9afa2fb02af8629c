"""The types, departments and people of the site, as a console knows them."""

from collections.abc import Sequence

from engine.core.tickets.records import SYSTEM, Ticket
from engine.core.tickets.types import Category, Department, TicketType, Words
from engine.wire.tickets import TicketPerson, TicketRow, TicketWords
from tui.words import language_in_use, tr


def words_of(words: Words) -> str:
    """In the language in use."""
    return words.of(language_in_use())


def name_of(row: TicketRow) -> str:
    """Whose ticket it is: the customer's name, else who is to be asked for."""
    return row.customer_name or row.ticket.contact


class Book:
    """Names for ids; what is unknown goes by its id."""

    def __init__(self, words: TicketWords | None = None) -> None:
        self.types: Sequence[TicketType] = words.types if words else ()
        self.departments: Sequence[Department] = words.departments if words else ()
        self.people: Sequence[TicketPerson] = words.people if words else ()
        self._types = {one.id: one for one in self.types}
        self._departments = {one.id: one for one in self.departments}
        self._people = {one.staff_number: one for one in self.people}

    def type(self, type_id: str) -> TicketType | None:
        """A type of this site."""
        return self._types.get(type_id)

    def category(self, ticket: Ticket) -> Category | None:
        """The category of a ticket."""
        kind = self.type(ticket.type)
        return kind.category(ticket.category) if kind else None

    def type_name(self, type_id: str) -> str:
        """The name of a type."""
        kind = self.type(type_id)
        return words_of(kind.words) if kind else type_id

    def matter(self, ticket: Ticket) -> str:
        """What it is about in a few words: its title, its category, else its type."""
        category = self.category(ticket)
        return ticket.title or (words_of(category.words) if category else self.type_name(ticket.type))

    def department(self, department_id: str) -> str:
        """The name of a department; the office has none of its own."""
        found = self._departments.get(department_id)
        return words_of(found.words) if found else department_id or tr("Office")

    def person(self, staff_number: str) -> str:
        """The name of a person; a technician may be a name already."""
        if staff_number == SYSTEM:
            return tr("System")
        found = self._people.get(staff_number)
        return found.name if found else staff_number

    def part(self, ticket: Ticket, part_id: str) -> str:
        """The name of an own field or of a point of the checklist."""
        kind = self.type(ticket.type)
        named = {one.id: one.words for one in kind.fields} | dict(kind.checklist) if kind else {}
        return words_of(named[part_id]) if part_id in named else part_id

    def cause(self, ticket: Ticket) -> str:
        """What was found, in words."""
        kind = self.type(ticket.type)
        return (
            next((words_of(words) for code, words in kind.causes if code == ticket.cause), "") if kind else ""
        )
