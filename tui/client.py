"""A console's line to the engine: requests with answers, views as they come, and a link that heals itself."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from engine.wire.messages import MAX_LINE, PROTOCOL, Reason, RpcFault, RpcIncoming, RpcRequest, encode
from engine.wire.methods import (
    METHODS,
    NOTIFICATIONS,
    SESSION_ENDED,
    VIEW_CHANGED,
    HelloParams,
    HelloResult,
    LogInParams,
    Nothing,
    Params,
    SubscribeParams,
    Views,
)

log = logging.getLogger(__name__)

LINE_LIMIT = 16 * 1_048_576  # bytes of one answer
FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 2.0
PING_SECONDS = 5.0  # silence after which the engine is asked whether it is still there
FINAL = (
    Reason.REPLACED,
    Reason.LOGGED_OUT,
    Reason.WRONG_PIN,
    Reason.LOCKED,
    Reason.DISABLED,
)  # trying again makes it worse
PASSING = (Reason.BUSY, Reason.STOPPING, Reason.INTERNAL)  # the engine's own trouble: trying again helps

_incoming = msgspec.json.Decoder(RpcIncoming)
_views = msgspec.json.Decoder(Views)
_ended = msgspec.json.Decoder(RpcFault)
_notices = {
    name: msgspec.json.Decoder(params)
    for name, params in NOTIFICATIONS.items()
    if name not in (VIEW_CHANGED, SESSION_ENDED)
}
_results = {name: msgspec.json.Decoder(method.result) for name, method in METHODS.items()}


class EngineFault(Exception):
    """The engine refused. `reason` and `detail` are for programs, `message` is English for people."""

    def __init__(self, reason: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.detail = detail


class EngineGone(Exception):
    """There is no engine, or it does not answer; whether the request was done is unknown."""


class EngineClient:
    """One connection to the engine.

    `on_views` gets every pushed view (a floor as a change: see `merge_floor`), and the snapshot after a
    reconnection. `on_notice` gets every other notification: its name and its decoded params. `on_link` gets
    (False, why) and (True, ""); `refusal` says why we were not taken back.
    """

    def __init__(
        self,
        socket_path: str,
        client: str,
        *,
        on_views: Callable[[Views], None] = lambda views: None,
        on_link: Callable[[bool, str], None] = lambda up, why: None,
        on_notice: Callable[[str, Any], None] = lambda name, params: None,
    ) -> None:
        self.hello: HelloResult
        self.refusal: EngineFault | None = None
        self._path = socket_path
        self._client = client
        self._on_views = on_views
        self._on_link = on_link
        self._on_notice = on_notice
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[RpcIncoming]] = {}
        self._last_id = 0
        self._usable = False
        self._heard = False
        self._lost = asyncio.Event()
        self._why_lost = ""
        self._log_in: LogInParams | None = None
        self._subscription: SubscribeParams | None = None

    async def open(self) -> HelloResult:
        """Connect and say hello. Raises EngineGone or EngineFault."""
        self.refusal = None
        await self._connect()
        self._usable = True
        return self.hello

    async def call(self, method: str, params: Params | None = None, timeout: float = 10.0) -> Any:  # noqa: ASYNC109
        """Ask, and wait `timeout` seconds for the answer, decoded to the method's result type."""
        if not self._usable:
            raise EngineGone("no connection to the engine")
        result = await self._ask(method, params or Nothing(), timeout)
        if isinstance(params, LogInParams):
            self._log_in = params
        elif isinstance(params, SubscribeParams):
            self._subscription = params
        elif method == "session.log_out":
            self._log_in = self._subscription = None
        return result

    async def close(self) -> None:
        """Leave without a word: the engine keeps the agent's call and form for a while."""
        self._usable = False
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def stay_connected(self) -> None:
        """Keep the link up: run as a task. Returns when the engine ends the session for good."""
        while True:
            if self._usable:
                await self._watch()
            self._usable = False
            self._on_link(False, self._why_lost)
            if self._why_lost in FINAL or not await self._reconnect():
                return
            self._on_link(True, "")

    async def _connect(self) -> None:
        try:
            reader, self._writer = await asyncio.open_unix_connection(self._path, limit=LINE_LIMIT)
        except OSError as error:
            raise EngineGone(f"{self._path}: {error.strerror}") from error
        self._lost.clear()
        self._why_lost = ""
        self._reading = asyncio.create_task(self._read(reader, self._writer))
        hello = HelloParams(client=self._client, protocol=PROTOCOL)
        try:
            self.hello = await self._ask("session.hello", hello, PING_SECONDS)
        except BaseException:
            await self.close()
            raise

    async def _reconnect(self) -> bool:
        """Come back as who we were; False when the engine does not want us any more."""
        delay = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._resume()
            except EngineFault as refusal:
                await self.close()
                log.info("engine refuses to resume: %s", refusal)
                if refusal.reason not in PASSING:
                    self.refusal = refusal
                    self._on_link(False, refusal.reason)
                    return False
            except EngineGone:
                await self.close()
            else:
                self._usable = True
                return True
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY_SECONDS)

    async def _resume(self) -> None:
        await self._connect()
        if self._log_in is not None:
            await self._ask("session.log_in", self._log_in, PING_SECONDS)
        if self._subscription is not None:
            self._tell(self._on_views, await self._ask("view.subscribe", self._subscription, PING_SECONDS))

    async def _watch(self) -> None:
        """Return when the link is lost, or when the engine has stopped answering."""
        while not self._lost.is_set():
            self._heard = False
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), PING_SECONDS)
            if not self._heard and not self._lost.is_set() and not self._answers:
                await self._ping()

    async def _ping(self) -> None:
        hello = HelloParams(client=self._client, protocol=PROTOCOL)
        try:
            await self._ask("session.hello", hello, PING_SECONDS)
        except EngineGone:
            await self.close()
            self._why_lost = "silent"
            self._lost.set()

    async def _ask(self, method: str, params: Params, seconds: float) -> Any:
        if self._writer is None:
            raise EngineGone("no connection to the engine")
        self._last_id += 1
        request_id = self._last_id
        body = msgspec.Raw(msgspec.json.encode(params))
        line = encode(RpcRequest(id=request_id, method=method, params=body))
        if len(line) > MAX_LINE:
            raise EngineFault(Reason.TOO_LONG, f"{method}: more than {MAX_LINE} bytes")
        answer = asyncio.get_running_loop().create_future()
        self._answers[request_id] = answer
        try:
            self._writer.write(line)
            response = await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            raise EngineGone(f"no answer to {method} within {seconds:g} s") from None
        finally:
            del self._answers[request_id]
        if response.error is not None:
            raise EngineFault(response.error.reason, response.error.message, response.error.detail)
        try:
            return _results[method].decode(response.result)
        except msgspec.ValidationError as error:
            raise EngineFault(Reason.UNKNOWN_METHOD, f"{method}: {error}") from None

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async for line in reader:
                self._heard = True
                self._take(_incoming.decode(line))
        except (OSError, ValueError, msgspec.DecodeError) as error:
            log.warning("link to the engine broke: %s", error)
        finally:
            self._writer = None
            self._lost.set()
            writer.close()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(EngineGone("the engine closed the connection"))

    def _take(self, message: RpcIncoming) -> None:
        if message.method == VIEW_CHANGED:
            self._tell(self._on_views, _views.decode(message.params))
        elif message.method in _notices:
            self._tell(self._on_notice, message.method, _notices[message.method].decode(message.params))
        elif message.method == SESSION_ENDED:
            self._why_lost = _ended.decode(message.params).reason
        elif isinstance(message.id, int) and message.id in self._answers:
            answer = self._answers[message.id]
            if not answer.done():
                answer.set_result(message)

    def _tell(self, take: Callable[..., None], *news: object) -> None:
        try:
            take(*news)
        except Exception:  # a fault of a screen must not cut the line of a call
            log.exception("what the engine told could not be shown")
