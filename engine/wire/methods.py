"""The methods of the socket: name, parameters, result, and the least role that may call each.

This table is the integration interface; ARCHITECTURE.md prints it. `role` None: before logging in.
"""

from typing import Literal

import msgspec

from engine.core.records import (
    AgentDay,
    CallNote,
    CallPart,
    CallRecord,
    Customer,
    Millis,
    PastCall,
    RecordingInfo,
    User,
)
from engine.core.states import Role
from engine.core.views import (
    AgentView,
    CallRow,
    DeskView,
    FloorView,
    Identity,
    LineView,
    QueueView,
    SwitchView,
)
from engine.wire.base import ST, A, Chunk, Done, Method, Nothing, Params, Result, S, X
from engine.wire.billing import BILLING_METHODS
from engine.wire.callbacks import CALLBACK_METHODS
from engine.wire.chat import CHAT_METHODS, MESSAGE_POSTED, MessagePosted
from engine.wire.configuration import CONFIGURATION_METHODS
from engine.wire.customers import CUSTOMER_METHODS
from engine.wire.flows import FLOW_METHODS
from engine.wire.imports import MAX_IMPORT_ROWS, BadRow, ImportResult
from engine.wire.ivr import IVR_METHODS
from engine.wire.knowledge import KNOWLEDGE_METHODS
from engine.wire.messages import RpcFault
from engine.wire.mirror import (
    MIRROR_FRAME,
    MIRROR_METHODS,
    MIRROR_WANTED,
    MirrorFrame,
    MirrorWanted,
)
from engine.wire.notices import NOTICE_METHODS
from engine.wire.paper import PAPER_METHODS
from engine.wire.phone import PHONE_METHODS
from engine.wire.prompts import PROMPT_METHODS
from engine.wire.sources import SOURCE_METHODS
from engine.wire.supervision import SUPERVISION_METHODS
from engine.wire.targets import TARGET_METHODS
from engine.wire.tickets import TICKET_METHODS, TICKETS_CHANGED, TicketsChanged
from engine.wire.wallboard import WALLBOARD_METHODS

__all__ = ["MAX_IMPORT_ROWS", "BadRow", "Done", "ImportResult", "Method", "Nothing", "Params", "Result"]


class HelloParams(Params):
    """`client` names the program: agent, supervisor, admin, cli ..."""

    client: str
    protocol: int


class NamedId(Result):
    """An id with its words in both languages. `color` is one of a few words, or none."""

    id: str
    name: str
    name_en: str
    color: str = "none"


class SeatInfo(Result):
    id: str
    name: str
    extension: str
    phone: str


class HelloResult(Result):
    """What a console needs before anybody logs in. `identity` is set for a local administrator.

    `places` are the nodes of the voice menu that have a title.
    """

    protocol: int
    version: str
    site: str
    language: str
    timezone: str
    now: Millis
    seats: list[SeatInfo]
    queues: list[NamedId]
    break_reasons: list[NamedId]
    dispositions: list[NamedId]
    identity: Identity | None
    places: list[NamedId]


class LogInParams(Params):
    """`seat` empty: log in without a seat (supervisor, admin, command line)."""

    staff_number: str
    pin: str
    seat: str = ""


class LogInResult(Result):
    identity: Identity
    desk: DeskView | None


class SubscribeParams(Params):
    topics: list[Literal["desk", "floor"]]


class Views(Result):
    """Snapshot on subscription, and the params of the notification `view.changed`."""

    desk: DeskView | None = None
    floor: FloorView | None = None


class BreakParams(Params):
    reason: str


class DraftParams(Params):
    """The half-filled form of a call, kept by the engine while the agent types."""

    call_id: str
    note: CallNote


class NoteParams(Params):
    call_id: str
    note: CallNote


class CallsParams(Params):
    since: Millis = 0
    until: Millis = 0
    staff_number: str = ""
    queue_id: str = ""
    outcome: str = ""
    cli: str = ""
    customer_id: int = 0
    limit: int = 50


class Calls(Result):
    calls: list[CallRow]


class CallIdParams(Params):
    call_id: str


class CallDetail(Result):
    record: CallRecord
    customer: Customer | None
    notes: list[PastCall]
    recordings: list[RecordingInfo]
    parts: tuple[CallPart, ...] = ()  # each person's share


class Recordings(Result):
    recordings: list[RecordingInfo]
    folder: str


class RecordingFile(Result):
    """Where the engine has the file; the client copies it if it may read it, else asks for chunks."""

    info: RecordingInfo
    path: str


class ChunkParams(Params):
    call_id: str
    kind: str = "call"
    offset: int = 0


class AddUserParams(Params):
    staff_number: str
    name: str
    role: Role
    pin: str
    department: str = ""


class StaffParams(Params):
    staff_number: str


class MoveUserParams(Params):
    staff_number: str
    department: str


class ResetPinParams(Params):
    staff_number: str
    pin: str


class Users(Result):
    users: list[User]


class Agents(Result):
    agents: list[AgentView]


class Queues(Result):
    queues: list[QueueView]


class SeatStatus(Result):
    id: str
    name: str
    extension: str
    phone: str
    secret: str
    reachable: bool
    staff_number: str


class StatusResult(Result):
    """`fourseat status`. `problems` are sentences that say what to do."""

    version: str
    site: str
    started_at: Millis
    now: Millis
    switch: SwitchView
    lines: list[LineView]
    seats: list[SeatStatus]
    calls: int
    waiting: int
    agents: int
    open: bool
    disk_free_mb: int
    journal_rows: int
    problems: list[str]


class FlowText(Result):
    """The flow as the engine runs it, for `fourseat ivr check` and `try`.

    `files`: the texts by name, the main one first; `texts`: of all prompts, by language and id.
    """

    filename: str
    files: dict[str, str]
    texts: dict[str, dict[str, str]]


class AuditParams(Params):
    limit: int = 100


class AuditRow(Result):
    at: Millis
    who: str
    what: str
    subject: str
    detail: str


class Audit(Result):
    rows: list[AuditRow]


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("session.hello", HelloParams, HelloResult, None, "Version, site, seats, queues and words."),
        Method("session.log_in", LogInParams, LogInResult, None, "Staff number, PIN and seat."),
        Method("session.log_out", Nothing, Done, ST, "Leave the seat; refused in a call."),
        Method("view.subscribe", SubscribeParams, Views, A, "Snapshot now, changes as `view.changed`."),
        Method("agent.ready", Nothing, Done, A, "Want calls; ends a wrap-up."),
        Method("agent.break", BreakParams, Done, A, "Want no calls, with a reason; in a call: afterwards."),
        Method("agent.answer", Nothing, Done, A, "Take the presented call."),
        Method("agent.reject", Nothing, Done, A, "Refuse the presented call."),
        Method("agent.hang_up", Nothing, Done, A, "End the talk."),
        Method("agent.hold", Nothing, Done, A, "Music for the customer."),
        Method("agent.retrieve", Nothing, Done, A, "Talk to the held customer again."),
        Method("agent.finish_wrap_up", Nothing, Done, A, "The after-call work is done."),
        Method("agent.day", Nothing, AgentDay, A, "Own figures since midnight."),
        Method("call.draft", DraftParams, Done, A, "Keep the half-filled form."),
        Method("call.note", NoteParams, Done, A, "Store note and disposition."),
        *CUSTOMER_METHODS,
        Method("calls.list", CallsParams, Calls, A, "Stored calls, newest first; agents see their own."),
        Method("calls.show", CallIdParams, CallDetail, A, "One call with all that hangs on it."),
        Method("recordings.list", CallsParams, Recordings, S, "Finished recordings, newest first."),
        Method("recordings.locate", ChunkParams, RecordingFile, S, "Where a recording is; audited."),
        Method("recordings.read", ChunkParams, Chunk, S, "Bytes of a recording; audited at offset 0."),
        Method("floor.status", Nothing, StatusResult, S, "The whole state in a few figures."),
        Method("floor.agents", Nothing, Agents, S, "Logged-in agents."),
        Method("floor.queues", Nothing, Queues, S, "Queues now and today."),
        Method("users.add", AddUserParams, User, X, "A new user."),
        Method("users.list", Nothing, Users, X, "All users."),
        Method("users.disable", StaffParams, Done, X, "Refuse this user's log-in."),
        Method("users.enable", StaffParams, Done, X, "Allow it again; also ends a PIN lock."),
        Method("users.move", MoveUserParams, User, X, "To a department or station; empty: the office."),
        Method("users.reset_pin", ResetPinParams, Done, X, "Give a new PIN; also ends a PIN lock."),
        *PROMPT_METHODS,
        Method("ivr.flow", Nothing, FlowText, S, "The flow that runs, with the texts of its prompts."),
        Method("audit.list", AuditParams, Audit, X, "Who changed what."),
        *CONFIGURATION_METHODS,
        *FLOW_METHODS,
        *PHONE_METHODS,
        *TARGET_METHODS,
        *SUPERVISION_METHODS,
        *CALLBACK_METHODS,
        *BILLING_METHODS,
        *NOTICE_METHODS,
        *TICKET_METHODS,
        *KNOWLEDGE_METHODS,
        *PAPER_METHODS,
        *SOURCE_METHODS,
        *CHAT_METHODS,
        *MIRROR_METHODS,
        *WALLBOARD_METHODS,
        *IVR_METHODS,
    )
}

VIEW_CHANGED = "view.changed"
SITE_CHANGED = "site.changed"
SESSION_ENDED = "session.ended"

NOTIFICATIONS: dict[str, type[msgspec.Struct]] = {
    VIEW_CHANGED: Views,  # a topic's new value; a floor comes as a change
    MIRROR_WANTED: MirrorWanted,
    MIRROR_FRAME: MirrorFrame,
    SITE_CHANGED: HelloResult,  # seats, queues and words are other ones now
    MESSAGE_POSTED: MessagePosted,
    TICKETS_CHANGED: TicketsChanged,
    SESSION_ENDED: RpcFault,  # why the engine closes this connection; nothing follows
}
