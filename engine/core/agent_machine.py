"""The state of an agent: what is happening to the person at the seat.

Rules
1. Everything that changes `Agent.state` is in this table; the wish of the agent (`AgentStatus`) is apart.
2. `reserved` is entered in the same step that orders the presentation: nobody is chosen twice.
3. A phone that cannot be reached matters only while nothing else happens; after a talk or a wrap-up the
   floor looks at the phone again and sends `phone_lost` if need be.
4. Every talk ends in wrap-up; one without wrap-up time ends it in the same step.
5. Who picks up a call that rings all seats by itself has that call, whatever else was presented; who talks,
   dials or listens already keeps the first call.
6. Who is asked for help by a colleague is rung, talks and is in the conference like anybody else; `holding`
   and `consulting` are states of the one who owns the call.
"""

from enum import StrEnum

from engine.core.machine import Machine
from engine.core.states import AgentState as S


class AgentTrigger(StrEnum):
    """Facts that move an agent."""

    RESERVED = "reserved"
    RING_STARTED = "ring_started"
    ANSWERED = "answered"
    RING_ENDED = "ring_ended"
    DIALLED = "dialled"
    DIAL_ENDED = "dial_ended"
    HELD = "held"
    RETRIEVED = "retrieved"
    CONSULTED = "consulted"
    PARTY_LEFT = "party_left"
    CONFERENCE_BEGAN = "conference_began"
    HANDED_OVER = "handed_over"
    MONITOR_BEGAN = "monitor_began"
    MONITOR_ENDED = "monitor_ended"
    TALK_ENDED = "talk_ended"
    WRAP_UP_ENDED = "wrap_up_ended"
    PHONE_LOST = "phone_lost"
    PHONE_FOUND = "phone_found"
    TALK_ADOPTED = "talk_adopted"


T = AgentTrigger

TRANSITIONS: dict[S, dict[T, S]] = {
    S.IDLE: {
        T.RESERVED: S.RESERVED,
        T.DIALLED: S.DIALLING,
        T.MONITOR_BEGAN: S.MONITORING,
        T.PHONE_LOST: S.UNREACHABLE,
        T.TALK_ADOPTED: S.TALKING,
    },
    S.UNREACHABLE: {T.PHONE_FOUND: S.IDLE, T.TALK_ADOPTED: S.TALKING},
    S.RESERVED: {
        T.RING_STARTED: S.RINGING,
        T.ANSWERED: S.TALKING,
        T.RING_ENDED: S.IDLE,
        T.TALK_ADOPTED: S.TALKING,
    },
    S.RINGING: {T.ANSWERED: S.TALKING, T.RING_ENDED: S.IDLE, T.TALK_ADOPTED: S.TALKING},
    S.DIALLING: {T.ANSWERED: S.TALKING, T.DIAL_ENDED: S.IDLE},
    S.TALKING: {T.HELD: S.HOLDING, T.CONFERENCE_BEGAN: S.CONFERENCE, T.TALK_ENDED: S.WRAP_UP},
    S.HOLDING: {T.RETRIEVED: S.TALKING, T.CONSULTED: S.CONSULTING, T.TALK_ENDED: S.WRAP_UP},
    S.CONSULTING: {
        T.PARTY_LEFT: S.HOLDING,
        T.CONFERENCE_BEGAN: S.CONFERENCE,
        T.TALK_ENDED: S.WRAP_UP,
    },
    S.CONFERENCE: {T.PARTY_LEFT: S.TALKING, T.HANDED_OVER: S.TALKING, T.TALK_ENDED: S.WRAP_UP},
    S.MONITORING: {T.MONITOR_ENDED: S.IDLE, T.HANDED_OVER: S.TALKING},
    S.WRAP_UP: {T.WRAP_UP_ENDED: S.IDLE},
}

_PHONE = frozenset({T.PHONE_LOST, T.PHONE_FOUND})
_BUSY = _PHONE | {T.RING_STARTED, T.TALK_ADOPTED}

IGNORED: dict[S, frozenset[T]] = {
    S.IDLE: frozenset({T.PHONE_FOUND}),
    S.UNREACHABLE: frozenset({T.PHONE_LOST}),
    S.RESERVED: _PHONE,
    S.RINGING: _PHONE | {T.RING_STARTED},
    S.DIALLING: _BUSY,
    S.TALKING: _BUSY,
    S.HOLDING: _BUSY,
    S.CONSULTING: _BUSY,
    S.CONFERENCE: _BUSY,
    S.MONITORING: _BUSY,
    S.WRAP_UP: _PHONE | {T.RING_STARTED},
}

AGENT_MACHINE = Machine("agent", TRANSITIONS, IGNORED)
