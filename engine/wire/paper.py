"""Paper over the socket: orders for technicians, blank forms, and what was written on them."""

from engine.core.records import Millis
from engine.core.tickets.records import Act, NewTicket, Ticket
from engine.wire.base import ST, A, Method, Params, Result

MAX_FORMS = 100  # at once


class Printed(Result):
    """A PDF, base64. `printed`: by the site's own command; `trouble`: why that has failed."""

    pdf: str
    numbers: list[str]
    printed: bool = False
    trouble: str = ""


class PrintFormsParams(Params):
    """Blank forms with fresh numbers. `type` empty: for all types, with the categories of faults."""

    count: int = 20
    type: str = ""


class PrintTicketParams(Params):
    number: str


class FormInfo(Result):
    """A printed form. `entered_at` 0: not yet; entered without a `ticket`: it is void."""

    number: str
    type: str
    printed_at: Millis
    printed_by: str
    ticket: str
    entered_at: Millis
    entered_by: str
    remark: str


class FormsParams(Params):
    """Those not entered yet, or with `everything` all, the newest first."""

    everything: bool = False
    limit: int = 1000


class Forms(Result):
    forms: list[FormInfo]


class PaperDeed(Params):
    """Something that was done while there was no system, and when."""

    act: Act
    at: Millis


class EnterFormParams(Params):
    """What is written on a form: the ticket with the time of the call in `created_at`, and what was done."""

    form: str
    ticket: NewTicket
    deeds: tuple[PaperDeed, ...] = ()


class EnteredForm(Result):
    form: str
    ticket: Ticket


class VoidFormParams(Params):
    form: str
    remark: str = ""


PAPER_METHODS: tuple[Method, ...] = (
    Method("tickets.print", PrintTicketParams, Printed, ST, "The order for the technician, as PDF."),
    Method("paper.print", PrintFormsParams, Printed, A, "Blank forms with fresh numbers, as PDF; audited."),
    Method("paper.forms", FormsParams, Forms, A, "Forms that were printed and not entered yet."),
    Method("paper.enter", EnterFormParams, EnteredForm, A, "A form with its own times; audited."),
    Method("paper.void", VoidFormParams, FormInfo, A, "A form was spoilt or lost; audited."),
)
