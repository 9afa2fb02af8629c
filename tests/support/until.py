"""Wait for a condition instead of a time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Return when the condition holds; TimeoutError when it does not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition is whatever a test looks at
            await asyncio.sleep(0.001)
