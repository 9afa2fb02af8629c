"""The commands of agents for tickets and customer files: a part of the registry in `tui/commands.py`.

Their keys are the first letters of the Chinese words: G 工单, L 立单, Y 用户. F10 belongs to terminals,
Ctrl+B to tmux, Ctrl+A to screen; Ctrl+W (问) is the knowledge's.
"""

from tui.command import Command
from tui.situation import Situation, fixed, need_link
from tui.words import mark, tr


def file_reason(now: Situation) -> str | None:
    """It needs a customer who is known."""
    if reason := need_link(now):
        return reason
    return None if now.customer else tr("No customer is shown")


def propose_reason(now: Situation) -> str | None:
    """It needs a ticket in sight."""
    return need_link(now) if now.panel == "tickets" else tr("No ticket is shown: ^G")


TICKET_COMMANDS: tuple[Command, ...] = (
    Command(
        id="ticket.new",
        key="ctrl+l",
        noun=mark("Tickets"),
        verb=mark("New ticket"),
        word=fixed(mark("Log it")),
        tooltip=mark("What it is about by two digits or by letters; customer and call are in it already."),
        initials=("ld",),
        disabled_reason=need_link,
    ),
    Command(
        id="ticket.open",
        key="ctrl+g",
        noun=mark("Tickets"),
        verb=mark("Lists of tickets"),
        word=fixed(mark("Tickets")),
        tooltip=mark("Mine, my department's, due, late, to reply: digits choose the list, Enter opens one."),
        initials=("gd", "gdlb"),
        disabled_reason=need_link,
    ),
    Command(
        id="knowledge.open",
        key="ctrl+w",
        noun=mark("Knowledge"),
        verb=mark("Articles and diagnoses"),
        word=fixed(mark("Know")),
        tooltip=mark("Articles of the caller's matter, read out by a digit; diagnoses walked by digits."),
        initials=("zsk", "zs", "zd"),
        disabled_reason=need_link,
    ),
    Command(
        id="knowledge.propose",
        key="",
        noun=mark("Knowledge"),
        verb=mark("Propose an article"),
        word=fixed(mark("Propose")),
        tooltip=mark(
            "A draft out of the shown ticket: what was wrong, done and told; a supervisor publishes it."
        ),
        initials=("tjwwz", "tj"),
        disabled_reason=propose_reason,
    ),
    Command(
        id="customer.file",
        key="ctrl+y",
        noun=mark("Customer"),
        verb=mark("Whole file"),
        word=fixed(mark("Cust. file")),
        tooltip=mark(
            "Everything about the shown customer: accounts, bills, and all contacts in one line of time."
        ),
        initials=("khda", "da"),
        disabled_reason=file_reason,
    ),
)
