"""The real centre, with a tone for each party."""

import pytest_asyncio

from tests.real.world import make_sounds
from tests.support.centre import Whole


@pytest_asyncio.fixture(loop_scope="session")
async def real(centre: Whole) -> Whole:
    """A real Asterisk, real SIP phones, real callers; nothing goes on yet."""
    make_sounds(centre)
    return centre
