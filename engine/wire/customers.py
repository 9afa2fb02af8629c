"""Customers over the socket: the pop-up's card, the whole file, search, merging, hidden numbers.

Phone and identity numbers come masked (139****5678) to those who need them not; `customer.reveal` shows them,
and is audited. A masked number that is sent back stands for the one that is stored.
"""

from typing import Literal

import msgspec

from engine.core.customers.records import (
    Account,
    Address,
    Contact,
    CustomerFile,
    Device,
    LeftBehind,
    Person,
    Proposal,
)
from engine.core.records import Customer, CustomerCard, Millis, Recurring
from engine.wire.base import A, Method, Params, Result, X
from engine.wire.imports import ImportResult


class SearchParams(Params):
    text: str
    limit: int = 20


class Customers(Result):
    customers: list[Customer]


class CustomerIdParams(Params):
    id: int


class CardParams(Params):
    cli: str


class SaveCustomerParams(Params):
    """`call_id` set: the call becomes this customer's, and its number is added to the customer."""

    customer: Customer
    call_id: str = ""


class ImportRowsParams(Params):
    """A batch of CSV rows. The first batch opens an import; the last one (`last`) returns the totals.

    `mapping` is column heading to field name; empty: recognised by the headings. `first_line` is the line
    number in the file of the first row.
    """

    import_id: str
    columns: list[str]
    rows: list[list[str]]
    first_line: int
    mapping: dict[str, str] = msgspec.field(default_factory=dict)
    dry_run: bool = False
    last: bool = False


class CustomerKeyParams(Params):
    """An id, or a customer, telephone, card, account, device or ticket number, as somebody writes it."""

    key: str


class TimelineParams(Params):
    """`before`: the `more` of the page before; empty: from the newest on."""

    id: int
    before: str = ""
    limit: int = 50


class Timeline(Result):
    """Newest first; `more` continues it, empty at its end."""

    contacts: list[Contact]
    more: str


class SavePersonParams(Params):
    """A person with id 0 is a new one."""

    customer_id: int
    person: Person


class SaveAddressParams(Params):
    """An address with id 0 is a new one."""

    customer_id: int
    address: Address


class SaveAccountParams(Params):
    """An account with id 0 is a new one."""

    customer_id: int
    account: Account


class SaveDeviceParams(Params):
    """A device with id 0 is a new one."""

    customer_id: int
    device: Device


class RemovePartParams(Params):
    """A person, address, account or device of the file."""

    customer_id: int
    part: Literal["person", "address", "account", "device"]
    id: int


class TagParams(Params):
    id: int
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class MergeParams(Params):
    """`gone` is merged into `keep`: everything that hangs on it follows."""

    keep: int
    gone: int
    reason: str = ""


class Merged(Result):
    """`merge_id` is what undoing asks for; `moved` says how many of each kind came over."""

    merge_id: int
    moved: dict[str, int]
    file: CustomerFile


class UnmergeParams(Params):
    merge_id: int


class Unmerged(Result):
    """Both customers again, by id. `left` could not be put back: it was changed meanwhile."""

    keep: int
    gone: int
    left: list[LeftBehind]


class MaybeParams(Params):
    """A number that nobody has, and what the caller has said; empty: not said."""

    number: str
    name: str = ""
    address: str = ""
    limit: int = 9


class Maybe(Result):
    """The likeliest first."""

    proposals: list[Proposal]


class AssignNumberParams(Params):
    """The number becomes the customer's, or one person's of his file; earlier calls from it follow."""

    customer_id: int
    number: str
    person_id: int = 0


class Assigned(Result):
    """`calls`: so many earlier calls of an unknown caller are the customer's now."""

    card: CustomerCard
    calls: int


class RevealParams(Params):
    id: int
    reason: str = ""


class Revealed(Result):
    """The customer with all numbers in clear; `at` is when it was written down."""

    customer: Customer
    persons: tuple[Person, ...]
    at: Millis


class RecurringParams(Params):
    """Of a customer, or of a number that nobody has."""

    customer_id: int = 0
    number: str = ""


CUSTOMER_METHODS: tuple[Method, ...] = (
    Method("customer.search", SearchParams, Customers, A, "By any name, number, address, tag or ticket."),
    Method("customer.find", CustomerKeyParams, Customers, A, "Whose id or number exactly this is."),
    Method("customer.show", CustomerIdParams, CustomerCard, A, "The whole card."),
    Method("customer.card", CardParams, CustomerCard, A, "The card for a caller's number."),
    Method("customer.save", SaveCustomerParams, CustomerCard, A, "Add or change a customer."),
    Method("customer.import_rows", ImportRowsParams, ImportResult, X, "A batch of a CSV import."),
    Method("customer.file", CustomerIdParams, CustomerFile, A, "Everything that is known of a customer."),
    Method("customer.timeline", TimelineParams, Timeline, A, "All contacts, newest first."),
    Method("customer.save_person", SavePersonParams, CustomerFile, A, "Add or change a person."),
    Method("customer.save_address", SaveAddressParams, CustomerFile, A, "Add or change an address."),
    Method("customer.save_account", SaveAccountParams, CustomerFile, A, "Add or change an account."),
    Method("customer.save_device", SaveDeviceParams, CustomerFile, A, "Add or change a device."),
    Method("customer.remove", RemovePartParams, CustomerFile, A, "Take a part out of the file; audited."),
    Method("customer.tag", TagParams, CustomerFile, A, "Put tags on a customer, or take them off."),
    Method("customer.merge", MergeParams, Merged, A, "Make one customer of two; audited."),
    Method("customer.unmerge", UnmergeParams, Unmerged, A, "Make two of one again; audited."),
    Method("customer.maybe", MaybeParams, Maybe, A, "Whose an unknown number may be."),
    Method("customer.assign_number", AssignNumberParams, Assigned, A, "A number is this customer's."),
    Method("customer.reveal", RevealParams, Revealed, A, "Hidden numbers in clear; audited."),
    Method("customer.recurring", RecurringParams, Recurring, A, "How often somebody comes back."),
)
