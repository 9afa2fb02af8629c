"""The example session of ARCHITECTURE.md, spoken to a real engine."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.docs.documents import Document
from tests.support.site import FakeSite

_LONG_AGO_MS = 1_600_000_000_000  # any number above is a moment, and differs from run to run


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[FakeSite]:
    site = FakeSite(tmp_path)
    await site.start()
    yield site
    await site.stop()


def says(real: Any, shown: Any) -> bool:
    """Whether an answer has what the example shows of it."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and says(real[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return isinstance(real, list) and all(any(says(item, wanted) for item in real) for wanted in shown)
    if isinstance(shown, int) and shown > _LONG_AGO_MS:
        return isinstance(real, int) and real > _LONG_AGO_MS
    return bool(real == shown)


@pytest.mark.asyncio
async def test_the_engine_answers_as_the_example_says(site: FakeSite) -> None:
    (block,) = Document.read("ARCHITECTURE.md").blocks("jsonl")
    reader, writer = await asyncio.open_unix_connection(site.socket, limit=1 << 24)
    try:
        for line in block.splitlines():
            arrow, _, message = line.partition(" ")
            if arrow == "->":
                writer.write(message.encode() + b"\n")
                continue
            async with asyncio.timeout(10):
                real = json.loads(await reader.readline())
            assert says(real, json.loads(message)), f"{real}\nand not\n{message}"
    finally:
        writer.close()
        await writer.wait_closed()


def test_an_answer_that_differs_is_noticed() -> None:
    assert says({"a": 1, "b": [{"c": 2, "d": 3}]}, {"b": [{"c": 2}]})
    assert not says({"a": 1}, {"a": 2})
    assert not says({"a": []}, {"a": [{"b": 1}]})
