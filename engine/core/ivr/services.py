"""What a flow may ask of the outside world: the billing side, cases, outages, notices.

A service node names one of these, gives its arguments, and leads on by its outcome. Who answers is the
daemon's matter; the sample answers here serve `fourseat ivr try` and walks without an engine.

Every service may also end in `FAILED`: nobody answered in time, or the other side is down. A service that
needs to know who is calling may end in `UNIDENTIFIED`, and is then not carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.ivr.values import Row, Values

FAILED = "failed"
UNIDENTIFIED = "unidentified"

# Values that only services may give, because they say who is calling and what that person may do.
CUSTOMER, IDENTIFIED = "customer_id", "identified"


class Identified(StrEnum):
    """How surely the caller is known: the number that calls, or customer or card number with password."""

    NO = ""
    NUMBER = "number"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service.

    `secret`: arguments that nobody may see. `needs`: how surely the caller must be known. `changes`:
    something is changed, so that it must happen once and only once, whatever breaks. `rows` says what the
    rows of a result have. `answers` has a sample of the values for each outcome.
    """

    arguments: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    needs: Identified = Identified.NO
    changes: bool = False
    answers: Mapping[str, Values]
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All that the flow must have a way for, the good one first."""
        unknown = (UNIDENTIFIED,) if self.needs is not Identified.NO else ()
        return (*self.answers, *unknown, FAILED)


_WHO: Values = {
    CUSTOMER: 1,
    IDENTIFIED: Identified.NUMBER,
    "name": "张三",
    "area": "城东",
    "vip": "no",
    "owing": "no",
    "open_cases": 0,
    "has_password": "yes",
}
_ORDER: Row = {
    "order": "261122004",
    "order_about": "数字电视无信号",
    "order_status": "已派单",
    "order_place": "东山路12号3单元501",
    "order_due": "2026-11-22 18:00",
}
_CASE = ("number", "kind", "about", "reported", "state", "status", "technician", "expected")

SERVICES: Mapping[str, Service] = {
    # Who is calling
    "recognise": Service(  # by the caller's number
        answers={
            "found": _WHO,
            "several": {"customers": ({"customer": 1, "address": "城东小区3号楼"},)},
            "unknown": {},
        },
        rows={"customers": ("customer", "address")},
    ),
    "choose_customer": Service(  # one of `customers`, which share the caller's number
        arguments=("customer",), answers={"found": _WHO, "unknown": {}}
    ),
    # Customer or card number, and password; `wrong` does not say which of them. An empty `account` is the
    # customer whom the caller's number has told.
    "sign_in": Service(
        arguments=("account", "password"),
        secret=("password",),
        answers={"found": {**_WHO, IDENTIFIED: Identified.PASSWORD}, "wrong": {}, "locked": {}},
    ),
    "change_password": Service(
        arguments=("password", "again"),
        secret=("password", "again"),
        needs=Identified.PASSWORD,
        changes=True,
        answers={"done": {}, "different": {}, "weak": {}},
    ),
    # The billing side
    "balance": Service(
        needs=Identified.NUMBER,
        answers={
            "paid": {"balance": 12850, "arrears": 0},
            "owing": {"balance": -2600, "arrears": 2600},
        },
    ),
    "bills": Service(  # newest first; an item for each thing that was charged
        needs=Identified.NUMBER,
        answers={
            "found": {"bills": ({"month": "2026-10", "item": "数字电视基本收视费", "amount": 2600},)},
            "none": {},
        },
        rows={"bills": ("month", "item", "amount")},
    ),
    "packages": Service(
        needs=Identified.NUMBER,
        answers={
            "found": {
                "packages": ({"package": 7, "name": "高清影视包", "until": "2026-12-31", "price": 2000},)
            },
            "none": {},
        },
        rows={"packages": ("package", "name", "until", "price")},
    ),
    "offers": Service(  # packages that the customer does not have
        needs=Identified.NUMBER,
        answers={
            "found": {"offers": ({"offer": 3, "name": "少儿动画包", "price": 1500, "months": 1},)},
            "none": {},
        },
        rows={"offers": ("offer", "name", "price", "months")},
    ),
    "order": Service(  # `price` is the one that the caller has heard; `gone` also when it is another one now
        arguments=("offer", "price"),
        needs=Identified.PASSWORD,
        changes=True,
        answers={
            "done": {"name": "少儿动画包", "price": 1500, "until": "2026-12-21", "balance": 11350},
            "already": {},
            "too_little": {"balance": 800, "price": 1500},
            "gone": {},
        },
    ),
    "cancel_package": Service(
        arguments=("package",),
        needs=Identified.PASSWORD,
        changes=True,
        answers={"done": {"name": "高清影视包", "until": "2026-12-31"}, "gone": {}},
    ),
    "recharge": Service(  # `wrong`: number or secret; `locked`: too many wrong secrets
        arguments=("card", "secret"),
        secret=("secret",),
        needs=Identified.NUMBER,
        changes=True,
        answers={
            "done": {"amount": 5000, "balance": 17850},
            "wrong": {},
            "spent": {},
            "expired": {},
            "locked": {},
        },
    ),
    "reauthorise": Service(  # send the authorisation to the smart card again
        needs=Identified.NUMBER,
        changes=True,
        answers={"done": {"card": "8531000100010001"}, "no_card": {}, "unavailable": {}},
    ),
    # Cases: what the customer has told us, until it is settled
    "report_fault": Service(  # `already`: an open case of the same matter
        arguments=("line", "fault"),
        optional=("recording",),
        changes=True,
        answers={
            "done": {"number": "261121001", "expected": "2026-11-22 18:00"},
            "already": {"number": "261120003", "expected": "2026-11-21 18:00"},
        },
    ),
    "report_message": Service(  # kind: complaint, suggestion or report
        arguments=("kind", "recording"), changes=True, answers={"done": {"number": "261121002"}}
    ),
    "own_cases": Service(
        needs=Identified.NUMBER,
        answers={
            "found": {
                "cases": (
                    {
                        "number": "261120003",
                        "kind": "fault",
                        "about": "数字电视无信号",
                        "reported": "2026-11-20",
                        "state": "dispatched",
                        "status": "已派单",
                        "technician": "王师傅",
                        "expected": "2026-11-21 18:00",
                    },
                )
            },
            "none": {},
        },
        rows={"cases": _CASE},
    ),
    "case_remark": Service(
        arguments=("number", "recording"),
        needs=Identified.NUMBER,
        changes=True,
        answers={"done": {}, "gone": {}},
    ),
    "rate_case": Service(  # score 1 to 5; only what is finished
        arguments=("number", "score"),
        needs=Identified.NUMBER,
        changes=True,
        answers={"done": {}, "refused": {}, "gone": {}},
    ),
    "cancel_case": Service(
        arguments=("number",),
        needs=Identified.NUMBER,
        changes=True,
        answers={"done": {}, "refused": {}, "gone": {}},
    ),
    # Technicians on the way: their own orders by telephone, after staff number and PIN
    "technician_sign_in": Service(
        arguments=("staff", "pin"),
        secret=("pin",),
        answers={"found": {"technician_name": "王师傅"}, "wrong": {}, "locked": {}},
    ),
    "technician_orders": Service(  # what is due first comes first
        answers={"found": {"orders": (_ORDER,)}, "none": {}, "signed_out": {}},
        rows={"orders": tuple(_ORDER)},
    ),
    "technician_order": Service(  # one by its number
        arguments=("number",), answers={"found": _ORDER, "gone": {}, "signed_out": {}}
    ),
    # `result`: accept, arrive, done or not_ours; `cause`: which of the type's causes, counted from 1
    "technician_report": Service(
        arguments=("order", "result"),
        optional=("cause", "recording"),
        changes=True,
        answers={"done": {}, "refused": {}, "bad_cause": {}, "gone": {}, "signed_out": {}},
    ),
    # What concerns many
    "outage": Service(  # where this caller lives; `text` is what the office says of it, may be empty
        optional=("line",),
        answers={
            "known": {"outage": 1, "outage_text": "城东小区光缆抢修", "expected": "2026-11-21 18:00"},
            "none": {},
        },
    ),
    "tell_when_repaired": Service(
        arguments=("outage",), changes=True, answers={"done": {}, "already": {}, "gone": {}}
    ),
    "notices": Service(  # announcements of the office that concern this caller now; `news`: all in one
        answers={
            "found": {
                "news": "本周六上午八点到十点线路检修。",
                "notices": ({"notice": 1, "text": "本周六上午八点到十点线路检修。"},),
            },
            "none": {},
        },
        rows={"notices": ("notice", "text")},
    ),
    # A document by fax; for sites with a fax gateway
    "send_fax": Service(arguments=("document",), changes=True, answers={"done": {}, "unavailable": {}}),
}

# What is known of one customer, and no business of another one: all that is answered to who is known.
OF_CUSTOMER = frozenset(
    name
    for service in SERVICES.values()
    for values in service.answers.values()
    if service.needs is not Identified.NO or CUSTOMER in values
    for name in (*values, *(field for fields in service.rows.values() for field in fields))
)
