"""A billing side over real HTTP: it does what docs/billing-interface.md says, or what a test tells it to."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Behaviour = Callable[["Server", "Question", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Question:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def service(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


@dataclass
class Server:
    """`answers` by service; a behaviour of `next_ones` is used up first, one a request.

    A change is carried out once for a key: `carried_out` has the keys in order.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    next_ones: list[Behaviour] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    carried_out: dict[str, Any] = field(default_factory=dict)
    burnt: set[str] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None
    port: int = 0

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                question = await read_question(reader)
                self.questions.append(question)
                behave = self.next_ones.pop(0) if self.next_ones else obey
                await behave(self, question, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def carry_out(self, question: Question) -> tuple[int, Any]:
        """What the documentation asks for."""
        if question.service == "settle":
            if question.key in self.carried_out:
                return 200, {"state": "done", **self.carried_out[question.key]}
            self.burnt.add(question.key)
            return 200, {"state": "not_done"}
        if question.key in self.burnt:
            return 410, {"error": "burnt"}
        if question.key:
            answer = self.carried_out.setdefault(question.key, self.answers[question.service])
            return 200, answer
        return 200, self.answers[question.service]


async def read_question(reader: asyncio.StreamReader) -> Question:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:] if row)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Question(method, path, headers, json.loads(body))


async def write(writer: asyncio.StreamWriter, status: int, content: bytes) -> None:
    writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(content)))
    writer.write(content)
    await writer.drain()


async def obey(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    status, answer = server.carry_out(question)
    await write(writer, status, json.dumps(answer, ensure_ascii=False).encode())


def status(code: int, content: bytes = b"{}") -> Behaviour:
    """Nothing is carried out."""

    async def behave(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
        await write(writer, code, content)

    return behave


async def do_it_and_break(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """It is carried out, and the line breaks before the answer."""
    server.carry_out(question)
    writer.transport.abort()


async def do_it_and_say_nothing(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """It is carried out, and the answer never comes."""
    server.carry_out(question)


async def say_nothing(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """It is not carried out, and no answer comes."""


async def hang_up(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """It is not carried out, and the line breaks."""
    writer.transport.abort()


async def drip(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """An answer of which a byte comes each 50 ms."""
    _, answer = server.carry_out(question)
    content = json.dumps(answer).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content))
    for byte in content:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
    """An answer without end, as fast as it can be read."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        await writer.drain()
