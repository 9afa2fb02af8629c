"""Call presented -> the customer's card stands in the agent's terminal; and what the console weighs."""

import asyncio
from dataclasses import dataclass

from benchmarks import customers
from benchmarks.desk_phone import DeskPhone
from benchmarks.figures import Figures, spread
from benchmarks.processes import resident_mb
from benchmarks.progress import say
from benchmarks.site import NUMBER, PIN, Site, staff_number
from benchmarks.terminal import Terminal
from engine.adapters.unix_socket.client import SocketClient
from engine.core.records import Customer
from engine.wire.methods import CallIdParams, CallsParams

_SEAT = "seat1"
_SEED = 2
_LONGEST_NAME = 4  # characters: what the card shows in one piece
_BETWEEN_FIELDS_S = 0.5
_F2 = "\x1bOQ"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    calls: int


FULL = Size(calls=120)
QUICK = Size(calls=8)


async def measure(site: Site, size: Size) -> Figures:
    """Customers call one after another; each hangs up when the card is there."""
    phone = DeskPhone(_SEAT, site.secrets[f"seat.{_SEAT}"], site.config.asterisk.sip_port)
    await phone.start()
    terminal = Terminal("agent", site.paths.socket)
    try:
        terminal.start()
        await _log_in(terminal)
        say(f"pop-up: {size.calls} calls")
        painted: dict[str, float] = {}
        for customer in _people(site, size.calls):
            painted[customer.phones[0]] = await _call(site, terminal, customer)
        figures = {
            "rss.console_mb": resident_mb(terminal.pid),
            "rss.engine_mb": resident_mb(site.engine.pid),
        }
    finally:
        await terminal.stop()
        await phone.close()
    delays = [at * 1000 - await _presented_at(site.watcher, cli) for cli, at in painted.items()]
    return spread("pop.painted", delays) | figures


def _people(site: Site, count: int) -> list[Customer]:
    drawn = customers.sample(site.paths.database, 2 * count, _SEED)
    return [customer for customer in drawn if len(customer.name) <= _LONGEST_NAME][:count]


async def _log_in(terminal: Terminal) -> None:
    await terminal.wait_for("1号席")
    for entry in (f"{staff_number(1)}\r", f"{PIN}\r", "1"):
        terminal.type(entry)
        await asyncio.sleep(_BETWEEN_FIELDS_S)
    await terminal.wait_for("尚未就绪")
    terminal.type(_F2)
    await terminal.wait_for("等待来电")


async def _call(site: Site, terminal: Terminal, customer: Customer) -> float:
    token = await site.callers.place(NUMBER, customer.phones[0], "presses")
    painted = await terminal.wait_for(customer.name, customer.customer_number, customer.card_number)
    await site.callers.hang_up(token)
    await terminal.wait_gone(customer.customer_number)
    return painted


async def _presented_at(watcher: SocketClient, cli: str) -> int:
    """The instant at which the floor gave the call to the agent, in UTC milliseconds, rounded down."""
    found = await watcher.call("calls.list", CallsParams(cli=cli, limit=1))
    detail = await watcher.call("calls.show", CallIdParams(call_id=found.calls[0].call_id))
    presented_at: int = detail.record.presented_at
    return presented_at
