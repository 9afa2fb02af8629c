"""The words of a ticket's life: states, deeds, and what a deed may be refused for."""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a type of ticket is, for figures and the voice; a site's types each are of one kind."""

    CONSULT = "consult"
    FAULT = "fault"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    REPORT = "report"
    ORDER = "order"  # new, move, package, stop, reopen
    VISIT = "visit"


class TicketState(StrEnum):
    """How far a ticket is."""

    NEW = "new"
    VERIFIED = "verified"  # 已验单: somebody has listened and read, and knows what it is about
    DISPATCHED = "dispatched"  # 已派单: a department has it
    ACCEPTED = "accepted"  # 已接单: and has said so
    ON_SITE = "on_site"
    RETURNED = "returned"  # 已返单: with what was done
    REPLIED = "replied"  # 已回复: the customer knows
    FOLLOWED_UP = "followed_up"  # 已回访: and was asked whether it is well
    CLOSED = "closed"
    SUSPENDED = "suspended"  # waits, with a reason
    CANCELLED = "cancelled"  # withdrawn, or merged into another one


OPEN_STATES = frozenset(TicketState) - {TicketState.CLOSED, TicketState.CANCELLED}


class Deed(StrEnum):
    """One step in the life of a ticket. The first ones move it, the others only leave a trace."""

    CREATED = "created"
    VERIFY = "verify"
    DISPATCH = "dispatch"  # to a department, or from one to another
    ACCEPT = "accept"
    SEND_BACK = "send_back"  # 退单: not ours, with a reason
    ARRIVE = "arrive"
    RETURN = "return"
    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    MERGE = "merge"  # into another ticket, which has the matter from now on
    UNMERGE = "unmerge"
    # no change of state
    ASSIGN = "assign"  # a technician of the department
    OWN = "own"  # another owner, with a reason
    EDIT = "edit"
    EXPECT = "expect"  # by when it is promised
    CHECK = "check"  # a point of the checklist
    REMARK = "remark"
    ATTACH = "attach"
    CALL = "call"  # the customer was called, reached or not
    AGAIN = "again"  # the customer has told the same once more
    RATE = "rate"
    ESCALATE = "escalate"  # 呈报, by the clock or by hand


class Escalation(StrEnum):
    """How far up the delay of a ticket has been told; each step once."""

    NONE = "none"
    WARNED = "warned"  # the owner and the department
    BREACHED = "breached"
    SUPERVISOR = "supervisor"
    LEADER = "leader"


class Clock(StrEnum):
    """What is late."""

    RESPOND = "respond"  # nobody has seen to it yet
    RESOLVE = "resolve"  # the customer has no reply yet


class Refused(StrEnum):
    """Why a deed is not done."""

    ILLEGAL = "illegal"  # not in this state
    NOT_ALLOWED = "not_allowed"  # not by this role or department
    STALE = "stale"  # somebody else has changed it meanwhile
    NEEDS_REASON = "needs_reason"
    NEEDS_RESULT = "needs_result"
    NEEDS_VERIFICATION = "needs_verification"
    NEEDS_REPLY = "needs_reply"
    NEEDS_FOLLOW_UP = "needs_follow_up"
    NEEDS_CHECKLIST = "needs_checklist"
    NEEDS_DEPARTMENT = "needs_department"
    BAD_FIELD = "bad_field"
    BAD_TARGET = "bad_target"  # no such department, person or ticket
