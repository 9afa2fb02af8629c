"""Many callers serve themselves at once: everyone goes the whole way, and every sentence is heard complete.

A dozen here; sixty, and how late a packet may be, in `make bench`, part `selfservice`.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.crowd import Crowd
from benchmarks.self_service_walk import WAY, Visitor, Walker, book_of, furnish, names_of, speak_beforehand
from engine.core.states import EndedBy, Outcome
from tests.real.world import other_configuration
from tests.support.centre import Whole, eventually
from tests.support.site import HOME

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

CALLERS = 12
_LINE = 3
_STAGGER_S = 0.15


@dataclass(frozen=True, slots=True)
class Busy:
    """The centre with a line of many channels, and the customers who will call."""

    real: Whole
    crowd: Crowd
    visitors: list[Visitor]


@pytest_asyncio.fixture(loop_scope="session")
async def busy(real: Whole) -> AsyncIterator[Busy]:
    site = real.centre.site
    shutil.copytree(HOME / "flows", site.paths.home / "shipped", dirs_exist_ok=True)
    visitors = furnish(site.paths.database, CALLERS, seed=15)
    await speak_beforehand(site.config, site.paths, visitors)
    port = real.centre.ports.line(_LINE)

    def with_many_channels(settings: dict[str, Any]) -> None:
        line = settings["lines"][0] | {"id": "crowd", "name": "crowd", "number": "", "port": port}
        settings["lines"].append(line | {"channels": CALLERS})
        settings["ivr"]["flow"] = "shipped/main.toml"

    crowd = Crowd(port, real.centre.ports.sip, site.config.lines[0].number)
    try:
        async with other_configuration(real, with_many_channels):
            yield Busy(real, crowd, visitors)
            await crowd.hang_up_all()
    finally:
        await crowd.close()


async def test_many_callers_serve_themselves_at_once(busy: Busy) -> None:
    site = busy.real.centre.site
    book = book_of(site.config, site.paths)
    walkers = [
        Walker(visitor, names_of(site.config, site.paths, visitor), book, seed, patient=False)
        for seed, visitor in enumerate(busy.visitors)
    ]

    async def walk(place: int, walker: Walker) -> None:
        await asyncio.sleep(place * _STAGGER_S)
        await walker.walk(busy.crowd)

    results = await asyncio.gather(*(walk(*each) for each in enumerate(walkers)), return_exceptions=True)
    lost = [result for result in results if isinstance(result, Exception)]
    if lost:
        raise ExceptionGroup("callers were lost", lost)
    await _each_is_on_record(busy)
    for walker in walkers:
        assert walker.ear.strange == 0, walker.visitor.cli
        assert not [hearing for hearing in walker.ear.heard if hearing.left_out], walker.visitor.cli


async def _each_is_on_record(busy: Busy) -> None:
    """One call a customer, which went the way that was meant and which the customer ended."""

    async def closed() -> bool | None:
        rows = [row for row in await busy.real.rows() if row.outcome]
        return True if len(rows) == CALLERS else None

    await eventually(closed, 15, f"{CALLERS} closed calls")
    for visitor in busy.visitors:
        record = (await busy.real.detail(visitor.cli)).record
        assert record.customer_id == visitor.customer_id
        assert (record.outcome, record.ended_by) == (Outcome.IVR_EXIT, EndedBy.CUSTOMER)
        assert " ".join(record.ivr_path) == WAY
