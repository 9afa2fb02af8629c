"""Waiting until legs are where they were sent: Asterisk says that it begins, events that it is done."""

import asyncio
from collections.abc import Iterable

from engine.adapters.asterisk.legs import Leg

# From an order to a leg's arrival Asterisk needs some milliseconds; a machine that has other work, more.
PATIENCE_S = 3.0


class Arrivals:
    """Legs on their way, by Asterisk's unique id."""

    def __init__(self) -> None:
        self._awaited: dict[str, asyncio.Future[bool]] = {}

    def expect(self, legs: Iterable[Leg]) -> "list[asyncio.Future[bool]]":
        """To be called before the order is given; `all_there` waits for them."""
        loop = asyncio.get_running_loop()
        awaited = []
        for leg in legs:
            future = self._awaited[leg.unique_id] = loop.create_future()
            awaited.append(future)
        return awaited

    async def all_there(self, awaited: "list[asyncio.Future[bool]]") -> bool:
        """Whether all arrived; False as soon as one has gone, or when it takes too long."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return all([await future for future in awaited])
        except TimeoutError:
            return False
        finally:
            for unique_id, future in list(self._awaited.items()):
                if future in awaited:
                    del self._awaited[unique_id]

    def arrived(self, unique_id: str) -> bool:
        """A leg is there; whether somebody waited for it."""
        return self._settle(unique_id, True)

    def gone(self, unique_id: str) -> None:
        """A leg has hung up."""
        self._settle(unique_id, False)

    def _settle(self, unique_id: str, there: bool) -> bool:
        future = self._awaited.get(unique_id)
        if future is None or future.done():
            return False
        future.set_result(there)
        return True
