"""A loopback peer that speaks AMI and FastAGI like Asterisk, and misbehaves on request.

`FakeAsterisk` is the AMI server. `FakeCaller` is one caller's AGI connection, made to an AgiServer as
Asterisk makes it. Both use real sockets.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from itertools import count

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
Messages = list[str]


def message(**headers: str | list[str]) -> str:
    """One AMI message; a list as value repeats the header."""
    lines = []
    for name, values in headers.items():
        lines += [f"{name}: {value}" for value in (values if isinstance(values, list) else [values])]
    return "\r\n".join(lines) + "\r\n\r\n"


class FakeAsterisk:
    """An AMI server; each attribute below is one way to be difficult, and may be changed at any time."""

    def __init__(self, username: str = "fourseat", secret: str = "secret") -> None:
        self.username = username
        self.secret = secret
        self.port = 0
        self.received: list[dict[str, str]] = []
        self.logins = 0
        self.connections = 0
        self.banner = BANNER
        self.answers: dict[str, Callable[[dict[str, str]], Messages]] = {}
        self.after_login: Messages = []
        self.reply_delay_s = 0.0
        self.drop_replies = 0
        self.repeat_replies = 0
        self.segment_bytes: int | None = None
        self.cut_on: str | None = None
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._arrived = asyncio.Condition()

    async def start(self, port: int = 0) -> None:
        """Opens the port; a stopped fake may be started again on the same one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port and all connections."""
        self._thawed.set()
        if self._server is not None:
            self._server.close()
            self.cut()
            await asyncio.gather(*self._open, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        """Breaks all connections without a word."""
        for task, writer in self._open.items():
            writer.transport.abort()
            task.cancel()

    def freeze(self) -> None:
        """Keeps the connections, and neither reads nor answers any more."""
        self._thawed.clear()

    def thaw(self) -> None:
        """Goes on where it froze."""
        self._thawed.set()

    async def send(self, *messages: str) -> None:
        """Sends messages to all clients."""
        for writer in list(self._open.values()):
            await self._write(writer, "".join(messages).encode())

    async def send_bytes(self, data: bytes) -> None:
        """Sends exactly these bytes to all clients."""
        for writer in list(self._open.values()):
            await self._write(writer, data)

    async def wait_received(self, action: str, times: int = 1, timeout_s: float = 5.0) -> dict[str, str]:
        """Waits until an action came that many times, and returns the last of them."""
        async with asyncio.timeout(timeout_s), self._arrived:
            await self._arrived.wait_for(lambda: len(self.actions(action)) >= times)
        return self.actions(action)[times - 1]

    def actions(self, action: str) -> list[dict[str, str]]:
        """All actions of this name so far."""
        return [received for received in self.received if received["Action"] == action]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.connections += 1
        try:
            await self._thawed.wait()
            await self._write(writer, self.banner)
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                await self._thawed.wait()
                if not await self._act(_parse(block.decode()), writer):
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # cut by either side
        finally:
            del self._open[task]
            writer.transport.abort()

    async def _act(self, action: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        self.received.append(action)
        async with self._arrived:
            self._arrived.notify_all()
        if action["Action"] == self.cut_on:
            self.cut_on = None
            return False
        if action["Action"] == "Login":
            return await self._log_in(action, writer)
        await asyncio.sleep(self.reply_delay_s)
        if self.drop_replies > 0 and action["Action"] != "Ping":
            self.drop_replies -= 1
            return True
        answer = self.answers.get(action["Action"], _succeed)
        text = "".join(answer(action)).replace("$ID", action["ActionID"])
        for _ in range(1 + self.repeat_replies):
            await self._write(writer, text.encode())
        return True

    async def _log_in(self, action: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        if (action["Username"], action["Secret"]) != (self.username, self.secret):
            await self._write(
                writer, failure("Authentication failed").replace("$ID", action["ActionID"]).encode()
            )
            return False
        self.logins += 1
        text = success("Authentication accepted").replace("$ID", action["ActionID"])
        await self._write(writer, (text + "".join(self.after_login)).encode())
        return True

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        step = self.segment_bytes or len(data) or 1
        for start in range(0, len(data), step):
            writer.write(data[start : start + step])
            await writer.drain()
            await asyncio.sleep(0)


def success(text: str) -> str:
    """The reply to an action that was done."""
    return message(Response="Success", ActionID="$ID", Message=text)


def failure(text: str) -> str:
    """The reply to an action that was refused."""
    return message(Response="Error", ActionID="$ID", Message=text)


def listing(event: str, complete: str, *items: Mapping[str, str]) -> Messages:
    """The reply to a list action: its start, one event an item, its end."""
    start = message(Response="Success", ActionID="$ID", EventList="start", Message="List will follow")
    events = [message(Event=event, ActionID="$ID", **item) for item in items]
    end = message(Event=complete, ActionID="$ID", EventList="Complete", ListItems=str(len(items)))
    return [start, *events, end]


def _succeed(action: dict[str, str]) -> Messages:
    return [success("Done")]


def _parse(block: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in block.split("\r\n"):
        name, colon, value = line.partition(": ")
        if colon:
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    return headers


class FakeCaller:
    """Asterisk's side of one AGI session."""

    _ids = count(1)

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> FakeCaller:
        """Connects and says nothing."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    @classmethod
    async def call(cls, port: int, script: str = "inbound?line=1", **env: str) -> FakeCaller:
        """Connects and opens a session; `env` adds to the variables, without their `agi_`."""
        caller = await cls.connect(port)
        number = next(cls._ids)
        variables = {
            "network": "yes",
            "network_script": script,
            "request": f"agi://127.0.0.1/{script}",
            "channel": f"PJSIP/line-{number:08x}",
            "uniqueid": f"1700000000.{number}",
            "callerid": "13800138000",
            "calleridname": "unknown",
            "dnid": "96123",
            **env,
        }
        lines = "".join(f"agi_{name}: {value}\n" for name, value in variables.items())
        caller.send_bytes(f"{lines}\n".encode())
        return caller

    def send_bytes(self, data: bytes) -> None:
        """Sends exactly these bytes."""
        self._writer.write(data)

    def hold_lines_back(self) -> None:
        """Leaves Nagle's algorithm on, as Asterisk does: a second line waits until the first is confirmed."""
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)

    def send(self, line: str) -> None:
        """Sends one line, for instance a reply."""
        self.send_bytes(f"{line}\n".encode())

    async def command(self, timeout_s: float = 5.0) -> str:
        """The next command; '' when the session was closed."""
        try:
            async with asyncio.timeout(timeout_s):
                return (await self._reader.readline()).decode().rstrip("\n")
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            return ""

    async def expect(self, command: str, reply: str = "200 result=0") -> None:
        """Takes the next command, which must be this one, and replies."""
        received = await self.command()
        assert received == command, received
        if reply:
            self.send(reply)

    def hang_up(self) -> None:
        """Tells the session that the caller left."""
        self.send("HANGUP")

    def close(self) -> None:
        """Breaks the connection."""
        self._writer.transport.abort()
