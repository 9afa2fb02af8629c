"""What supervisors do to agents and calls. Every one of these is audited."""

from engine.core.states import AgentStatus, SpyMode
from engine.wire.base import Done, Method, Nothing, Params, S


class ListenParams(Params):
    """`staff_number`: whose talk. While listening already: only the mode changes."""

    staff_number: str
    mode: SpyMode = SpyMode.LISTEN


class AgentParams(Params):
    staff_number: str


class ForceStatusParams(Params):
    """`status` logged_out ends a wrap-up and is refused in a call; `reason` is that of a break."""

    staff_number: str
    status: AgentStatus
    reason: str = ""


class PickParams(Params):
    """`staff_number` empty: for oneself."""

    call_id: str
    staff_number: str = ""


class SupervisedCallParams(Params):
    call_id: str


class MoveParams(Params):
    """`queue_id` empty: to the front of its own queue."""

    call_id: str
    queue_id: str = ""


SUPERVISION_METHODS: tuple[Method, ...] = (
    Method("monitor.listen", ListenParams, Done, S, "Listen, whisper or barge in; or change between them."),
    Method("monitor.stop", Nothing, Done, S, "Stop listening."),
    Method("monitor.take_over", AgentParams, Done, S, "Replace the agent in the talk."),
    Method("calls.release", SupervisedCallParams, Done, S, "End a call that is up."),
    Method("calls.pick", PickParams, Done, S, "Give a waiting caller to an agent, or take it."),
    Method("calls.move", MoveParams, Done, S, "Move a waiting caller up, or to another queue."),
    Method("agents.force", ForceStatusParams, Done, S, "Set an agent ready, on break, or logged out."),
)
