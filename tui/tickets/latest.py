"""Work of which only the latest counts: a newer question gives up the older one, begun or not."""

from collections.abc import Awaitable, Callable
from typing import Any

from textual.dom import DOMNode


def latest(node: DOMNode, group: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do this and nothing older of the group. What was not begun is not even made into a coroutine."""
    unmade: Any = work
    node.run_worker(unmade, name=group, exclusive=True, group=group)
