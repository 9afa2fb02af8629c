"""A failure at the real Asterisk while the machine stood still is no measurement: the test is made once more.

Sound is heard at its time or not at all, so a machine that its host stops for a moment tears holes into what
callers hear. Only what was seen to happen so is repeated (`stalls`), and the end of the run tells of it.
"""

import time

import pytest
from _pytest.runner import runtestprotocol
from _pytest.terminal import TerminalReporter

from tests.support import stalls

REPEATED = "repeated"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Take the place of pytest's own way of running a test."""
    if item.get_closest_marker("asterisk") is None:
        return None
    stalls.watch()
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    began = time.time_ns() / 1_000_000
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    failed = [report for report in reports if report.failed]
    if failed and (stood_still := stalls.stood_still_ms(began)):
        told = [text for report in failed for text in (report.longreprtext, *dict(report.sections).values())]
        why = "\n".join(told)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            report.user_properties.append((REPEATED, f"{stood_still:.0f} ms\n{why}"))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say which tests were repeated, and why."""
    told = [
        f"{report.nodeid}: {text}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "setup"
        for name, text in report.user_properties
        if name == REPEATED
    ]
    if told:
        terminalreporter.section("repeated, since the machine stood still")
        for line in told:
            terminalreporter.line(line)
