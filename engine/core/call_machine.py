"""The state of a call: where the customer is on the way from arrival to end.

Rules
1. A call begins in `ivr`, or, when it was adopted after a restart, in `unattended` or `talking`.
2. `queued` and `presented` are one wait: a presentation that fails goes back to the old place.
3. `closing` means that the centre ends the call; `ended` is final, and everything after it is late.
4. The customer may leave anywhere.
5. Facts of the seat whose turn it is not are sorted out before they come here (`presentation`, `talk`).
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
    QUEUE_LEFT = "queue_left"
    MESSAGE_STARTED = "message_started"
    MESSAGE_ENDED = "message_ended"
    HELD = "held"
    RETRIEVED = "retrieved"
    AGENT_LEFT = "agent_left"
    CLOSED = "closed"
    CUSTOMER_LEFT = "customer_left"


T = CallTrigger

TRANSITIONS: dict[S, dict[T, S]] = {
    S.IVR: {
        T.OFFERED: S.QUEUED,
        T.MESSAGE_STARTED: S.MESSAGE,
        T.CLOSED: S.CLOSING,
        T.CUSTOMER_LEFT: S.ENDED,
    },
    S.QUEUED: {T.PRESENTED: S.PRESENTED, T.QUEUE_LEFT: S.IVR, T.CUSTOMER_LEFT: S.ENDED},
    S.PRESENTED: {T.ANSWERED: S.TALKING, T.RETURNED: S.QUEUED, T.CUSTOMER_LEFT: S.ENDED},
    S.TALKING: {T.HELD: S.HOLDING, T.AGENT_LEFT: S.CLOSING, T.CUSTOMER_LEFT: S.ENDED},
    S.HOLDING: {T.RETRIEVED: S.TALKING, T.AGENT_LEFT: S.CLOSING, T.CUSTOMER_LEFT: S.ENDED},
    S.MESSAGE: {T.MESSAGE_ENDED: S.IVR, T.CUSTOMER_LEFT: S.ENDED},
    S.UNATTENDED: {T.ARRIVED: S.IVR, T.ANSWERED: S.TALKING, T.CUSTOMER_LEFT: S.ENDED},
    S.CLOSING: {T.CUSTOMER_LEFT: S.ENDED},
    S.ENDED: {},
}

IGNORED: dict[S, frozenset[T]] = {
    S.IVR: frozenset({T.MESSAGE_ENDED}),
    S.QUEUED: frozenset({T.MESSAGE_ENDED}),
    S.PRESENTED: frozenset({T.MESSAGE_ENDED}),
    S.TALKING: frozenset({T.ANSWERED, T.RETRIEVED, T.RETURNED, T.MESSAGE_ENDED}),
    S.HOLDING: frozenset({T.ANSWERED, T.HELD, T.RETURNED, T.MESSAGE_ENDED}),
    S.MESSAGE: frozenset(),
    S.UNATTENDED: frozenset({T.RETURNED, T.HELD, T.RETRIEVED, T.MESSAGE_ENDED}),
    S.CLOSING: frozenset({T.ANSWERED, T.RETURNED, T.HELD, T.RETRIEVED, T.MESSAGE_ENDED}),
    S.ENDED: frozenset({T.ANSWERED, T.RETURNED, T.HELD, T.RETRIEVED, T.MESSAGE_ENDED}),
}

CALL_MACHINE = Machine("call", TRANSITIONS, IGNORED)
