"""Words for the life of a ticket: states, deeds, refusals, lists."""

from rich.cells import cell_len

from engine.core.tickets.records import CUSTOMER, SYSTEM, Ticket
from engine.core.tickets.states import Clock, Deed, Escalation, Refused, TicketKind, TicketState
from tui.words import mark, tr

# word, letter, tone
TICKET_STATES: dict[TicketState, tuple[str, str, str]] = {
    TicketState.NEW: (mark("New"), "N", "strong"),
    TicketState.VERIFIED: (mark("Verified"), "V", "plain"),
    TicketState.DISPATCHED: (mark("Dispatched"), "D", "in-talk"),
    TicketState.ACCEPTED: (mark("Taken on"), "A", "in-talk"),
    TicketState.ON_SITE: (mark("On site"), "O", "in-talk"),
    TicketState.RETURNED: (mark("Returned"), "R", "holding"),
    TicketState.REPLIED: (mark("Replied"), "P", "good"),
    TicketState.FOLLOWED_UP: (mark("Followed up"), "F", "good"),
    TicketState.CLOSED: (mark("Done"), "C", "label"),
    TicketState.SUSPENDED: (mark("Suspended"), "W", "break"),
    TicketState.CANCELLED: (mark("Withdrawn"), "X", "faint"),
}

TICKET_KINDS: dict[TicketKind, str] = {
    TicketKind.CONSULT: mark("Consultation ticket"),
    TicketKind.FAULT: mark("Fault"),
    TicketKind.COMPLAINT: mark("Complaint"),
    TicketKind.SUGGESTION: mark("Suggestion"),
    TicketKind.REPORT: mark("Report of misconduct"),
    TicketKind.ORDER: mark("Order"),
    TicketKind.VISIT: mark("Visit"),
}

# What a button says; what the history says is the same word.
DEEDS: dict[Deed, str] = {
    Deed.CREATED: mark("Received"),
    Deed.VERIFY: mark("Verify"),
    Deed.DISPATCH: mark("Dispatch"),
    Deed.ACCEPT: mark("Accept"),
    Deed.SEND_BACK: mark("Send back"),
    Deed.ARRIVE: mark("Arrive"),
    Deed.RETURN: mark("Return"),
    Deed.REPLY: mark("Reply"),
    Deed.FOLLOW_UP: mark("Follow up"),
    Deed.CLOSE: mark("Close"),
    Deed.REOPEN: mark("Reopen"),
    Deed.SUSPEND: mark("Suspend"),
    Deed.RESUME: mark("Go on"),
    Deed.CANCEL: mark("Withdraw"),
    Deed.MERGE: mark("Merge"),
    Deed.UNMERGE: mark("Unmerge"),
    Deed.ASSIGN: mark("Assign"),
    Deed.OWN: mark("Owner"),
    Deed.EDIT: mark("Change"),
    Deed.EXPECT: mark("Promise"),
    Deed.CHECK: mark("Check off"),
    Deed.REMARK: mark("Remark"),
    Deed.ATTACH: mark("Attach"),
    Deed.CALL: mark("Phone"),
    Deed.AGAIN: mark("Told again"),
    Deed.RATE: mark("Rating"),
    Deed.ESCALATE: mark("Escalate"),
}

REFUSED: dict[Refused, str] = {
    Refused.ILLEGAL: mark("Not possible as far as this ticket is"),
    Refused.NOT_ALLOWED: mark("Not for you: another department or a supervisor does this"),
    Refused.STALE: mark("Somebody else has changed the ticket meanwhile"),
    Refused.NEEDS_REASON: mark("A reason is needed"),
    Refused.NEEDS_RESULT: mark("What was done is needed"),
    Refused.NEEDS_VERIFICATION: mark("It has to be verified first"),
    Refused.NEEDS_REPLY: mark("The customer has no reply yet"),
    Refused.NEEDS_FOLLOW_UP: mark("It has to be followed up first"),
    Refused.NEEDS_CHECKLIST: mark("Not everything of the checklist is done: {detail}"),
    Refused.NEEDS_DEPARTMENT: mark("To which department?"),
    Refused.BAD_FIELD: mark("Please check this field: {detail}"),
    Refused.BAD_TARGET: mark("There is no such department, person or ticket"),
}

ESCALATIONS: dict[Escalation, str] = {
    Escalation.NONE: mark("nobody told"),
    Escalation.WARNED: mark("warned"),
    Escalation.BREACHED: mark("time is over"),
    Escalation.SUPERVISOR: mark("supervisor told"),
    Escalation.LEADER: mark("leader told"),
}

CLOCKS: dict[Clock, str] = {Clock.RESPOND: mark("Respond"), Clock.RESOLVE: mark("Resolve")}
PRIORITIES = (mark("normal"), mark("urgent"), mark("at once!"))

# Why a ticket waits: the code, its digit and its words. Only for the customer the clocks stand still.
SUSPEND_CODES: tuple[tuple[str, str], ...] = (
    ("customer", mark("for the customer (the clocks stand still)")),
    ("parts", mark("for parts")),
    ("third_party", mark("for somebody outside")),
    ("other", mark("for something else")),
)
# How a call for a ticket went.
CALL_OUTCOMES: dict[str, str] = {
    "reached": mark("reached"),
    "no_answer": mark("No answer"),
    "busy": mark("Busy"),
    "unreachable": mark("Not reachable"),
    "wrong_number": mark("wrong number"),
}

# The lists, by their digit: the `view` of a request and the heading.
VIEWS: tuple[tuple[str, str], ...] = (
    ("", mark("any")),
    ("mine", mark("Mine")),
    ("department", mark("Dept")),
    ("today", mark("Due")),
    ("overdue", mark("Late")),
    ("unverified", mark("Check")),
    ("to_reply", mark("Tell")),
    ("to_follow_up", mark("Ask")),
)


def state_cells() -> int:
    """How wide a column of states is, with the longest word and its letter in the language in use."""
    return max(9, *(cell_len(f"{tr(word)} {letter}") for word, letter, _ in TICKET_STATES.values()))


def state_words(ticket: Ticket) -> tuple[str, str]:
    """Word and letter of the state in the language in use, and the tone."""
    word, letter, tone = TICKET_STATES[ticket.state]
    return f"{tr(word)} {letter}", tone


def refused_words(detail: str) -> str:
    """Why a deed was refused: `detail` is the code, and after a colon what it is about; "" if it is none.

    Of what is not possible, or not for this person, that is how far the ticket is and what is possible now.
    """
    code, _, about = detail.partition(":")
    if code not in set(Refused):
        return ""
    why = tr(REFUSED[Refused(code)], detail=about.strip()).rstrip(" :：")
    state, _, deeds = about.partition(":")
    if code not in (Refused.ILLEGAL, Refused.NOT_ALLOWED) or state not in set(TicketState):
        return why
    state = tr(TICKET_STATES[TicketState(state)][0])
    possible = tr(", ").join(tr(DEEDS[Deed(one)]) for one in deeds.split(",") if one in set(Deed))
    if not possible:
        return tr("{why}; it is {state} now", why=why, state=state)
    if code == Refused.ILLEGAL:
        return tr("Not possible: it is {state} now; possible: {deeds}", state=state, deeds=possible)
    return tr("Others do this; it is {state} now, you may: {deeds}", state=state, deeds=possible)


def who_words(staff_number: str, name: str) -> str:
    """Who did a step: a person, the customer by telephone, or a clock."""
    if staff_number == CUSTOMER:
        return tr("Customer")
    return tr("System") if staff_number == SYSTEM else name or staff_number
