"""Billing at the stage: some payments and cards, and lists that are imported."""

from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.wire import billing
from engine.wire.imports import BadRow, ImportResult
from engine.wire.messages import Fault, Reason
from engine.wire.methods import Nothing
from tests.support import world
from tests.support.stage_answers import answers

if TYPE_CHECKING:
    from tests.support.stage import Stage

PAYMENTS = [
    billing.PaymentInfo(
        id=2,
        at=world.NOW - 5 * world.MINUTE,
        kind="order",
        customer_id=1,
        customer_number="20000001",
        customer_name="张华山",
        amount_fen=-1500,
        balance_fen=16_350,
        recharge_card="",
        what="少儿动画包",
        call_id="c-1003",
        cli="13893812345",
    ),
    billing.PaymentInfo(
        id=1,
        at=world.NOW - 7 * world.MINUTE,
        kind="recharge",
        customer_id=1,
        customer_number="20000001",
        customer_name="张华山",
        amount_fen=5000,
        balance_fen=-1205,
        recharge_card="3300000000000017",
        what="",
        call_id="c-1003",
        cli="13893812345",
    ),
]
CARDS = [
    billing.CardInfo(
        number="3300000000000017",
        amount_fen=5000,
        expires="2027-12-31",
        state="spent",
        spent_at=world.NOW - 7 * world.MINUTE,
        wrong=0,
    ),
    billing.CardInfo(
        number="3300000000000018", amount_fen=10_000, expires="", state="locked", spent_at=0, wrong=3
    ),
]
UNKNOWN = billing.UnknownChange(
    key="c-1003:7", service="recharge", customer_id=1, call_id="c-1003", at=world.NOW - world.MINUTE
)
FIELDS = {"客户编号": "customer_number", "月份": "month", "项目": "item", "金额": "amount"}
FIELDS |= {"卡号": "number", "密码": "secret", "面值": "amount", "名称": "name", "价格": "price"}


@answers("billing.import_rows")
def _import(stage: "Stage", connection: Connection, params: billing.ImportListParams) -> ImportResult:
    """A row without its first cell is bad."""
    mapping = {column: FIELDS[column] for column in params.columns if column in FIELDS}
    if not mapping:
        raise Fault(Reason.INVALID, "the columns do not fit: required number", "columns")
    rows = [row for name, earlier in stage.requests if name == "billing.import_rows" for row in earlier.rows]
    bad = [
        BadRow(line=line, field=next(iter(mapping.values())), reason="required")
        for line, row in enumerate(params.rows, params.first_line)
        if not row[0]
    ]
    return ImportResult(
        mapping=mapping,
        unmapped=[column for column in params.columns if column not in mapping],
        read=len(rows),
        added=len([row for row in rows if row[0]]),
        updated=0,
        unchanged=0,
        bad=bad,
    )


@answers("billing.payments")
def _payments(stage: "Stage", connection: Connection, params: billing.PaymentsParams) -> billing.Payments:
    payments = [row for row in PAYMENTS if params.customer_number in ("", row.customer_number)]
    return billing.Payments(payments=payments, recharged_fen=5000, ordered_fen=1500)


@answers("billing.cards")
def _cards(stage: "Stage", connection: Connection, params: billing.CardsParams) -> billing.RechargeCards:
    cards = [card for card in CARDS if not params.locked or card.state == "locked"]
    return billing.RechargeCards(cards=cards, counts={"unspent": 4711, "spent": 1, "locked": 1})


@answers("billing.unlock")
def _unlock(stage: "Stage", connection: Connection, params: billing.CardNumberParams) -> billing.Unlocked:
    if params.number not in [card.number for card in CARDS]:
        raise Fault(Reason.NOT_FOUND, f"not_found recharge_card {params.number}")
    return billing.Unlocked(forgotten=3)


@answers("billing.unknown")
def _unknown(stage: "Stage", connection: Connection, params: Nothing) -> billing.UnknownChanges:
    return billing.UnknownChanges(changes=[UNKNOWN])


@answers("customer.set_password")
def _set_password(
    stage: "Stage", connection: Connection, params: billing.SetPasswordParams
) -> billing.NewPassword:
    if params.password == "123456":
        raise Fault(Reason.INVALID, "this password is too easy to guess", "password_weak")
    return billing.NewPassword(customer_id=1, customer_name="张华山", password=params.password or "840271")
