"""Somebody's line to the engine, which is taken up again whenever the engine was killed."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.daemon.demo.site import Person
from engine.wire.methods import LogInParams, Params, SubscribeParams, Views

GONE = "gone"
_PATIENCE_S = 40.0
_POLL_S = 0.1


class Line:
    """One console. `person` None is the local administrator; with a `seat` there are views of its desk."""

    def __init__(
        self,
        path: str,
        person: Person | None,
        seat: str = "",
        on_views: Callable[[Views], None] = lambda views: None,
    ) -> None:
        self._path = path
        self.person = person
        self._seat = seat
        self._on_views = on_views
        self._client: SocketClient | None = None
        self._up = False
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Be logged in. Raises EngineError."""
        await self._connected()

    async def ask(self, method: str, params: Params | None = None) -> Any:
        """Ask until there is an answer: for what may be asked twice. Raises EngineError."""
        while True:
            try:
                return await self.once(method, params)
            except EngineError as error:
                if error.reason != GONE:
                    raise

    async def once(self, method: str, params: Params | None = None) -> Any:
        """Ask once; reason `gone`: nobody knows whether it was done. Raises EngineError."""
        client = await self._connected()
        return await client.call(method, params)

    async def close(self, *, log_out: bool = True) -> None:
        """Leave."""
        client, self._client = self._client, None
        if client is None:
            return
        if log_out and self.person is not None:
            try:
                await client.call("session.log_out")
            except EngineError:
                pass  # in a call, or the engine is gone
        await client.close()

    async def _connected(self) -> SocketClient:
        async with self._lock:
            deadline = time.monotonic() + _PATIENCE_S
            while True:
                if self._client is not None and self._up:
                    return self._client
                if self._client is not None:
                    await self._client.close()
                client = SocketClient(self._path, "demo", on_views=self._on_views, on_gone=self._lost)
                self._client, self._up = client, True
                try:
                    await client.open()
                    await self._log_in(client)
                except EngineError as error:
                    self._up = False
                    if time.monotonic() > deadline:
                        raise EngineError("unreachable", f"nobody answers: {error}") from error
                    await asyncio.sleep(_POLL_S)

    def _lost(self, why: str) -> None:
        self._up = False

    async def _log_in(self, client: SocketClient) -> None:
        person = self.person
        if person is None:
            return
        given = LogInParams(staff_number=person.staff_number, pin=person.pin, seat=self._seat)
        await client.call("session.log_in", given)
        if self._seat:
            self._on_views(await client.call("view.subscribe", SubscribeParams(topics=["desk"])))
