"""What is asked of the floor, and who answers it. A refused request changes nothing."""

from collections.abc import Callable
from typing import Any

from engine.core import requests as ask
from engine.core.floor import (
    callback,
    callback_follow,
    consult,
    hands,
    keys,
    outbound,
    phone,
    seating,
    spying,
    status,
    supervision,
    transfer,
)
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal, Request
from engine.core.states import AgentStatus, RefusalCode


def force_status(floor: FloorState, request: ask.ForceStatus, now: Millis) -> Refusal | None:
    """A supervisor sets an agent's status, as the agent could."""
    agent = floor.agents.get(request.agent)
    if agent is None:
        return Refusal(code=RefusalCode.NOT_LOGGED_IN, detail=request.agent)
    if request.status is AgentStatus.READY:
        return status.go_ready(floor, agent, now)
    if request.status is AgentStatus.BREAK:
        return status.go_on_break(floor, agent, request.reason, now, forced=True)
    return seating.log_out(floor, agent, now)


_BY_AGENT: dict[type, Callable[[FloorState, Agent, Millis], Refusal | None]] = {
    ask.LogOut: seating.log_out,
    ask.GoReady: status.go_ready,
    ask.Answer: phone.answer,
    ask.Reject: phone.reject,
    ask.HangUp: phone.hang_up,
    ask.Hold: phone.hold,
    ask.Retrieve: phone.retrieve,
    ask.FinishWrapUp: status.finish_wrap_up,
    ask.ExtendWrapUp: status.extend_wrap_up,
    ask.Alternate: consult.alternate,
    ask.CompleteTransfer: consult.complete,
    ask.CancelConsult: consult.cancel,
    ask.Conference: consult.conference,
}
# Requests that say more than who asks.
_WITH_DETAILS: dict[type, Callable[[FloorState, Agent, Any, Millis], Refusal | None]] = {
    ask.GoOnBreak: lambda floor, agent, request, now: status.go_on_break(floor, agent, request.reason, now),
    ask.Dial: outbound.dial,
    ask.Transfer: transfer.transfer,
    ask.Consult: transfer.consult_with,
    ask.TellCustomer: transfer.tell,
    ask.SendDigits: keys.send_digits,
    ask.Mute: keys.mute,
    ask.RaiseHand: hands.raise_hand,
    ask.TakeCallback: callback_follow.take,
}
# Requests of people who need no seat for it.
_BY_ANYBODY: dict[type, Callable[[FloorState, Any, Millis], Refusal | None]] = {
    ask.CloseCallback: callback_follow.close,
    ask.RetryCallback: callback_follow.retry,
    ask.TellRepaired: callback.repaired,
}
_BY_SUPERVISOR: dict[type, Callable[[FloorState, Any, Millis], Refusal | None]] = {
    ask.Listen: spying.listen,
    ask.StopListening: spying.stop_listening,
    ask.TakeOver: spying.take_over,
    ask.ForceRelease: supervision.force_release,
    ask.ForceStatus: force_status,
    ask.PickCall: supervision.pick,
    ask.MoveCall: supervision.move,
}


def decide(floor: FloorState, request: Request, now: Millis) -> Refusal | None:
    """Do what is asked, or say why not."""
    if isinstance(request, ask.LogIn):
        return seating.log_in(floor, request, now)
    if type(request) in _BY_SUPERVISOR:
        return _BY_SUPERVISOR[type(request)](floor, request, now)
    if type(request) in _BY_ANYBODY:
        return _BY_ANYBODY[type(request)](floor, request, now)
    agent = floor.agents.get(request.staff_number)
    if agent is None:
        return Refusal(code=RefusalCode.NOT_LOGGED_IN)
    if type(request) in _WITH_DETAILS:
        refusal = _WITH_DETAILS[type(request)](floor, agent, request, now)
    else:
        refusal = _BY_AGENT[type(request)](floor, agent, now)
    if refusal is None and agent.notice and not isinstance(request, ask.Answer):
        agent.notice = ""  # what came back is being dealt with
        floor.touch_agent(agent.staff_number)
    return refusal
