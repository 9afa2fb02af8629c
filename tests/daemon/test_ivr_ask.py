"""The services of the menu, asked by a supervisor who tries it: what is known is told, nothing changed."""

import pytest

from engine.wire.ivr import IvrAskParams
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams, LogInParams
from tests.support.site import PIN, FakeSite
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio


async def logged_in(site: FakeSite, staff_number: str) -> EngineClient:
    client = await site.client()
    await client.call("session.log_in", LogInParams(staff_number=staff_number, pin=PIN))
    return client


async def test_a_service_answers_as_it_would_answer_a_caller(site: FakeSite) -> None:
    client = await logged_in(site, "8801")
    nobody = await client.call("ivr.ask", IvrAskParams(service="recognise", cli="13900009999"))
    assert (nobody.outcome, nobody.sample) == ("unknown", False)
    unknown = await client.call("ivr.ask", IvrAskParams(service="balance"))
    assert (unknown.outcome, unknown.values) == ("unidentified", {})
    wrong = IvrAskParams(
        service="sign_in",
        arguments={"account": "12345678", "password": "§1:6"},
        secrets={"password": "000000"},
    )
    assert (await client.call("ivr.ask", wrong)).outcome == "wrong"


async def test_what_changes_something_is_not_carried_out(site: FakeSite) -> None:
    client = await logged_in(site, "8901")
    params = IvrAskParams(service="report_message", arguments={"kind": "complaint", "recording": "x"})
    answer = await client.call("ivr.ask", params)
    assert (answer.outcome, answer.sample) == ("done", True)
    assert answer.values["number"] == "261121002"
    site.service.engine.store.submit(lambda _: None).result()  # what was to be written is written
    rows = (await client.call("audit.list", AuditParams())).rows
    assert ("ivr.ask", "report_message") in {(row.what, row.subject) for row in rows}


async def test_whose_business_a_supervisor_has_looked_at_is_on_record(site: FakeSite) -> None:
    client = await logged_in(site, "8901")
    await client.call("ivr.ask", IvrAskParams(service="balance", customer_id=1, identified="number"))
    site.service.engine.store.submit(lambda _: None).result()  # what was to be written is written
    rows = (await client.call("audit.list", AuditParams())).rows
    assert ("balance", "cli= customer=1") in {(row.subject, row.detail) for row in rows}


async def test_nonsense_and_agents_are_refused(site: FakeSite) -> None:
    client = await logged_in(site, "8801")
    with pytest.raises(EngineFault) as unknown:
        await client.call("ivr.ask", IvrAskParams(service="weather"))
    assert unknown.value.reason == Reason.NOT_FOUND
    with pytest.raises(EngineFault) as invalid:
        await client.call("ivr.ask", IvrAskParams(service="balance", identified="sure"))
    assert invalid.value.reason == Reason.INVALID
    agent = await logged_in(site, "8001")
    with pytest.raises(EngineFault) as forbidden:
        await agent.call("ivr.ask", IvrAskParams(service="recognise"))
    assert forbidden.value.reason == Reason.NOT_ALLOWED
