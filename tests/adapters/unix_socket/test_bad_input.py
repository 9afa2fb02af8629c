"""What no good client sends: each gets a clear error or loses its connection, and the server serves on."""

import os
import socket
from pathlib import Path

import pytest

from engine.core.states import Role
from engine.wire.messages import MAX_LINE
from tests.adapters.unix_socket.desk import Desk, log_in_params
from tests.support.socket_line import RawClient

pytestmark = pytest.mark.asyncio

SEARCH = b'{"id":1,"method":"customer.search","params":%s}'

BAD_LINES = [
    (b"hello", "parse"),
    (b"", "parse"),
    (b"\x00", "parse"),
    (b"GET / HTTP/1.1\r", "parse"),
    (b'{"id":1,"method":"agent.rea', "parse"),
    (b'{"id":1,"method":"\xff\xfe"}', "parse"),
    (b'{"id":1,"method":"\\ud800"}', "parse"),
    (b"\x16\x03\x01\x02\x00\x01\x00", "parse"),
    (b"42", "bad_request"),
    (b"null", "bad_request"),
    (b'[{"id":1,"method":"agent.ready"}]', "bad_request"),
    (b'{"id":1}', "bad_request"),
    (b'{"id":1,"method":7}', "bad_request"),
    (b'{"id":true,"method":"agent.ready"}', "bad_request"),
    (b'{"id":{},"method":"agent.ready"}', "bad_request"),
    (b'{"id":1,"method":"agent.ready","jsonrpc":"1.0"}', "bad_request"),
    (b'{"id":1,"method":"agent.readyy"}', "unknown_method"),
    (b'{"id":1,"method":""}', "unknown_method"),
    (SEARCH % b"null", "bad_params"),
    (SEARCH % b"[]", "bad_params"),
    (SEARCH % b"{}", "bad_params"),
    (SEARCH % b'{"text":5}', "bad_params"),
    (SEARCH % b'{"text":"a","limit":"5"}', "bad_params"),
    (SEARCH % b'{"text":"a","limit":1e400}', "bad_params"),
    (SEARCH % b'{"text":"a","colour":"red"}', "bad_params"),
    (SEARCH % b'{"text":"a\\u0000b"}', "bad_params"),
    (SEARCH % (b"[" * 200_000 + b"]" * 200_000), "parse"),
    (b"[" * 500_000, "bad_request"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES, ids=lambda value: repr(value)[:60])
async def test_a_bad_line_gets_an_error_and_the_next_line_is_served(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        client.send(line)
        answer = await client.read()
        assert answer["error"]["reason"] == reason
        assert len(answer["error"]["message"]) < 300
        assert (await client.ask("agent.ready", request_id=2))["id"] == 2
        assert desk.handled == ["session.log_in", "agent.ready"]


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE customers; --", "a\r\nAction: Originate", "张|华;山", "${SHELL(rm)}", "\U0001f600"],
)
async def test_odd_text_reaches_the_daemon_as_it_is(tmp_path: Path, text: str) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        assert "result" in await client.ask("customer.search", {"text": text}, 2)
        assert desk.handled[-1] == f"customer.search {text}"


async def test_a_message_may_come_in_pieces(tmp_path: Path) -> None:
    line = b'{"id":1,"method":"session.log_in","params":{"staff_number":"agent","pin":"\xe5\xbc\xa0"}}'
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        sock = client.writer.get_extra_info("socket")
        assert sock.family == socket.AF_UNIX
        for index in range(len(line)):
            client.writer.write(line[index : index + 1])
            await client.writer.drain()
        client.writer.write(b"\n")
        assert "result" in await client.read()


async def test_half_a_message_and_then_the_end(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        client.writer.write(b'{"id":1,"method":"session.lo')
        client.writer.write_eof()
        assert (await client.read())["error"]["reason"] == "parse"
        assert await client.at_end()


async def test_the_longest_line_is_served_and_one_byte_more_is_not(tmp_path: Path) -> None:
    frame = SEARCH % b'{"text":"%s"}'
    fill = MAX_LINE - len(frame) + 2
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        client.send(frame % (b"x" * fill))
        assert "result" in await client.read()
        client.send(frame % (b"x" * (fill + 1)))
        assert (await client.read())["error"]["reason"] == "too_long"
        assert await client.at_end()


async def test_a_hundred_megabytes_without_newline_are_not_kept(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as other:
        async with RawClient(desk.path) as client:
            before = resident_bytes()
            with pytest.raises(OSError, match=r"pipe|reset"):
                await pour(client, megabytes=100)
            assert resident_bytes() - before < 20_000_000
        assert "result" in await other.ask("session.log_in", log_in_params(Role.AGENT))


async def test_a_long_line_is_answered_before_the_connection_goes(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        client.writer.write(b"x" * (MAX_LINE + 1))
        answer = await client.read()
        assert answer["error"]["reason"] == "too_long"
        assert str(MAX_LINE) in answer["error"]["message"]
        assert await client.at_end()


async def test_a_port_scan_leaves_nothing_behind(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        for _ in range(50):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.connect(desk.path)
        assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))
        await client.ask("agent.ready", request_id=2)
        assert len(desk.opened) - len(desk.closed) == len(desk.server.connections)
    assert not desk.server.connections


async def pour(client: RawClient, megabytes: int) -> None:
    for _ in range(megabytes):
        client.writer.write(b"x" * 1_000_000)
        await client.writer.drain()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
