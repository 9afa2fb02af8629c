"""Paper: orders for technicians, blank forms for hours without a system, and entering them afterwards."""

import asyncio
import base64
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from db.paper_entry import Done, Entry, enter_form, form_number
from db.paper_forms import PaperForm, know_form, list_forms, mark_entered, new_forms
from db.ticket_lists import show_ticket
from db.users import list_users
from engine.adapters.paper import Blank, Job, NotPrinted, PaperFailed, make_pdf, print_pdf
from engine.adapters.unix_socket import Connection
from engine.core.tickets.records import Ticket
from engine.daemon.handlers.checks import instant, row_count
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.knowledge.sheets import blank_of, order_of
from engine.daemon.tickets.book import with_people
from engine.daemon.tickets.desk import actor_of
from engine.wire.messages import Fault, Reason
from engine.wire.paper import (
    MAX_FORMS,
    EnteredForm,
    EnterFormParams,
    FormInfo,
    Forms,
    FormsParams,
    Printed,
    PrintFormsParams,
    PrintTicketParams,
    VoidFormParams,
)

_FOLDER = "paper"


async def print_ticket(context: Context, connection: Connection, params: PrintTicketParams) -> Printed:
    """The order of a ticket that this person may see."""
    shown = await context.read(show_ticket, params.number, actor_of(context.who(connection)))
    names = {user.staff_number: user.name for user in await context.read(list_users)}
    context.audit(connection, "tickets.print", shown.ticket.number)  # all of it stands there in clear
    order = order_of(shown, context.tickets.rules, context.config.site, context.tickets.zone, names)
    return await _printed(context, order, [shown.ticket.number])


async def print_forms(context: Context, connection: Connection, params: PrintFormsParams) -> Printed:
    """Blank forms; their numbers are kept before anybody has them in hand."""
    book = context.tickets.book
    if params.type and params.type not in book.types:
        raise Fault(Reason.NOT_FOUND, f"not_found ticket_type {params.type[:40]}", "ticket_type")
    if not 1 <= params.count <= MAX_FORMS:
        raise Fault(Reason.INVALID, f"at most {MAX_FORMS} forms at once", "count")
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    day = context.tickets.day(now)
    numbers = await context.write(new_forms, params.count, params.type, who, now, day)
    context.audit(connection, "paper.print", params.type, f"{numbers[0]} {numbers[-1]}")
    blank: Blank = blank_of(book, params.type, numbers, context.config.site)
    return await _printed(context, blank, numbers)


async def show_forms(context: Context, connection: Connection, params: FormsParams) -> Forms:
    """What was printed, and what became of it."""
    forms = await context.read(list_forms, everything=params.everything, limit=row_count(params.limit))
    return Forms(forms=[_info(form) for form in forms])


async def enter(context: Context, connection: Connection, params: EnterFormParams) -> EnteredForm:
    """A form becomes a ticket, with its own times."""
    desk, now = context.tickets, context.engine.clock.now()
    actor = actor_of(context.who(connection))
    told_at = instant(params.ticket.created_at, "created_at")
    entry = Entry(
        form=params.form,
        ticket=params.ticket,
        deeds=[Done(deed.act, instant(deed.at, "at")) for deed in params.deeds],
        day=desk.day(told_at),
    )
    area_code = context.config.site.area_code

    def entered(conn: sqlite3.Connection) -> tuple[str, Ticket]:
        return enter_form(conn, entry, actor, with_people(conn, desk.rules), now, area_code=area_code)

    number, ticket = await context.write(entered)
    desk.changed(ticket)
    context.audit(connection, "paper.enter", number, f"{ticket.number} {ticket.state}")
    return EnteredForm(form=number, ticket=ticket)


async def void(context: Context, connection: Connection, params: VoidFormParams) -> FormInfo:
    """Nobody will look for this form any more."""
    who, now = context.who(connection).staff_number, context.engine.clock.now()

    def voided(conn: sqlite3.Connection) -> PaperForm:
        number = form_number(params.form)
        know_form(conn, number, now)
        return mark_entered(conn, number, "", who, now, params.remark)

    form = await context.write(voided)
    context.audit(connection, "paper.void", form.number, params.remark)
    return _info(form)


async def _printed(context: Context, job: Job, numbers: Sequence[str]) -> Printed:
    """The file, and the paper if the site has a command for that."""
    try:
        async with context.printing:
            pdf = await make_pdf(job)
    except PaperFailed as error:
        raise Fault(Reason.INTERNAL, f"no PDF was made: {error}") from None
    result = Printed(pdf=base64.b64encode(pdf).decode(), numbers=list(numbers))
    command = context.config.tickets.print
    if command:
        try:
            await on_paper(command, pdf, context.live.paths.data / _FOLDER, numbers[0])
            result.printed = True
        except (NotPrinted, OSError) as error:
            result.trouble = str(error)
    return result


async def on_paper(command: Sequence[str], pdf: bytes, folder: Path, number: str) -> None:
    """The command has read the file when it ends; then it is not kept. Each has a file of its own.

    Raises NotPrinted, OSError.
    """

    def written() -> Path:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{number}-", suffix=".pdf", dir=folder)
        with open(handle, "wb") as file:
            file.write(pdf)
        return Path(name)

    path = await asyncio.to_thread(written)
    try:
        await print_pdf(command, path)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _info(form: PaperForm) -> FormInfo:
    return FormInfo(**asdict(form))


HANDLERS: dict[str, Handler] = {
    "tickets.print": print_ticket,
    "paper.print": print_forms,
    "paper.forms": show_forms,
    "paper.enter": enter,
    "paper.void": void,
}
