"""Why phone work makes sense now or not, and by which word it goes: see `tui/situation.py`."""

from engine.core.states import AgentState
from tui.situation import SPEAKING, Situation, guest_reason, need_link, need_switch
from tui.words import tr

_S = AgentState
LISTS = ("dial", "transfer", "tasks", "chat", "knowledge")


def dial_reason(now: Situation) -> str | None:
    """It needs an agent without a call, and a phone."""
    if reason := need_switch(now):
        return tr("Cannot dial: {reason}", reason=reason)
    if now.state is _S.UNREACHABLE:
        return tr("Cannot dial: {reason}", reason=tr("The phone is not registered"))
    if now.state is _S.WRAP_UP:
        return tr("Finish the wrap-up first: F9, then Enter")
    return None if now.state is _S.IDLE else tr("Not in a call: F6 chooses whom to speak to as well")


def transfer_reason(now: Situation) -> str | None:
    """It needs a talk; a consultation needs somebody who answered."""
    if reason := need_switch(now):
        return tr("Cannot transfer: {reason}", reason=reason)
    if now.guest:
        return guest_reason(now)
    if now.state is _S.CONSULTING and not now.third_answers:
        return tr("The other one has not answered yet; F8 goes back to the customer")
    if now.state in (_S.TALKING, _S.HOLDING, _S.CONSULTING, _S.CONFERENCE):
        return None
    return tr("Cannot transfer: there is no talk now")


def transfer_word(now: Situation) -> str:
    """What F6 does."""
    return tr("Hand over") if now.state in (_S.CONSULTING, _S.CONFERENCE) else tr("Transfer")


def third_reason(now: Situation) -> str | None:
    """In the list of targets it needs one that can be spoken to; else a consultation."""
    if reason := need_switch(now):
        return tr("Cannot call a third one: {reason}", reason=reason)
    if now.guest:
        return guest_reason(now)
    if now.panel == "transfer":
        return now.consult_reason or transfer_reason(now)
    if now.state is _S.CONFERENCE:
        return tr("All three speak with each other already")
    if now.state is not _S.CONSULTING:
        return tr("Three speak after a consultation: F6, choose, F7, and F7 again")
    return (
        None if now.third_answers else tr("The other one has not answered yet; F8 goes back to the customer")
    )


def third_word(now: Situation) -> str:
    """What F7 does."""
    return tr("Consult") if now.panel == "transfer" else tr("All 3")


def digits_reason(now: Situation) -> str | None:
    """It needs somebody who is spoken to in the own call."""
    return speaking_reason(now) or guest_reason(now)


def speaking_reason(now: Situation) -> str | None:
    """It needs somebody who is spoken to."""
    return need_switch(now) or (None if now.state in SPEAKING else tr("You are not in a talk"))


def mute_word(now: Situation) -> str:
    """What ^U does."""
    return tr("Unmute") if now.view and now.view.agent.muted else tr("Mute")


def hand_word(now: Situation) -> str:
    """What ^R does."""
    return tr("Hand down") if now.view and now.view.agent.hand_since else tr("Hand up")


def take_reason(now: Situation) -> str | None:
    """It needs a list with something to take."""
    if now.panel not in LISTS:
        return tr("No list is open")
    return now.enter_reason or need_link(now)


def take_word(now: Situation) -> str:
    """What Enter does in the open list."""
    words = {"transfer": tr("Blind"), "chat": tr("Send"), "knowledge": tr("Open it")}
    return words.get(now.panel, tr("Dial"))
