"""What waits to be sent to one client: responses and notifications, bounded, coalesced by key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.wire.messages import RpcNotification, RpcResponse, encode

LIMIT = 256

Merge = Callable[[Any, Any], Any]


@dataclass(slots=True)
class _Pending:
    method: str
    params: Any


class Outbox:
    """Lines in the order in which their newest content was put; a client is slow when it is full."""

    def __init__(self) -> None:
        self._lines: dict[object, _Pending | bytes] = {}
        self._responses = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def full(self) -> bool:
        return len(self._lines) >= LIMIT

    def put_response(self, response: RpcResponse) -> None:
        self._responses += 1
        self._lines[self._responses] = encode(response)

    def put_notification(self, method: str, params: Any, key: str, merge: Merge | None) -> None:
        """Replace the unsent one of the same key.

        It moves to the end, because a response that was put in between may hold an older state.
        """
        unsent = self._lines.pop(key, None)
        if merge is not None and isinstance(unsent, _Pending):
            params = merge(unsent.params, params)
        self._lines[key] = _Pending(method, params)

    def take(self) -> bytes:
        """Take the first line, encoded now."""
        key = next(iter(self._lines))
        line = self._lines.pop(key)
        if isinstance(line, bytes):
            return line
        return encode(
            RpcNotification(method=line.method, params=msgspec.Raw(msgspec.json.encode(line.params)))
        )
