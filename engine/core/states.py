"""The words of the floor: every enumeration that code, database, socket and screens share."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do; each role may do all that the ones before it may."""

    STATION = "station"  # of a department or maintenance station: tickets only
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


SUPERVISING = frozenset({Role.SUPERVISOR, Role.ADMIN})


class AgentStatus(StrEnum):
    """What an agent wants."""

    LOGGED_OUT = "logged_out"
    READY = "ready"
    BREAK = "break"


class AgentState(StrEnum):
    """What is happening to an agent; meaningful while logged in."""

    IDLE = "idle"
    UNREACHABLE = "unreachable"
    RESERVED = "reserved"
    RINGING = "ringing"
    DIALLING = "dialling"
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    MONITORING = "monitoring"
    WRAP_UP = "wrap_up"


class Direction(StrEnum):
    """Who began a call, seen from the centre; internal calls have no customer."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class TargetKind(StrEnum):
    """What a call can be handed to."""

    AGENT = "agent"
    QUEUE = "queue"
    EXTENSION = "extension"
    NUMBER = "number"
    NODE = "node"
    SURVEY = "survey"


class SpyMode(StrEnum):
    """How a supervisor is in a talk: nobody, the agent, or everybody hears the supervisor."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Strategy(StrEnum):
    """Which free agent gets the next call of a queue; all of them go by skill level first."""

    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    FEWEST_CALLS = "fewest_calls"
    RING_ALL = "ring_all"


class CallState(StrEnum):
    """Where a call is now."""

    IVR = "ivr"
    QUEUED = "queued"
    PRESENTED = "presented"
    DIALLING = "dialling"
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    FORWARDED = "forwarded"
    MESSAGE = "message"
    UNATTENDED = "unattended"
    CLOSING = "closing"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended; every call has exactly one. The first three are never mixed up in reports."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    IVR_EXIT = "ivr_exit"
    VOICEMAIL = "voicemail"
    TIMEOUT = "timeout"
    FULL = "full"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    CALLBACK = "callback"  # left the queue and keeps the place for a call back
    NO_ANSWER = "no_answer"  # this and the following: of calls that the centre began
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"


class EndedBy(StrEnum):
    """Whose hang-up ended the call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class QueueExit(StrEnum):
    """Why a call leaves its queue without an agent."""

    TIMEOUT = "timeout"
    FULL = "full"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"


class RingFailure(StrEnum):
    """Why a presented call was not answered."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"


class CallbackKind(StrEnum):
    """Why a customer is to be called: it was promised, a wait ended in vain, or something is repaired."""

    CALLBACK = "callback"
    ABANDONED = "abandoned"
    REPAIRED = "repaired"  # wanted to know when an outage is over


class CallbackState(StrEnum):
    """What becomes of a customer who is to be called."""

    WAITING = "waiting"  # keeps the place in the queue, and is called when the turn comes
    PAUSED = "paused"  # was not reached; the next try comes by itself
    HERE = "here"  # the customer has called in meanwhile, and is on the way to an agent
    CALLING = "calling"  # an agent's phone calls the customer
    OPEN = "open"  # waits for somebody to call
    DONE = "done"


class CallbackResult(StrEnum):
    """Why nobody has to call any more."""

    REACHED = "reached"
    CALLED_AGAIN = "called_again"
    HANDLED = "handled"
    CANCELLED = "cancelled"


class AlarmLevel(StrEnum):
    """How bad it is."""

    WARNING = "warning"
    CRITICAL = "critical"


class AlarmKind(StrEnum):
    """What is wrong, or has just been."""

    LONGEST_WAIT = "longest_wait"
    ABANDON_RATE = "abandon_rate"
    NO_AGENT = "no_agent"
    LINES_BUSY = "lines_busy"
    LINE_UNREACHABLE = "line_unreachable"
    PHONE_UNREACHABLE = "phone_unreachable"
    SWITCH_DOWN = "switch_down"
    SWITCH_STARTED = "switch_started"
    ENGINE_STARTED = "engine_started"
    DISK = "disk"
    DATABASE = "database"
    CLOCK_JUMPED = "clock_jumped"
    CLOCK_UNSET = "clock_unset"


class RefusalCode(StrEnum):
    """Why the floor refuses a request. Screens show the words of `tui/labels.py`."""

    NOT_LOGGED_IN = "not_logged_in"
    SEAT_TAKEN = "seat_taken"
    UNKNOWN_SEAT = "unknown_seat"
    UNKNOWN_REASON = "unknown_reason"
    NO_CALL = "no_call"
    IN_CALL = "in_call"
    NOT_PRESENTED = "not_presented"
    NOT_TALKING = "not_talking"
    NOT_HOLDING = "not_holding"
    NOT_IN_WRAP_UP = "not_in_wrap_up"
    SWITCH_DOWN = "switch_down"
    NOT_CONSULTING = "not_consulting"
    NOT_WAITING = "not_waiting"
    NOT_LISTENING = "not_listening"
    UNKNOWN_TARGET = "unknown_target"
    TARGET_BUSY = "target_busy"
    TARGET_IS_SELF = "target_is_self"
    NUMBER_FORBIDDEN = "number_forbidden"
    NO_FREE_LINE = "no_free_line"
    NO_PHONE = "no_phone"
    TOO_MANY_ON_BREAK = "too_many_on_break"
    TOO_LATE = "too_late"
    NOT_AGAIN = "not_again"
    NO_CALLBACK = "no_callback"
    CALLBACK_TAKEN = "callback_taken"
