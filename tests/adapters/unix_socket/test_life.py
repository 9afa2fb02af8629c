"""Start and stop: stale files, live engines, permissions, clients and requests that are under way."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.adapters.unix_socket import SocketError
from engine.core.states import Role
from tests.adapters.unix_socket.desk import Desk, log_in_params
from tests.support.socket_line import RawClient
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def test_owner_and_group_may_connect_and_nobody_else(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk:
        mode = os.stat(desk.path).st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660
    assert not (tmp_path / "engine.sock").exists()


async def test_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "run"
    async with Desk(folder) as desk, RawClient(desk.path) as client:
        assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))


async def test_what_a_dead_engine_left_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(tmp_path / "engine.sock"))
        dead.listen()
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))


async def test_a_child_that_inherited_the_socket_does_not_count_as_the_engine(tmp_path: Path) -> None:
    program = (
        "import os, socket, subprocess, sys\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        f"s.bind({str(tmp_path / 'engine.sock')!r})\n"
        "s.listen()\n"
        "os.set_inheritable(s.fileno(), True)\n"
        "child = subprocess.Popen(['sleep', '60'], close_fds=False, stdout=-3, stderr=-3)\n"
        "print(child.pid, flush=True)\n"
    )
    engine = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    child = int(engine.stdout)
    try:
        async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
            assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))
    finally:
        os.kill(child, 9)


async def test_a_living_engine_keeps_its_socket(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        with pytest.raises(SocketError, match=f"process {os.getpid()}.*stop"):
            await Desk(tmp_path).server.start()
        assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "engine.sock").write_text("precious")
    with pytest.raises(SocketError, match="not a socket"):
        await Desk(tmp_path).server.start()
    assert (tmp_path / "engine.sock").read_text() == "precious"


async def test_a_path_that_is_too_long_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SocketError, match=r"107 bytes.*\[site\]"):
        await Desk(tmp_path / ("x" * 100)).server.start()


async def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SocketError, match="check `socket`"):
        await Desk(tmp_path / "file" / "run").server.start()


async def test_stopping_tells_the_clients_and_finishes_what_was_begun(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.server.start()
    async with RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        client.request("agent.hold", request_id=2)
        await until(lambda: "agent.hold" in desk.handled)
        stopping = asyncio.create_task(desk.server.stop())
        assert (await client.read())["params"]["reason"] == "stopping"
        assert not desk.closed
        desk.go_on.set()
        await stopping
        assert desk.closed == desk.opened
        assert await client.at_end()


async def test_stopping_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.unix_socket.server.STOP_SECONDS", 0.05)
    desk = Desk(tmp_path)
    await desk.server.start()
    async with RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        client.request("agent.hold", request_id=2)
        await until(lambda: "agent.hold" in desk.handled)
        await desk.server.stop()
    assert desk.closed == desk.opened


async def test_a_request_is_finished_though_its_client_is_gone(tmp_path: Path) -> None:
    """A note must not be lost because the line broke while it was being stored."""
    async with Desk(tmp_path) as desk:
        async with RawClient(desk.path) as client:
            await client.ask("session.log_in", log_in_params(Role.AGENT))
            client.request("agent.hold", request_id=2)
            await until(lambda: "agent.hold" in desk.handled)
            client.writer.transport.abort()  # type: ignore[attr-defined]
        assert not desk.closed
        desk.go_on.set()
        await until(lambda: desk.closed)


async def test_a_dropped_client_is_reported_once(tmp_path: Path) -> None:
    async with Desk(tmp_path) as desk, RawClient(desk.path) as client:
        await client.ask("session.log_in", log_in_params(Role.AGENT))
        desk.opened[0].drop()
        desk.opened[0].drop()
        assert await client.at_end()
        await until(lambda: desk.closed)
    assert len(desk.closed) == 1


async def test_stopping_twice_is_harmless_and_another_engines_file_stays(tmp_path: Path) -> None:
    first, second = Desk(tmp_path), Desk(tmp_path)
    await first.server.start()
    os.unlink(first.path)
    await second.server.start()
    await first.server.stop()
    await first.server.stop()
    async with RawClient(second.path) as client:
        assert "result" in await client.ask("session.log_in", log_in_params(Role.AGENT))
    await second.server.stop()
