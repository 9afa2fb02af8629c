"""Pushed views: coalesced by key, in order with the answers, bounded for a client that does not read."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from engine.adapters.unix_socket import Connection
from engine.adapters.unix_socket.outbox import LIMIT, Outbox
from engine.core.states import Role
from engine.wire.messages import Reason, RpcResponse, fault
from tests.adapters.unix_socket.desk import Desk, log_in_params
from tests.support.socket_line import RawClient
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def logged_in(desk: Desk, client: RawClient) -> Connection:
    await client.ask("session.log_in", log_in_params(Role.AGENT))
    return desk.opened[-1]


async def test_only_the_newest_of_a_key_is_sent(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        connection = await logged_in(desk, client)
        for number in range(100):
            connection.notify("view.changed", {"desk": number}, "desk")
        connection.notify("view.changed", {"floor": 1}, "floor")
        assert await client.read() == {"jsonrpc": "2.0", "method": "view.changed", "params": {"desk": 99}}
        assert (await client.read())["params"] == {"floor": 1}


async def test_changes_can_be_merged_instead(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        connection = await logged_in(desk, client)
        for number in range(3):
            connection.notify("view.changed", [number], "floor", merge=lambda old, new: old + new)
        assert (await client.read())["params"] == [0, 1, 2]


async def test_a_change_after_an_answer_comes_after_it(tmp_path: Path) -> None:
    """An unsent change is older than the answer; when a newer one replaces it, the new one must be last."""
    outbox = Outbox()
    outbox.put_notification("view.changed", 1, "floor", None)
    outbox.put_response(RpcResponse(id=5, result=msgspec.Raw(b'"snapshot"')))
    outbox.put_notification("view.changed", 2, "floor", None)
    lines = [msgspec.json.decode(outbox.take()) for _ in range(len(outbox))]
    assert [line.get("result") or line.get("params") for line in lines] == ["snapshot", 2]


async def test_views_come_while_a_request_waits(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        connection = await logged_in(desk, client)
        client.request("agent.hold", request_id=7)
        await until(lambda: "agent.hold" in desk.handled)
        connection.notify("view.changed", {"desk": 1}, "desk")
        assert (await client.read())["method"] == "view.changed"
        desk.go_on.set()
        assert (await client.read())["id"] == 7


async def test_a_client_that_never_reads_is_dropped_and_the_others_lose_nothing(tmp_path: Path) -> None:
    page = "张" * 2_000
    async with Desk(tmp_path) as desk, RawClient(desk.path) as reading:
        good = await logged_in(desk, reading)
        async with RawClient(desk.path) as silent:
            bad = await logged_in(desk, silent)
            silent.writer.transport.pause_reading()  # type: ignore[attr-defined]
            for number in range(2_000):
                bad.notify("view.changed", page, f"key {number}")
                good.notify("view.changed", number, "number")
                await asyncio.sleep(0)
                assert len(bad._outbox) <= LIMIT
                if bad in desk.closed:
                    break
            assert bad in desk.closed
        good.notify("view.changed", "last", "last")
        params = [(await reading.read())["params"]]
        while params[-1] != "last":
            params.append((await reading.read())["params"])
        numbers = params[:-1]
        assert numbers == sorted(numbers)
        assert numbers[-1] == number


async def test_a_client_that_stops_reading_is_dropped_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.unix_socket.connection.STALL_SECONDS", 0.05)
    async with Desk(tmp_path) as desk, RawClient(desk.path) as silent:
        connection = await logged_in(desk, silent)
        silent.writer.transport.pause_reading()  # type: ignore[attr-defined]
        connection.notify("view.changed", "x" * 5_000_000, "big")
        await until(lambda: connection in desk.closed)


async def test_a_closed_session_says_why_as_its_last_word(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        connection = await logged_in(desk, client)
        connection.notify("view.changed", 1, "desk")
        connection.close(fault(Reason.REPLACED, "another console took over"))
        connection.notify("view.changed", 2, "desk")
        assert (await client.read())["params"] == 1
        last = await client.read()
        assert (last["method"], last["params"]["reason"]) == ("session.ended", "replaced")
        assert await client.at_end()


async def test_a_slow_reader_gets_everything_up_to_the_last_word(tmp_path: Path) -> None:
    page = "x" * 5_000_000
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        connection = await logged_in(desk, client)
        connection.notify("view.changed", page, "big")
        connection.close(fault(Reason.STOPPING, "the engine is being stopped"))
        assert len((await client.read())["params"]) == len(page)
        assert (await client.read())["method"] == "session.ended"
        assert await client.at_end()
