"""An ordered set of ids: who waits longest, who has been idle longest."""

from bisect import bisect_left, insort
from collections.abc import Iterator

Key = tuple[int, int]  # instant, then order of entry


class OrderedIds:
    """Ids sorted by an instant; equal instants keep the order of entry. Look-ups cost O(log n)."""

    def __init__(self) -> None:
        self._order: list[tuple[Key, str]] = []
        self._keys: dict[str, Key] = {}
        self._entered = 0

    def add(self, item: str, instant: int) -> None:
        """Put an id in at the place of its instant."""
        self._entered += 1
        key = (instant, self._entered)
        self._keys[item] = key
        insort(self._order, (key, item))

    def put_back(self, item: str, key: Key) -> None:
        """Put an id in at a place that `take` returned."""
        self._keys[item] = key
        insort(self._order, (key, item))

    def take(self, item: str) -> Key:
        """Take an id out that is in; returns the place it had."""
        key = self._keys.pop(item)
        del self._order[bisect_left(self._order, (key, item))]
        return key

    def remove(self, item: str) -> None:
        """Take an id out if it is in."""
        if item in self._keys:
            self.take(item)

    def first(self) -> str | None:
        """The id with the oldest instant."""
        return self._order[0][1] if self._order else None

    def oldest(self) -> int:
        """The oldest instant, 0 when empty."""
        return self._order[0][0][0] if self._order else 0

    def position(self, item: str) -> int:
        """1 for the first; 0 when not in."""
        key = self._keys.get(item)
        return 0 if key is None else bisect_left(self._order, (key, item)) + 1

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return (item for _, item in self._order)
