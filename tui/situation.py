"""What decides whether a command makes sense now, why not, and by which word it goes."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.states import AgentState, AgentStatus, CallState, Direction
from engine.core.views import DeskView
from tui.words import tr

_S = AgentState
WITH_CUSTOMER = (_S.TALKING, _S.HOLDING, _S.CONSULTING, _S.CONFERENCE)
IN_TALK = (_S.DIALLING, *WITH_CUSTOMER)
WITH_THIRD = (CallState.CONSULTING, CallState.CONFERENCE)
SPEAKING = (_S.TALKING, _S.CONSULTING, _S.CONFERENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides whether a command makes sense: desk, link, and where the agent is on the screen."""

    view: DeskView | None = None
    connected: bool = True
    unsaved: bool = False  # something was typed that is not stored
    panel: str = ""  # over the work area: search | day | dial | tasks | tickets ..; "": none
    found: bool = False  # the search shows a customer
    customer: bool = False  # somebody who is known is shown
    others: bool = False  # more than one customer has the caller's number
    stranger: bool = False  # nobody who is known has it
    enter_reason: str = ""  # why Enter does nothing in the open panel, though it has something to take
    consult_reason: str = ""  # and why the chosen target cannot be spoken to first

    @property
    def state(self) -> AgentState:
        """What is happening to the agent."""
        return self.view.agent.state if self.view else _S.IDLE

    @property
    def guest(self) -> bool:
        """The agent was called into somebody else's talk."""
        return self.view is not None and is_guest(self.view)

    @property
    def third_answers(self) -> bool:
        """There is a third party, and it has answered."""
        party = self.view.call.party if self.view and self.view.call else None
        return party is not None and party.answered

    @property
    def in_call(self) -> bool:
        """A call is presented, dialled, talked or on hold."""
        return self.state in (_S.RINGING, _S.RESERVED, *IN_TALK)


def is_guest(view: DeskView) -> bool:
    """This agent is the third party of a colleague's call, or was called by one."""
    call, agent = view.call, view.agent
    if call is None or call.staff_number in ("", agent.staff_number) or agent.state is _S.WRAP_UP:
        return False
    return call.state in WITH_THIRD or call.direction is Direction.INTERNAL


def guest_reason(now: Situation) -> str | None:
    """Only the one who has the call moves its parties."""
    return tr("Only the agent who has the call can do this; F8 leaves it") if now.guest else None


def always(_: Situation) -> str | None:
    """Nothing speaks against it."""
    return None


def need_link(now: Situation) -> str | None:
    """It needs the engine."""
    return None if now.connected else tr("Not connected to the engine")


def need_switch(now: Situation) -> str | None:
    """It needs the engine, a seat and the switch."""
    if not now.connected:
        return need_link(now)
    if now.view is None:
        return tr("You are not at a seat")
    return None if now.view.switch.up else tr("The switch is down")


def answer_reason(now: Situation) -> str | None:
    """It needs a call that rings or is on hold."""
    if reason := need_switch(now):
        return tr("Cannot answer: {reason}", reason=reason)
    if now.state is _S.CONSULTING:
        return alternate_reason(now)
    if now.state in (_S.RINGING, _S.RESERVED, _S.HOLDING):
        return None
    return tr("Cannot answer: no call is ringing")


def alternate_reason(now: Situation) -> str | None:
    """It needs two who can be spoken to."""
    return (
        None if now.third_answers else tr("The other one has not answered yet; F8 goes back to the customer")
    )


def hold_reason(now: Situation) -> str | None:
    """It needs a talk."""
    if reason := need_switch(now):
        return tr("Cannot hold: {reason}", reason=reason)
    if now.guest:
        return guest_reason(now)
    if now.state is _S.CONSULTING:
        return alternate_reason(now)
    if now.state is _S.HOLDING:
        return tr("Already on hold; F4 retrieves")
    if now.state is _S.CONFERENCE:
        return tr("Cannot hold: all three speak with each other")
    return None if now.state is _S.TALKING else tr("Cannot hold: there is no talk now")


def hang_up_reason(now: Situation) -> str | None:
    """It needs a call."""
    if reason := need_switch(now):
        return tr("Cannot hang up: {reason}", reason=reason)
    return None if now.in_call else tr("Cannot hang up: there is no call now")


def form_reason(now: Situation) -> str | None:
    """It needs a call to write about, or a task to settle."""
    if now.panel == "tasks":
        return now.enter_reason or need_link(now)
    if now.view and now.view.call and now.state in (*IN_TALK, _S.WRAP_UP):
        return None
    return tr("There is no call to write about")


def finish_reason(now: Situation) -> str | None:
    """It needs a wrap-up."""
    if reason := need_link(now):
        return reason
    return None if now.state is _S.WRAP_UP else tr("There is no wrap-up to finish")


def extend_reason(now: Situation) -> str | None:
    """It needs a wrap-up that may be made longer."""
    if reason := finish_reason(now):
        return reason
    longer = now.view is not None and now.view.wrap_up_extension_ms
    return None if longer else tr("It cannot be made longer once more")


def save_reason(now: Situation) -> str | None:
    """It needs something that is not stored yet."""
    if not now.unsaved:
        return tr("There is nothing to save")
    return need_link(now)


def edit_reason(now: Situation) -> str | None:
    """It needs a customer on the screen."""
    if now.found or (now.view and now.view.card):
        return need_link(now)
    return tr("No customer is shown")


def choose_reason(now: Situation) -> str | None:
    """It needs a call, and somebody to choose."""
    if not now.view or not now.view.call:
        return tr("There is no call now")
    if now.found or ((now.others or now.stranger) and not now.panel):
        return need_link(now)
    return tr("Only one customer has this number")


def quit_reason(now: Situation) -> str | None:
    """It must not be in a call."""
    return tr("You cannot log out during a call") if now.connected and now.in_call else None


def fixed(word: str) -> Callable[[Situation], str]:
    """The same word in every situation; `word` has gone through `mark`."""
    return lambda _: tr(word)


def status_word(now: Situation) -> str:
    """What F2 leads to."""
    on_break = now.view is not None and now.view.agent.status is AgentStatus.BREAK
    waits = on_break and now.state in (_S.IDLE, _S.UNREACHABLE)
    return tr("Ready") if waits or now.state is _S.WRAP_UP else tr("Break")


def answer_word(now: Situation) -> str:
    """What F4 does."""
    if now.state is _S.CONSULTING:
        return tr("Switch")
    return tr("Retrieve") if now.state is _S.HOLDING else tr("Answer")


def hold_word(now: Situation) -> str:
    """What F5 does."""
    return tr("Switch") if now.state is _S.CONSULTING else tr("Hold")


def hang_up_word(now: Situation) -> str:
    """What F8 does."""
    if now.state in (_S.CONSULTING, _S.CONFERENCE) and not now.guest:
        return tr("Drop")
    return tr("Reject") if now.state in (_S.RINGING, _S.RESERVED) else tr("Hang up")


def result_word(now: Situation) -> str:
    """What F9 asks for."""
    return tr("Settle") if now.panel == "tasks" else tr("Result")
