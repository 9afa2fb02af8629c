"""The commands of the consoles, in one registry: key bindings, hint bar, palette, help and README read it.

Here are the shared ones and the agent's; the supervisor's are in `floor_commands`.

`disabled_reason` looks at a `Situation` and says in words why a command makes no sense now; such a command
is greyed, not hidden. Letters belong to text: agents' keys are F-keys and Ctrl.
"""

from engine.core.states import AgentState, AgentStatus
from tui.command import Command
from tui.phone_commands import PHONE_COMMANDS
from tui.phone_situation import LISTS
from tui.situation import (
    Situation,
    always,
    answer_reason,
    answer_word,
    choose_reason,
    edit_reason,
    extend_reason,
    finish_reason,
    fixed,
    form_reason,
    hang_up_reason,
    hang_up_word,
    hold_reason,
    hold_word,
    need_link,
    quit_reason,
    result_word,
    save_reason,
    status_word,
)
from tui.ticket_commands import TICKET_COMMANDS
from tui.words import mark, tr

HELP = Command(
    id="help.show",
    key="f1",
    noun=mark("Console"),
    verb=mark("Help"),
    word=fixed(mark("Help")),
    tooltip=mark("What this screen is for, and its keys."),
    initials=("bz",),
    disabled_reason=always,
)
PALETTE = Command(
    id="palette.open",
    key="ctrl+p",
    noun=mark("Console"),
    verb=mark("Commands"),
    word=fixed(mark("Commands")),
    tooltip=mark("All commands, found by Chinese, English or pinyin initials."),
    initials=("ml",),
    disabled_reason=always,
)
BACK = Command(
    id="panel.back",
    key="escape",
    noun=mark("Console"),
    verb=mark("Back"),
    word=fixed(mark("Back")),
    tooltip=mark("Leave a panel or a list. Never ends a call."),
    initials=("fh",),
    disabled_reason=always,
)
QUIT = Command(
    id="session.quit",
    key="ctrl+q",
    noun=mark("Console"),
    verb=mark("Log out"),
    word=fixed(mark("Log out")),
    tooltip=mark("Log out and leave. Refused during a call, asks in a wrap-up."),
    initials=("qc",),
    disabled_reason=quit_reason,
)

AGENT_COMMANDS: tuple[Command, ...] = (
    Command(
        id="status.change",
        key="f2",
        noun=mark("Status"),
        verb=mark("Ready or break"),
        word=status_word,
        tooltip=mark(
            "On break: ready at once. Else choose a reason by its number; in a call: for afterwards."
        ),
        initials=("jx", "xx"),
        disabled_reason=need_link,
    ),
    Command(
        id="call.answer",
        key="f4",
        noun=mark("Call"),
        verb=mark("Answer or retrieve"),
        word=answer_word,
        tooltip=mark("Take the ringing call, or speak again to the one who waits."),
        initials=("jt", "qh"),
        disabled_reason=answer_reason,
    ),
    Command(
        id="call.hold",
        key="f5",
        noun=mark("Call"),
        verb=mark("Hold"),
        word=hold_word,
        tooltip=mark("The customer hears music until F4. In a consultation: speak to the other one."),
        initials=("bc", "qh"),
        disabled_reason=hold_reason,
    ),
    Command(
        id="call.hang_up",
        key="f8",
        noun=mark("Call"),
        verb=mark("Hang up or reject"),
        word=hang_up_word,
        tooltip=mark(
            "End the talk; with three, only the third leaves. Ringing: back to its place, you on break."
        ),
        initials=("gd", "jj"),
        disabled_reason=hang_up_reason,
        dangerous=True,
    ),
    *PHONE_COMMANDS,
    Command(
        id="form.disposition",
        key="f9",
        noun=mark("Form"),
        verb=mark("Disposition"),
        word=result_word,
        tooltip=mark("Choose how the call ended by its number; 0 marks it unsolved; Enter stores it."),
        initials=("xj",),
        disabled_reason=form_reason,
    ),
    Command(
        id="form.save",
        key="ctrl+s",
        noun=mark("Form"),
        verb=mark("Save"),
        word=fixed(mark("Save")),
        tooltip=mark("Store the note, the disposition and the customer's data."),
        initials=("bc",),
        disabled_reason=save_reason,
    ),
    Command(
        id="form.finish",
        key="",
        noun=mark("Form"),
        verb=mark("Finish the wrap-up"),
        word=fixed(mark("Finish")),
        tooltip=mark("Store the form and be free for the next call."),
        initials=("wc",),
        disabled_reason=finish_reason,
    ),
    Command(
        id="form.extend",
        key="",
        noun=mark("Form"),
        verb=mark("Longer wrap-up"),
        word=fixed(mark("Longer")),
        tooltip=mark("More time for the form, once a call; how much says the configuration."),
        initials=("yc",),
        disabled_reason=extend_reason,
    ),
    Command(
        id="customer.search",
        key="ctrl+f",
        noun=mark("Customer"),
        verb=mark("Search"),
        word=fixed(mark("Search")),
        tooltip=mark("By number, name, two characters, pinyin initials, address or card."),
        initials=("cz",),
        disabled_reason=need_link,
        also="slash",
    ),
    Command(
        id="customer.edit",
        key="ctrl+e",
        noun=mark("Customer"),
        verb=mark("Edit"),
        word=fixed(mark("Edit")),
        tooltip=mark("Change the shown customer's data in their place."),
        initials=("xg",),
        disabled_reason=edit_reason,
    ),
    Command(
        id="customer.choose",
        key="ctrl+o",
        noun=mark("Customer"),
        verb=mark("Who is calling"),
        word=fixed(mark("Other")),
        tooltip=mark("Out of those who share the number, or who it may be: say by digit who is calling."),
        initials=("rdldr", "hr"),
        disabled_reason=choose_reason,
    ),
    Command(
        id="day.show",
        key="ctrl+t",
        noun=mark("Today"),
        verb=mark("My figures and calls"),
        word=fixed(mark("Today")),
        tooltip=mark("Your own figures since midnight and your last calls."),
        initials=("jr", "wdsj"),
        disabled_reason=need_link,
    ),
    *TICKET_COMMANDS,
    PALETTE,
    HELP,
    BACK,
    QUIT,
)

_STATUS = "status.change"
_FORM = ("form.disposition", "form.save")
_LAST_HINTS = ("palette.open", "help.show")
_RINGING = (_STATUS, "call.answer", "call.hang_up", "customer.search")
_TALKING = ("call.hold", "call.transfer", "call.hang_up", *_FORM, "ticket.new")
_HINTS: dict[AgentState, tuple[str, ...]] = {
    AgentState.RESERVED: _RINGING,
    AgentState.RINGING: _RINGING,
    AgentState.DIALLING: ("call.hang_up", "call.digits", *_FORM, _STATUS),
    AgentState.TALKING: _TALKING,
    AgentState.HOLDING: ("call.answer", "call.transfer", "call.hang_up", *_FORM),
    AgentState.CONSULTING: ("call.hold", "call.transfer", "call.third", "call.hang_up", *_FORM),
    AgentState.CONFERENCE: ("call.transfer", "call.hang_up", "call.mute", "call.digits", *_FORM),
    AgentState.WRAP_UP: (*_FORM, _STATUS, "ticket.new", "ticket.open", "customer.search"),
}
_IDLE_HINTS = (_STATUS, "call.dial", "customer.search", "task.open", "ticket.open")
_PANEL_HINTS: dict[str, tuple[str, ...]] = {
    "search": ("customer.edit",),
    "day": ("customer.search",),
    "dial": ("panel.take",),
    "transfer": ("panel.take", "call.third"),
    "tasks": ("panel.take", "form.disposition"),
    "chat": ("panel.take",),
    "tickets": ("call.dial", "ticket.new"),
    "ticket_form": ("form.save",),
    "file": ("ticket.new", "ticket.open"),
    "knowledge": ("panel.take", "ticket.new"),
}
MAX_HINTS = 8
_S = AgentState


def by_id(commands: tuple[Command, ...], command_id: str) -> Command:
    """The command of this id."""
    return next(command for command in commands if command.id == command_id)


def agent_hints(now: Situation) -> list[Command]:
    """The commands of the hint bar: the expected one in front, the others always in the same order."""
    ids = _hint_ids(now)
    expected = expected_command(now)
    if expected and expected not in ids:
        ids = (expected, *ids)
    hints = [by_id(AGENT_COMMANDS, command_id) for command_id in ids]
    return sorted(hints, key=lambda command: command.id != expected)[:MAX_HINTS]


_OPENS = {"dial": "call.dial", "transfer": "call.transfer", "tasks": "task.open", "chat": "message.open"}


def _hint_ids(now: Situation) -> tuple[str, ...]:
    of_state = _HINTS.get(now.state, _IDLE_HINTS)
    if not now.panel:
        rest = _LAST_HINTS if now.state in _HINTS else (*_LAST_HINTS, "session.quit")
        return (*of_state, *rest)
    own = ("panel.back", *_PANEL_HINTS[now.panel])
    elsewhere = (*own, *_FORM, _OPENS.get(now.panel), _STATUS if now.in_call else "")
    calls = tuple(command_id for command_id in of_state if command_id not in elsewhere)
    return (*own, *calls[: MAX_HINTS - len(own) - len(_LAST_HINTS)], *_LAST_HINTS)


def expected_command(now: Situation) -> str:
    """The id of what the agent will most likely do next, "" for nothing in particular."""
    if not now.connected or now.view is None:
        return ""
    if now.state in (_S.RINGING, _S.RESERVED):
        return "call.answer"
    if now.panel in LISTS:
        return "" if now.enter_reason else "panel.take"
    if now.panel == "ticket_form":
        return "form.save"
    if now.state is _S.HOLDING:
        return "call.answer"
    if now.state is _S.CONSULTING:
        return "call.transfer" if now.third_answers else "call.hang_up"
    if now.state is _S.WRAP_UP:
        return "form.disposition"
    if now.state is _S.IDLE and now.view.agent.status is AgentStatus.BREAK:
        return "status.change"
    return ""


def matching(commands: tuple[Command, ...], text: str) -> list[Command]:
    """Commands whose initials begin with `text`, then those whose words in either language contain it."""
    wanted = text.strip().casefold()
    by_initials = [command for command in commands if _begins(command, wanted)]
    return by_initials + [
        command for command in commands if command not in by_initials and _contains(command, wanted)
    ]


def _begins(command: Command, wanted: str) -> bool:
    return any(initials.startswith(wanted) for initials in command.initials)


def _contains(command: Command, wanted: str) -> bool:
    words = (command.title, command.noun, command.verb, tr(command.noun), tr(command.verb), command.key_label)
    return any(wanted in word.casefold() for word in words)
