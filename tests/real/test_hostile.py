"""Callers and strangers who mean no good: nothing is executed, nothing is lost, the talk goes on."""

import asyncio
import socket
from typing import Any

import pytest

from engine.adapters.exchange import Press
from engine.core.states import CallState, EndedBy, Outcome
from engine.core.views import CallRow
from engine.wire.methods import CallIdParams
from tests.asterisk_config.raw_sip import RawCaller
from tests.real.world import (
    CALLER,
    CLI,
    SEAT_TONES,
    call_in,
    gone,
    heard_by,
    other_configuration,
    presented,
    talking,
    tone,
    unbroken,
)
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

# What a line may send as the caller's number, and what is left of it.
CALLERS = {
    "<sip:" + "1" * 1000 + "@127.0.0.1>": "1" * 32,
    '"a\\"b" <sip:1389%22%27%60id%60@127.0.0.1>': "1389",
    '"x" <sip:1389%0D%0AAction:%20Logoff%0D%0A%0D%0A@127.0.0.1>': "1389",
    '"${SHELL(id)}" <sip:1389%24%7BSHELL(touch)%7D%24%7BEXTEN%7D@127.0.0.1>': "1389",
    '"a;b|c&d" <sip:1389%3B%7C%26,)(1@127.0.0.1>': "1389",
    '"张三,李四" <sip:1389%E5%BC%A0@127.0.0.1>': "1389",
    '"Anonymous" <sip:anonymous@anonymous.invalid>': "",
}


class Flood:
    """What a port scan and a mad client send."""

    GARBAGE = (
        b"",
        b"\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"agi_network: yes\n",
        b"agi_" + b"x" * 200_000,
        b"Action: Login\r\nUsername: fourseat\r\nSecret: wrong\r\n\r\n",
        b"\xff\xfe\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00",
    )

    def __init__(self, *ports: int) -> None:
        self._ports = ports

    def __call__(self) -> None:
        """Open, write, close, over and over: each port gets everything."""
        for port in self._ports:
            for garbage in self.GARBAGE * 3:
                with socket.socket() as client:
                    client.settimeout(2)
                    try:
                        client.connect(("127.0.0.1", port))
                        client.sendall(garbage)
                    except OSError:
                        continue  # thrown out before all was said


async def test_strangers_on_the_ports_do_not_disturb_a_talk(real: Whole) -> None:
    desk = await real.desk("seat2")
    call = real.call(CLI, Press("2"), tone(CALLER))
    await presented(desk, CLI)
    ports = real.centre.ports
    await asyncio.to_thread(Flood(ports.ami, ports.agi))
    await desk.ask("agent.answer")
    await talking(desk, CLI)
    await asyncio.to_thread(Flood(ports.ami, ports.agi))
    await asyncio.sleep(1)
    status = await real.status()
    assert status.switch.up
    await desk.ask("agent.hang_up")
    placed = await call
    assert unbroken(real, heard_by(placed).tone_spans(SEAT_TONES["seat2"]), 0.3)
    listened = await real.phones["seat2"].recording()
    assert listened is not None
    assert unbroken(real, Sound.of(listened).tone_spans(CALLER), 0.3)
    assert (await real.detail(CLI)).record.outcome is Outcome.ANSWERED


async def test_hostile_callers_are_served_and_reduced_to_digits(real: Whole) -> None:
    port = real.centre.ports.line(2)

    def with_a_third_line(settings: dict[str, Any]) -> None:
        line = settings["lines"][0] | {"id": "raw", "name": "raw", "number": "", "port": port}
        settings["lines"].append(line)

    async with other_configuration(real, with_a_third_line):
        pid = real.centre.engine.pid
        for number, (caller, cli) in enumerate(CALLERS.items()):
            before = {row.call_id for row in await real.rows()}
            raw = RawCaller(port, real.centre.ports.sip, f"hostile-{number}")
            try:
                assert await asyncio.to_thread(raw.invite, "96335%24%7BSHELL(id)%7D", caller) == 200
                await call_in(real, cli, CallState.IVR)
                await asyncio.to_thread(raw.bye)
            finally:
                raw.close()
            await gone(real, cli)
            row = await _new_row(real, before)
            record = (await real.ask("calls.show", CallIdParams(call_id=row.call_id))).record
            assert (record.cli, record.line_id, record.outcome) == (cli, "raw", Outcome.IVR_EXIT)
            assert set(record.cli_raw + record.did) <= set("0123456789+*#")
            assert record.ended_by is EndedBy.CUSTOMER
        assert real.centre.engine.pid == pid
        assert (await real.status()).switch.up


async def _new_row(real: Whole, before: set[str]) -> CallRow:
    """The one closed call that was not there before."""

    async def there() -> CallRow | None:
        rows = [row for row in await real.rows() if row.call_id not in before and row.outcome]
        assert len(rows) <= 1
        return rows[0] if rows else None

    row: CallRow = await eventually(there, 15, "a new row")
    return row
