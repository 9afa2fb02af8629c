"""The words of the floor: every enumeration that code, database, socket and screens share."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do; each role may do all that the ones before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


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
    TALKING = "talking"
    HOLDING = "holding"
    WRAP_UP = "wrap_up"


class CallState(StrEnum):
    """Where a call is now."""

    IVR = "ivr"
    QUEUED = "queued"
    PRESENTED = "presented"
    TALKING = "talking"
    HOLDING = "holding"
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
