"""One question over HTTP: tries, back-off, limits of time and size, and what a failure means for a change."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from engine.adapters.boss.breaker import Breaker
from engine.core.boss import BossDown

if TYPE_CHECKING:
    import httpx

MAX_ANSWER = 262_144  # bytes
FIRST_PAUSE_S = 0.1  # before the second try; doubled with each

_TRY_AGAIN = frozenset({408, 409, 425, 429})

T = TypeVar("T")

log = logging.getLogger(__name__)


class Unsure(BossDown):
    """It may have been carried out, or not."""


class Refused(BossDown):
    """The other side has read it and does not do it: it is there, and asking again is no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """Where, and how patiently."""

    url: str
    secret: str = field(repr=False)
    timeout_s: float
    retries: int
    breaker_failures: int
    breaker_seconds: float


class Line:
    """The connection to a billing side. httpx is loaded when it is opened: 19 MB that not all need."""

    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings
        self.breaker = Breaker(failures=settings.breaker_failures, seconds=settings.breaker_seconds)
        self._client: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"<Line {self._settings.url} {self.breaker.state}>"

    def open(self) -> None:
        """Be ready to ask; nothing is sent yet."""
        import httpx

        logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every question says nothing
        headers = {"Authorization": f"Bearer {self._settings.secret}"} if self._settings.secret else {}
        # Who cannot be connected to in time has surely got nothing.
        timeout = httpx.Timeout(None, connect=self._settings.timeout_s / 2)
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def ask(
        self,
        name: str,
        body: Mapping[str, Any],
        read: Callable[[bytes], T],
        key: str = "",
        *,
        retries: int = -1,
    ) -> T:
        """The answer, as `read` makes it of the body; what that cannot read it raises BossDown for.

        Raises Refused, Unsure, or BossDown when it was surely not carried out.
        """
        tries = 1 + (self._settings.retries if retries < 0 else retries)
        unsure = False
        for attempt in range(tries):
            if attempt:
                await asyncio.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1))
            try:
                return await self._try(name, body, read, key)
            except Refused as error:
                if unsure:
                    raise Unsure(str(error)) from None
                raise
            except BossDown as error:
                unsure = unsure or isinstance(error, Unsure)
                last = error
                log.warning("boss %s, try %d of %d: %s", name, attempt + 1, tries, error)
        raise Unsure(str(last)) if unsure else last

    async def _try(self, name: str, body: Mapping[str, Any], read: Callable[[bytes], T], key: str) -> T:
        question = self.breaker.admit(time.monotonic())
        if not question:
            raise BossDown("left alone after failures")
        try:
            answer = _understood(await self._post(name, body, key), read)
        except Refused:
            self.breaker.succeeded(question)
            raise
        except BossDown:
            self.breaker.failed(question, time.monotonic())
            raise
        except BaseException:
            self.breaker.given_up(question)
            raise
        self.breaker.succeeded(question)
        return answer

    async def _post(self, name: str, body: Mapping[str, Any], key: str) -> bytes:
        import httpx

        assert self._client is not None
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self._settings.url.rstrip('/')}/{name}"
        try:
            # One limit for the whole try: an answer that drips for ever is none.
            async with (
                asyncio.timeout(self._settings.timeout_s),
                self._client.stream("POST", url, json=body, headers=headers) as response,
            ):
                content = await _read(response)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
        ) as error:
            raise BossDown(f"cannot be reached: {error}") from None
        except TimeoutError:
            raise Unsure(f"no answer within {self._settings.timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Unsure(f"{type(error).__name__}: {error}") from None
        return _checked(response.status_code, content)


def _understood(content: bytes, read: Callable[[bytes], T]) -> T:
    try:
        return read(content)
    except BossDown as error:  # it was carried out, perhaps
        raise Unsure(str(error)) from None


async def _read(response: "httpx.Response") -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > MAX_ANSWER:
            raise Unsure(f"the answer is longer than {MAX_ANSWER} bytes")
    return bytes(content)


def _checked(status: int, content: bytes) -> bytes:
    if status == 200:
        return content
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        words = content[:200].decode("utf-8", "replace")
        raise Refused(f"status {status}: {words!r}")
    raise Unsure(f"status {status}")
