"""What all tests share."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from db import connection

pytest_plugins = ["tests.support.centre", "tests.support.repeated", "tests.support.in_short", "pytester"]

# The same examples every time: a red run is about the change. HYPOTHESIS_PROFILE=search looks further.
settings.register_profile("same", max_examples=40, derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Tests do not wait for the disk: a killed process loses nothing by it, and no test cuts the power.
connection.SYNCHRONOUS = "OFF"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m asterisk` a file that has no such mark is not imported: each worker saves ten seconds."""
    if config.option.markexpr != "asterisk" or not collection_path.match("test_*.py"):
        return None
    return "mark.asterisk" not in collection_path.read_text(encoding="utf-8") or None


gc.disable()  # nothing becomes garbage while modules and tests are collected: a fifth of that time


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no reason to walk it again and again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged may be no text at all; xdist would lose a whole worker over it."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report
