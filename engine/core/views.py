"""What consoles see of the floor. Instants, not running times: each console counts seconds by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.ivr.values import Plain
from engine.core.records import AgentDay, CallbackRecord, CallNote, CustomerCard, Millis
from engine.core.states import (
    AgentState,
    AgentStatus,
    AlarmKind,
    AlarmLevel,
    CallState,
    Direction,
    Role,
    SpyMode,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """One agent of the floor."""

    staff_number: str
    name: str
    seat_id: str
    extension: str
    status: AgentStatus
    status_since: Millis
    reason: str  # of the break
    state: AgentState
    state_since: Millis
    call_id: str
    next_status: AgentStatus | None  # what follows the present call or wrap-up, if another than `status`
    phone_reachable: bool
    console_attached: bool
    supervises: bool = False
    hand_since: Millis = 0  # asks for help; 0: does not
    muted: bool = False
    break_until: Millis = 0  # from then on the break is overdue; 0: no limit, or no break
    next_seat_id: str = ""  # logged in there in the middle of a talk, which goes on at `seat_id`


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call that is up."""

    call_id: str
    line_id: str
    did: str
    cli: str
    customer_name: str
    state: CallState
    state_since: Millis
    accepted_at: Millis
    offered_at: Millis  # 0: not yet
    answered_at: Millis  # 0: not yet
    queue_id: str
    position: int  # 0: not waiting
    staff_number: str
    ivr_path: tuple[str, ...]
    direction: Direction = Direction.INBOUND
    party: "PartyView | None" = None
    sender: str = ""  # who handed it over, until somebody has taken it


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """The third party of a call. `active`: the agent speaks to it, and not to the customer."""

    name: str
    number: str  # staff number, extension or outside number
    since: Millis
    answered: bool
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpyView:
    """A supervisor in an agent's talk; `since` 0: the phone still rings."""

    staff_number: str
    agent: str
    call_id: str
    mode: SpyMode
    since: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One queue now and since midnight of the site.

    `service_level` = answered_within / (offered_ended - short_abandoned), None when nothing counts yet.
    `offered_ended` leaves out calls that still wait. `mean_talk_ms` is over the `handled` calls, whose talk
    has ended.
    """

    queue_id: str
    name: str
    name_en: str
    waiting: int
    longest_wait_since: Millis  # 0: nobody waits
    offered: int
    offered_ended: int
    answered: int
    handled: int
    abandoned: int
    short_abandoned: int
    answered_within: int
    service_level_seconds: int
    service_level: float | None
    mean_wait_ms: int
    mean_talk_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One external line."""

    line_id: str
    name: str
    channels: int
    busy: int
    reachable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchView:
    """The link from the engine to Asterisk."""

    up: bool
    since: Millis
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """All that an agent's own console shows.

    `call` is the call presented, talked or being wrapped up. `draft` is the half-filled form of it.
    """

    agent: AgentView
    phone: str  # ring | auto
    call: CallView | None
    card: CustomerCard | None
    draft: CallNote
    present_until: Millis  # a presented call goes back at this time; 0: none presented
    wrap_up_until: Millis  # 0: not in wrap-up or without limit
    wrap_up_extension_ms: int = 0  # how much longer it may be made; 0: not
    waiting: int  # over all queues
    longest_wait_since: Millis
    switch: SwitchView
    day: AgentDay
    spy: SpyView | None = None  # whom this supervisor listens to
    notice: str = ""  # RingFailure or RefusalCode: why a transfer or a consultation came back
    to_call: int = 0  # customers who wait for somebody to call them
    callback: CallbackRecord | None = None  # `call` is or will be a call to this customer
    told: Mapping[str, Plain] = field(default_factory=dict)  # what self-service knows of the caller by now


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """Something that is wrong. `subject`: the queue, line or seat, if one.

    `value` and `limit` by `kind`: seconds, percent, calls or megabytes; 0 where nothing is measured.
    """

    id: str
    kind: AlarmKind
    subject: str
    since: Millis
    level: AlarmLevel
    value: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    """The floor, whole or as a change: items replace those of the same id, `gone_*` are taken away.

    Lines, where there are any, are all lines.
    """

    whole: bool
    agents: tuple[AgentView, ...] = ()
    calls: tuple[CallView, ...] = ()
    queues: tuple[QueueView, ...] = ()
    lines: tuple[LineView, ...] = ()
    switch: SwitchView | None = None
    spies: tuple[SpyView, ...] | None = None  # all of them; None: as before
    alarms: tuple[AlarmView, ...] | None = None  # likewise
    to_call: int | None = None  # customers who wait for somebody to call them; None: as before
    gone_agents: tuple[str, ...] = ()
    gone_calls: tuple[str, ...] = ()
    gone_queues: tuple[str, ...] = ()
    engine_started_at: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A stored call as lists show it."""

    call_id: str
    accepted_at: Millis
    cli: str
    customer_id: int
    customer_name: str
    line_id: str
    queue_id: str
    staff_number: str
    outcome: str  # empty: still up
    ended_by: str
    wait_ms: int
    talk_ms: int
    length_ms: int  # accepted to ended
    disposition: str
    note: str
    unsolved: bool
    recording: str  # path, empty: none
    direction: Direction = Direction.INBOUND
    transfers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is logged in on a connection."""

    staff_number: str
    name: str
    role: Role
    department: str = ""  # id; empty: the office
