"""Coming in: PINs, locks, roles, and one console for one person."""

import asyncio

import pytest

from db.audit import list_audit
from engine.core.states import Role
from engine.wire.methods import (
    AddUserParams,
    AuditParams,
    BreakParams,
    LogInParams,
    MoveUserParams,
    ResetPinParams,
    StaffParams,
    SubscribeParams,
)
from tests.support.site import PIN, FakeSite
from tests.support.until import until
from tui.client import EngineFault

pytestmark = pytest.mark.asyncio


async def refused(awaitable: object) -> EngineFault:
    with pytest.raises(EngineFault) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value


async def test_an_agent_logs_in_and_is_on_the_floor(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    views = await client.call("view.subscribe", SubscribeParams(topics=["desk"]))
    assert views.desk.agent.name == "李秀英"
    assert views.desk.agent.status == "break"
    await client.call("agent.ready")
    assert "1 idle" in site.floor


async def test_five_wrong_pins_lock_for_fifteen_minutes_and_are_audited(site: FakeSite) -> None:
    client = await site.client()
    wrong = LogInParams(staff_number="8001", pin="1111", seat="seat1")
    reasons = [(await refused(client.call("session.log_in", wrong))).reason for _ in range(5)]
    assert reasons == ["wrong_pin"] * 4 + ["locked"]
    right = LogInParams(staff_number="8001", pin=PIN, seat="seat1")
    locked = await refused(client.call("session.log_in", right))
    assert locked.reason == "locked"
    left_ms = int(locked.detail) - site.service.engine.clock.now()
    assert 14 * 60_000 < left_ms <= 15 * 60_000
    await site.settle()
    deeds = [row.what for row in site.service.store.read(list_audit).result()]
    assert deeds == ["log_in.locked", *["log_in.wrong_pin"] * 5]


async def test_an_unknown_staff_number_reads_like_a_wrong_pin(site: FakeSite) -> None:
    client = await site.client()
    fault = await refused(client.call("session.log_in", LogInParams(staff_number="9' OR 1", pin="2468")))
    assert (fault.reason, fault.message) == ("wrong_pin", "staff number or PIN is wrong")


async def test_a_reset_pin_ends_the_lock(site: FakeSite) -> None:
    client = await site.client()
    for _ in range(5):
        await refused(client.call("session.log_in", LogInParams(staff_number="8002", pin="1")))
    admin = await site.console("8901", "")
    await admin.call("users.reset_pin", ResetPinParams(staff_number="8002", pin="97531"))
    await client.call("session.log_in", LogInParams(staff_number="8002", pin="97531", seat="seat2"))


async def test_people_of_a_station_have_one(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    someone = {"staff_number": "8077", "name": "马师傅", "role": Role.STATION, "pin": "97531"}
    fault = await refused(admin.call("users.add", AddUserParams(**someone)))
    assert (fault.reason, fault.detail) == ("invalid", "department")
    await admin.call("users.add", AddUserParams(**someone, department="east"))
    fault = await refused(admin.call("users.move", MoveUserParams(staff_number="8077", department="")))
    assert (fault.reason, fault.detail) == ("invalid", "department")
    await admin.call("users.move", MoveUserParams(staff_number="8077", department="repair"))


async def test_a_disabled_user_is_refused_with_the_reason(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    await admin.call("users.disable", StaffParams(staff_number="8001"))
    client = await site.client()
    fault = await refused(client.call("session.log_in", LogInParams(staff_number="8001", pin=PIN)))
    assert fault.reason == "disabled"


async def test_two_people_cannot_have_one_seat(site: FakeSite) -> None:
    await site.console("8001", "seat1")
    client = await site.client()
    params = LogInParams(staff_number="8002", pin=PIN, seat="seat1")
    fault = await refused(client.call("session.log_in", params))
    assert (fault.reason, fault.detail) == ("refused", "seat_taken")


async def test_the_newer_console_wins_and_the_older_one_is_told(site: FakeSite) -> None:
    told: list[str] = []
    older = await site.console("8001", "seat1", on_link=lambda up, why: told.append(why))
    staying = asyncio.ensure_future(older.stay_connected())
    newer = await site.console("8001", "seat1")
    await until(lambda: told)
    assert told[0] == "replaced"
    staying.cancel()
    await newer.call("agent.ready")
    assert "1 idle" in site.floor


async def test_an_agent_may_not_do_what_takes_an_admin(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    for method, params in (
        ("audit.list", AuditParams()),
        ("users.list", None),
        ("floor.status", None),
    ):
        assert (await refused(client.call(method, params))).reason == "not_allowed"
    fault = await refused(client.call("view.subscribe", SubscribeParams(topics=["floor"])))
    assert fault.reason == "not_allowed"


async def test_a_refusal_of_the_floor_has_its_code(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    assert (await refused(client.call("agent.hang_up"))).detail == "no_call"
    assert (
        await refused(client.call("agent.break", BreakParams(reason="holiday")))
    ).detail == "unknown_reason"


async def test_logging_out_leaves_the_seat_to_others(site: FakeSite) -> None:
    first = await site.console("8001", "seat1")
    await first.call("session.log_out")
    await site.console("8002", "seat1")
    assert "1 agents" in site.floor


async def test_a_lost_console_keeps_its_agent(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    await client.call("agent.ready")
    await client.close()
    agent = site.service.engine.floor.state.agents["8001"]
    await until(lambda: not agent.console_attached)
    assert "1 idle" in site.floor
    await site.console("8001", "seat1")
    assert agent.console_attached


async def test_a_storm_of_wrong_pins_does_not_stop_the_others(site: FakeSite) -> None:
    attacker = await site.client()
    agent = await site.console("8001", "seat1")
    storm = [
        asyncio.ensure_future(
            attacker.call("session.log_in", LogInParams(staff_number=f"77{n}", pin="0"), timeout=60)
        )
        for n in range(10)
    ]
    await agent.call("agent.ready")
    outcomes = await asyncio.gather(*storm, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {EngineFault}
