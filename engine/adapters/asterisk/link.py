"""The AMI link to Asterisk: connects, notices within seconds that Asterisk is gone, comes back by itself.

What Asterisk says while the link is down is lost: whoever uses it asks for the whole state in `on_up`.
"""

# ruff: noqa: ASYNC109  (a time-out here also withdraws the question, and says that its outcome is unknown)

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from panoramisk.actions import Action

from engine.adapters.asterisk.ami import MAX_HEADERS, MAX_LINE_BYTES, AmiConnection, Reply
from engine.adapters.asterisk.errors import (
    ActionFailed,
    ActionTimedOut,
    DownReason,
    LinkLost,
    LoginRefused,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
LOGIN_TIMEOUT_S = 5.0
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 5.0
# A port where nothing listens answers at once and costs nothing: asked often, a restart is seen quickly.
LAST_RETRY_NOT_LISTENING_S = 0.4
# A refused login stays refused until a person changes something, and each try is a line in Asterisk's log.
RETRY_REFUSED_S = 15.0


class AmiLink:
    """Keeps one AMI connection up, asks questions over it, and reports every event in order."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        on_event: Callable[[Mapping[str, str]], None],
        on_up: Callable[[], None],
        on_down: Callable[[str], None],
        ping_every: float = 1.0,
        ping_timeout: float = 2.0,
    ) -> None:
        """All callbacks are called in the event loop and must return quickly; times are in seconds.

        `on_up`: the login was accepted, no event came before it. `on_down`: the link was lost, or the first
        attempt failed, or it fails for a new reason; not called by `stop`.
        """
        _check({"Username": username, "Secret": secret})
        self._address = (host, port)
        self._login = (username, secret)
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._ping_every = ping_every
        self._ping_timeout = ping_timeout
        self._attempt: AmiConnection | None = None
        self._connection: AmiConnection | None = None
        self._keeping_up: asyncio.Task[None] | None = None
        self._waiting_for_up: set[asyncio.Future[None]] = set()
        self.up = False
        self.down_cause: LinkLost = LinkLost(DownReason.NEVER_STARTED)

    def __repr__(self) -> str:
        state = "up" if self.up else f"down: {self.down_cause}"
        return f"<AmiLink {self._address[0]}:{self._address[1]} {state}>"

    async def start(self) -> None:
        """Begins to connect, and returns without waiting for it."""
        self._keeping_up = asyncio.create_task(self._keep_up(), name="ami-link")

    async def stop(self) -> None:
        """Closes the connection; what is under way fails with LinkLost."""
        if self._keeping_up is not None:
            if self._attempt is not None:
                self._attempt.end(LinkLost(DownReason.STOPPED))
            self._keeping_up.cancel()
            await asyncio.gather(self._keeping_up, return_exceptions=True)
            self._keeping_up = None

    async def wait_up(self, timeout: float) -> None:
        """Returns when the link is up; raises LoginRefused when refused, LinkLost after `timeout` seconds."""
        if self.up:
            return
        if isinstance(self.down_cause, LoginRefused):
            raise LoginRefused(self.down_cause.detail)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting_for_up.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter
        except TimeoutError:
            raise LinkLost(self.down_cause.reason, self.down_cause.detail) from None
        finally:
            self._waiting_for_up.discard(waiter)

    async def ask(self, action: str, *, timeout: float = 5.0, **fields: str | list[str]) -> Mapping[str, str]:
        """Sends one action and returns the headers of its reply.

        A list as value repeats the header. Raises ActionFailed, ActionTimedOut, LinkLost, and ValueError for
        a value that Asterisk could not read or that would start an action of its own.
        """
        replies = await self._exchange(action, fields, timeout, as_list=False)
        return replies[0].headers

    async def ask_list(
        self, action: str, *, timeout: float = 5.0, **fields: str | list[str]
    ) -> list[Mapping[str, str]]:
        """Sends an action that Asterisk answers with a list of events, and returns these without the last.

        Some lists are refused when they are empty ("No Contacts found"): that is an ActionFailed too.
        """
        # None lets panoramisk find out by the reply; with True it would wait for ever after an error.
        replies = await self._exchange(action, fields, timeout, as_list=None)
        return [reply.headers for reply in replies[1:-1]]

    async def command(self, cli: str, *, timeout: float = 5.0) -> str:
        """Runs a command of Asterisk's command line and returns what it prints."""
        replies = await self._exchange("Command", {"Command": cli}, timeout, as_list=False)
        return replies[0].headers.get("Output", "")

    async def _exchange(
        self, action: str, fields: Mapping[str, str | list[str]], timeout: float, *, as_list: bool | None
    ) -> list[Reply]:
        order = {"Action": action, **fields}
        _check(order)
        connection = self._connection
        if connection is None or not self.up:
            raise LinkLost(self.down_cause.reason, self.down_cause.detail)
        sent = Action(order)
        answer: asyncio.Future[Reply | list[Reply]] = connection.send_action(sent, as_list=as_list)
        try:
            async with asyncio.timeout(timeout):
                reply = await answer
        except TimeoutError:
            raise ActionTimedOut(action, timeout) from None
        finally:
            connection.forget(sent, unfinished_list=as_list is None)
        replies = reply if isinstance(reply, list) else [reply]
        if not replies[0].success:
            raise ActionFailed(action, _failure_text(replies[0].headers))
        return replies

    async def _keep_up(self) -> None:
        attempt = 0
        while True:
            attempt = 0 if await self._connect_and_watch() else attempt + 1
            await asyncio.sleep(retry_delay_s(self.down_cause.reason, attempt))

    async def _connect_and_watch(self) -> bool:
        """Runs one connection until it has ended; returns whether its login was accepted."""
        host, port = self._address
        connection = AmiConnection(
            host, port, *self._login, self._event_came, lambda: self._came_up(connection), self._ended
        )
        self._attempt = connection
        try:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    await connection.connect()
                async with asyncio.timeout(LOGIN_TIMEOUT_S):
                    await connection.login_settled.wait()
            except ConnectionRefusedError:
                connection.end(LinkLost(DownReason.NOT_LISTENING, f"{host}:{port}"))
            except (OSError, ValueError, OverflowError) as error:  # the last two: no host name, no port
                connected = connection.protocol is not None
                reason = DownReason.NO_LOGIN_REPLY if connected else DownReason.UNREACHABLE
                connection.end(LinkLost(reason, str(error) or f"{host}:{port}"))
            await self._watch(connection)
        finally:
            self._attempt = None
            connection.end(LinkLost(DownReason.STOPPED))
        return connection.accepted

    async def _watch(self, connection: AmiConnection) -> None:
        """Pings until the connection ends; any byte is a sign of life, as many events may delay the reply."""
        while True:
            await asyncio.wait({connection.ended}, timeout=self._ping_every)
            if connection.ended.done():
                return
            heard = connection.protocol.heard
            try:
                await self.ask("Ping", timeout=self._ping_timeout)
            except ActionTimedOut:
                if connection.protocol.heard == heard:
                    connection.end(LinkLost(DownReason.FROZEN, f"silent for {self._ping_timeout} s"))
            except (ActionFailed, LinkLost):
                pass

    def _event_came(self, headers: dict[str, str]) -> None:
        try:
            self._on_event(headers)
        except Exception:
            log.exception("AMI event not handled: %.500r", headers)

    def _came_up(self, connection: AmiConnection) -> None:
        self._connection = connection
        self.up = True
        log.info("AMI link up: %s:%s", *self._address)
        for waiter in self._waiting_for_up:
            if not waiter.done():
                waiter.set_result(None)
        _guarded(self._on_up)

    def _ended(self, cause: LinkLost) -> None:
        is_news = self.up or (cause.reason, cause.detail) != (self.down_cause.reason, self.down_cause.detail)
        self.up = False
        self._connection = None
        self.down_cause = cause
        if isinstance(cause, LoginRefused):
            for waiter in self._waiting_for_up:
                if not waiter.done():
                    waiter.set_exception(LoginRefused(cause.detail))
        if is_news and cause.reason is not DownReason.STOPPED:
            log.warning("AMI link down: %s", cause)
            _guarded(self._on_down, str(cause))


def retry_delay_s(reason: DownReason, attempt: int) -> float:
    """Seconds to wait when the link went down (attempt 0) or could not be made so many times in a row."""
    if reason is DownReason.LOGIN_REFUSED:
        return RETRY_REFUSED_S
    last = LAST_RETRY_NOT_LISTENING_S if reason is DownReason.NOT_LISTENING else LAST_RETRY_S
    return min(FIRST_RETRY_S * 2.0 ** min(attempt, 10), last)


def _guarded(callback: Callable[..., None], *arguments: str) -> None:
    try:
        callback(*arguments)
    except Exception:
        log.exception("a callback of the AMI link failed")


def _failure_text(headers: Mapping[str, str]) -> str:
    """What Asterisk has to say; a refused command line explains itself in its output."""
    return (headers.get("Output") or headers.get("Message") or "no reason given").strip()


def _check(order: Mapping[str, str | list[str]]) -> None:
    """Refuses what Asterisk would read as another header, as another action, or not at all."""
    lines = [
        (name, value)
        for name, values in order.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if len(lines) >= MAX_HEADERS:  # the action's id comes on top
        raise ValueError(f"more headers than the {MAX_HEADERS} that Asterisk reads")
    for name, value in lines:
        if not isinstance(value, str):
            raise TypeError(f"{name}: text expected, not {value!r}")
        line = f"{name}: {value}"
        if any(forbidden in line for forbidden in "\r\n\0"):
            raise ValueError(f"{name}: a line break or NUL cannot be sent to Asterisk")
        if len(line.encode("utf-8")) > MAX_LINE_BYTES:
            raise ValueError(f"{name}: longer than the {MAX_LINE_BYTES} bytes that Asterisk reads")
