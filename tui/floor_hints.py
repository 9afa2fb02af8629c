"""Which of the supervisor's commands the hint bar shows: what the cursor is on decides."""

from engine.core.states import CallState
from tui.command import Command
from tui.commands import MAX_HINTS, by_id
from tui.floor_commands import SUPERVISOR_COMMANDS
from tui.floor_situation import BUSY, RINGING, FloorSituation

_ALWAYS = ("palette.open", "help.show", "session.quit")
_AGENT_HINTS = (
    "talk.listen",
    "talk.whisper",
    "talk.barge",
    "talk.take_over",
    "agent.screen",
    "message.agent",
)
_LISTENING_HINTS = (
    "talk.whisper",
    "talk.barge",
    "talk.take_over",
    "talk.stop",
    "agent.screen",
    "message.agent",
)
_CALLER_HINTS = ("call.pick", "call.up", "call.move", "call.release", "table.filter")
_OWN_CALL_HINTS = ("call.answer", "call.hold", "call.hang_up", "agent.screen", "message.agent")
_TABLE_HINTS = ("table.agents", "table.queues", "table.calls", "table.filter", "message.all")
_SCREEN_HINTS = ("panel.back", "talk.listen", "talk.whisper", "talk.barge", "talk.stop", "message.agent")


def expected_on_floor(now: FloorSituation) -> str:
    """The id of what the supervisor will most likely do next, "" for nothing in particular."""
    if not now.connected:
        return ""
    if now.state in RINGING:
        return "call.answer"
    if now.hands and now.panel != "screen":
        return "hand.answer"
    return ""


def floor_hints(now: FloorSituation) -> list[Command]:
    """The commands of the hint bar, at most eight."""
    ids: tuple[str, ...] = _TABLE_HINTS
    if now.panel == "screen":
        ids = _SCREEN_HINTS
    elif now.state in BUSY:
        ids = _OWN_CALL_HINTS
    elif now.spy is not None:
        ids = _LISTENING_HINTS
    elif now.call is not None and now.call.state is CallState.QUEUED:
        ids = _CALLER_HINTS
    elif now.agent is not None or now.call is not None:
        ids = _AGENT_HINTS
    expected = expected_on_floor(now)
    first = [expected] if expected else []
    wanted = list(dict.fromkeys([*first, *ids, *_ALWAYS]))[:MAX_HINTS]
    return [by_id(SUPERVISOR_COMMANDS, command_id) for command_id in wanted]
