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
        report.sections.append(("what became of the calls", _account(item)))
    return report


def _account(item: pytest.Function) -> str:
    try:
        return account(item.funcargs["real"], item.funcargs.get("office"))
    except Exception as error:  # the failure itself must be told in any case
        return f"cannot be told: {error!r}"
