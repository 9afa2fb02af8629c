"""What decisions about tickets go by: the site's types, departments, people and working time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.sla import WorkingTime
from engine.core.states import SUPERVISING, Role
from engine.core.tickets.records import CUSTOMER, SYSTEM, Actor, Ticket
from engine.core.tickets.states import TicketKind
from engine.core.tickets.types import Limit, Sla, TicketBook, TicketType, Words

BY_CUSTOMER = Actor(staff_number=CUSTOMER, role=Role.STATION)
"""A customer by telephone: may tell, tell again, say more, mark and withdraw."""

BY_SYSTEM = Actor(staff_number=SYSTEM, role=Role.AGENT)
"""A clock or a rule."""

_NO_LIMITS = Sla(respond=Limit(days=2), resolve=Limit(days=5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that a decision needs beside the ticket. `people` are those who work here, by staff number.

    So many faults of one area or node within so many minutes are perhaps an outage; 0 faults: never.
    """

    book: TicketBook
    working: WorkingTime
    people: Mapping[str, Actor] = field(default_factory=dict)
    outage_faults: int = 5
    outage_minutes: int = 60

    def type_of(self, ticket: Ticket) -> TicketType:
        """The type of a ticket; a bare one where its file is gone, so that it can still be settled."""
        return self.book.types.get(ticket.type) or TicketType(
            id=ticket.type, kind=TicketKind.CONSULT, words=Words(ticket.type), sla=_NO_LIMITS
        )

    def owner_of_nobody(self) -> str:
        """Who owns what nobody was asked for: as configured, else the first supervisor, admin or person."""
        if self.can_own(self.book.owner):
            return self.book.owner
        able = [number for number in sorted(self.people) if self.can_own(number)]
        by_role = {self.people[number].role: number for number in reversed(able)}
        return by_role.get(Role.SUPERVISOR) or by_role.get(Role.ADMIN) or by_role.get(Role.AGENT) or SYSTEM

    def can_own(self, staff_number: str) -> bool:
        """Whether somebody can own tickets: people of a station see those of their station only."""
        person = self.people.get(staff_number)
        return person is not None and person.role is not Role.STATION

    def department_for(self, kind: TicketType, area: str) -> str:
        """The department that a type's route leads to: the area's station first; "" the office."""
        stations = self.book.departments.values() if kind.route.by_area and area else ()
        for department in stations:
            if department.station and area in department.areas:
                return department.id
        return kind.route.department if kind.route.department in self.book.departments else ""


def supervises(actor: Actor) -> bool:
    """Whether somebody may do what only supervisors may."""
    return actor.role in SUPERVISING
