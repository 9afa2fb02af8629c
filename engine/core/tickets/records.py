"""A ticket, its steps, and what is done to it. Times are UTC milliseconds, 0 for never."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.states import Deed, Escalation, Refused, TicketState

CUSTOMER = ""  # who did it, where it was the customer by telephone
SYSTEM = "system"  # where it was a clock or a rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something. `department` is the id of this person's department; "" the office."""

    staff_number: str
    role: Role
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket as it is now. `version` grows with each change.

    `type` is the id of a `TicketType`, `category` one of its categories; `line` and `fault` are codes of
    `engine.core.lines.LINES` where it is about a service. `owner` (首问责任人) is never empty. `department`
    has it while it is dispatched; "" is the office. `technician` is a staff number, or a name.
    `respond_by` and `resolve_by` are when the clocks run out; `left_ms` is what the clocks have left of
    their time, respond and resolve, while they stand still (-1: they run; 0: they had run out).
    `next_clock_at` is when the clock has something to do next. `closed_at` is set when it is cancelled too.
    While it is suspended, `resume_to` is the state in which it goes on, at `resume_at` by itself.
    """

    id: int = 0
    number: str = ""
    type: str
    category: str = ""
    title: str = ""  # in a few words; empty: the category's
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)  # the type's own, by id
    line: str = ""
    fault: str = ""
    priority: int = 0  # 0 normal, 1 urgent, 2 at once
    state: TicketState = TicketState.NEW
    resume_to: TicketState | None = None
    resume_at: Millis = 0  # 0: when somebody says so
    customer_id: int = 0
    contact: str = ""  # name
    phone: str = ""
    address: str = ""
    area: str = ""
    node: str = ""  # network node, where the subscriber system knows it
    call_id: str = ""
    owner: str
    creator: str = ""
    department: str = ""
    technician: str = ""
    result: str = ""  # what was done, as returned
    cause: str = ""  # a code of the type's causes
    reply: str = ""  # what the customer was told
    satisfied: int = 0  # 1 to 5, asked in the follow-up or by key; 0: nobody knows
    checked: tuple[str, ...] = ()  # points of the checklist that are done
    created_at: Millis
    responded_at: Millis = 0
    returned_at: Millis = 0
    replied_at: Millis = 0
    followed_up_at: Millis = 0
    closed_at: Millis = 0
    respond_by: Millis = 0
    resolve_by: Millis = 0
    expected_at: Millis = 0  # promised to the customer; else `resolve_by`
    respond_left_ms: int = -1
    resolve_left_ms: int = -1
    escalation: Escalation = Escalation.NONE
    next_clock_at: Millis = 0
    reopened: int = 0  # how often
    repeats: int = 0  # how often the customer has told the same again
    outage_id: int = 0  # notice that it belongs to
    merged_into: str = ""  # number
    from_paper: str = ""  # number of the form that it was written on
    changed_at: Millis = 0
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What is told. `key` is the same however often it is told: it makes one ticket.

    `created_at` 0 is now. `solved`: told and done in one talk; `reply` says what the customer was told.

    A form of paper mode has its number in `from_paper`, the instants that were written on it, and what was
    done by then: `department` with `dispatched_at`, `result` and `cause` with `returned_at`, `reply` with
    `replied_at`. Whoever enters it answers for the checklist.
    """

    key: str
    type: str
    category: str = ""
    title: str = ""
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    fault: str = ""
    priority: int = 0
    customer_id: int = 0
    contact: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    node: str = ""
    call_id: str = ""
    owner: str = ""  # empty: who creates it
    department: str = ""  # empty: by the type's route
    created_at: Millis = 0
    from_paper: str = ""
    solved: bool = False
    reply: str = ""
    dispatched_at: Millis = 0
    result: str = ""
    cause: str = ""
    returned_at: Millis = 0
    replied_at: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is to be done to a ticket. `version` 0 does it whatever it has become meanwhile.

    `text` is the reason, result, reply or remark; `target` a department (dispatch), person (assign, own),
    ticket number (merge), checklist point (check), call id (call); `code` a cause (return), an outcome
    (call: `reached` is a first response), who is waited for (suspend: `customer` stops the clocks), an
    `Escalation` (escalate), or `no` (check: the point is not done after all).
    """

    deed: Deed
    text: str = ""
    target: str = ""
    code: str = ""
    score: int = 0  # follow_up and rate: 1 to 5
    at: Millis = 0  # expect: the promised instant; suspend: until when, 0 until somebody resumes it
    fields: Mapping[str, str] = field(default_factory=dict)  # edit: own fields and title, text, category ...
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStep:
    """Who did what to a ticket, when and why. `who` is a staff number, CUSTOMER or SYSTEM.

    `code` and `target` are those of the act; but `code` is what was before, of a dispatch, assign or own, and
    the mark that was given; `target` is the department that had it, of a return or send_back, the names of
    the fields, of an edit (`text` has old and new), the instant, of an expect or suspend ("" for none), and
    the `Clock` that is late, of an escalation by the clock.
    """

    at: Millis
    who: str
    deed: Deed
    state: TicketState  # after it
    department: str = ""  # after it
    text: str = ""
    code: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a deed was not done; `detail` names the field, department or point.

    Where the deed itself is not possible, or not for this person, it is the `outlook` of the ticket.
    """

    code: Refused
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a deed makes of a ticket, and the steps that go into its history, in order."""

    ticket: Ticket
    steps: tuple[TicketStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a ticket, kept by its hash. `kind` is a file extension without dot."""

    id: int = 0
    ticket: str  # number
    name: str
    kind: str
    size: int
    sha256: str
    at: Millis
    who: str
    length_ms: int = 0  # of a recording
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCounts:
    """What somebody has to see to now: the counts of the lists on the screens."""

    mine: int = 0  # owned and open
    department: int = 0
    today: int = 0  # due until midnight, of mine and my department's
    overdue: int = 0
    unverified: int = 0
    to_reply: int = 0  # returned and not replied
    to_follow_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingRow:
    """Open tickets of one department, "" the office, by age; how many are late; what was closed today."""

    department: str
    open: int
    under_1_day: int
    under_3_days: int
    under_7_days: int
    older: int
    overdue: int
    escalated: int
    closed_today: int
