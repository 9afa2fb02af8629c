"""The supervisor's part of the registry of commands.

In tables letters are keys; the F-keys are those of the own phone, as in the agent's console. What cannot be
undone is `dangerous`, and asked again with its effect.
"""

from dataclasses import replace

from tui.command import Command
from tui.commands import BACK, HELP, PALETTE, QUIT
from tui.floor_situation import (
    RINGING,
    FloorSituation,
    Reason,
    alarm_reason,
    break_reason,
    dial_reason,
    hand_reason,
    inbox_reason,
    leave_reason,
    listen_reason,
    log_out_reason,
    message_reason,
    move_reason,
    move_up_reason,
    own_answer_reason,
    own_hang_up_reason,
    own_hold_reason,
    pick_reason,
    ready_reason,
    release_reason,
    screen_reason,
    stop_reason,
)
from tui.situation import Situation, always, answer_word, finish_reason, fixed, need_link
from tui.supervisor.ticket_commands import TICKET_COMMANDS
from tui.words import mark, tr


def _hang_up_word(now: Situation) -> str:
    if isinstance(now, FloorSituation) and now.spy is not None:
        return tr("Stop")
    return tr("Reject") if now.state in RINGING else tr("Hang up")


def _command(
    id_: str,
    key: str,
    noun: str,
    verb: str,
    word: str,
    tooltip: str,
    initials: tuple[str, ...],
    reason: Reason,
    *,
    dangerous: bool = False,
) -> Command:
    return Command(
        id=id_,
        key=key,
        noun=noun,
        verb=verb,
        word=fixed(word),
        tooltip=tooltip,
        initials=initials,
        disabled_reason=reason,
        dangerous=dangerous,
    )


_TABLES = (
    _command(
        "table.agents",
        "a",
        mark("Floor"),
        mark("Agents"),
        mark("Agents"),
        mark("Go to the table of agents."),
        ("zx",),
        always,
    ),
    _command(
        "table.queues",
        "q",
        mark("Floor"),
        mark("Queues"),
        mark("Queues"),
        mark("Go to the table of queues."),
        ("dl",),
        always,
    ),
    _command(
        "table.calls",
        "c",
        mark("Floor"),
        mark("Calls"),
        mark("Calls"),
        mark("Go to the table of calls."),
        ("th",),
        always,
    ),
    _command(
        "table.filter",
        "slash",
        mark("Floor"),
        mark("Filter"),
        mark("Filter"),
        mark("Show only rows with this text; Esc shows all."),
        ("sx",),
        always,
    ),
)

_TALKS = (
    _command(
        "talk.listen",
        "l",
        mark("Talk"),
        mark("Listen"),
        mark("Listen"),
        mark("Hear both on your own phone; nobody hears you. w and b change it without a new call."),
        ("jt",),
        listen_reason,
    ),
    _command(
        "talk.whisper",
        "w",
        mark("Talk"),
        mark("Whisper"),
        mark("Whisper"),
        mark("Only the agent hears you, the customer does not."),
        ("my",),
        listen_reason,
    ),
    _command(
        "talk.barge",
        "b",
        mark("Talk"),
        mark("Barge in"),
        mark("Barge"),
        mark("Join the talk: agent and customer hear you."),
        ("qc",),
        listen_reason,
    ),
    _command(
        "talk.take_over",
        "t",
        mark("Talk"),
        mark("Take over"),
        mark("Take over"),
        mark("Speak to the customer in the agent's place; the agent goes to wrap-up."),
        ("jg",),
        listen_reason,
        dangerous=True,
    ),
    _command(
        "talk.stop",
        "s",
        mark("Talk"),
        mark("Stop listening"),
        mark("Stop"),
        mark("Leave the talk that you listen to; it goes on without you."),
        ("tzjt",),
        stop_reason,
    ),
    _command(
        "call.release",
        "x",
        mark("Call"),
        mark("Force release"),
        mark("Release"),
        mark("End the call for everybody in it, after a question."),
        ("qc",),
        release_reason,
        dangerous=True,
    ),
)

_AGENTS = (
    _command(
        "hand.answer",
        "h",
        mark("Agent"),
        mark("Answer a raised hand"),
        mark("Hand"),
        mark("By whisper, by a line of text or by joining; the longest raised one first."),
        ("dfjs",),
        hand_reason,
    ),
    _command(
        "agent.screen",
        "v",
        mark("Agent"),
        mark("See the screen"),
        mark("Screen"),
        mark("The agent's screen as it is now, to look at; Esc leaves it."),
        ("kpm",),
        screen_reason,
    ),
    _command(
        "agent.ready",
        "r",
        mark("Agent"),
        mark("Force ready"),
        mark("Ready"),
        mark("Set the agent ready for calls; ends a wrap-up."),
        ("qzsx",),
        ready_reason,
    ),
    _command(
        "agent.break",
        "z",
        mark("Agent"),
        mark("Force break"),
        mark("Break"),
        mark("Set the agent on break with a reason; in a call for afterwards."),
        ("qzsm",),
        break_reason,
    ),
    _command(
        "agent.log_out",
        "o",
        mark("Agent"),
        mark("Force log-out"),
        mark("Log out"),
        mark("Log the agent out, after a question; refused in a call."),
        ("qzqc",),
        log_out_reason,
        dangerous=True,
    ),
    _command(
        "agent.dial",
        "d",
        mark("Agent"),
        mark("Call the agent"),
        mark("Call"),
        mark("Call the agent's phone from your own."),
        ("hjzx",),
        dial_reason,
    ),
)

_CALLERS = (
    _command(
        "call.pick",
        "p",
        mark("Caller"),
        mark("Give to an agent"),
        mark("Give"),
        mark("Give a waiting caller to an agent, or take the caller yourself."),
        ("zpzx",),
        pick_reason,
    ),
    _command(
        "call.up",
        "u",
        mark("Caller"),
        mark("Move up"),
        mark("Move up"),
        mark("Make this waiting caller the next one of the queue."),
        ("tq",),
        move_up_reason,
    ),
    _command(
        "call.move",
        "m",
        mark("Caller"),
        mark("Another queue"),
        mark("Move"),
        mark("Move this waiting caller to another queue, with the waiting time so far."),
        ("hdl",),
        move_reason,
    ),
)

_WORDS = (
    _command(
        "message.agent",
        "n",
        mark("Message"),
        mark("To the agent"),
        mark("Message"),
        mark("Send the agent a line of text."),
        ("gzx",),
        message_reason,
    ),
    _command(
        "message.inbox",
        "i",
        mark("Message"),
        mark("Read and reply"),
        mark("Read"),
        mark("The messages that came, the newest first; Enter replies."),
        ("hfxx",),
        inbox_reason,
    ),
    _command(
        "message.all",
        "g",
        mark("Message"),
        mark("Announcement"),
        mark("All"),
        mark("Send everybody a line of text."),
        ("gg",),
        need_link,
    ),
    _command(
        "alarm.show",
        "k",
        mark("Alarm"),
        mark("Alarms"),
        mark("Alarms"),
        mark("All alarms of now and what to do; there you can say that you know them."),
        ("gj",),
        alarm_reason,
    ),
)

_OWN_PHONE = (
    Command(
        id="call.answer",
        key="f4",
        noun=mark("Own phone"),
        verb=mark("Answer or retrieve"),
        word=answer_word,
        tooltip=mark("Take the call that rings at your own seat, or speak again to the customer on hold."),
        initials=("jt", "qh"),
        disabled_reason=own_answer_reason,
    ),
    Command(
        id="call.hold",
        key="f5",
        noun=mark("Own phone"),
        verb=mark("Hold"),
        word=fixed(mark("Hold")),
        tooltip=mark("The customer hears music until F4."),
        initials=("bc",),
        disabled_reason=own_hold_reason,
    ),
    Command(
        id="call.finish",
        key="f9",
        noun=mark("Own phone"),
        verb=mark("Finish the wrap-up"),
        word=fixed(mark("Finish")),
        tooltip=mark("Be free again after your own call."),
        initials=("wc",),
        disabled_reason=finish_reason,
    ),
    Command(
        id="call.hang_up",
        key="f8",
        noun=mark("Own phone"),
        verb=mark("Hang up or reject"),
        word=_hang_up_word,
        tooltip=mark("End your own call, or stop listening. The agent's talk goes on."),
        initials=("gd", "jj"),
        disabled_reason=own_hang_up_reason,
    ),
)

_QUIT = replace(QUIT, disabled_reason=leave_reason)

SUPERVISOR_COMMANDS: tuple[Command, ...] = (
    *_TABLES,
    *_TALKS,
    *_AGENTS,
    *_CALLERS,
    *_WORDS,
    *TICKET_COMMANDS,
    *_OWN_PHONE,
    PALETTE,
    HELP,
    BACK,
    _QUIT,
)

WALLBOARD_COMMANDS: tuple[Command, ...] = (
    _command(
        "alarm.known",
        "k",
        mark("Alarm"),
        mark("I know"),
        mark("I know"),
        mark("Say that the alarms of now are known here: no bell, not bright."),
        ("zdl",),
        always,
    ),
    PALETTE,
    HELP,
    BACK,
    replace(
        QUIT,
        verb=mark("Leave"),
        word=fixed(mark("Leave")),
        tooltip=mark("Leave the wallboard."),
        initials=("tc",),
        disabled_reason=always,
        also="q",
    ),
)
