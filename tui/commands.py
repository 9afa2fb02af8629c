"""The commands of the consoles, in one registry: key bindings, hint bar, palette, help and README read it.

`disabled_reason` looks at a `Situation` and says in words why a command makes no sense now; such a command
is greyed, not hidden. Letters belong to text: agents' keys are F-keys and Ctrl.
"""

from engine.core.states import AgentState, AgentStatus
from tui.command import Command
from tui.situation import (
    IN_TALK,
    Situation,
    always,
    answer_reason,
    answer_word,
    choose_reason,
    edit_reason,
    finish_reason,
    fixed,
    form_reason,
    hang_up_reason,
    hang_up_word,
    hold_reason,
    need_link,
    quit_reason,
    save_reason,
    status_word,
)
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
        tooltip=mark("Take the ringing call, or speak again to the customer on hold."),
        initials=("jt", "qh"),
        disabled_reason=answer_reason,
    ),
    Command(
        id="call.hold",
        key="f5",
        noun=mark("Call"),
        verb=mark("Hold"),
        word=fixed(mark("Hold")),
        tooltip=mark("The customer hears music until F4."),
        initials=("bc",),
        disabled_reason=hold_reason,
    ),
    Command(
        id="call.hang_up",
        key="f8",
        noun=mark("Call"),
        verb=mark("Hang up or reject"),
        word=hang_up_word,
        tooltip=mark("End the talk. A ringing call goes back to its place, and you go on break."),
        initials=("gd", "jj"),
        disabled_reason=hang_up_reason,
        dangerous=True,
    ),
    Command(
        id="form.disposition",
        key="f9",
        noun=mark("Form"),
        verb=mark("Disposition"),
        word=fixed(mark("Result")),
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
        verb=mark("Another one with this number"),
        word=fixed(mark("Other")),
        tooltip=mark("Several customers share the number: say by digit who is calling."),
        initials=("hr", "hthkh"),
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
    PALETTE,
    HELP,
    BACK,
    QUIT,
)


def _letter(id_: str, key: str, verb: str, word: str, tooltip: str, initials: str) -> Command:
    return Command(
        id=id_,
        key=key,
        noun=mark("Floor"),
        verb=verb,
        word=fixed(word),
        tooltip=tooltip,
        initials=(initials,),
        disabled_reason=always,
    )


SUPERVISOR_COMMANDS: tuple[Command, ...] = (
    _letter("table.agents", "a", mark("Agents"), mark("Agents"), mark("Go to the table of agents."), "zx"),
    _letter("table.queues", "q", mark("Queues"), mark("Queues"), mark("Go to the table of queues."), "dl"),
    _letter("table.calls", "c", mark("Calls"), mark("Calls"), mark("Go to the table of calls."), "th"),
    _letter(
        "table.filter",
        "slash",
        mark("Filter"),
        mark("Filter"),
        mark("Show only rows with this text; Esc shows all."),
        "sx",
    ),
    PALETTE,
    HELP,
    BACK,
    QUIT,
)

_IDLE_HINTS = (
    "status.change",
    "call.answer",
    "call.hold",
    "call.hang_up",
    "customer.search",
    "palette.open",
    "help.show",
    "session.quit",
)
_CALL_HINTS = (
    "status.change",
    "call.answer",
    "call.hold",
    "call.hang_up",
    "form.disposition",
    "form.save",
    "palette.open",
    "help.show",
)
_PANEL_HINTS = (
    "panel.back",
    "status.change",
    "call.answer",
    "call.hold",
    "call.hang_up",
    "customer.search",
    "palette.open",
    "help.show",
)
SUPERVISOR_HINTS = (
    "table.agents",
    "table.queues",
    "table.calls",
    "table.filter",
    "palette.open",
    "help.show",
    "session.quit",
)
MAX_HINTS = 8
_S = AgentState


def by_id(commands: tuple[Command, ...], command_id: str) -> Command:
    """The command of this id."""
    return next(command for command in commands if command.id == command_id)


def agent_hints(now: Situation) -> list[Command]:
    """The commands of the hint bar: the expected one in front, the others always in the same order."""
    if now.panel:
        ids = _PANEL_HINTS
    elif now.state in (*IN_TALK, _S.WRAP_UP, _S.RINGING, _S.RESERVED):
        ids = _CALL_HINTS
    else:
        ids = _IDLE_HINTS
    hints = [by_id(AGENT_COMMANDS, command_id) for command_id in ids]
    return sorted(hints, key=lambda command: command.id != expected_command(now))


def expected_command(now: Situation) -> str:
    """The id of what the agent will most likely do next, "" for nothing in particular."""
    if not now.connected or now.view is None:
        return ""
    if now.state in (_S.RINGING, _S.RESERVED, _S.HOLDING):
        return "call.answer"
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
