"""What failed, before all its details: a report that is cut off still names every test and its reason."""

from collections.abc import Generator

import pytest
from _pytest.terminal import TerminalReporter

_LINES = 6


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter) -> Generator[None]:
    """A few lines each."""
    failed = [
        report
        for kind in ("failed", "error")
        for report in terminalreporter.stats.get(kind, ())
        if isinstance(report, pytest.TestReport)
    ]
    if failed:
        terminalreporter.section("in short")
        for report in failed:
            terminalreporter.line(f"{report.nodeid} ({report.when}): {_reason(report)}")
    return (yield)


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    told = (crash.message if crash is not None else report.longreprtext).splitlines()
    return "\n    ".join(told[:_LINES])
