"""Requests over a real socket: answers, roles, refusals, order."""

import asyncio
import os
from pathlib import Path

import pytest

from engine.core.states import Role
from tests.adapters.unix_socket.desk import Desk, log_in_params
from tests.support.socket_line import RawClient

pytestmark = pytest.mark.asyncio


async def test_an_answer_is_json_rpc_with_the_requests_id(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        answer = await client.ask("session.log_in", log_in_params(Role.AGENT), request_id="a-7")
    assert answer["jsonrpc"] == "2.0"
    assert answer["id"] == "a-7"
    assert answer["result"]["identity"]["role"] == "agent"
    assert "error" not in answer


async def test_the_daemon_learns_who_is_at_the_other_end(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        (connection,) = desk.opened
        assert (connection.peer_pid, connection.peer_uid) == (os.getpid(), os.getuid())
        assert repr(connection) == f"<Connection pid={os.getpid()} uid={os.getuid()} staff=agent unsent=0>"


@pytest.mark.parametrize(
    ("role", "method", "reason"),
    [
        (None, "agent.ready", "not_logged_in"),
        (None, "users.list", "not_logged_in"),
        (Role.AGENT, "agent.ready", None),
        (Role.AGENT, "floor.agents", "not_allowed"),
        (Role.SUPERVISOR, "floor.agents", None),
        (Role.SUPERVISOR, "users.list", "not_allowed"),
        (Role.ADMIN, "users.list", None),
        (Role.ADMIN, "agent.ready", None),
    ],
)
async def test_every_method_checks_the_role(
    tmp_path: Path, role: Role | None, method: str, reason: str | None
) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        if role:
            await client.ask("session.log_in", log_in_params(role))
        answer = await client.ask(method)
        assert answer.get("error", {}).get("reason") == reason
        assert (method in desk.handled) == (reason is None)


async def test_a_refusal_reaches_the_client_with_reason_and_detail(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        answer = await client.ask("agent.reject", request_id=2)
    assert answer["error"] == {
        "code": -32000,
        "message": "no call rings",
        "reason": "refused",
        "detail": "not_presented",
    }


@pytest.mark.parametrize("method", ["agent.retrieve", "agent.answer"])  # raises; returns no JSON
async def test_a_mistake_of_the_daemon_is_an_internal_error_and_the_connection_lives(
    tmp_path: Path, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        answer = await client.ask(method, request_id=2)
        assert answer["error"]["reason"] == "internal"
        assert f"method={method}" in caplog.text
        assert (await client.ask("agent.ready", request_id=3))["result"] == {"done": True}


async def test_requests_sent_at_once_are_answered_in_order(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        for number in range(2_000):
            client.request("agent.ready", request_id=number)
        assert [(await client.read())["id"] for _ in range(2_000)] == list(range(2_000))


async def test_a_request_without_id_is_done_and_not_answered(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        client.send(b'{"jsonrpc": "2.0", "method": "agent.ready"}')
        answer = await client.ask("agent.day", request_id=9)
    assert answer["id"] == 9
    assert desk.handled == ["session.log_in", "agent.ready", "agent.day"]


async def test_one_slow_request_holds_nobody_else(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as slow, RawClient(desk.path) as quick:
        for client in (slow, quick):
            await client.ask("session.log_in", log_in_params(Role.AGENT))
        slow.request("agent.hold", request_id=2)
        slow.request("agent.ready", request_id=3)
        assert (await quick.ask("agent.day", request_id=2))["result"]["staff_number"] == "1"
        desk.go_on.set()
        assert [(await slow.read())["id"], (await slow.read())["id"]] == [2, 3]


async def test_a_client_that_closes_its_sending_side_still_gets_its_answers(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        client.request("session.log_in", log_in_params(Role.AGENT), 1)
        client.request("agent.ready", None, 2)
        client.writer.write_eof()
        assert [(await client.read())["id"], (await client.read())["id"]] == [1, 2]
        assert await client.at_end()


async def test_two_hundred_clients_at_once(tmp_path: Path) -> None:
    async def visit(desk: Desk) -> str:
        async with RawClient(desk.path) as client:
            await client.ask("session.log_in", log_in_params(Role.AGENT))
            answer = await client.ask("agent.ready", request_id=2)
            together.append(len(desk.server.connections))
            return str(answer["result"])

    together: list[int] = []
    async with Desk(tmp_path) as desk:
        results = await asyncio.gather(*(visit(desk) for _ in range(200)))
    assert results == ["{'done': True}"] * 200
    assert max(together) == 200
    assert len(desk.closed) == 200


async def test_one_client_too_many_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.unix_socket.server.CONNECTION_LIMIT", 1)
    async with Desk(tmp_path) as desk, RawClient(desk.path) as first:
        await first.ask("session.log_in", log_in_params(Role.AGENT))
        async with RawClient(desk.path) as second:
            message = await second.read()
            assert (message["method"], message["params"]["reason"]) == ("session.ended", "busy")
            assert await second.at_end()
        assert (await first.ask("agent.ready"))["result"]
