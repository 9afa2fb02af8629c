"""A short day of tickets: callers, agents, stations, an outage, and one kill -9 in the middle of it.

The whole day of 70 calls is `fourseatd demo --headless --tickets`.
"""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from engine.daemon.demo.day.run import TicketDay
from tests.real.world import cut_short, other_configuration
from tests.support.centre import Whole
from tests.support.site import HOME

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

CALLS, OF_OUTAGE, SEED = 7, 2, 1


@pytest_asyncio.fixture(loop_scope="session")
async def real(real: Whole) -> AsyncIterator[Whole]:
    """The centre with the menu that is shipped, where few faults look like an outage."""
    shutil.copytree(HOME / "flows", real.centre.site.paths.home / "shipped", dirs_exist_ok=True)

    def change(settings: dict[str, Any]) -> None:
        settings["ivr"]["flow"] = "shipped/main.toml"
        settings["tickets"]["outage_faults"] = OF_OUTAGE

    async with other_configuration(real, change):
        yield real


async def test_every_matter_has_its_answer_and_nothing_acknowledged_is_lost(real: Whole) -> None:
    with cut_short(real, 1.0, "fault_describe", "greeting"):
        report = await TicketDay(real.centre, CALLS, SEED, 1, everything=False, of_outage=OF_OUTAGE).run()
    assert not report.errors, "\n".join(report.errors)
    assert (report.kills, report.complaint_handling_rate, report.faults_answered) == (1, 1.0, 1.0)
    assert report.records == report.calls_placed >= CALLS
    assert report.by_type["complaint"] == report.told_by_telephone == 1
    assert (report.outages, report.merged, report.called_back) == (1, OF_OUTAGE - 1, OF_OUTAGE)
    assert report.steps["again"] == 1
    assert report.figures_compared >= 2
    assert min(report.acknowledged.values()) >= 1
