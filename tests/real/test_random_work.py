"""60 random operations on up to 6 calls at the real Asterisk: whatever is asked for, all agree afterwards.

FOURSEAT_PHONE_WORK=20,21,22 does so with other seeds.
"""

import os

import pytest

from engine.core.states import CallState
from tests.real.random_work import RandomWork
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEEDS = [int(seed) for seed in os.environ.get("FOURSEAT_PHONE_WORK", "1,3").split(",")]
OPERATIONS = 60


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_phone_work(real: Whole, seed: int) -> None:
    work = RandomWork(real, seed)
    try:
        await work.begin()
        operations = 0
        while operations < OPERATIONS:
            operations += await work.step()
        await work.end()
    finally:
        await work.close()
        print("\n".join(work.log))
    assert work.done > 20
    assert work.refused > 5
    assert CallState.TALKING in work.seen_states
