"""The state of a call: where the customer is on the way from arrival to end.

Rules
1. A call begins in `ivr`; in `dialling`, when the centre began it; or, adopted after a restart, in
   `unattended` or `talking`.
2. `queued` and `presented` are one wait: a presentation that fails goes back to the old place.
3. A customer who has spoken to somebody may come into a queue, the flow or a presentation again; such a call
   is handed on from `holding`, where the customer hears music.
   A flow may hand its caller over too, who comes back to it if nobody answers.
4. `consulting` holds while the third party rings and while the agent speaks to either of both. `forwarded`
   is a customer with an outside party, ringing or up, and no agent.
5. `closing` means that the centre ends the call; `ended` is final, and everything after it is late.
6. The customer may leave anywhere.
7. Facts of the seat whose turn it is not are sorted out before they come here (`presentation`, `talk`). A
   customer's channel that comes back to the engine says so (`held`) whatever the floor has decided since.
"""

from enum import StrEnum

from engine.core.machine import Machine
from engine.core.states import CallState as S


class CallTrigger(StrEnum):
    """Facts that move a call."""

    ARRIVED = "arrived"  # an adopted call that asks for the engine after all
    OFFERED = "offered"
    PRESENTED = "presented"
    RETURNED = "returned"
    ANSWERED = "answered"
    FAILED = "failed"  # the called number was not reached
    QUEUE_LEFT = "queue_left"
    MESSAGE_STARTED = "message_started"
    MESSAGE_ENDED = "message_ended"
    HELD = "held"
    RETRIEVED = "retrieved"
    CONSULTED = "consulted"  # a third party is being dialled
    PARTY_LEFT = "party_left"  # the third party is gone, or was not reached
    CONFERENCE_BEGAN = "conference_began"
    HANDED_OVER = "handed_over"  # somebody else of the centre has the customer now
    FORWARDED = "forwarded"  # the customer is left to an outside party
    SENT_TO_FLOW = "sent_to_flow"  # the customer hears prompts again
    AGENT_LEFT = "agent_left"
    CLOSED = "closed"
    CUSTOMER_LEFT = "customer_left"


T = CallTrigger

TRANSITIONS: dict[S, dict[T, S]] = {
    S.IVR: {
        T.OFFERED: S.QUEUED,
        T.PRESENTED: S.PRESENTED,
        T.FORWARDED: S.FORWARDED,
        T.MESSAGE_STARTED: S.MESSAGE,
        T.CLOSED: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.QUEUED: {T.PRESENTED: S.PRESENTED, T.QUEUE_LEFT: S.IVR, T.CUSTOMER_LEFT: S.ENDED},
    S.PRESENTED: {T.ANSWERED: S.TALKING, T.RETURNED: S.QUEUED, T.CUSTOMER_LEFT: S.ENDED},
    S.DIALLING: {T.ANSWERED: S.TALKING, T.FAILED: S.ENDED, T.CUSTOMER_LEFT: S.ENDED},
    S.TALKING: {
        T.HELD: S.HOLDING,
        T.OFFERED: S.QUEUED,
        T.SENT_TO_FLOW: S.IVR,
        T.HANDED_OVER: S.TALKING,
        T.AGENT_LEFT: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.HOLDING: {
        T.RETRIEVED: S.TALKING,
        T.CONSULTED: S.CONSULTING,
        T.OFFERED: S.QUEUED,
        T.PRESENTED: S.PRESENTED,
        T.FORWARDED: S.FORWARDED,
        T.SENT_TO_FLOW: S.IVR,
        T.HANDED_OVER: S.TALKING,
        T.AGENT_LEFT: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.CONSULTING: {
        T.PARTY_LEFT: S.HOLDING,
        T.CONFERENCE_BEGAN: S.CONFERENCE,
        T.HANDED_OVER: S.TALKING,
        T.FORWARDED: S.FORWARDED,
        T.OFFERED: S.QUEUED,
        T.AGENT_LEFT: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.CONFERENCE: {
        T.PARTY_LEFT: S.TALKING,
        T.HANDED_OVER: S.TALKING,
        T.FORWARDED: S.FORWARDED,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.FORWARDED: {
        T.OFFERED: S.QUEUED,
        T.PRESENTED: S.PRESENTED,
        T.SENT_TO_FLOW: S.IVR,
        T.AGENT_LEFT: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.MESSAGE: {T.MESSAGE_ENDED: S.IVR, T.CUSTOMER_LEFT: S.ENDED},
    S.UNATTENDED: {T.ARRIVED: S.IVR, T.ANSWERED: S.TALKING, T.CUSTOMER_LEFT: S.ENDED},
    S.CLOSING: {T.CUSTOMER_LEFT: S.ENDED},
    S.ENDED: {},
}

_ANYWHERE = frozenset({T.HELD, T.RETRIEVED, T.MESSAGE_ENDED})
_WITH_AGENT = _ANYWHERE | {T.ANSWERED, T.RETURNED}

IGNORED: dict[S, frozenset[T]] = {
    S.IVR: _ANYWHERE,
    S.QUEUED: _ANYWHERE,
    S.PRESENTED: _ANYWHERE,
    S.DIALLING: _ANYWHERE,
    S.TALKING: _WITH_AGENT - {T.HELD},
    S.HOLDING: _WITH_AGENT - {T.RETRIEVED},
    S.CONSULTING: _WITH_AGENT,
    S.CONFERENCE: _WITH_AGENT,
    S.FORWARDED: _WITH_AGENT,
    S.MESSAGE: _ANYWHERE - {T.MESSAGE_ENDED},
    S.UNATTENDED: _ANYWHERE | {T.RETURNED},
    S.CLOSING: _WITH_AGENT,
    S.ENDED: _WITH_AGENT,
}

CALL_MACHINE = Machine("call", TRANSITIONS, IGNORED)
