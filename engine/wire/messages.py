"""JSON-RPC 2.0 as msgspec structs, one message a line (https://www.jsonrpc.org/specification).

A line is UTF-8 JSON followed by a newline, at most `MAX_LINE` bytes. Requests carry an id and get one
response; the engine sends notifications (no id) for views that changed.
"""

from enum import StrEnum
from typing import Any

import msgspec

MAX_LINE = 1_048_576
PROTOCOL = 1


class RpcRequest(msgspec.Struct, kw_only=True):
    """A request of a client."""

    method: str
    id: int | str | None = None
    params: msgspec.Raw = msgspec.Raw(b"{}")
    jsonrpc: str = "2.0"


class RpcFault(msgspec.Struct, kw_only=True):
    """Why a request was not done. `reason` is for programs, `message` for people (English)."""

    code: int
    message: str
    reason: str
    detail: str = ""


class RpcResponse(msgspec.Struct, kw_only=True):
    """The answer to one request: `result` or `error`."""

    id: int | str | None
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: RpcFault | msgspec.UnsetType = msgspec.UNSET
    jsonrpc: str = "2.0"


class RpcNotification(msgspec.Struct, kw_only=True):
    """Something that the engine tells without being asked."""

    method: str
    params: msgspec.Raw
    jsonrpc: str = "2.0"


class RpcIncoming(msgspec.Struct, kw_only=True):
    """What a client receives: a response when `method` is unset, else a notification."""

    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw()  # empty: none
    error: RpcFault | None = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw()  # empty: none
    jsonrpc: str = "2.0"


class Reason(StrEnum):
    """Codes of `RpcFault.reason`."""

    PARSE = "parse"
    BAD_REQUEST = "bad_request"
    UNKNOWN_METHOD = "unknown_method"
    BAD_PARAMS = "bad_params"
    INTERNAL = "internal"
    TOO_LONG = "too_long"
    NOT_LOGGED_IN = "not_logged_in"
    NOT_ALLOWED = "not_allowed"
    WRONG_PIN = "wrong_pin"
    LOCKED = "locked"
    DISABLED = "disabled"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    REFUSED = "refused"  # `detail` is a RefusalCode
    REPLACED = "replaced"  # a newer console of the same agent took over
    BUSY = "busy"  # too many connections
    LOGGED_OUT = "logged_out"  # a supervisor has logged this agent out
    STOPPING = "stopping"  # the engine is being stopped


NUMBERS = {
    Reason.PARSE: -32700,
    Reason.BAD_REQUEST: -32600,
    Reason.UNKNOWN_METHOD: -32601,
    Reason.BAD_PARAMS: -32602,
    Reason.INTERNAL: -32603,
}


def fault(reason: Reason, message: str, detail: str = "") -> RpcFault:
    """An `RpcFault` with the number that belongs to its reason."""
    return RpcFault(code=NUMBERS.get(reason, -32000), message=message, reason=reason, detail=detail)


def encode(value: Any) -> bytes:
    """One line, newline included."""
    return msgspec.json.encode(value) + b"\n"


class Fault(Exception):
    """Raised by whoever handles a request, to refuse it."""

    def __init__(self, reason: Reason, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.fault = fault(reason, message, detail)
