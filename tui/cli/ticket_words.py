"""Tickets as lines of a terminal: rows of a list, one ticket with its history, and CSV cells."""

from engine.core.tickets.records import Attachment, Ticket, TicketStep
from engine.core.tickets.states import Clock
from engine.core.tickets.types import Department, TicketType
from engine.wire.tickets import TicketDetail, TicketRow, TicketWords
from tui.cli.output import Column, print_facts, print_heading, print_table
from tui.cli.session import Engine
from tui.cli.times import full_moment
from tui.labels import moment, phone_number
from tui.tickets.book import Book, name_of, words_of
from tui.tickets.due import clock_words, due_words, limit_words
from tui.tickets.labels import CLOCKS, ESCALATIONS, PRIORITIES, state_words, who_words
from tui.tickets.said import shown_value, step_words
from tui.words import tr


def print_tickets(rows: list[TicketRow], book: Book, engine: Engine, empty: str) -> None:
    """A list, as wide as the terminal."""
    headings = (
        tr("Ticket"),
        tr("Received"),
        tr("Matter"),
        tr("State"),
        tr("Due by"),
        tr("Customer"),
        tr("Phone"),
        tr("Area"),
        tr("Department"),
        tr("Owner"),
    )
    print_table([Column(word) for word in headings], [_cells(row, book, engine) for row in rows], empty)


def _cells(row: TicketRow, book: Book, engine: Engine) -> list[str]:
    ticket = row.ticket
    return [
        ticket.number,
        moment(ticket.created_at, engine.hello.now, engine.zone),
        book.matter(ticket),
        state_words(ticket)[0],
        due_words(ticket, engine.hello.now, engine.zone)[0],
        name_of(row),
        phone_number(ticket.phone),
        ticket.area,
        book.department(ticket.department),
        book.person(ticket.owner),
    ]


def print_detail(detail: TicketDetail, book: Book, engine: Engine) -> None:
    """One ticket with files and history."""
    print_facts(_facts(detail, book, engine))
    print_heading(tr("History"))
    headings = [Column(tr("Time")), Column(tr("Who")), Column(tr("What"))]
    print_table(headings, [_step(step, detail.row.ticket, book, engine) for step in detail.steps], "")
    if detail.attachments:
        print_heading(tr("Files"))
        headings = [Column(tr("Id"), right=True), Column(tr("Time")), Column(tr("File"))]
        print_table(headings, [_file(one, engine) for one in detail.attachments], "")


def _facts(detail: TicketDetail, book: Book, engine: Engine) -> list[tuple[str, str]]:
    ticket = detail.row.ticket
    zone, now = engine.zone, engine.hello.now
    kind = book.type(ticket.type)
    own = {field.id: field for field in kind.fields} if kind else {}
    respond, resolve = (now, zone, ticket.respond_left_ms >= 0), (now, zone, ticket.resolve_left_ms >= 0)
    return [
        (tr("Ticket"), ticket.number),
        (tr("Type"), book.type_name(ticket.type)),
        (tr("Matter"), book.matter(ticket)),
        (tr("State"), state_words(ticket)[0]),
        (tr("Priority"), tr(PRIORITIES[min(ticket.priority, 2)]) if ticket.priority else ""),
        (tr("Customer"), name_of(detail.row)),
        (tr("Phone"), phone_number(ticket.phone)),
        (tr("Address"), f"{ticket.area} {ticket.address}".strip()),
        (tr("Content"), ticket.text),
        *(
            (book.part(ticket, field_id), shown_value(own.get(field_id), value))
            for field_id, value in ticket.fields.items()
        ),
        (tr("Received"), full_moment(ticket.created_at, zone)),
        (tr("Owner"), book.person(ticket.owner)),
        (tr("Department"), book.department(ticket.department)),
        (tr("Technician"), book.person(ticket.technician)),
        _clock(
            Clock.RESPOND, clock_words(Clock.RESPOND, ticket.respond_by, ticket.responded_at, *respond)[0]
        ),
        _clock(Clock.RESOLVE, clock_words(Clock.RESOLVE, ticket.resolve_by, ticket.replied_at, *resolve)[0]),
        (tr("Goes on"), full_moment(ticket.resume_at, zone) if ticket.resume_at else ""),
        (tr("Escalation"), tr(ESCALATIONS[ticket.escalation]) if ticket.escalation != "none" else ""),
        (tr("Work done"), ticket.result),
        (tr("Cause"), book.cause(ticket)),
        (tr("Reply"), ticket.reply),
        (tr("Mark"), str(ticket.satisfied or "")),
        (tr("Merged into"), ticket.merged_into),
        (tr("With it"), tr(", ").join(detail.merged)),
        (tr("Paper form"), ticket.from_paper),
        (tr("Call"), ticket.call_id),
    ]


def _clock(clock: Clock, words: str) -> tuple[str, str]:
    """One clock as label and value; the label is not said twice."""
    label = tr(CLOCKS[clock])
    return label, words.removeprefix(label).strip()


def _step(step: TicketStep, ticket: Ticket, book: Book, engine: Engine) -> list[str]:
    words = step_words(step, ticket, book)
    return [
        moment(step.at, engine.hello.now, engine.zone),
        who_words(step.who, book.person(step.who)),
        f"{words}  {step.text}" if step.text else words,
    ]


def _file(one: Attachment, engine: Engine) -> list[str]:
    return [str(one.id), moment(one.at, engine.hello.now, engine.zone), one.error or one.name]


def print_types(words: TicketWords, book: Book) -> None:
    """The types of the site, and what could not be read."""
    headings = (tr("Id"), tr("Label"), tr("Categories"), tr("Response"), tr("Settlement"), tr("Goes to"))
    print_table(
        [Column(word) for word in headings],
        [_type(kind, book) for kind in words.types],
        tr("There are no ticket types; see [tickets] types in the configuration"),
    )
    for problem in words.problems:
        print(f"! {problem}")


def _type(kind: TicketType, book: Book) -> list[str]:
    route = book.department(kind.route.department)
    return [
        kind.id,
        words_of(kind.words),
        str(len(kind.categories)),
        limit_words(kind.sla.respond),
        limit_words(kind.sla.resolve),
        tr("station of the area, else {name}", name=route) if kind.route.by_area else route,
    ]


def print_type(kind: TicketType, book: Book) -> None:
    """One type with its categories, fields, checklist and causes."""
    print_facts(
        [
            (tr("Type"), f"{kind.id} {words_of(kind.words)}"),
            (tr("Response"), limit_words(kind.sla.respond)),
            (tr("Settlement"), limit_words(kind.sla.resolve)),
            (tr("Goes to"), _type(kind, book)[-1]),
            (tr("Verified first"), tr("yes") if kind.route.verify else ""),
            (tr("To be followed up"), tr("yes") if kind.follow_up else ""),
        ]
    )
    tables = (
        (tr("Categories"), [[one.key, one.id, words_of(one.words), one.quick] for one in kind.categories]),
        (tr("Fields"), [["", one.id, words_of(one.words), str(one.kind)] for one in kind.fields]),
        (tr("Checklist"), [["", one, words_of(words), ""] for one, words in kind.checklist]),
        (tr("Possible causes"), [["", one, words_of(words), ""] for one, words in kind.causes]),
    )
    for heading, rows in tables:
        if rows:
            print_heading(heading)
            print_table([Column(tr("Pressed")), Column(tr("Id")), Column(tr("Label")), Column("")], rows, "")


# CSV

COLUMNS = (
    "number",
    "created",
    "type",
    "category",
    "title",
    "text",
    "state",
    "priority",
    "customer_id",
    "contact",
    "phone",
    "address",
    "area",
    "node",
    "owner",
    "department",
    "technician",
    "result",
    "cause",
    "reply",
    "satisfied",
    "respond_by",
    "responded",
    "resolve_by",
    "replied",
    "closed",
    "call_id",
)
_TIMES = {
    "created": "created_at",
    "respond_by": "respond_by",
    "responded": "responded_at",
    "resolve_by": "resolve_by",
    "replied": "replied_at",
    "closed": "closed_at",
}
_FORMULA = ("=", "+", "-", "@", "\t")


def csv_cells(ticket: Ticket, engine: Engine) -> list[str]:
    """One ticket under `COLUMNS`; codes as they are, so that the file can be read back."""
    cells = []
    for column in COLUMNS:
        if column in _TIMES:
            at = getattr(ticket, _TIMES[column])
            cells.append(full_moment(at, engine.zone) if at else "")
        else:
            value = getattr(ticket, column)
            cells.append("" if value == 0 else str(value))
    # What begins like a formula is run by spreadsheets; a customer's words may be one.
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def department_names(departments: list[Department]) -> dict[str, str]:
    """Names by id; the office has the empty one."""
    return {"": tr("Office"), **{one.id: words_of(one.words) for one in departments}}
