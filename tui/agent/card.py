"""The customer's card as lines: three rows of fields in fixed places, and what is known from before."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from engine.core.records import Customer, CustomerCard, PastCall
from tui.agent.customer_words import IMPORTANCE
from tui.labels import balance, moment, phone_number
from tui.widgets.cells import clip, fit, safe, wrap
from tui.widgets.lines import field, line
from tui.widgets.paper import Paper
from tui.words import tr


@dataclass(frozen=True, slots=True)
class _Widths:
    """The cells of each field of the card on a screen of `width` cells."""

    name: int
    number: int
    balance: int
    phones: int
    card: int
    area: int
    address: int
    packages: int

    @classmethod
    def of(cls, width: int) -> "_Widths":
        """Shares of the width, the left-most field of each row taking what is left."""
        inner = width - 2
        number, money, card = 22, 21, 26
        area, packages = max(18, (inner - 34) // 4), max(34, inner * 2 // 5)
        return cls(
            name=inner - number - money - 2,
            number=number,
            balance=money,
            phones=inner - card - area - 2,
            card=card,
            area=area,
            address=inner - packages - 1,
            packages=packages,
        )


def card_lines(card: CustomerCard | None, paper: Paper) -> list[Content]:
    """The customer in three lines; three empty ones when nobody is known."""
    if card is None or card.customer is None:
        return [line("")] * 3
    return customer_lines(card.customer, paper, others=len(card.matches))


def customer_lines(customer: Customer, paper: Paper, others: int = 0) -> list[Content]:
    """Name, number, balance; phones, smart card, area; address and packages."""
    widths = _Widths.of(paper.width)
    owed = "warn" if customer.balance_fen < 0 else "plain"
    return [
        line(
            " ",
            *_name_parts(customer, widths.name, others),
            " ",
            *field(tr("Cust.no"), customer.customer_number, widths.number),
            (" " + fit(balance(customer), widths.balance), owed),
        ),
        line(
            " ",
            *field(tr("Phone"), _phones(customer), widths.phones),
            " ",
            *field(tr("Card"), customer.card_number, widths.card),
            " ",
            *field(tr("Area"), customer.area, widths.area),
        ),
        line(
            " ",
            *field(tr("Address"), customer.address, widths.address),
            " ",
            *field(tr("Packages"), _packages(customer), widths.packages),
        ),
    ]


def _name_parts(customer: Customer, width: int, others: int) -> tuple[tuple[str, str], ...]:
    importance = customer.importance or ("vip" if customer.vip else "")
    vip = tr(IMPORTANCE[importance]) if importance in IMPORTANCE else ""
    shared = tr("+{count} with this number, ^O", count=others) if others else ""
    tags = "  ".join(tag for tag in (vip, shared) if tag)
    name = clip(safe(customer.name), width - cell_len(tags) - 2)
    return (name, "strong"), ("  ", "plain"), (fit(tags, width - cell_len(name) - 2), "holding")


def _phones(customer: Customer) -> str:
    return " ".join(phone_number(number) for number in customer.phones)


def _packages(customer: Customer) -> str:
    return tr(", ").join(customer.packages) or tr("none")


def _cut_lines(customer: Customer, screen_width: int, paper: Paper) -> list[Content]:
    """The fields that are cut on the card, in full: nothing is to be seen on wide screens only."""
    widths = _Widths.of(screen_width)
    tags = 8 if customer.vip else 0
    whole = (
        (tr("Name"), customer.name, widths.name - tags),
        (tr("Phone"), _phones(customer), widths.phones - cell_len(tr("Phone")) - 1),
        (tr("Address"), customer.address, widths.address - cell_len(tr("Address")) - 1),
        (tr("Packages"), _packages(customer), widths.packages - cell_len(tr("Packages")) - 1),
    )
    lines: list[Content] = []
    for label, value, room in whole:
        if cell_len(safe(value)) > room:
            first, *rest = wrap(safe(value), paper.width - cell_len(label) - 3)
            lines.append(line((f" {label} ", "label"), first))
            lines += [line(" " * (cell_len(label) + 2) + more) for more in rest]
    return lines


def history_lines(
    card: CustomerCard | None,
    paper: Paper,
    height: int,
    screen_width: int,
    tickets: Sequence[Content] = (),
) -> list[Content]:
    """What was cut on the card, open tickets and remarks, the last calls; that there are none is said."""
    if card is None:
        return []
    lines = _cut_lines(card.customer, screen_width, paper) if card.customer else []
    if card.customer and card.customer.remark:
        lines += [
            line((f" {text}", "holding")) for text in wrap(safe(card.customer.remark), paper.width - 2)[:2]
        ]
    open_ids = {call.call_id for call in card.open_remarks}
    lines.append(_heading(tr("Unsolved"), len(card.open_remarks) + len(tickets)))
    lines += tickets
    for call in card.open_remarks:
        lines += _past_lines(call, paper, note_lines=2, tone="holding")
    if not card.open_remarks and not tickets:
        lines.append(line((f" {tr('Nothing is open')}", "faint")))
    past = [call for call in card.past_calls if call.call_id not in open_ids]
    if past or not card.past_calls:
        lines.append(_heading(tr("Last calls"), len(past)))
    for call in past:
        lines += _past_lines(call, paper, note_lines=1, tone="plain")
    if not card.past_calls:
        lines.append(line((f" {tr('This is the first call from here')}", "faint")))
    return lines[:height]


def _heading(words: str, count: int) -> Content:
    return line((f" {words}", "title"), (f" {count}" if count else "", "label"))


def _past_lines(call: PastCall, paper: Paper, note_lines: int, tone: str) -> list[Content]:
    words = paper.words
    what = words.disposition(call.disposition) if call.disposition else words.queue(call.queue_id)
    when = moment(call.at, paper.now, paper.zone)
    head = line(
        (f" {fit(when, 12)}", "label"),
        (fit(safe(f"{what}  {call.agent_name}"), paper.width - 14), tone),
    )
    notes = wrap(safe(call.note), paper.width - 4)[:note_lines] if call.note else []
    return [head, *(line(f"   {text}") for text in notes)]
