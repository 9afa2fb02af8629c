"""An order and two hang-ups in the same moment: Asterisk loses one of them at times; no channel is left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress

import pytest
import pytest_asyncio

from engine.adapters.exchange import Listen, Telephone
from engine.adapters.phone import PhoneError
from engine.adapters.unix_socket.client import EngineError
from tests.real.steps import FRIEND, alternated, consulting, outside, talk_at
from tests.real.switchboard import Switchboard
from tests.real.world import CLI
from tests.support.centre import Desk, Whole, eventually

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

TIMES = 10


@pytest_asyncio.fixture(loop_scope="session")
async def board(real: Whole) -> AsyncIterator[Switchboard]:
    board = Switchboard(real)
    await board.start()
    yield board
    await board.stop()


async def _ask(desk: Desk, method: str) -> None:
    with suppress(EngineError):  # it may be over already
        await desk.ask(method)


async def _after(seconds: float, work: Awaitable[None]) -> None:
    await asyncio.sleep(seconds)
    await work


async def _put_down(real: Whole, seat_id: str) -> None:
    with suppress(PhoneError):
        await real.phones[seat_id].hang_up()


@pytest.mark.parametrize("method", ["agent.complete_transfer", "agent.conference"])
async def test_all_hang_up_while_legs_are_moved(real: Whole, board: Switchboard, method: str) -> None:
    """The lost one was the customer's: the line would have been taken for ever."""
    real.centre.exchange.telephones[FRIEND] = Telephone(rings_seconds=0.1, steps=(Listen(60),))
    for turn in range(TIMES):
        desk, _ = await talk_at(real, "seat2")
        await consulting(desk, outside())
        await alternated(desk, to_party=False)
        later = turn % 5 / 1000  # seconds: before, while and after legs are moved
        await asyncio.gather(
            _ask(desk, method), _after(later, real.hang_up(CLI)), _after(later, _put_down(real, "seat2"))
        )

        await eventually(lambda: _nobody(board), 5, "without channels")
        await eventually(lambda: _over(real), 5, "without calls")
        await desk.close()


async def _nobody(board: Switchboard) -> bool | None:
    return await board.channels() == [] or None


async def _over(real: Whole) -> bool | None:
    return (await real.floor()).calls == () or None
