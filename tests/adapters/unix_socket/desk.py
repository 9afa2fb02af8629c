"""A little daemon behind the socket: logs anybody in with the role that the staff number names."""

import asyncio
from pathlib import Path
from typing import Any, Self

from engine.adapters.unix_socket import Connection, SocketServer
from engine.core.records import AgentDay
from engine.core.states import Role
from engine.core.views import Identity
from engine.wire.customers import Customers, SearchParams
from engine.wire.messages import Fault, Reason
from engine.wire.methods import Done, LogInParams, LogInResult, Method, Params


class Desk:
    """`handled` has every request that reached the daemon; `agent.hold` waits for `go_on`."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "engine.sock")
        self.handled: list[str] = []
        self.opened: list[Connection] = []
        self.closed: list[Connection] = []
        self.go_on = asyncio.Event()
        self.server = SocketServer(self.path, self.handle, self.opened.append, self.closed.append)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.go_on.set()
        await self.server.stop()

    async def handle(self, connection: Connection, method: Method, params: Params) -> object:
        self.handled.append(method.name)
        match method.name:
            case "session.log_in":
                assert isinstance(params, LogInParams)
                role = Role(params.staff_number)
                connection.identity = Identity(staff_number=params.staff_number, name="王", role=role)
                return LogInResult(identity=connection.identity, desk=None)
            case "agent.hold":
                await self.go_on.wait()
            case "agent.reject":
                raise Fault(Reason.REFUSED, "no call rings", "not_presented")
            case "agent.retrieve":
                raise ZeroDivisionError
            case "agent.answer":
                return object()
            case "agent.day":
                return AgentDay(staff_number="1")
            case "customer.search":
                assert isinstance(params, SearchParams)
                self.handled[-1] += f" {params.text}"
                return Customers(customers=[])
        return Done()


def log_in_params(role: Role) -> dict[str, Any]:
    return {"staff_number": role.value, "pin": "4711"}
