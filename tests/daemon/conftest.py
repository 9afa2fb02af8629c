"""A service on a fake Asterisk: for what the socket and the restart do, without sound."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.daemon.ticket_site import with_stations
from tests.support.site import FakeSite


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[FakeSite]:
    """A running engine with users 8001, 8002 (agents), 8801 (supervisor), 8901 (admin), PIN 2468."""
    site = FakeSite(tmp_path)
    await site.start()
    yield site
    await site.stop()


@pytest_asyncio.fixture
async def office(site: FakeSite) -> AsyncIterator[FakeSite]:
    """The same with people of two departments."""
    await with_stations(site)
    yield site
