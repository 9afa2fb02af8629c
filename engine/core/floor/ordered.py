"""Ordered sets of ids: who waits longest, who has been idle longest."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import NamedTuple

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

    def head(self) -> tuple[Key, str]:
        """The first id with its key; there must be one."""
        return self._order[0]

    def oldest(self) -> int:
        """The oldest instant, 0 when empty."""
        return self._order[0][0][0] if self._order else 0

    def position(self, item: str) -> int:
        """1 for the first; 0 when not in."""
        key = self._keys.get(item)
        return 0 if key is None else bisect_left(self._order, (key, item)) + 1

    def before(self, key: Key) -> int:
        """How many have an older key."""
        return bisect_left(self._order, (key, ""))

    def items(self) -> Iterator[tuple[Key, str]]:
        """All ids with their keys, in order."""
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return (item for _, item in self._order)


class Place(NamedTuple):
    """Where a caller stands: the key of the order, the true beginning of the wait, and the lane.

    `lane` None: in no lane, since the caller waits for one certain agent.
    """

    key: Key
    since: int
    lane: str | None


class QueueLine:
    """The callers of one queue in the order in which they are to be served.

    The order is by an instant that may lie before the true one: that is what priority is. Lanes are the same
    callers apart by who may serve them; the first of each is all that a decision has to look at.
    """

    def __init__(self) -> None:
        self._order = OrderedIds()
        self._by_since = OrderedIds()
        self._lanes: dict[str, OrderedIds] = {}
        self._places: dict[str, Place] = {}
        self._entered = 0

    def add(self, item: str, instant: int, since: int | None = None, lane: str | None = "") -> None:
        """Put a caller in at the place of an instant; equal instants keep the order of entry."""
        self._entered += 1
        since = instant if since is None else since
        self.put_back(item, Place((instant, self._entered), since, lane))

    def put_back(self, item: str, place: Place) -> None:
        """Put a caller in at a place that `take` returned."""
        self._places[item] = place
        self._order.put_back(item, place.key)
        self._by_since.add(item, place.since)
        if place.lane is not None:
            self._lanes.setdefault(place.lane, OrderedIds()).put_back(item, place.key)

    def take(self, item: str) -> Place:
        """Take a caller out who is in; returns the place."""
        place = self._places.pop(item)
        self._order.take(item)
        self._by_since.take(item)
        if place.lane is not None:
            lane = self._lanes[place.lane]
            lane.take(item)
            if not len(lane):
                del self._lanes[place.lane]
        return place

    def remove(self, item: str) -> None:
        """Take a caller out who may be in."""
        if item in self._places:
            self.take(item)

    def move_up(self, item: str) -> None:
        """Put a caller who is in before all others."""
        instant = self._order.oldest() - 1
        place = self.take(item)
        self._entered += 1
        self.put_back(item, place._replace(key=(instant, self._entered)))

    def set_lane(self, item: str, lane: str | None) -> None:
        """Say anew who may serve a caller who is in."""
        self.put_back(item, self.take(item)._replace(lane=lane))

    def place(self, item: str) -> Place:
        """Where a caller stands who is in."""
        return self._places[item]

    def lanes(self) -> Iterator[tuple[str, Key, str]]:
        """Of each lane its name, and key and id of its first caller."""
        return ((name, *lane.head()) for name, lane in self._lanes.items())

    def oldest(self) -> int:
        """Since when somebody waits, 0 when nobody does."""
        return self._by_since.oldest()

    def position(self, item: str) -> int:
        """1 for the next one; 0 when not in."""
        return self._order.position(item)

    def before(self, key: Key) -> int:
        """How many stand before this place."""
        return self._order.before(key)

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)
