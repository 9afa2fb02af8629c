"""One line in, one response out: decode, check the role, let the daemon handle it, encode."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from engine.core.states import Role
from engine.core.views import Identity
from engine.wire.messages import Fault, Reason, RpcFault, RpcRequest, RpcResponse, fault
from engine.wire.methods import METHODS, Method, Params

if TYPE_CHECKING:
    from engine.adapters.unix_socket.connection import Connection

log = logging.getLogger(__name__)

Handle = Callable[["Connection", Method, Params], Awaitable[object]]

RANKS = {role: rank for rank, role in enumerate(Role)}

_request_decoder = msgspec.json.Decoder(RpcRequest)
_params_decoders = {method.name: msgspec.json.Decoder(method.params) for method in METHODS.values()}


async def respond(line: bytes, connection: "Connection", handle: Handle) -> RpcResponse | None:
    """The response to one line; None for a request without an id, which asks for none."""
    try:
        request = _decode_request(line)
    except Fault as refusal:
        return RpcResponse(id=None, error=refusal.fault)
    outcome = await _outcome(request, connection, handle)
    if request.id is None:
        return None
    if isinstance(outcome, RpcFault):
        return RpcResponse(id=request.id, error=outcome)
    return RpcResponse(id=request.id, result=outcome)


async def _outcome(request: RpcRequest, connection: "Connection", handle: Handle) -> msgspec.Raw | RpcFault:
    try:
        return await _perform(request, connection, handle)
    except Fault as refusal:
        return refusal.fault
    except Exception:
        log.exception("method=%s uid=%s failed", request.method, connection.peer_uid)
        return fault(Reason.INTERNAL, "the engine failed at this; see its log")


def _decode_request(line: bytes) -> RpcRequest:
    try:
        request = _request_decoder.decode(line)
    except msgspec.ValidationError as error:
        raise Fault(Reason.BAD_REQUEST, f"not a JSON-RPC 2.0 request: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(Reason.PARSE, f"not a line of JSON: {error}") from None
    if request.jsonrpc != "2.0":
        raise Fault(Reason.BAD_REQUEST, "not a JSON-RPC 2.0 request: `jsonrpc` must be `2.0`")
    return request


async def _perform(request: RpcRequest, connection: "Connection", handle: Handle) -> msgspec.Raw:
    method = METHODS.get(request.method)
    if method is None:
        raise Fault(Reason.UNKNOWN_METHOD, "unknown method", request.method[:100])
    _check_role(method, connection.identity)
    params = _decode_params(method, request.params)
    result: Any = await handle(connection, method, params)
    return msgspec.Raw(msgspec.json.encode(result))


def _check_role(method: Method, identity: Identity | None) -> None:
    if method.role is None:
        return
    if identity is None:
        raise Fault(Reason.NOT_LOGGED_IN, f"{method.name} needs a log-in")
    if RANKS[identity.role] < RANKS[method.role]:
        raise Fault(Reason.NOT_ALLOWED, f"{method.name} needs the role {method.role}", method.role)


def _decode_params(method: Method, raw: msgspec.Raw) -> Params:
    if b"\\u0000" in memoryview(raw).tobytes():
        raise Fault(Reason.BAD_PARAMS, f"{method.name}: text with a NUL character")
    try:
        return _params_decoders[method.name].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(Reason.BAD_PARAMS, f"{method.name}: {error}") from None
