"""Which tickets a command is about, and what is done to them, as written on the command line."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from engine.core.tickets.states import Deed, TicketState
from engine.wire.tickets import TicketsParams
from tui.cli.errors import UsageProblem
from tui.cli.notice_words import code_of
from tui.cli.session import Engine
from tui.cli.times import since_millis, until_millis
from tui.tickets.labels import DEEDS, TICKET_STATES, VIEWS
from tui.words import mark, tr

Number = Annotated[str, typer.Argument(metavar="NUMBER", help=mark("The ticket's number."))]
OfView = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="LIST",
        help=mark("mine, department, today, overdue, unverified, to_reply or to_follow_up."),
    ),
]
OfState = Annotated[
    list[str] | None,
    typer.Option(
        "--state", metavar="STATE", help=mark("Only in this state, new to closed; may be given again.")
    ),
]
Everything = Annotated[bool, typer.Option("--all", help=mark("Also those that are closed or withdrawn."))]
OfType = Annotated[str, typer.Option("--type", metavar="ID", help=mark("Only of this type."))]
OfCategory = Annotated[str, typer.Option("--category", metavar="ID", help=mark("Only of this category."))]
OfDepartment = Annotated[
    str,
    typer.Option("--department", metavar="ID", help=mark("Only what this department has; - is the office.")),
]
OfOwner = Annotated[str, typer.Option("--owner", metavar="NUMBER", help=mark("Only of this owner."))]
OfTechnician = Annotated[
    str, typer.Option("--technician", metavar="NUMBER", help=mark("Only of this technician."))
]
OfArea = Annotated[str, typer.Option("--area", metavar="AREA", help=mark("Only of this area."))]
OfPhone = Annotated[
    str, typer.Option("--phone", metavar="NUMBER", help=mark("Only of this telephone number."))
]
OfCustomer = Annotated[int, typer.Option("--customer", metavar="ID", help=mark("Only of this customer."))]
OfText = Annotated[
    str, typer.Option("--text", metavar="TEXT", help=mark("Only with this in it; two characters suffice."))
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="ID=VALUE", help=mark("A field of the type; may be given again.")),
]


def between(wanted: TicketsParams, since: str, until: str, engine: Engine) -> TicketsParams:
    now, zone = engine.hello.now, engine.zone
    return msgspec.structs.replace(
        wanted, since=since_millis(since, now, zone), until=until_millis(until, now, zone)
    )


def view_of(text: str) -> str:
    if text not in {view for view, _ in VIEWS}:
        names = ", ".join(view for view, _ in VIEWS if view)
        raise UsageProblem(
            tr("there is no list {name}", name=repr(text)), tr("write one of: {names}", names=names)
        )
    return text


def states_of(given: Sequence[str] | None) -> tuple[TicketState, ...]:
    words = {state: (word,) for state, (word, _, _) in TICKET_STATES.items()}
    return tuple(code_of(text, words, tr("there is no state {name}", name=text)) for text in given or ())


def deed_of(text: str) -> Deed:
    """A deed by its code or its word: dispatch, 派单. Numbers and hyphens are as people write them."""
    words = {deed: (word,) for deed, word in DEEDS.items() if deed is not Deed.CREATED}
    return code_of(text.replace("-", "_"), words, tr("there is no deed {name}", name=text))


def fields_of(given: Sequence[str] | None) -> dict[str, str]:
    fields = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageProblem(
                tr("{text} is no field", text=repr(text)), tr("write it as name=value: --field box=DVB-220")
            )
        fields[name.strip()] = value
    return fields
