"""What callers hear of their tickets by keys: what it was about, and how far it is."""

from collections.abc import Mapping
from enum import StrEnum

from engine.core.lines import Matter
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import TicketKind, TicketState
from engine.core.tickets.types import Words


class Heard(StrEnum):
    """How far a ticket is, as flows ask for it."""

    NEW = "new"
    DISPATCHED = "dispatched"
    DONE = "done"
    CANCELLED = "cancelled"


KINDS: Mapping[TicketKind, Words] = {
    TicketKind.CONSULT: Words("咨询", "question"),
    TicketKind.FAULT: Words("故障", "fault"),
    TicketKind.COMPLAINT: Words("投诉", "complaint"),
    TicketKind.SUGGESTION: Words("建议", "suggestion"),
    TicketKind.REPORT: Words("申告", "report"),
    TicketKind.ORDER: Words("业务办理", "order"),
    TicketKind.VISIT: Words("上门服务", "visit"),
}
STATUS: Mapping[Heard, Words] = {
    Heard.NEW: Words("已受理,正在安排", "taken down, not yet given to anybody"),
    Heard.DISPATCHED: Words("已派单", "given to a technician"),
    Heard.DONE: Words("已处理完毕", "settled"),
    Heard.CANCELLED: Words("已撤销", "cancelled"),
}
SOMEBODY = Words("维修人员", "a technician")

_HEARD: Mapping[TicketState, Heard] = {
    TicketState.NEW: Heard.NEW,
    TicketState.VERIFIED: Heard.NEW,
    TicketState.SUSPENDED: Heard.NEW,
    TicketState.DISPATCHED: Heard.DISPATCHED,
    TicketState.ACCEPTED: Heard.DISPATCHED,
    TicketState.ON_SITE: Heard.DISPATCHED,
    TicketState.RETURNED: Heard.DISPATCHED,  # nobody has told the customer yet: it is not done
    TicketState.REPLIED: Heard.DONE,
    TicketState.FOLLOWED_UP: Heard.DONE,
    TicketState.CLOSED: Heard.DONE,
    TicketState.CANCELLED: Heard.CANCELLED,
}


def heard(ticket: Ticket) -> Heard:
    """How far a ticket is for its customer; while it is suspended, as far as it was before."""
    return _HEARD[ticket.resume_to or ticket.state]


def about(ticket: Ticket, kind: TicketKind, language: str) -> str:
    """What a ticket is about in a few words: 数字电视无信号, "digital TV, no signal"."""
    matter = Matter(ticket.line, ticket.fault).words(language) if kind is TicketKind.FAULT else ""
    return matter or KINDS[kind].of(language)
