"""Supervisors through the socket: who may, what is written down, what the others are told."""

import asyncio
import functools
import time
from typing import Any

import pytest

from db.audit import AuditRow, list_audit
from engine.core.records import CallNote, Customer
from engine.core.states import AgentStatus, SpyMode
from engine.core.views import DeskView, FloorView
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import DraftParams, LogInParams, SubscribeParams, Views
from engine.wire.phone import SwitchParams
from engine.wire.supervision import (
    ForceStatusParams,
    ListenParams,
    PickParams,
    SupervisedCallParams,
)
from tests.daemon.test_a_call import answers, dialled, ready_agent, seat_hangs_up, through_the_menu
from tests.daemon.test_session import refused
from tests.support.fake_asterisk import FakeCaller, message
from tests.support.site import PIN, FakeSite
from tests.support.until import until
from tui.client import EngineClient

pytestmark = pytest.mark.asyncio


class Boss:
    """A supervisor's console, and what it shows."""

    def __init__(self) -> None:
        self.client: EngineClient
        self.floor: FloorView | None = None
        self.desk: DeskView | None = None
        self.told: list[str] = []

    def see(self, views: Views) -> None:
        if views.floor is not None:
            self.floor = views.floor if self.floor is None else merge_floor(self.floor, views.floor)
        self.desk = views.desk or self.desk

    def hand(self, staff_number: str) -> int:
        assert self.floor is not None
        return next(agent.hand_since for agent in self.floor.agents if agent.staff_number == staff_number)

    def shows_hand(self, staff_number: str, up: bool) -> bool:
        return bool(self.hand(staff_number)) is up


async def boss_at(site: FakeSite, seat: str = "seat2", program: str = "supervisor") -> Boss:
    boss = Boss()
    boss.client = await site.client(program, on_views=boss.see, on_link=lambda up, why: boss.told.append(why))
    await boss.client.call("session.log_in", LogInParams(staff_number="8801", pin=PIN, seat=seat))
    boss.see(await boss.client.call("view.subscribe", SubscribeParams(topics=["floor", "desk"])))
    return boss


async def talk(site: FakeSite, **callbacks: Any) -> tuple[EngineClient, FakeCaller]:
    """8001 at seat1 talks to the caller of c1."""
    agent = await ready_agent(site, **callbacks)
    caller = await site.call()
    await through_the_menu(caller)
    await dialled(caller)
    await answers(site)
    await until(lambda: "talking" in site.floor)
    return agent, caller


async def audit(site: FakeSite) -> list[AuditRow]:
    """What was written down, the newest first, log-ins left out."""
    await site.settle()
    rows = site.service.store.read(list_audit).result()
    return [row for row in rows if not row.what.startswith("log_")]


async def picked_up(site: FakeSite, times: int = 1) -> str:
    """The supervisor's phone is up and in the talk; returns its channel's id."""
    unique_id = (await site.asterisk.wait_received("Originate", times))["ChannelId"]
    phone = {"DestChannel": "PJSIP/seat2-spy", "DestUniqueid": unique_id}
    await site.asterisk.send(message(Event="DialBegin", **phone))
    await site.asterisk.send(message(Event="DialEnd", DialStatus="ANSWER", **phone))
    await site.asterisk.send(
        message(
            Event="ChanSpyStart",
            SpyerChannel="PJSIP/seat2-spy",
            SpyerUniqueid=unique_id,
            SpyeeChannel="PJSIP/seat1-1",
        )
    )
    return unique_id


async def test_listening_and_how_long_is_written_down(site: FakeSite) -> None:
    _, caller = await talk(site)
    boss = await boss_at(site)
    assert boss.desk is not None
    assert (boss.desk.agent.status, boss.desk.agent.reason) == ("break", "supervising")
    await boss.client.call("monitor.listen", ListenParams(staff_number="8001"))
    unique_id = await picked_up(site)
    await until(lambda: boss.desk is not None and boss.desk.spy is not None and boss.desk.spy.since)
    await until(lambda: boss.floor is not None and boss.floor.spies and boss.floor.spies[0].since)
    await boss.client.call("monitor.listen", ListenParams(staff_number="8001", mode=SpyMode.WHISPER))
    await until(lambda: site.asterisk.actions("Redirect"))
    await picked_up(site)
    await until(
        lambda: boss.desk is not None and boss.desk.spy is not None and boss.desk.spy.mode == "whisper"
    )
    await boss.client.call("monitor.stop")
    await site.asterisk.send(
        message(Event="Hangup", Channel="PJSIP/seat2-spy", Uniqueid=unique_id, Cause="16")
    )
    await until(lambda: boss.desk is not None and boss.desk.spy is None)
    await until(lambda: boss.floor is not None and boss.floor.spies == ())
    rows = [(row.who, row.what, row.subject) for row in await audit(site)]
    assert set(rows) == {
        ("8801", "monitor.listen", "8001"),
        ("8801", "monitor.stop", ""),
        ("8801", "monitor.ended", "8001"),
    }
    ended = next(row for row in await audit(site) if row.what == "monitor.ended")
    assert ended.detail.startswith("call=c1 modes=listen,whisper seconds=")
    caller.close()


async def test_a_stop_of_the_engine_writes_down_who_listened(site: FakeSite) -> None:
    _, caller = await talk(site)
    boss = await boss_at(site)
    await boss.client.call("monitor.listen", ListenParams(staff_number="8001"))
    await picked_up(site)
    await until(lambda: boss.desk is not None and boss.desk.spy is not None and boss.desk.spy.since)
    await site.restart()
    rows = [(row.who, row.what, row.subject) for row in await audit(site)]
    assert ("8801", "monitor.ended", "8001") in rows
    assert site.service.engine.floor.state.agents["8801"].state == "idle"
    caller.close()


async def test_without_a_seat_listening_is_refused_and_it_is_said_what_to_do(site: FakeSite) -> None:
    _, caller = await talk(site)
    boss = await boss_at(site, "")
    fault = await refused(boss.client.call("monitor.listen", ListenParams(staff_number="8001")))
    assert (fault.reason, fault.detail) == ("refused", "no_phone")
    assert "log in at a seat" in fault.message
    row = (await audit(site))[0]
    assert (row.who, row.what, row.subject, row.detail) == (
        "8801", "monitor.listen", "8001", "listen refused: no_phone",
    )  # fmt: skip
    caller.close()


async def test_an_agent_supervises_nobody(site: FakeSite) -> None:
    _, caller = await talk(site)
    other = await site.client("supervisor")
    await other.call("session.log_in", LogInParams(staff_number="8002", pin=PIN, seat="seat2"))
    fault = await refused(other.call("monitor.listen", ListenParams(staff_number="8001")))
    assert fault.reason == "not_allowed"
    assert not site.service.engine.floor.state.agents["8002"].supervises
    caller.close()


async def test_a_supervisor_at_an_agents_console_is_an_agent(site: FakeSite) -> None:
    boss = await boss_at(site, program="agent")
    assert boss.desk is not None
    assert not boss.desk.agent.supervises


async def test_a_call_is_released_by_force_and_so_is_what_was_tried(site: FakeSite) -> None:
    _, caller = await talk(site)
    boss = await boss_at(site, "")
    await boss.client.call("calls.release", SupervisedCallParams(call_id="c1"))
    await site.asterisk.wait_received("Hangup")
    fault = await refused(boss.client.call("calls.release", SupervisedCallParams(call_id="c9")))
    assert fault.detail == "no_call"
    rows = [(row.what, row.subject, row.detail) for row in await audit(site)]
    assert rows == [("calls.release", "c9", "refused: no_call"), ("calls.release", "c1", "")]
    caller.close()


async def test_who_is_logged_out_by_force_is_told_and_not_taken_back(site: FakeSite) -> None:
    told: list[str] = []
    agent = await site.console("8001", "seat1", on_link=lambda up, why: told.append(why))
    staying = asyncio.ensure_future(agent.stay_connected())
    boss = await boss_at(site, "")
    params = ForceStatusParams(staff_number="8001", status=AgentStatus.LOGGED_OUT)
    await boss.client.call("agents.force", params)
    await until(lambda: told)
    assert told == ["logged_out"]
    await asyncio.wait_for(staying, 5)
    assert "8001" not in site.service.engine.floor.state.agents
    row = (await audit(site))[0]
    assert (row.what, row.subject, row.detail) == ("agents.force", "8001", "logged_out")


async def test_a_supervisor_takes_a_waiting_caller(site: FakeSite) -> None:
    await site.console("8001", "seat1")
    caller = await site.call()
    await through_the_menu(caller)
    boss = await boss_at(site)
    await boss.client.call("calls.pick", PickParams(call_id="c1"))
    assert "seat2" in await dialled(caller)
    await answers(site, seat="seat2")
    await until(lambda: boss.desk is not None and boss.desk.agent.state == "talking")
    assert boss.desk is not None
    assert boss.desk.agent.status == "break"
    caller.close()


async def test_a_raised_hand_is_seen_within_300_ms_and_goes_down_with_the_answer(site: FakeSite) -> None:
    agent, caller = await talk(site)
    boss = await boss_at(site)
    took = []
    for on in (True, False, True, False, True):
        began = time.perf_counter()
        await agent.call("agent.help", SwitchParams(on=on))
        await until(functools.partial(boss.shows_hand, "8001", on))
        took.append(time.perf_counter() - began)
    assert min(took) < 0.3, "a busy machine may be late once, but not each time"
    await boss.client.call("monitor.listen", ListenParams(staff_number="8001", mode=SpyMode.WHISPER))
    await picked_up(site)
    await until(lambda: not boss.hand("8001"))
    caller.close()


async def test_one_supervisor_one_console_without_a_seat_too(site: FakeSite) -> None:
    older = await boss_at(site, "")
    staying = asyncio.ensure_future(older.client.stay_connected())
    command = await site.console("8801", "")  # no console: a command
    await boss_at(site, "")
    await until(lambda: older.told)
    assert older.told == ["replaced"]
    await asyncio.wait_for(staying, 5)
    await command.call("floor.agents")


async def test_a_console_without_a_seat_takes_the_place_of_one_at_a_seat(site: FakeSite) -> None:
    _, caller = await talk(site)
    older = await boss_at(site)
    staying = asyncio.ensure_future(older.client.stay_connected())
    newer = await boss_at(site, "")
    await until(lambda: older.told == ["replaced"])
    await asyncio.wait_for(staying, 5)
    agent = site.service.engine.floor.state.agents["8801"]
    assert not agent.console_attached, "nobody sees the desk of that seat"
    await newer.client.call("session.log_out")
    assert "8801" not in site.service.engine.floor.state.agents
    caller.close()


async def test_a_supervisor_without_a_seat_logs_out(site: FakeSite) -> None:
    boss = await boss_at(site, "")
    await boss.client.call("session.log_out")


@pytest.mark.parametrize("seat", ["seat1", "seat2"])
async def test_a_new_console_in_a_talk_has_the_same_call_form_and_cursor(site: FakeSite, seat: str) -> None:
    told: list[str] = []
    agent, caller = await talk(site, on_link=lambda up, why: told.append(why))
    staying = asyncio.ensure_future(agent.stay_connected())
    half = CallNote(note="机顶盒", form=Customer(name="张华"), field="address")
    await agent.call("call.draft", DraftParams(call_id="c1", note=half))
    again = await site.client("agent")
    params = LogInParams(staff_number="8001", pin=PIN, seat=seat)
    desk = (await again.call("session.log_in", params)).desk
    assert (desk.call.call_id, desk.draft, desk.agent.state) == ("c1", half, "talking")
    assert (desk.agent.seat_id, desk.agent.next_seat_id) == ("seat1", "" if seat == "seat1" else seat)
    await until(lambda: told == ["replaced"])
    await asyncio.wait_for(staying, 5)
    await again.call("agent.hang_up")
    await seat_hangs_up(site)
    await until(lambda: "wrap_up" in site.floor)
    assert site.service.engine.floor.state.agents["8001"].seat_id == seat
    caller.close()
