"""The lines of the socket: JSON-RPC 2.0, and reasons that programs can rely on."""

import msgspec
import pytest

from engine.wire.messages import (
    NUMBERS,
    Fault,
    Reason,
    RpcIncoming,
    RpcNotification,
    RpcRequest,
    RpcResponse,
    encode,
    fault,
)


def test_a_request_is_one_line_of_json_rpc() -> None:
    line = encode(RpcRequest(id=1, method="agent.ready"))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert msgspec.json.decode(line) == {"jsonrpc": "2.0", "id": 1, "method": "agent.ready", "params": {}}


def test_a_response_has_a_result_or_an_error_and_always_the_version() -> None:
    good = msgspec.json.decode(encode(RpcResponse(id=None, result=msgspec.Raw(b"{}"))))
    bad = msgspec.json.decode(encode(RpcResponse(id="x", error=fault(Reason.PARSE, "no"))))
    assert good == {"jsonrpc": "2.0", "id": None, "result": {}}
    assert bad["jsonrpc"] == "2.0"
    assert set(bad) == {"jsonrpc", "id", "error"}


@pytest.mark.parametrize(
    ("message", "method", "result"),
    [
        (RpcResponse(id=3, result=msgspec.Raw(b"[1]")), None, b"[1]"),
        (RpcResponse(id=3, error=fault(Reason.BUSY, "full")), None, b""),
        (RpcNotification(method="view.changed", params=msgspec.Raw(b"{}")), "view.changed", b""),
    ],
)
def test_a_client_can_tell_answers_from_notifications(
    message: msgspec.Struct, method: str | None, result: bytes
) -> None:
    read = msgspec.json.decode(encode(message), type=RpcIncoming)
    assert read.method == method
    assert bytes(read.result) == result


def test_text_stays_readable_and_no_newline_gets_into_a_line() -> None:
    line = encode(RpcNotification(method="x", params=msgspec.Raw(msgspec.json.encode("张\n华"))))
    assert "张".encode() in line
    assert line.count(b"\n") == 1


def test_a_fault_carries_the_number_of_its_reason() -> None:
    refusal = Fault(Reason.REFUSED, "not now", "in_call").fault
    assert (refusal.code, refusal.reason, refusal.detail) == (-32000, "refused", "in_call")
    assert fault(Reason.PARSE, "?").code == -32700
    assert str(Fault(Reason.LOCKED, "wait")) == "wait"


def test_the_numbers_are_those_of_json_rpc() -> None:
    assert sorted(NUMBERS.values()) == [-32700, -32603, -32602, -32601, -32600]
