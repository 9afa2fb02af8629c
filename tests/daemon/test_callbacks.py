"""Customers who are to be called, through the service: booked by keys, called, listed, remembered."""

import asyncio
import re
import sqlite3

import pytest

from db.callbacks import list_callbacks
from engine.core.records import CallbackRecord
from engine.core.states import CallbackKind, CallbackResult, CallbackState
from engine.wire.callbacks import CallbackParams, CallbacksParams, CloseCallbackParams, SurveysParams
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams, CallIdParams
from tests.daemon.test_a_call import (
    answers,
    ready_agent,
    seat_hangs_up,
    stored_call,
    through_the_menu,
)
from tests.support.fake_asterisk import FakeCaller
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio

NUMBER = "13900000001"
HIDDEN = f"{NUMBER[:3]}****{NUMBER[-4:]}"  # for agents who have not spoken to them


async def switched_on(site: FakeSite) -> None:
    """Callbacks by day and night, and a survey after each talk."""
    text = (site.folder / "config.toml").read_text(encoding="utf-8")
    text = re.sub(r"(\[callback\]\nenabled = )false", r"\1true", text)
    text = text.replace('quiet_hours = "21:00-08:00"', 'quiet_hours = ""')
    text = text.replace("survey = false", "survey = true")
    (site.folder / "config.toml").write_text(text, encoding="utf-8")
    site.keep_config = True
    await site.restart()


async def replies(caller: FakeCaller, *, until_command: str, digit: str = "") -> str:
    """Let commands succeed up to this one, which is answered by a key, if there is one."""
    while True:
        command = await caller.command()
        assert command, "the session was closed"
        if until_command in command:
            caller.send(f"200 result={ord(digit)} endpos=800" if digit else "200 result=0 endpos=800")
            return command
        caller.send("200 result=0 endpos=800")


async def waits(site: FakeSite, call_id: str = "c1", cli: str = NUMBER) -> FakeCaller:
    """A caller is in the queue, and an agent is there on break."""
    caller = await site.call(call_id, cli)
    await through_the_menu(caller)
    return caller


async def listed(client: EngineClient, *, everything: bool = False) -> list[CallbackRecord]:
    found = await client.call("callbacks.list", CallbacksParams(everything=everything))
    return [row.record for row in found.callbacks]


async def missed_call(site: FakeSite) -> EngineClient:
    """A caller has hung up in the queue; the console of the agent who was on break."""
    client = await site.console()
    caller = await waits(site)
    await site.customer_hangs_up("c1")
    caller.close()
    await until(lambda: "0 calls" in site.floor)
    return client


async def booked(site: FakeSite) -> EngineClient:
    """A caller has asked for a call back by keys alone."""
    await switched_on(site)
    client = await site.console()
    caller = await waits(site)
    await replies(caller, until_command="WAIT FOR DIGIT", digit="1")
    await replies(caller, until_command="callback_confirm", digit="1")
    await replies(caller, until_command="HANGUP")
    await site.customer_hangs_up("c1")
    caller.close()
    await until(lambda: "0 calls" in site.floor)
    return client


async def test_a_caller_books_by_keys(site: FakeSite) -> None:
    client = await booked(site)
    (record,) = await listed(client)
    assert (record.kind, record.state) == (CallbackKind.CALLBACK, CallbackState.WAITING)
    assert (record.number, record.queue_id, record.call_id) == (HIDDEN, "general", "c1")
    assert (await stored_call(site)).outcome == "callback"


async def test_when_the_turn_comes_the_agents_phone_is_rung(site: FakeSite) -> None:
    client = await booked(site)
    await client.call("agent.ready")
    originate = await site.asterisk.wait_received("Originate")
    assert originate["Channel"] == "PJSIP/seat1"
    (record,) = await listed(client)
    assert (record.state, record.tries, record.staff_number) == (CallbackState.CALLING, 1, "8001")
    on_disk = site.service.store.read(list_callbacks).result()
    assert on_disk[0][0].state is CallbackState.CALLING


async def test_an_engine_that_died_while_calling_does_not_call_again(site: FakeSite) -> None:
    client = await booked(site)
    await client.call("agent.ready")
    await site.asterisk.wait_received("Originate")
    await site.restart()
    client = await site.console()
    await client.call("agent.ready")
    (record,) = await listed(client)
    assert (record.state, record.reason) == (CallbackState.OPEN, "unknown")
    assert len(site.asterisk.actions("Originate")) == 1


async def test_nobody_is_called_when_it_cannot_be_stored(site: FakeSite) -> None:
    client = await booked(site)

    def refuse(conn: sqlite3.Connection) -> None:
        conn.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON callbacks WHEN NEW.state = 'calling'"
            " BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )

    await asyncio.wrap_future(site.service.store.submit(refuse))
    await client.call("agent.ready")
    wishes = site.service.engine.floor.state.wishes
    await until(lambda: bool(wishes.paused()))
    assert site.asterisk.actions("Originate") == []


async def test_a_missed_caller_is_a_task_until_somebody_settles_it(site: FakeSite) -> None:
    client = await missed_call(site)
    (record,) = await listed(client)
    assert (record.kind, record.state, record.abandoned) == (CallbackKind.ABANDONED, CallbackState.OPEN, 1)
    await client.call("callbacks.done", CloseCallbackParams(id=record.id, remark="已答复"))
    assert await listed(client) == []
    (settled,) = await listed(client, everything=True)
    assert (settled.result, settled.staff_number, settled.remark) == (
        CallbackResult.HANDLED,
        "8001",
        "已答复",
    )
    await site.settle()
    admin = await site.console("8901", "")
    audit = await admin.call("audit.list", AuditParams(limit=5))
    assert ("8001", "callback.handled", "1", "已答复") in [
        (row.who, row.what, row.subject, row.detail) for row in audit.rows
    ]


async def test_an_agent_dials_from_the_list(site: FakeSite) -> None:
    client = await missed_call(site)
    begun = await client.call("callbacks.take", CallbackParams(id=1))
    originate = await site.asterisk.wait_received("Originate")
    assert originate["ActionID"].endswith(begun.call_id)
    (record,) = await listed(client)
    assert (record.state, record.attempt) == (CallbackState.CALLING, begun.call_id)
    other = await site.console("8002", "seat2")
    with pytest.raises(EngineFault) as refused:
        await other.call("callbacks.take", CallbackParams(id=1))
    assert (refused.value.reason, refused.value.detail) == (Reason.REFUSED, "callback_taken")


async def test_the_list_survives_the_engine(site: FakeSite) -> None:
    await missed_call(site)
    await site.restart()
    client = await site.console()
    (record,) = await listed(client)
    assert (record.id, record.number, record.state) == (1, HIDDEN, CallbackState.OPEN)


async def test_only_supervisors_let_it_be_tried_by_itself(site: FakeSite) -> None:
    client = await missed_call(site)
    with pytest.raises(EngineFault) as refused:
        await client.call("callbacks.try", CallbackParams(id=1))
    assert refused.value.reason == Reason.NOT_ALLOWED
    supervisor = await site.console("8801", "")
    await supervisor.call("callbacks.try", CallbackParams(id=1))
    assert [record.state for record in await listed(client)] == [CallbackState.WAITING]
    await supervisor.call("callbacks.cancel", CloseCallbackParams(id=1))
    with pytest.raises(EngineFault) as gone:
        await supervisor.call("callbacks.try", CallbackParams(id=1))
    assert gone.value.detail == "no_callback"


async def test_a_remark_that_is_too_long_is_refused(site: FakeSite) -> None:
    client = await missed_call(site)
    with pytest.raises(EngineFault) as refused:
        await client.call("callbacks.done", CloseCallbackParams(id=1, remark="长" * 999))
    assert refused.value.reason == Reason.INVALID
    assert len(await listed(client)) == 1


async def test_a_mark_is_asked_for_after_the_talk_and_kept(site: FakeSite) -> None:
    await switched_on(site)
    client = await ready_agent(site)
    caller = await waits(site)
    while "Dial" not in await dialled_or_key(caller):
        pass
    await answers(site)
    await until(lambda: "1 talking" in site.floor)
    await seat_hangs_up(site)
    caller.send("200 result=0")
    await replies(caller, until_command="survey_question", digit="4")
    await replies(caller, until_command="HANGUP")
    await site.customer_hangs_up("c1")
    caller.close()
    await until(lambda: "0 calls" in site.floor)
    record = await stored_call(site)
    assert (record.survey, record.outcome, record.ended_by) == (4, "answered", "agent")
    found = await client.call("surveys.list", SurveysParams())
    assert [(row.call_id, row.staff_number, row.score, row.cli) for row in found.surveys] == [
        ("c1", "8001", 4, NUMBER)
    ]
    assert (found.count, found.mean) == (1, 4.0)
    shown = await client.call("calls.show", CallIdParams(call_id="c1"))
    assert shown.record.survey == 4
    other = await site.console("8002", "seat2")
    assert (await other.call("surveys.list", SurveysParams(staff_number="8001"))).count == 0


async def dialled_or_key(caller: FakeCaller) -> str:
    """The next command; one that listens for keys is told that none came."""
    command = await caller.command()
    if "Dial" not in command:
        caller.send("200 result=0")
    return command


async def test_numbers_of_those_who_wait_are_hidden_from_agents(site: FakeSite) -> None:
    agent = await missed_call(site)
    (record,) = await listed(await site.console("8801", ""))
    assert record.number == NUMBER
    (record,) = await listed(agent)
    assert record.number == HIDDEN
    await stored_call(site)
    shown = await agent.call("calls.show", CallIdParams(call_id="c1"))
    assert (shown.record.staff_number, shown.record.cli) == ("", HIDDEN)
