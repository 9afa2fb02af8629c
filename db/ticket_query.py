"""What is looked for among tickets, as SQL that walks one index from its end.

The index is named, because SQLite without statistics would guess, and sort some hundred thousand rows.
"""

from dataclasses import dataclass
from typing import Any

from db.text import safe
from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.records import Actor, Ticket
from engine.core.tickets.states import OPEN_STATES, TicketState

MAX_LIST = 1000
MAX_INTEGER = 2**63 - 1
NEVER = "t.created_at < 0"  # a constant could not be walked by an index
NEWEST, DUE = "newest", "due"
OFFICE = "-"  # the department of those that no department has

# Of this customer, or told from one of this customer's numbers when nobody knew who it was.
OF_CUSTOMER = (
    "SELECT id FROM tickets WHERE customer_id = :customer_id UNION ALL"
    " SELECT o.id FROM phones p JOIN tickets o ON o.phone = p.number AND o.phone <> ''"
    " WHERE p.customer_id = :customer_id AND o.customer_id IS NULL"
)
_OPEN_INDEXES = {
    NEWEST: {"owner": "tickets_open_of_owner", "department": "tickets_open_of_department",
             "state": "tickets_open_of_state", "": "tickets_open"},
    DUE: {"owner": "tickets_open_of_owner_due", "department": "tickets_open_of_department_due",
          "": "tickets_open_due"},
}  # fmt: skip
_INDEXES = {
    "phone": "tickets_by_phone",
    "node": "tickets_by_node",
    "technician": "tickets_by_technician",
    "area": "tickets_by_area",
    "category": "tickets_by_category",
    "owner": "tickets_by_owner",
    "department": "tickets_by_department",
    "state": "tickets_by_state",
    "type": "tickets_by_type",
    "": "tickets_by_time",
}
_EQUAL = ("type", "category", "owner", "technician", "area", "node", "phone", "department")
_STATE_OF_VIEW = {
    "unverified": TicketState.NEW,
    "to_reply": TicketState.RETURNED,
    "to_follow_up": TicketState.REPLIED,
}
_NEVER_EMPTY = ("phone", "node", "technician", "area", "category")  # their indexes leave out the empty ones


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """What is looked for; what is empty does not matter. `states` empty: all that are open.

    `view` is a list of the screens: mine, department, today (due before `midnight`, of mine and my
    department's), overdue, unverified, to_reply, to_follow_up. `department` OFFICE: those that no department
    has. `since` and `until` go by creation. Order DUE is for open tickets; `before_id` continues a list.
    """

    view: str = ""
    states: tuple[TicketState, ...] = ()
    everything: bool = False
    type: str = ""
    category: str = ""
    department: str = ""
    owner: str = ""
    technician: str = ""
    area: str = ""
    node: str = ""
    customer_id: int = 0
    phone: str = ""
    text: str = ""
    since: Millis = 0
    until: Millis = 0
    before_id: int = 0
    order: str = NEWEST
    limit: int = 100
    now: Millis = 0
    midnight: Millis = 0


def sees(actor: Actor) -> str:
    """The condition that keeps people of a station to what their department has, or they were sent to."""
    if actor.role is not Role.STATION:
        return "1"
    return "(t.department = :own_department OR t.technician = :me)" if actor.department else NEVER


def visible(ticket: Ticket, actor: Actor) -> bool:
    """Whether somebody sees this ticket: the same as `sees`."""
    if actor.role is not Role.STATION:
        return True
    own = ticket.department == actor.department or ticket.technician == actor.staff_number
    return bool(actor.department) and own


def bounded(value: int) -> int:
    """A number that SQLite can take; whatever is larger has no row anyway."""
    return max(-MAX_INTEGER, min(value, MAX_INTEGER))


def _of_station(actor: Actor) -> bool:
    return actor.role is Role.STATION


class Query:
    """Where, in which order, and by which index."""

    def __init__(self, wanted: TicketFilter, actor: Actor) -> None:
        self.by_view = wanted.view != ""
        self.only_open = self.by_view or (
            not wanted.everything and all(state in OPEN_STATES for state in wanted.states)
        )
        self.by_due = self.only_open and wanted.order == DUE
        self._equal = self._equal_to(wanted, actor)
        self.values = self._values_of(wanted, actor)
        self._rest = [sees(actor), *self._of_view(wanted), *self._further(wanted)]
        self.by_customer = bool(wanted.customer_id)

    @property
    def sorting(self) -> str:
        """The order of the list; every index ends with the id."""
        return "t.due_by, t.id" if self.by_due else "t.created_at DESC, t.id DESC"

    @property
    def behind(self) -> str:
        """The condition that continues the list behind :last_at and :last_id."""
        if self.by_due:
            return "t.due_by >= :last_at AND (t.due_by, t.id) > (:last_at, :last_id)"
        return "t.created_at <= :last_at AND (t.created_at, t.id) < (:last_at, :last_id)"

    @property
    def indexed(self) -> str:
        """By which index the list is walked."""
        if self.by_customer:
            return "NOT INDEXED"
        return f"INDEXED BY {self._indexes()[self._leading()]}"

    @property
    def where(self) -> str:
        """All conditions."""
        parts = [f"t.{column} = {value}" for column, value in self._equal.items()]
        if self.only_open:
            parts.append("t.is_open = 1")
        if self.by_customer:
            parts.append(f"t.id IN ({OF_CUSTOMER})")
        if self._leading() in _NEVER_EMPTY:
            parts.append(f"t.{self._leading()} <> ''")
        return " AND ".join([*parts, *self._rest])

    def _indexes(self) -> dict[str, str]:
        if not self.only_open or "phone" in self._equal:
            return _INDEXES
        return _OPEN_INDEXES[DUE if self.by_due else NEWEST]

    def _leading(self) -> str:
        return next((column for column in self._indexes() if column in self._equal), "")

    @staticmethod
    def _equal_to(wanted: TicketFilter, actor: Actor) -> dict[str, str]:
        equal = {name: f":{name}" for name in _EQUAL if getattr(wanted, name)}
        if wanted.view == "mine":
            equal["owner"] = ":me"
        if wanted.view == "department" or (_of_station(actor) and wanted.technician != actor.staff_number):
            equal["department"] = ":own_department"
        state = _STATE_OF_VIEW.get(wanted.view)
        if state is None and len(wanted.states) == 1 and not wanted.everything:
            state = wanted.states[0]
        return equal | ({"state": f"'{state}'"} if state else {})

    @staticmethod
    def _of_view(wanted: TicketFilter) -> list[str]:
        if wanted.view == "today":
            return ["t.due_by < :midnight", "(t.owner = :me OR t.department = :own_department)"]
        if wanted.view == "overdue":
            return ["t.due_by < :now"]
        return ["t.follow_up = 1"] if wanted.view == "to_follow_up" else []

    @staticmethod
    def _further(wanted: TicketFilter) -> list[str]:
        """What lists of one's own are narrowed by, too, and times."""
        parts = [f"t.{name} = :{name}" for name in ("owner", "department") if getattr(wanted, name)]
        if wanted.states and not wanted.everything:
            parts.append(f"t.state IN ({', '.join(repr(str(state)) for state in wanted.states)})")
        if wanted.since:
            parts.append("t.created_at >= :since")
        if wanted.until:
            parts.append("t.created_at < :until")
        return parts

    @staticmethod
    def _values_of(wanted: TicketFilter, actor: Actor) -> dict[str, Any]:
        numbers = ("customer_id", "since", "until", "before_id", "now", "midnight")
        return {
            **{name: safe(getattr(wanted, name)) for name in _EQUAL},
            **{name: bounded(getattr(wanted, name)) for name in numbers},
            "department": "" if wanted.department == OFFICE else safe(wanted.department),
            "own_department": safe(actor.department),
            "me": safe(actor.staff_number),
            "limit": max(0, min(wanted.limit, MAX_LIST)),
        }
