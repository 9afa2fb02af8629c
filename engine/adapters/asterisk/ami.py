"""One AMI connection on panoramisk 1.4, with its unsafe parts overridden through its hooks.

Used of panoramisk: connecting and logging in (`Manager.connect`, `connection_made`), writing actions with
their ids (`send_action`, `Action`), matching replies and list events to them (`AMIProtocol.handle_message`).
Replaced: cutting the byte stream into messages (it loses characters cut by a segment), event dispatch (an
exception closes the link), pings and reconnects (no time-out), repeating actions after a reconnect (a second
real call).
A connection object is used once: nothing of a lost connection can reach the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from engine.adapters.asterisk.errors import DownReason, LinkLost, LoginRefused
from engine.adapters.asterisk.headers import MESSAGE_END, parse_message

log = logging.getLogger(__name__)

BANNER = b"Asterisk Call Manager/"
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
# Asterisk reads lines of up to 1,024 bytes with their end, and 128 headers; anything longer it refuses
# without naming the action, so the asker would wait in vain.
MAX_LINE_BYTES = 1022
MAX_HEADERS = 127
# Replies to lists that nobody waits for any more; far more than can be under way at once.
MAX_ABANDONED = 256


class Reply(Message):  # type: ignore[misc]  # panoramisk has no types
    """A message for panoramisk's matching that keeps the headers as read here."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.headers = headers


class AmiProtocol(AMIProtocol):  # type: ignore[misc]
    """Cuts the stream into whole messages and passes them on one by one; no exception leaves it."""

    factory: AmiConnection

    def __init__(self, connection: AmiConnection) -> None:
        self._connection = connection
        self._received = bytearray()
        self._banner_seen = False
        self.heard = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.factory = self._connection
        self.factory.socket_opened(self)

    def data_received(self, data: bytes) -> None:
        """Takes whatever TCP delivers; the bytes of an unfinished message wait for the rest."""
        self.heard += 1
        received = self._received
        searched = max(0, len(received) - len(MESSAGE_END) + 1)
        received += data
        if not self._banner_seen and not self._read_banner():
            return
        end = received.rfind(MESSAGE_END, searched)
        if end >= 0:
            whole = bytes(received[:end])
            del received[: end + len(MESSAGE_END)]
            for block in whole.split(MESSAGE_END):
                self._take(block)
        if len(received) > MAX_MESSAGE_BYTES:
            self.factory.end(
                LinkLost(DownReason.NOT_ASTERISK, f"a message of over {MAX_MESSAGE_BYTES} bytes")
            )

    def _read_banner(self) -> bool:
        first = bytes(self._received[: len(BANNER)])
        if not BANNER.startswith(first):
            self.factory.end(LinkLost(DownReason.NOT_ASTERISK, f"it says {first!r}"))
        self._banner_seen = first == BANNER
        return self._banner_seen

    def _take(self, block: bytes) -> None:
        if self.closed:
            return
        headers = parse_message(block.decode("utf-8", "replace"))
        try:
            if "Event" in headers and not self._is_awaited(headers):
                self.factory.deliver(headers)
            elif "Response" in headers or "Event" in headers:
                self.handle_message(Reply(headers))
                self.factory.check_login()
        except Exception:
            log.exception("AMI message not understood: %.500r", headers)

    def _is_awaited(self, headers: Mapping[str, str]) -> bool:
        """Whether an event belongs to a list under way; panoramisk would take any event for a reply."""
        action = self.responses.get(headers.get("ActionID"))
        return action is not None and action.as_list is not False

    def connection_lost(self, exc: Exception | None) -> None:
        detail = str(exc) if exc is not None else "the other side closed it"
        self.factory.end(LinkLost(DownReason.CLOSED, detail))

    def close(self) -> None:
        """Closes without the original's list of actions to repeat."""
        self.closed = True
        self.transport.abort()


class AmiConnection(Manager):  # type: ignore[misc]
    """One connection from connect to end; `ended` gets the cause, `accepted` the success of the login."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        on_event: Callable[[dict[str, str]], None],
        on_accepted: Callable[[], None],
        on_ended: Callable[[LinkLost], None],
    ) -> None:
        super().__init__(
            host=host,
            port=port,
            username=username,
            secret=secret,
            loop=asyncio.get_running_loop(),
            protocol_factory=lambda: AmiProtocol(self),
        )
        self._on_event = on_event
        self._on_accepted = on_accepted
        self._on_ended = on_ended
        self._abandoned: dict[str, None] = {}
        self.accepted = False
        self.ended: asyncio.Future[LinkLost] = self.loop.create_future()
        self.login_settled = asyncio.Event()
        self._socket: AmiProtocol | None = None

    def socket_opened(self, protocol: AmiProtocol) -> None:
        """Notes what has to be closed at the end."""
        self._socket = protocol

    def connection_made(self, connecting: asyncio.Task[tuple[Any, AmiProtocol]]) -> None:
        """Logs in; a failed connect is left to whoever awaits it, the original would try again by itself."""
        if connecting.cancelled() or connecting.exception() is not None:
            return
        if not self.ended.done():
            super().connection_made(connecting)
            self.pinger.cancel()

    def login(self, login: asyncio.Future[Reply]) -> None:
        """Only marks the outcome as seen: `check_login` has acted before any event of the same segment."""
        if not login.cancelled():
            login.exception()

    def check_login(self) -> None:
        """Acts on the reply to the login at once, so that the first events find the link up."""
        login = self.authenticated_future
        if self.login_settled.is_set() or login is None or not login.done():
            return
        reply = login.result()
        if reply.success:
            self.accepted = True
            self.login_settled.set()
            self._on_accepted()
        else:
            message = reply.headers.get("Message", "")
            shutting_down = "shutting down" in message  # a restart: nothing is wrong with the secret
            self.end(LinkLost(DownReason.SHUTDOWN, message) if shutting_down else LoginRefused(message))

    def deliver(self, headers: dict[str, str]) -> None:
        """Passes an event on, unless it belongs to a list that its asker has given up."""
        if not self.accepted:
            return
        action_id = headers.get("ActionID")
        if action_id in self._abandoned:
            if headers["Event"].endswith("Complete"):
                del self._abandoned[action_id]
            return
        self._on_event(headers)
        if headers["Event"] == "Shutdown":
            self.end(LinkLost(DownReason.SHUTDOWN, headers.get("Shutdown", "")))

    def forget(self, action: Action, *, unfinished_list: bool) -> None:
        """Removes an action nobody waits for; the rest of its list will be dropped when it comes."""
        if self.protocol.responses.pop(action.id, None) is not None and unfinished_list:
            self._abandoned[action.id] = None
            if len(self._abandoned) > MAX_ABANDONED:
                del self._abandoned[next(iter(self._abandoned))]

    def end(self, cause: LinkLost) -> None:
        """Ends the connection, once: what is under way fails with LinkLost and is never repeated."""
        if self.ended.done():
            return
        self.ended.set_result(cause)
        self.login_settled.set()
        if self._socket is not None:
            for action in self._socket.responses.values():
                if not action.future.done():
                    action.future.set_exception(LinkLost(cause.reason, cause.detail))
            self._socket.responses.clear()
            self._socket.close()
        self._on_ended(cause)
