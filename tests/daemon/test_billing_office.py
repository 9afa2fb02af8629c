"""What the office does through the socket: lists, payments, cards, passwords; audited, without secrets."""

import uuid
from functools import partial

import pytest

from db.billing_identities import person
from engine.core.boss import BossAccount, Change
from engine.core.ivr.services import Identified
from engine.daemon.services import billing, identity
from engine.daemon.services.base import Answer, Asked
from engine.daemon.services.outbox import StoredOutbox
from engine.wire.billing import (
    CardNumberParams,
    CardsParams,
    ImportListParams,
    PaymentsParams,
    SetPasswordParams,
)
from engine.wire.imports import ImportResult
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams
from tests.db.billing_world import CARD, SECRET, WORTH, new_customer
from tests.support.site import FakeSite
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio


async def send(
    admin: EngineClient, kind: str, columns: str, *rows: str, dry_run: bool = False
) -> ImportResult:
    """One list in one batch."""
    result: ImportResult = await admin.call(
        "billing.import_rows",
        ImportListParams(
            kind=kind,  # type: ignore[arg-type]
            import_id=uuid.uuid4().hex,
            columns=columns.split(","),
            rows=[row.split(",") for row in rows],
            first_line=2,
            dry_run=dry_run,
            last=True,
        ),
    )
    return result


async def asked(site: FakeSite, who: BossAccount, service: str, secret: str = "", **arguments: str) -> Answer:
    """As the desk would ask it."""
    tools = site.service.services.tools
    question = Asked(
        call_id=uuid.uuid4().hex,
        request=1,
        key=uuid.uuid4().hex,
        service=service,
        arguments=arguments,
        cli="13900000001",
        customer_id=who.customer_id,
        identified=Identified.PASSWORD,
        now=tools.clock.now(),
        zone=tools.zone,
        secrets={"secret": secret, "password": secret},
    )
    return await {**billing.SERVICES, **identity.SERVICES}[service](question, tools)


async def counts(result: ImportResult) -> tuple[int, int, int, list[tuple[int, str, str]]]:
    bad = [(row.line, row.field, row.reason) for row in result.bad]
    return result.added, result.updated, result.unchanged, bad


async def test_cards_are_imported_tried_locked_unlocked_and_spent(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    who = site.service.store.submit(new_customer).result()
    rows = (f"{CARD},{SECRET},50,2099-12-31", "33,1234,50,", "3300000000000018,12345678,-5,2099/12/31")
    rows += (f"{CARD},1234,50,", "3300000000000019,1.2E+15,50,", "3300000000000020,123456,50,明年")
    assert await counts(await send(admin, "cards", "卡号,密码,面值,有效期", *rows)) == (
        1,
        0,
        0,
        [
            (3, "number", "not_digits"),
            (4, "amount", "bad_money"),
            (5, "row", "repeated"),
            (6, "secret", "spreadsheet_number"),
            (7, "expires", "bad_date"),
        ],
    )
    for _ in range(3):
        assert (await asked(site, who, "recharge", "999999", card=CARD)).outcome == "wrong"
    (card,) = (await admin.call("billing.cards", CardsParams(locked=True))).cards
    assert (card.number, card.wrong) == (CARD, 3)
    assert (await asked(site, who, "recharge", SECRET, card=CARD)).outcome == "locked"
    await admin.call("billing.unlock", CardNumberParams(number=CARD))
    assert (await asked(site, who, "recharge", SECRET, card=CARD)).outcome == "done"
    payments = await admin.call("billing.payments", PaymentsParams(customer_number="20000001"))
    assert [(row.amount_fen, row.recharge_card) for row in payments.payments] == [(WORTH, CARD)]
    assert payments.recharged_fen == WORTH
    assert (await admin.call("billing.payments", PaymentsParams(customer_number="1"))).payments == []
    assert (await admin.call("billing.unknown")).changes == []
    again = await send(admin, "cards", "卡号,密码,面值,有效期", f"{CARD},{SECRET},50,2099-12-31")
    assert await counts(again) == (0, 0, 1, [])
    spent = await send(admin, "cards", "卡号,密码,面值", f"{CARD},12345678,50")
    assert await counts(spent) == (0, 0, 0, [(2, "number", "spent")])
    await site.settle()
    deeds = (await admin.call("audit.list", AuditParams(limit=50))).rows
    assert {"billing.import_cards", "billing.unlock", "billing.recharge"} <= {row.what for row in deeds}
    assert SECRET not in repr(deeds)


async def test_bills_and_offers_are_imported_and_heard(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    who = site.service.store.submit(new_customer).result()
    bills = ("20000001,2026年10月,数字电视基本收视费,26.00", "20000001,2026-10,点播,5.5", "99,2026-10,点播,1")
    bills += (
        "20000001,13月,点播,1",
        "20000001,2026-10,点播,1.005",
        ",2026-10,点播,1",
        "20000001,2026-10,点播,6",
    )
    dry = await send(admin, "bills", "客户编号,账期,费用项目,金额(元)", *bills, dry_run=True)
    assert (await asked(site, who, "bills")).outcome == "none"
    real = await send(admin, "bills", "客户编号,账期,费用项目,金额(元)", *bills)
    assert await counts(dry) == await counts(real)
    assert await counts(real) == (
        2,
        0,
        0,
        [
            (4, "customer_number", "not_found"),
            (5, "month", "bad_date"),
            (6, "amount", "bad_money"),
            (7, "customer_number", "required"),
            (8, "row", "repeated"),
        ],
    )
    assert (await asked(site, who, "bills")).values["bills"] == (
        {"month": "2026-10", "item": "数字电视基本收视费", "amount": 2600},
        {"month": "2026-10", "item": "点播", "amount": 550},
    )
    corrected = await send(admin, "bills", "户号,月份,项目,金额", "20000001,202610,点播,6")
    assert await counts(corrected) == (0, 1, 0, [])
    await send(admin, "offers", "套餐,价格,月数,在售", "少儿动画包,15,1,是", "老套餐,10,,停售", "坏,x,1,是")
    rows = (await asked(site, who, "offers")).values["offers"]
    assert rows == ({"offer": 1, "name": "少儿动画包", "price": 1500, "months": 1},)


@pytest.mark.parametrize(
    ("columns", "field"), [("甲,乙", "columns"), ("卡号,密码", "columns"), ("卡号,卡号,密码,面值", "columns")]
)
async def test_a_list_with_other_columns_is_refused(site: FakeSite, columns: str, field: str) -> None:
    admin = await site.console("8901", "")
    with pytest.raises(EngineFault) as refused:
        await send(admin, "cards", columns, ",".join("1" * (columns.count(",") + 1)))
    assert (refused.value.reason, refused.value.detail) == (Reason.INVALID, field)


async def test_a_password_from_the_office(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    who = site.service.store.submit(new_customer).result()
    for _ in range(10):
        await asked(site, who, "sign_in", "999999", account="20000001")
    assert (await asked(site, who, "sign_in", "999999", account="20000001")).outcome == "locked"
    answer = await supervisor.call("customer.set_password", SetPasswordParams(customer_number="20000001"))
    assert len(answer.password) == 6
    assert (await asked(site, who, "sign_in", answer.password, account="20000001")).outcome == "found"
    assert site.service.store.read(person, who.customer_id).result().has_password
    params = SetPasswordParams(customer_number="20000001", password="123456")
    with pytest.raises(EngineFault) as weak:
        await supervisor.call("customer.set_password", params)
    assert weak.value.detail == "password_weak"
    with pytest.raises(EngineFault) as nobody:
        await supervisor.call("customer.set_password", SetPasswordParams(customer_number="1"))
    assert nobody.value.reason == Reason.NOT_FOUND


async def test_agents_may_not(site: FakeSite) -> None:
    agent = await site.console("8001")
    for method, params in (
        ("billing.payments", PaymentsParams()),
        ("billing.cards", CardsParams()),
        ("billing.unlock", CardNumberParams(number=CARD)),
        ("customer.set_password", SetPasswordParams(customer_number="1")),
    ):
        with pytest.raises(EngineFault) as refused:
            await agent.call(method, params)
        assert refused.value.reason == Reason.NOT_ALLOWED


async def test_a_change_of_which_nobody_knows_is_a_problem_of_the_site(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    who = BossAccount(customer_id=1)

    async def problems() -> list[str]:
        return [text for text in (await admin.call("floor.status")).problems if "计费系统" in text]

    now = site.service.engine.clock.now()
    for number, age_s in enumerate((590, 601, 602, 603, 604)):
        outbox = StoredOutbox(site.service.store, b"key", partial(int, now - age_s * 1000))
        await outbox.begin("recharge", who, Change(key=f"k{number}", call_id=f"c{number}"), (str(number),))
    (problem,) = await problems()
    assert problem.endswith(":recharge c4, recharge c3, recharge c2 (+1)")
    for number in (1, 2, 3):
        await outbox.settle(f"k{number}", None)
    assert (await problems())[0].endswith(":recharge c4")
    await outbox.settle("k4", ("done", {"amount": 1, "balance": 2}))
    assert await problems() == []
