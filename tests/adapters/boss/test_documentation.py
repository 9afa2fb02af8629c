"""Every question and answer that docs/billing-interface.md shows is one that really goes over the line."""

import csv
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from db.billing_columns import list_columns
from db.billing_import import list_import
from db.store import Store
from engine.adapters.boss.http import HttpBoss
from engine.core.boss import BossAccount, Change, Reply
from engine.core.ivr.services import SERVICES
from tests.adapters.boss.server import Server
from tests.db.billing_world import KEY

DOCS = Path(__file__).parents[3] / "docs"
_FENCE = re.compile(r"^```json (request|answer) (\w+) ?(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)

CHANGE = Change(key="c-1041:7", call_id="c-1041", cli="13900000001")
ASK: dict[str, Callable[[HttpBoss, BossAccount], Awaitable[Reply]]] = {
    "balance": lambda boss, account: boss.balance(account),
    "bills": lambda boss, account: boss.bills(account),
    "packages": lambda boss, account: boss.packages(account),
    "offers": lambda boss, account: boss.offers(account),
    "order": lambda boss, account: boss.order(account, 3, 1500, CHANGE),
    "cancel_package": lambda boss, account: boss.cancel_package(account, 7, CHANGE),
    "recharge": lambda boss, account: boss.recharge(account, "3300000000000017", "481516234200", CHANGE),
    "reauthorise": lambda boss, account: boss.reauthorise(account, CHANGE),
}


def fences(name: str) -> list[tuple[str, str, str, Any]]:
    text = (DOCS / name).read_text(encoding="utf-8")
    return [(kind, service, what, json.loads(body)) for kind, service, what, body in _FENCE.findall(text)]


ENGLISH = fences("billing-interface.md")
REQUESTS = {service: body for kind, service, _, body in ENGLISH if kind == "request"}
ANSWERS = [(service, what, body) for kind, service, what, body in ENGLISH if kind == "answer"]


def test_both_languages_show_the_same() -> None:
    assert fences("billing-interface.zh-CN.md") == ENGLISH


def test_every_service_is_shown_with_every_outcome() -> None:
    shown = {(service, outcome) for service, outcome, _ in ANSWERS if service != "settle"}
    assert shown == {(service, outcome) for service in ASK for outcome in SERVICES[service].answers}
    assert REQUESTS.keys() == {*ASK, "settle"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("service", "outcome", "answer"), [one for one in ANSWERS if one[0] != "settle"], ids=str
)
async def test_an_example(
    boss: HttpBoss, server: Server, account: BossAccount, service: str, outcome: str, answer: Any
) -> None:
    server.answers[service] = answer
    got = await ASK[service](boss, account)
    assert json.loads(json.dumps(got)) == [outcome, answer.get("values", {})]
    (question,) = server.questions
    assert (question.method, question.path) == ("POST", f"/v1/{service}")
    assert question.body == REQUESTS[service]
    assert question.headers["authorization"] == "Bearer open-sesame"
    assert question.key == ("c-1041:7" if SERVICES[service].changes else "")


@pytest.mark.parametrize("name", ["billing-interface.md", "billing-interface.zh-CN.md"])
def test_the_lists_that_are_shown_can_be_imported(store: Store, account: BossAccount, name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    lists = re.findall(r"^```csv (\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in lists] == ["bills", "offers", "cards"]
    for kind, content in lists:
        columns, *rows = csv.reader(content.splitlines())
        taking = list_import(kind, list_columns(kind, columns), dry_run=False, card_key=KEY)
        numbered = [(line, dict(zip(columns, row, strict=True))) for line, row in enumerate(rows, 2)]
        report = store.submit(taking.take, numbered).result()
        assert (report.inserted, report.bad_rows) == (len(rows), [])
