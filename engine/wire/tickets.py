"""Tickets over the socket: what a customer wants, until somebody has seen to it and told the customer so."""

from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.records import (
    Act,
    AgingRow,
    Attachment,
    NewTicket,
    Ticket,
    TicketCounts,
    TicketStep,
)
from engine.core.tickets.states import Deed, TicketState
from engine.core.tickets.types import Department, TicketType
from engine.wire.base import ST, A, Chunk, Done, Method, Nothing, Params, Result, S, X

TICKETS_CHANGED = "tickets.changed"
"""Notification to connections that have asked for `tickets.watch`."""


class TicketPerson(Result):
    """Somebody who can own a ticket, or go to the customer."""

    staff_number: str
    name: str
    department: str
    role: Role


class TicketWords(Result):
    """Types, departments and people of the site. `problems`: files that were not taken, in words."""

    types: list[TicketType]
    departments: list[Department]
    people: list[TicketPerson]
    problems: list[str]


class CreateTicketParams(Params):
    """`force`: even though a ticket of the same matter is open."""

    ticket: NewTicket
    force: bool = False


class TicketRow(Result):
    """A ticket with the customer's name, and what the one who asks may do to it now."""

    ticket: Ticket
    customer_name: str = ""
    deeds: tuple[Deed, ...] = ()


class CreatedTicket(Result):
    """`same` are open tickets of the same matter: with them, and without `force`, nothing was made."""

    row: TicketRow | None
    same: tuple[TicketRow, ...] = ()


class TicketNumberParams(Params):
    number: str


class TicketDetail(Result):
    """A ticket with history and files, the oldest first. `folder` is where the engine has voice messages."""

    row: TicketRow
    steps: list[TicketStep]
    attachments: list[Attachment]
    merged: list[str]
    folder: str = ""


class TicketsParams(Params):
    """What is looked for; what is empty does not matter. `states` empty: all that are open.

    `view` is one of the lists of the screens: mine, department, today, overdue, unverified, to_reply,
    to_follow_up. `department` is an id, "-" the office. `since` and `until` go by creation; `before_id`
    continues a list. `order`: newest, or due (what is due first).
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
    text: str = ""  # two characters are enough
    since: Millis = 0
    until: Millis = 0
    before_id: int = 0
    order: str = "newest"
    limit: int = 100


class TicketList(Result):
    tickets: list[TicketRow]


class ActParams(Params):
    """Refused with a code of `engine.core.tickets.states.Refused`, and behind a colon what it is about.

    Of `illegal` and `not_allowed` that is the state and what is possible now: "replied:follow_up,close".
    """

    number: str
    act: Act


class BatchParams(Params):
    """The same deed to each of these; what is refused is told, the others are done."""

    numbers: tuple[str, ...]
    act: Act


class BatchResult(Result):
    done: list[TicketRow]
    refused: dict[str, str]  # number to code, and behind a colon what it is about


class DueParams(Params):
    """A type of ticket; `created_at` 0 is now."""

    type: str
    created_at: Millis = 0


class Due(Result):
    """By when a ticket of the type that is told now would have to be responded to, and settled."""

    respond_by: Millis
    resolve_by: Millis


class SimilarParams(Params):
    """Whose and what."""

    customer_id: int = 0
    phone: str = ""
    type: str = ""
    category: str = ""


class Similar(Result):
    """Open tickets of the same matter, and what recurs.

    Calls of the last 30 days, tickets of the last 90, and those of the latter that are of the same category.
    """

    open: list[TicketRow]
    calls_30: int
    tickets_90: int
    same_matter_90: int


class Aging(Result):
    rows: list[AgingRow]


class AttachParams(Params):
    """A piece of a file, base64. The first has `offset` 0; with `last` the file is kept by its hash."""

    number: str
    name: str
    offset: int
    data: str
    last: bool


class Attached(Result):
    """`attachment` once the last piece is there."""

    attachment: Attachment | None


class AttachmentParams(Params):
    id: int
    offset: int = 0


class FindAttachmentsParams(Params):
    text: str = ""  # of the name
    since: Millis = 0
    until: Millis = 0
    limit: int = 100


class Attachments(Result):
    attachments: list[Attachment]


class Suspect(Result):
    """So many faults of one area or node in a short time: perhaps an outage."""

    id: int
    line: str
    area: str
    node: str
    numbers: list[str]
    since: Millis
    at: Millis


class Suspects(Result):
    suspects: list[Suspect]


class ConfirmOutageParams(Params):
    """`text` empty: made of the area and the line; `until_at`: expected end."""

    id: int
    until_at: Millis
    text: str = ""
    text_en: str = ""


class ConfirmedOutage(Result):
    notice_id: int
    main: str  # the ticket that has the matter now
    merged: list[str]
    watchers: int


class SuspectParams(Params):
    id: int


class TicketsChanged(Result):
    """What has changed; who shows one of these asks for it. `counts` are those of the one who is told."""

    numbers: list[str]
    counts: TicketCounts
    suspects: int = 0


TICKET_METHODS: tuple[Method, ...] = (
    Method("tickets.words", Nothing, TicketWords, ST, "Types, departments and people."),
    Method("tickets.create", CreateTicketParams, CreatedTicket, A, "A new ticket, unless the same is open."),
    Method("tickets.list", TicketsParams, TicketList, ST, "Tickets; stations see their own."),
    Method("tickets.show", TicketNumberParams, TicketDetail, ST, "One ticket with history and files."),
    Method("tickets.act", ActParams, TicketRow, ST, "Do something to a ticket."),
    Method("tickets.batch", BatchParams, BatchResult, A, "Do the same to many tickets."),
    Method("tickets.due", DueParams, Due, A, "When a ticket told now would be due."),
    Method("tickets.similar", SimilarParams, Similar, A, "The same matter, and what recurs."),
    Method("tickets.watch", Nothing, TicketsChanged, ST, "Counts now, and `tickets.changed` from now on."),
    Method("tickets.aging", Nothing, Aging, S, "Open tickets by department and age."),
    Method("tickets.attach", AttachParams, Attached, ST, "Add a file to a ticket."),
    Method("tickets.attachment", AttachmentParams, Chunk, ST, "Bytes of a file; audited at offset 0."),
    Method("tickets.find_attachments", FindAttachmentsParams, Attachments, A, "Files by name and time."),
    Method(
        "tickets.reload",
        Nothing,
        TicketWords,
        X,
        "Read the types anew; a bad file changes nothing.",
    ),
    Method("outages.suspected", Nothing, Suspects, S, "What looks like an outage."),
    Method(
        "outages.confirm", ConfirmOutageParams, ConfirmedOutage, S, "It is one: merge, announce, call back."
    ),
    Method("outages.dismiss", SuspectParams, Done, S, "It is none."),
)
