"""The consoles' line to the engine, against the stage: calls, pushed views, and a link that heals itself."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.core.states import AgentState
from engine.wire.customers import SearchParams
from engine.wire.messages import MAX_LINE, Reason
from engine.wire.methods import LogInParams, SubscribeParams, Views
from tests.support import world
from tests.support.stage import Stage
from tests.support.until import until
from tui import client as client_module
from tui.client import EngineClient, EngineFault, EngineGone

pytestmark = pytest.mark.asyncio

AGENT = LogInParams(staff_number="8001", pin=world.PIN, seat="seat1")


class Console:
    """A client with its callbacks' protocol."""

    def __init__(self, path: str) -> None:
        self.views: list[Views] = []
        self.links: list[tuple[bool, str]] = []
        self.client = EngineClient(
            path, "test", on_views=self.views.append, on_link=lambda up, why: self.links.append((up, why))
        )
        self.staying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Console":
        await self.client.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.staying is not None:
            self.staying.cancel()
            await asyncio.gather(self.staying, return_exceptions=True)
        await self.client.close()

    async def log_in_and_stay(self) -> None:
        await self.client.call("session.log_in", AGENT)
        await self.client.call("view.subscribe", SubscribeParams(topics=["desk", "floor"]))
        self.staying = asyncio.create_task(self.client.stay_connected())

    @property
    def desk_states(self) -> list[AgentState]:
        return [views.desk.agent.state for views in self.views if views.desk is not None]


async def test_hello_tells_the_site_and_calls_come_back_typed(tmp_path: Path) -> None:
    async with Stage(tmp_path), Console(str(tmp_path / "engine.sock")) as console:
        assert console.client.hello.queues[2].name == "故障申告"
        answer = await console.client.call("session.log_in", AGENT)
        assert answer.identity.name == "王小丽"
        assert answer.desk.agent.seat_id == "seat1"
        day = await console.client.call("agent.day")
        assert day == world.DAY_FIGURES


async def test_a_refusal_is_raised_with_its_reason(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        with pytest.raises(EngineFault) as refusal:
            await console.client.call("session.log_in", LogInParams(staff_number="8001", pin="0000"))
        assert (refusal.value.reason, refusal.value.detail) == (Reason.WRONG_PIN, "4")
        with pytest.raises(EngineFault, match="needs a log-in"):
            await console.client.call("agent.ready")


async def test_views_come_as_they_are_pushed(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        call_id = stage.floor.present_call("13893812345")
        await until(lambda: AgentState.RINGING in console.desk_states)
        desk = next(views.desk for views in reversed(console.views) if views.desk)
        assert desk.call is not None
        assert desk.call.call_id == call_id
        assert desk.card is not None
        assert desk.card.customer == world.CUSTOMERS[0]
        await console.client.call("agent.answer")
        await until(lambda: console.desk_states[-1] is AgentState.TALKING)


async def test_a_screen_that_fails_does_not_cut_the_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Stage(tmp_path) as stage:
        client = EngineClient(stage.path, "test", on_views=lambda views: 1 / 0)  # type: ignore[func-returns-value]
        await client.open()
        await client.call("session.log_in", AGENT)
        await client.call("view.subscribe", SubscribeParams(topics=["desk"]))
        stage.floor.present_call()
        assert await client.call("agent.day")
        await until(lambda: "could not be shown" in caplog.text)
        await client.close()


async def test_no_engine_is_said_at_once(tmp_path: Path) -> None:
    client = EngineClient(str(tmp_path / "engine.sock"), "test")
    with pytest.raises(EngineGone, match="No such file"):
        await client.open()
    with pytest.raises(EngineGone, match="no connection"):
        await client.call("agent.day")


async def test_an_answer_that_does_not_come_ends_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PING_SECONDS", 0.05)

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_unix_server(never_answer, str(tmp_path / "engine.sock"))
    client = EngineClient(str(tmp_path / "engine.sock"), "test")
    try:
        with pytest.raises(EngineGone, match=r"no answer to session\.hello within"):
            await client.open()
    finally:
        await client.close()
        server.close()
        await server.wait_closed()


async def test_an_engine_that_is_older_than_the_console_is_told_of(tmp_path: Path) -> None:
    async def older(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'{"jsonrpc":"2.0","id":1,"result":{"protocol":1}}\n')
        await reader.read()
        writer.close()

    path = str(tmp_path / "engine.sock")
    async with await asyncio.start_unix_server(older, path):
        console = Console(path)
        with pytest.raises(EngineFault) as refused:
            await console.client.open()
        await console.client.close()
    assert refused.value.reason == Reason.UNKNOWN_METHOD


async def test_a_waiting_call_ends_with_the_connection(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        waiting = asyncio.create_task(console.client.call("session.hello", _hello()))
        stage.drop()
        with pytest.raises(EngineGone, match="closed the connection"):
            await waiting
        with pytest.raises(EngineGone):
            await console.client.call("session.hello", _hello())


async def test_a_line_that_the_engine_would_refuse_is_not_sent(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.client.call("session.log_in", AGENT)
        with pytest.raises(EngineFault) as refusal:
            await console.client.call("customer.search", SearchParams(text="x" * MAX_LINE))
        assert refusal.value.reason == Reason.TOO_LONG
        assert await console.client.call("agent.day")


async def test_a_broken_line_heals_with_log_in_and_subscription(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        call_id = stage.floor.present_call()
        stage.floor.answer()
        stage.drop()
        await until(lambda: console.links == [(False, ""), (True, "")])
        snapshot = next(views for views in reversed(console.views) if views.desk and views.floor)
        assert snapshot.desk is not None
        assert snapshot.desk.call is not None
        assert snapshot.desk.call.call_id == call_id
        assert await console.client.call("agent.hold")
        await until(lambda: console.desk_states[-1] is AgentState.HOLDING)


async def test_an_engine_that_comes_back_is_found(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        await stage.stop()
        await until(lambda: console.links == [(False, Reason.STOPPING)])
        with pytest.raises(EngineGone):
            await console.client.call("agent.day")
        await stage.start()
        await until(lambda: console.links[-1] == (True, ""))
        assert await console.client.call("agent.day")


@pytest.mark.parametrize("reason", [Reason.WRONG_PIN, Reason.LOCKED, Reason.DISABLED])
async def test_an_engine_that_refuses_the_log_in_is_not_asked_again(tmp_path: Path, reason: Reason) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        stage.refuse("session.log_in", reason)
        stage.drop()
        assert console.staying is not None
        await asyncio.wait_for(console.staying, 5)
        assert console.links == [(False, ""), (False, reason)]
        assert [name for name, _ in stage.requests].count("session.log_in") == 2


async def test_a_console_that_was_replaced_does_not_fight_back(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        stage.replace_console("8001")
        assert console.staying is not None
        await asyncio.wait_for(console.staying, 5)
        assert console.links == [(False, Reason.REPLACED)]
        assert stage.connections == ()


async def test_after_a_log_out_a_new_link_stays_anonymous(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        await console.client.call("session.log_out")
        stage.drop()
        await until(lambda: console.links[-1:] == [(True, "")])
        with pytest.raises(EngineFault) as refusal:
            await console.client.call("agent.day")
        assert refusal.value.reason == Reason.NOT_LOGGED_IN


async def test_a_frozen_engine_counts_as_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PING_SECONDS", 0.05)
    async with Stage(tmp_path) as stage, Console(stage.path) as console:
        await console.log_in_and_stay()
        await stage.asked("session.hello", times=3)  # pings of a quiet line
        assert console.links == []
        stage.freeze()
        await until(lambda: console.links == [(False, "silent")])
        stage.thaw()
        await until(lambda: console.links[-1] == (True, ""))


def _hello() -> Any:
    return client_module.HelloParams(client="test", protocol=1)
