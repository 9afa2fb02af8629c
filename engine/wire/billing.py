"""The embedded billing side: lists to import, payments, recharge cards; customers' passwords."""

from typing import Literal

from engine.core.records import Millis
from engine.wire.base import Method, Nothing, Params, Result, S, X
from engine.wire.imports import ImportResult


class ImportListParams(Params):
    """A batch of CSV rows, as in `customer.import_rows`; the columns are recognised by their headings."""

    kind: Literal["bills", "cards", "offers"]
    import_id: str
    columns: list[str]
    rows: list[list[str]]
    first_line: int
    dry_run: bool = False
    last: bool = False


class PaymentsParams(Params):
    """`customer_number`: of this customer only."""

    since: Millis = 0
    until: Millis = 0
    customer_number: str = ""
    limit: int = 100


class PaymentInfo(Result):
    """Fen; negative ones went out of the balance for the package `what`."""

    id: int
    at: Millis
    kind: str  # recharge | order
    customer_id: int
    customer_number: str
    customer_name: str
    amount_fen: int
    balance_fen: int  # afterwards
    recharge_card: str
    what: str
    call_id: str
    cli: str


class Payments(Result):
    """Newest first. The sums are over all that fit, listed or not."""

    payments: list[PaymentInfo]
    recharged_fen: int
    ordered_fen: int


class CardsParams(Params):
    """`locked`: only those for which nobody may try a secret any more today."""

    locked: bool = False
    limit: int = 100


class CardInfo(Result):
    """A recharge card without its secret; `wrong` counts today's wrong secrets."""

    number: str
    amount_fen: int
    expires: str  # "2027-12-31", or empty
    state: str  # unspent | spent | expired | locked
    spent_at: Millis
    wrong: int


class RechargeCards(Result):
    """By number. `counts` has how many there are of each state, listed or not."""

    cards: list[CardInfo]
    counts: dict[str, int]


class CardNumberParams(Params):
    number: str


class Unlocked(Result):
    """How many wrong secrets are forgotten."""

    forgotten: int


class UnknownChange(Result):
    """A change that was sent to the billing side, and of which nobody knows whether it was carried out."""

    key: str
    service: str
    customer_id: int
    call_id: str
    at: Millis


class UnknownChanges(Result):
    """The oldest first."""

    changes: list[UnknownChange]


class SetPasswordParams(Params):
    """`password` empty: one is made."""

    customer_number: str
    password: str = ""


class NewPassword(Result):
    """Shown once; nobody can look it up later."""

    customer_id: int
    customer_name: str
    password: str


BILLING_METHODS: tuple[Method, ...] = (
    Method("billing.import_rows", ImportListParams, ImportResult, X, "A batch of bills, cards or offers."),
    Method("billing.payments", PaymentsParams, Payments, S, "Recharges and orders, newest first."),
    Method("billing.cards", CardsParams, RechargeCards, S, "Recharge cards without their secrets."),
    Method("billing.unlock", CardNumberParams, Unlocked, S, "Forget wrong secrets of a recharge card."),
    Method("billing.unknown", Nothing, UnknownChanges, S, "Changes of which nobody knows the end yet."),
    Method("customer.set_password", SetPasswordParams, NewPassword, S, "Give a customer a password."),
)
