"""Records that are stored and shown: customers, calls, recordings, users.

Times are `Millis`: UTC milliseconds since 1970. Money is integer fen. Phone numbers are text in the one
normal form of `engine.core.numbers`; what the network sent is kept beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.states import (
    AgentState,
    AgentStatus,
    CallbackKind,
    CallbackResult,
    CallbackState,
    Direction,
    EndedBy,
    Outcome,
    Role,
)

Millis = int


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A subscriber. `id` 0 means not stored yet."""

    id: int = 0
    name: str = ""
    customer_number: str = ""
    phones: tuple[str, ...] = ()
    address: str = ""
    area: str = ""
    card_number: str = ""  # smart card of the set-top box
    packages: tuple[str, ...] = ()
    balance_fen: int = 0  # negative: arrears
    vip: bool = False
    remark: str = ""
    importance: str = ""  # "vip", "enterprise"; empty: as everybody
    tags: tuple[str, ...] = ()
    id_number: str = ""
    stage: str = ""  # of the ladder, set by hand; empty: the file has the computed one
    as_of: Millis = 0  # age of what a subscriber system says; 0: all is our own


# What the columns of a customer list may be; `arrears` is a balance with its sign turned.
CUSTOMER_LIST_FIELDS = (
    "name",
    "customer_number",
    "phones",
    "address",
    "area",
    "card_number",
    "packages",
    "balance",
    "arrears",
    "vip",
    "remark",
    "importance",
    "tags",
    "id_number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """One line of a customer's history."""

    call_id: str
    at: Millis
    staff_number: str = ""
    agent_name: str = ""
    queue_id: str = ""
    outcome: Outcome
    disposition: str = ""
    note: str = ""
    unsolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Who calls again and again: calls of the last 30 days, tickets of the last 90, faults by their line."""

    calls_30: int = 0
    tickets_90: int = 0
    faults_90: tuple[tuple[str, int], ...] = ()  # (code of the line, how many), two and more


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """What pops up: who may be calling, what was said before, what is still open.

    `matches` holds further customers with the same number (a shared line); `customer` is the best match,
    None for an unknown caller. `person`: whose number it is, where it is not the customer's own.
    """

    cli: str
    customer: Customer | None = None
    matches: tuple[Customer, ...] = ()
    past_calls: tuple[PastCall, ...] = ()
    open_remarks: tuple[PastCall, ...] = ()
    person: str = ""
    recurring: Recurring = Recurring()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """A ticket as it is half filled in beside a call; `fields` are the type's own, as they were typed.

    `key` goes into the ticket that comes of it: told twice, it makes one. `cursor` is the field that is being
    typed in; empty: the form was left, and waits.
    """

    key: str
    type: str = ""
    category: str = ""
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0
    customer_id: int = 0
    contact: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    solved: bool = False
    reply: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNote:
    """What the agent wrote about a call.

    `form`, `field` and `ticket` belong to a draft only: the customer's data and the ticket as they are half
    filled in, and where the cursor is. Data that are not yet meant to be stored are nobody's note.
    """

    note: str = ""
    disposition: str = ""
    unsolved: bool = False
    customer_id: int = 0
    form: Customer | None = None
    field: str = ""
    ticket: TicketDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A call as it is stored: one row for one visit of a customer, from arrival to end.

    Open while `ended_at` is 0. Durations are milliseconds.
    """

    call_id: str
    line_id: str = ""
    did: str = ""
    cli: str = ""
    cli_raw: str = ""
    customer_id: int = 0
    accepted_at: Millis = 0
    offered_at: Millis = 0
    queue_id: str = ""
    presented_at: Millis = 0  # the last time
    answered_at: Millis = 0
    ended_at: Millis = 0
    wait_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    presented_count: int = 0
    outcome: Outcome | None = None
    short_abandon: bool = False
    ended_by: EndedBy = EndedBy.UNKNOWN
    customer_cause: int = 0  # Q.850 cause of the customer's leg
    agent_cause: int = 0  # and of the agent's
    staff_number: str = ""
    seat_id: str = ""
    unattended: bool = False
    ivr_path: tuple[str, ...] = ()
    message_file: str = ""
    message_ms: int = 0
    direction: Direction = Direction.INBOUND
    transfers: int = 0  # how often it was handed over
    survey: int = 0  # the customer's mark 1-5; 0: none


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPart:
    """One person's share of a call. `how` it came: answered, dialled, transferred, consulted or taken_over.

    `party` names who it was if no agent: an extension or an outside number. `talk_ms` is with the customer,
    alone or in a conference; `consult_ms` with a third party while the customer heard music.
    """

    call_id: str
    staff_number: str
    seat_id: str = ""
    party: str = ""
    how: str
    began_at: Millis
    ended_at: Millis
    talk_ms: int = 0
    hold_ms: int = 0
    consult_ms: int = 0
    wrap_up_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRecord:
    """A customer who is to be called: at most one that is not done for each number.

    `place` is the instant that the place in the queue goes by. `call_id` is the call that asked for it,
    `attempt` the call that was placed last, `reason` an outcome, or UNKNOWN_ATTEMPT, of that one.
    """

    id: int
    kind: CallbackKind
    state: CallbackState
    number: str
    queue_id: str = ""
    place: Millis = 0
    asked_at: Millis = 0
    call_id: str = ""
    customer_id: int = 0
    abandoned: int = 0  # how often the customer has waited in vain
    tries: int = 0
    next_try_at: Millis = 0
    attempt: str = ""
    reason: str = ""
    staff_number: str = ""  # who has it now, or who ended it
    result: CallbackResult | None = None
    done_at: Millis = 0
    remark: str = ""


# The engine stopped while the customer was being called: nobody knows whether anybody was reached.
UNKNOWN_ATTEMPT = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInfo:
    """A finished recording. `path` is relative to the recordings folder; `error` says why there is none."""

    call_id: str
    path: str = ""
    kind: str = "call"  # call | message
    started_at: Millis = 0
    length_ms: int = 0
    codec: str = ""
    size: int = 0
    sha256: str = ""
    customer_rms_dbfs: float = -99.0
    agent_rms_dbfs: float = -99.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A short message between users. `to` empty: an announcement to everybody.

    `read`: by the one who looks at it; one's own: by somebody else.
    """

    id: int = 0
    at: Millis
    sender: str
    sender_name: str = ""
    to: str = ""
    to_name: str = ""
    text: str
    read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the centre. The PIN itself is never stored or shown."""

    staff_number: str
    name: str
    role: Role = Role.AGENT
    department: str = ""  # id; empty: the office
    disabled: bool = False
    locked_until: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMemory:
    """What is kept of an agent across a restart of the engine."""

    staff_number: str
    name: str
    seat_id: str
    status: AgentStatus
    reason: str = ""
    state: AgentState = AgentState.IDLE
    call_id: str = ""
    since: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """An agent's own figures since midnight of the site. Durations are milliseconds."""

    staff_number: str
    presented: int = 0
    answered: int = 0
    rona: int = 0
    rejected: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    break_ms: int = 0
    logged_in_ms: int = 0
    by_disposition: dict[str, int] = field(default_factory=dict)
