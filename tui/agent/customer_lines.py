"""A customer's file as lines of text: what is open on top, then who, where, what, and the money."""

from collections.abc import Iterator

from textual.content import Content

from engine.core.customers.records import (
    Account,
    Contact,
    ContactKind,
    CustomerFile,
    Device,
    OpenMatter,
    Person,
)
from engine.core.records import Customer
from engine.core.states import Direction, Outcome
from engine.core.tickets.states import TicketState
from tui.agent.customer_words import (
    ACCOUNT_LINES,
    ACCOUNT_STATES,
    CONTACTS,
    DEVICES,
    IMPORTANCE,
    MATTERS,
    STAGES,
    origin_words,
)
from tui.agent.standing import age_words
from tui.labels import OUTCOMES, balance, duration, moment, money, phone_number
from tui.tickets.book import Book
from tui.tickets.due import when
from tui.tickets.labels import TICKET_STATES
from tui.widgets.cells import clip, fit, safe, spread, wrap
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper
from tui.widgets.rows import Row
from tui.words import tr

ANSWERED = (TicketState.REPLIED, TicketState.FOLLOWED_UP)  # no clock runs any more
TICKETS = (ContactKind.TICKET, ContactKind.TICKET_CLOSED)


def head_line(file: CustomerFile, paper: Paper, revealed: bool) -> Content:
    """Who it is and how much the customer matters; whether something is hidden."""
    customer = file.customer
    parts: list[Part] = [
        (f" {clip(safe(customer.name), 24)} ", "title"),
        (f" {customer.customer_number}", "plain"),
    ]
    importance = customer.importance or ("vip" if customer.vip else "")
    if importance in IMPORTANCE:
        parts.append((f"  {tr(IMPORTANCE[importance])}", "holding"))
    parts.append((f"  {tr(STAGES[file.stage])}", "label"))
    for tag in customer.tags:
        parts.append((f"  #{safe(tag)}", "good"))
    if customer.as_of:
        parts.append((f"  {age_words(customer.as_of, paper)}", "label"))
    if revealed:
        parts.append((f"  {tr('numbers shown, written down')}", "warn"))
    elif file.masked:
        parts.append((f"  x {tr('show the hidden numbers')}", "key"))
    return line(*parts)


def file_lines(file: CustomerFile, paper: Paper) -> list[Content]:
    """All sections; what is empty is left out, what is open is always there."""
    customer = file.customer
    sections = (
        (tr("Open matters"), _matters(file, paper), tr("Nothing is open")),
        (tr("Persons"), _persons(customer, file.persons, paper), ""),
        (tr("Addresses"), _addresses(file, paper), ""),
        (tr("Accounts"), _accounts(file, paper), ""),
        (tr("Packages"), _packages(file), ""),
        (tr("Bills"), _bills(file), ""),
        (tr("Payments"), _payments(file, paper), ""),
        (tr("Merged from"), _merged(file, paper), ""),
    )
    lines: list[Content] = []
    for title, content, empty in sections:
        found = list(content)
        if found or empty:
            lines.append(line((f" {title}", "title")))
            lines += found or [line((f"   {empty}", "faint"))]
    return lines


def _matters(file: CustomerFile, paper: Paper) -> Iterator[Content]:
    for matter in file.open:
        counts = bool(matter.due_at) and matter.state not in ANSWERED
        late = counts and paper.now > matter.due_at
        until = ""
        if counts:
            words = tr("late since {time}") if late else tr("until {time}")
            until = words.format(time=when(matter.due_at, paper.now, paper.zone))
        yield line(
            (f"   {fit(tr(MATTERS[matter.kind]), 9)}", "label"),
            (f"{matter.id} " if matter.kind == "ticket" else "", "strong"),
            (f"{_matter_state(matter)} ", "plain"),
            (clip(safe(matter.text), max(10, paper.width - 50)), "holding"),
            (f"  {until}", "warn" if late else "label"),
        )


def _matter_state(matter: OpenMatter) -> str:
    known = {str(state): words for state, (words, _, _) in TICKET_STATES.items()}
    return tr(known[matter.state]) if matter.state in known else ""


def _persons(customer: Customer, persons: tuple[Person, ...], paper: Paper) -> Iterator[Content]:
    numbers = "  ".join(phone_number(number) for number in customer.phones)
    identity = f"  {tr('identity')} {customer.id_number}" if customer.id_number else ""
    yield line((f"   {clip(safe(customer.name), 20)}  ", "strong"), f"{numbers}{identity}")
    for person in persons:
        numbers = "  ".join(phone_number(number) for number in person.phones)
        identity = f"  {tr('identity')} {person.id_number}" if person.id_number else ""
        text = safe(f"{numbers}{identity}  {person.remark}")
        yield line(
            (f"   {clip(safe(person.name), 20)}", "strong"),
            (f" {safe(person.relation)}  ", "label"),
            clip(text, max(10, paper.width - 32)),
        )


def _addresses(file: CustomerFile, paper: Paper) -> Iterator[Content]:
    own = next((one.node for one in file.addresses if one.words == file.customer.address), "")
    yield from _place(file.customer.address, file.customer.area, own, paper)
    for address in file.addresses:
        if address.words != file.customer.address:
            yield from _place(address.words, address.area, address.node, paper)


def _place(words: str, area: str, node: str, paper: Paper) -> Iterator[Content]:
    if words:
        tail = "  ".join(part for part in (area, f"{tr('node')} {node}" if node else "") if part)
        first, *rest = wrap(safe(words), max(20, paper.width - 28))
        yield line(f"   {first}", (f"  {safe(tail)}", "label"))
        yield from (line(f"   {more}") for more in rest)


def _accounts(file: CustomerFile, paper: Paper) -> Iterator[Content]:
    known = {account.id for account in file.accounts}
    for account in file.accounts:
        yield _account(account, file)
        for device in file.devices:
            if device.account_id == account.id:
                yield _device("      ", device, file)
    for device in file.devices:
        if device.account_id not in known:
            yield _device("   ", device, file)


def _device(indent: str, device: Device, file: CustomerFile) -> Content:
    return line(
        (f"{indent}{tr(DEVICES[device.kind])} ", "label"),
        safe(f"{device.number} {device.model}".rstrip()),
        (f"  {safe(origin_words(file, 'device', device.id))}".rstrip(), "faint"),
    )


def _account(account: Account, file: CustomerFile) -> Content:
    state, tone = ACCOUNT_STATES[account.state]
    place = next((one.words for one in file.addresses if one.id == account.address_id), "")
    since = tr("since {day}", day=account.since) if account.since else ""
    return line(
        (f"   {fit(tr(ACCOUNT_LINES[account.line]), 12)}", "strong"),
        f"{safe(account.number)}  ",
        (tr(state), tone),
        (f"  {since}  {safe(place)}  {safe(account.remark)}".rstrip(), "label"),
        (f"  {safe(origin_words(file, 'account', account.id))}".rstrip(), "faint"),
    )


def _packages(file: CustomerFile) -> Iterator[Content]:
    for held in file.packages:
        price = tr("{amount} yuan", amount=money(held.price_fen)) if held.price_fen else ""
        until = tr("until {time}", time=held.until) if held.until else ""
        ends = tr("cancelled") if held.cancelled else ""
        yield line(f"   {safe(held.name)}", (f"  {price}  {until}  {ends}".rstrip(), "label"))


def _bills(file: CustomerFile) -> Iterator[Content]:
    owed = "warn" if file.customer.balance_fen < 0 else "plain"
    yield line((f"   {balance(file.customer)}", owed))
    for month in dict.fromkeys(bill.month for bill in file.bills):
        items = [bill for bill in file.bills if bill.month == month]
        total = money(sum(item.amount_fen for item in items))
        named = "  ".join(f"{item.item} {money(item.amount_fen)}" for item in items)
        yield line((f"   {month}  ", "label"), (f"{total}  ", "strong"), safe(named))


def _payments(file: CustomerFile, paper: Paper) -> Iterator[Content]:
    for paid in file.payments:
        at = moment(paid.at, paper.now, paper.zone)
        left = tr("then {amount}", amount=money(paid.balance_fen))
        yield line(
            (f"   {fit(at, 12)}", "label"),
            f"{money(paid.amount_fen)}  {safe(paid.what)}",
            (f"  {left}", "label"),
        )


def _merged(file: CustomerFile, paper: Paper) -> Iterator[Content]:
    for one in file.merged:
        at = when(one.at, paper.now, paper.zone)
        yield line(f"   {safe(one.name)}", (f"  {at}  {one.who}  {safe(one.reason)}", "label"))


def contact_row(contact: Contact, n: int, paper: Paper, book: Book) -> Row:
    """One line of the time line."""
    what, length = _what(contact, book)
    flag = tr("open!") if contact.open else tr("rec.") if contact.recording else ""
    texts = (
        moment(contact.at, paper.now, paper.zone),
        tr(CONTACTS[contact.kind]),
        what,
        length,
        contact.staff_name or book.person(contact.staff_number),
        flag,
    )
    return Row(f"{n}", texts, ("label", "strong", "plain", "label", "plain", "holding"))


def _what(contact: Contact, book: Book) -> tuple[str, str]:
    """What it was about, and how long or how much."""
    match contact.kind:
        case ContactKind.CALL:
            way = tr("dialled") if contact.detail == Direction.OUTBOUND else ""
            outcome = tr(OUTCOMES[Outcome(contact.code)]) if contact.code in set(Outcome) else contact.code
            words = f"{way} {contact.text or outcome}".strip()
            return words, duration(contact.value) if contact.value else ""
        case ContactKind.TICKET | ContactKind.TICKET_CLOSED:
            return f"{contact.id} {contact.text or book.type_name(contact.detail)}", ""
        case ContactKind.PAYMENT:
            return contact.text or contact.code, money(contact.value)
        case ContactKind.SURVEY:
            return contact.text, f"{contact.value}/5"
        case _:
            return contact.text, ""


def two_halves(left: str, right: str, width: int) -> Content:
    """A hint at both ends of a line."""
    return line((spread(left, right, width), "label"))
