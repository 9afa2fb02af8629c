"""The server: accepts clients, keeps one task for each, closes all of them on stop."""

import asyncio
import logging
from collections.abc import Callable

from engine.adapters.unix_socket.connection import Connection
from engine.adapters.unix_socket.dispatch import Handle
from engine.adapters.unix_socket.listening import BACKLOG, Listener, open_listener
from engine.wire.messages import Reason, fault

log = logging.getLogger(__name__)

CONNECTION_LIMIT = 400  # keeps file descriptors for calls when a script runs wild
STOP_SECONDS = 2.0  # for requests that are being handled when the engine stops


class SocketServer:
    """Requests of all clients go to `handle`; it returns the result or raises `Fault`."""

    def __init__(
        self,
        path: str,
        handle: Handle,
        on_open: Callable[[Connection], None],
        on_close: Callable[[Connection], None],
    ) -> None:
        self.path = path
        self._handle = handle
        self._on_open = on_open
        self._on_close = on_close
        self._server: asyncio.Server | None = None
        self._listener: Listener
        self._tasks: dict[Connection, asyncio.Task[None]] = {}

    @property
    def connections(self) -> tuple[Connection, ...]:
        return tuple(self._tasks)

    async def start(self) -> None:
        """Listen. Raises SocketError with the remedy."""
        self._listener = open_listener(self.path)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(
            lambda: Connection(self._handle, self._made), sock=self._listener.socket, backlog=BACKLOG
        )

    async def stop(self) -> None:
        """Refuse new clients, close the others, wait for what is being handled."""
        if self._server is None:
            return
        self._server.close()
        self._listener.remove()
        for connection in self.connections:
            connection.close(fault(Reason.STOPPING, "the engine is being stopped"))
        tasks = list(self._tasks.values())
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await asyncio.sleep(0)  # their transports close in the next turn
        self._server = None

    def _made(self, connection: Connection) -> None:
        if len(self._tasks) >= CONNECTION_LIMIT:
            log.warning("%d connections: one more refused", CONNECTION_LIMIT)
            connection.close(fault(Reason.BUSY, "too many connections; close some consoles"))
            return
        task = asyncio.get_running_loop().create_task(self._serve(connection))
        self._tasks[connection] = task

    async def _serve(self, connection: Connection) -> None:
        try:
            self._on_open(connection)
            await connection.serve()
        except Exception:
            log.exception("%r failed", connection)
        finally:
            connection.drop()
            del self._tasks[connection]
            self._on_close(connection)
