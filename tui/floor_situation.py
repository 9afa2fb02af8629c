"""What decides whether a supervisor's command makes sense now, and why not."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.states import AgentState, AgentStatus, CallState
from engine.core.views import AgentView, CallView, SpyView
from tui.situation import Situation, need_link
from tui.words import tr

_S = AgentState
HEARD = (_S.TALKING, _S.HOLDING, _S.CONSULTING, _S.CONFERENCE)  # there is something to listen to
BUSY = (*HEARD, _S.RESERVED, _S.RINGING, _S.DIALLING)
RINGING = (_S.RESERVED, _S.RINGING)
OWN_TALK = (_S.DIALLING, *HEARD)
_ENDING = (CallState.CLOSING, CallState.ENDED)

Reason = Callable[[Situation], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorSituation(Situation):
    """The agent and the call under the cursor, and what the supervisor does. `view`: the own desk."""

    staff_number: str = ""
    agent: AgentView | None = None
    call: CallView | None = None
    spy: SpyView | None = None
    waiting: int = 0
    queues: int = 0
    hands: int = 0
    messages: int = 0
    alarms: int = 0
    tickets: bool = False  # the engine keeps tickets

    @property
    def own(self) -> bool:
        """The cursor is on oneself."""
        return self.agent is not None and self.agent.staff_number == self.staff_number


def of_floor(reason: Callable[[FloorSituation], str | None]) -> Reason:
    """A reason that is asked only while the engine is there."""

    def check(now: Situation) -> str | None:
        if lost := need_link(now):
            return lost
        return reason(now if isinstance(now, FloorSituation) else FloorSituation(view=now.view))

    return check


def _need_agent(now: FloorSituation) -> str | None:
    if now.agent is None:
        return tr("Put the cursor on an agent first: a, then the arrows")
    return tr("The cursor is on yourself") if now.own else None


def _need_phone(now: FloorSituation) -> str | None:
    if now.view is None:
        return tr("This needs your own phone: log out (Ctrl+Q) and log in at a seat")
    if not now.view.agent.phone_reachable:
        return tr("Your own phone is not registered")
    return None if now.view.switch.up else tr("The switch is down")


def _spied(now: FloorSituation) -> bool:
    return now.spy is not None and now.agent is not None and now.spy.agent == now.agent.staff_number


@of_floor
def listen_reason(now: FloorSituation) -> str | None:
    """It needs the own phone and an agent in a talk."""
    if reason := _need_agent(now) or _need_phone(now):
        return reason
    assert now.agent is not None
    if now.agent.state not in HEARD:
        return tr("{name} is not in a talk", name=now.agent.name)
    if now.state in BUSY:
        return tr("Not during your own call; F8 hangs up")
    return None


@of_floor
def stop_reason(now: FloorSituation) -> str | None:
    """It needs that one listens."""
    return None if now.spy is not None else tr("You are not listening to anybody")


@of_floor
def release_reason(now: FloorSituation) -> str | None:
    """It needs a call that is up."""
    if now.call is None or now.call.state in _ENDING:
        return tr("Put the cursor on a call, or on an agent who has one")
    return None


@of_floor
def ready_reason(now: FloorSituation) -> str | None:
    """It needs another agent who is not ready."""
    if reason := _need_agent(now):
        return reason
    assert now.agent is not None
    if now.agent.status is AgentStatus.READY and now.agent.next_status is None:
        if now.agent.state is _S.WRAP_UP:
            return None
        return tr("{name} is ready already", name=now.agent.name)
    return None


@of_floor
def break_reason(now: FloorSituation) -> str | None:
    """It needs another agent who is not on break."""
    if reason := _need_agent(now):
        return reason
    assert now.agent is not None
    on_break = now.agent.status is AgentStatus.BREAK and now.agent.next_status is None
    return tr("{name} is on break already", name=now.agent.name) if on_break else None


@of_floor
def log_out_reason(now: FloorSituation) -> str | None:
    """It needs another agent without a call."""
    if reason := _need_agent(now):
        return reason
    assert now.agent is not None
    if now.agent.state in BUSY:
        return tr("{name} has a call: nobody is logged out in a call", name=now.agent.name)
    return None


@of_floor
def pick_reason(now: FloorSituation) -> str | None:
    """It needs somebody who waits."""
    if not now.waiting:
        return tr("Nobody is waiting")
    if now.agent is None and not _waits(now):
        return tr("Put the cursor on a waiting caller, or on the agent who shall take one")
    return None


@of_floor
def move_up_reason(now: FloorSituation) -> str | None:
    """It needs a waiting caller who is not the first."""
    if not _waits(now):
        return tr("Put the cursor on a waiting caller first: c, then the arrows")
    assert now.call is not None
    return tr("This caller is the next one already") if now.call.position == 1 else None


@of_floor
def move_reason(now: FloorSituation) -> str | None:
    """It needs a waiting caller, and another queue."""
    if not _waits(now):
        return tr("Put the cursor on a waiting caller first: c, then the arrows")
    return tr("There is no other queue") if now.queues < 2 else None


def _waits(now: FloorSituation) -> bool:
    return now.call is not None and now.call.state is CallState.QUEUED


@of_floor
def dial_reason(now: FloorSituation) -> str | None:
    """It needs the own phone, and an agent to call."""
    if reason := _need_agent(now) or _need_phone(now):
        return reason
    return tr("Not during your own call; F8 hangs up") if now.state in BUSY else None


@of_floor
def hand_reason(now: FloorSituation) -> str | None:
    """It needs a raised hand."""
    return None if now.hands else tr("Nobody has raised a hand")


@of_floor
def screen_reason(now: FloorSituation) -> str | None:
    """It needs another agent with a console."""
    if reason := _need_agent(now):
        return reason
    assert now.agent is not None
    return None if now.agent.console_attached else tr("{name} has no console open", name=now.agent.name)


@of_floor
def message_reason(now: FloorSituation) -> str | None:
    """It needs another agent."""
    return _need_agent(now)


@of_floor
def inbox_reason(now: FloorSituation) -> str | None:
    """It needs a message."""
    return None if now.messages else tr("No message has come yet")


@of_floor
def alarm_reason(now: FloorSituation) -> str | None:
    """It needs an alarm."""
    return None if now.alarms else tr("There is no alarm")


@of_floor
def own_answer_reason(now: FloorSituation) -> str | None:
    """It needs a call that rings at the own seat, or is held there."""
    if now.view is None:
        return tr("You are not at a seat")
    if now.state in (*RINGING, _S.HOLDING):
        return None
    return tr("Cannot answer: no call is ringing")


@of_floor
def own_hold_reason(now: FloorSituation) -> str | None:
    """It needs an own talk."""
    return None if now.state is _S.TALKING else tr("Cannot hold: there is no talk now")


@of_floor
def own_hang_up_reason(now: FloorSituation) -> str | None:
    """It needs an own call, or that one listens."""
    if now.spy is not None or now.state in (*RINGING, *OWN_TALK):
        return None
    return tr("Cannot hang up: there is no call now")


def leave_reason(now: Situation) -> str | None:
    """It must not be in an own call; listening ends by itself."""
    in_call = now.connected and now.state in BUSY
    return tr("You cannot log out during a call") if in_call else None


@of_floor
def ticket_reason(now: FloorSituation) -> str | None:
    """It needs an engine that keeps tickets."""
    return None if now.tickets else tr("The engine keeps no tickets")
