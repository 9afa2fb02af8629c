"""Everything that is known of a customer: persons, places, accounts, devices, and all contacts.

Times are UTC milliseconds, 0 for never; days are text such as 2026-11-22, money is integer fen.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.records import Customer, Millis, Recurring


class Line(StrEnum):
    """What an account is for."""

    CABLE = "cable"
    TV = "tv"  # digital television
    BROADBAND = "broadband"
    PRIVATE = "private"  # private network
    RADIO = "radio"
    BOX = "box"  # a box that is rented or sold apart
    OTHER = "other"


class AccountState(StrEnum):
    """Whether it works just now."""

    ACTIVE = "active"
    STOPPED = "stopped"
    ARREARS = "arrears"  # switched off until it is paid


class DeviceKind(StrEnum):
    """A thing at the customer's."""

    CARD = "card"
    BOX = "box"
    MODEM = "modem"


class Stage(StrEnum):
    """How far somebody has come with us (the customer ladder)."""

    POTENTIAL = "potential"  # 潜在: has called, buys nothing
    NEW = "new"  # 新
    SATISFIED = "satisfied"  # 满意: has said so
    KEPT = "kept"  # 留住: is past the first year
    OLD = "old"  # 老客户


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a household or company. `relation` in the customer's words: 妻子, 会计."""

    id: int = 0
    name: str = ""
    relation: str = ""
    phones: tuple[str, ...] = ()
    id_number: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place. `text`: as it was written, where nobody has taken it apart; `node`: of the network."""

    id: int = 0
    text: str = ""
    county: str = ""
    town: str = ""
    community: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    area: str = ""
    node: str = ""

    @property
    def words(self) -> str:
        """The place in one line."""
        return self.text + "".join(
            (self.county, self.town, self.community, self.building, self.unit, self.room)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A contract for one line. `address_id` 0: the customer's own address; `since`: a day."""

    id: int = 0
    line: Line
    number: str = ""
    state: AccountState = AccountState.ACTIVE
    address_id: int = 0
    since: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A smart card, box or modem. `account_id` 0: of no account."""

    id: int = 0
    kind: DeviceKind
    number: str = ""
    model: str = ""
    account_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPackage:
    """A package that the customer has; `until` empty: month by month."""

    name: str
    until: str = ""
    price_fen: int = 0
    cancelled: bool = False  # runs until its end


@dataclass(frozen=True, slots=True, kw_only=True)
class BillItem:
    """One item of a month's bill; `month` is 2026-11."""

    month: str
    item: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came (positive) or went; `balance_fen` behind it."""

    at: Millis
    amount_fen: int
    balance_fen: int
    what: str = ""


class MatterKind(StrEnum):
    """What is not settled yet."""

    TICKET = "ticket"
    REMARK = "remark"  # an agent has noted that it is unsolved
    CALLBACK = "callback"  # waits for our call


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """What is not settled. `id`: ticket number, call id or the number of a wish to be called.

    `state` is a word of its kind; `due_at` 0: no time is set.
    """

    kind: MatterKind
    id: str
    at: Millis
    text: str = ""
    state: str = ""
    due_at: Millis = 0
    staff_number: str = ""


class ContactKind(StrEnum):
    """What a line of the time line is about."""

    CALL = "call"
    IVR = "ivr"  # served himself, and spoke to nobody
    TICKET = "ticket"
    TICKET_CLOSED = "ticket_closed"
    OUTAGE = "outage"  # wants to know when it is over
    SURVEY = "survey"
    CALLBACK = "callback"  # asked to be called, or waited in vain
    PAYMENT = "payment"
    MERGE = "merge"  # another file was merged into this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One line of the time line.

    `id`: call id, ticket number, number of the notice, payment or merge. `text`: note, title, or words of
    the notice. `code`: outcome, state, payment kind; `detail`: direction of a call, type of a ticket, whether
    a merge was undone ("undone"). `value`: milliseconds of talk, mark, or fen.
    """

    at: Millis
    kind: ContactKind
    id: str
    text: str = ""
    code: str = ""
    detail: str = ""
    value: int = 0
    staff_number: str = ""
    staff_name: str = ""
    recording: bool = False
    open: bool = False  # a remark or ticket that is not settled


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedFile:
    """A customer that was merged into this one; `id` is what undoing asks for."""

    id: int
    gone: int  # the customer's id
    name: str
    at: Millis
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """Which source a person, address, account or device comes from. `gone`: it has vanished from there."""

    part: str
    id: int
    source: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConflict:
    """Something nobody guesses. `code`: several, nobody, differs, taken, invalid; `field` empty: the row."""

    source: str
    key: str
    customer_id: int  # 0: of nobody yet
    name: str
    field: str
    code: str
    detail: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """The one view of a customer. The time line is asked for apart; `contacts` is its first page.

    `stage_by_hand`: a person has set the stage, else it is computed. `more`: continue the time line with it.
    """

    customer: Customer
    persons: tuple[Person, ...] = ()
    addresses: tuple[Address, ...] = ()
    accounts: tuple[Account, ...] = ()
    devices: tuple[Device, ...] = ()
    origins: tuple[RowOrigin, ...] = ()  # of the rows that are not the office's own
    packages: tuple[HeldPackage, ...] = ()
    bills: tuple[BillItem, ...] = ()
    payments: tuple[Payment, ...] = ()
    open: tuple[OpenMatter, ...] = ()
    contacts: tuple[Contact, ...] = ()
    more: str = ""
    merged: tuple[MergedFile, ...] = ()
    recurring: Recurring = field(default_factory=Recurring)
    stage: Stage = Stage.POTENTIAL
    stage_by_hand: bool = False
    masked: bool = False  # something of it is hidden: `customer.reveal` shows it


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What an undone merge could not put back: it was changed or removed meanwhile, and stays where it is.

    `what`: phone, tag, field, person ...; `why`: changed, removed or taken.
    """

    what: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody whom a number may belong to, and why: code to the value that fits (name, called, ...)."""

    customer: Customer
    reasons: tuple[str, ...]
    likelihood: int
