"""The real centre, with a tone for each party."""

from collections.abc import Generator

import pytest
import pytest_asyncio

from tests.real.account import account
from tests.real.world import make_sounds
from tests.support.centre import Whole


@pytest_asyncio.fixture(loop_scope="session")
async def real(centre: Whole) -> Whole:
    """A real Asterisk, real SIP phones, real callers; nothing goes on yet."""
    make_sounds(centre)
    return centre


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what its callers heard: of another machine there is nothing else to see."""
    report = yield
    if report.failed and call.when == "call" and "real" in item.funcargs:
        told = account(item.funcargs["real"], item.funcargs.get("office"))
        report.sections.append(("what became of the calls", told))
    return report
