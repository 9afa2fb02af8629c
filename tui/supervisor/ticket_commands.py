"""The supervisor's commands about tickets."""

from tui.command import Command
from tui.floor_situation import ticket_reason
from tui.situation import fixed
from tui.words import mark

TICKET_COMMANDS: tuple[Command, ...] = (
    Command(
        id="ticket.show",
        key="e",
        noun=mark("Tickets"),
        verb=mark("By department"),
        word=fixed(mark("Tickets")),
        tooltip=mark("Open tickets by department and age, what is late, the lists, and each ticket."),
        initials=("gd", "abmk"),
        disabled_reason=ticket_reason,
    ),
    Command(
        id="outage.show",
        key="y",
        noun=mark("Tickets"),
        verb=mark("Outages"),
        word=fixed(mark("Outages")),
        tooltip=mark(
            "What looks like an outage: say whether it is. One that was announced: say when it is over."
        ),
        initials=("dmjgz",),
        disabled_reason=ticket_reason,
    ),
)
