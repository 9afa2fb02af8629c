"""How callers and agents behave: when people call, how long they wait, talk, and write."""

import math
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.core.records import Millis

# Calls by hour of the day, of a cable network: in the morning, and when people watch in the evening.
_BY_HOUR = (1, 0.5, 0.3, 0.2, 0.2, 0.5, 1, 3, 7, 9, 9, 7, 4, 4, 6, 6, 6, 5, 7, 11, 12, 8, 4, 2)
_KEYS = {"0": 0.28, "1": 0.22, "2": 0.35, "3": 0.06, "4": 0.04, "": 0.05}
_ENOUGH = 100  # answered calls that make a history worth more than the built-in figures
_HOUR_MS = 3_600_000
_SPREAD = 0.7  # of the logarithm: talk times have a long tail
_LEAST_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Means in milliseconds; times are drawn from a logarithmic normal distribution around them.

    `patience_ms` is the mean of an exponential distribution: how long a caller waits before giving up.
    `keys` are the shares of what is pressed in the menu, "" for those who hang up there.
    """

    source: str  # built-in | history
    by_hour: Sequence[float] = _BY_HOUR
    keys: dict[str, float] = field(default_factory=lambda: dict(_KEYS))
    talk_ms: float = 150_000
    wrap_up_ms: float = 25_000
    patience_ms: float = 240_000
    pick_up_ms: float = 4_000
    missed_share: float = 0.01  # of presentations that nobody answers
    calls_again_share: float = 0.4  # of callers who found all lines busy


BUILT_IN = Profile(source="built-in")


def profile_of_history(conn: sqlite3.Connection, zone_offset_ms: Millis, since: Millis) -> Profile:
    """The site's own behaviour since an instant, or the built-in one when too little is known.

    `zone_offset_ms` is what the site's clock is ahead of UTC. The mean patience of exponential waiters is the
    time that all callers waited, divided by the number of those who gave up (the usual estimate when the
    others' patience is cut off by an answer).
    """
    answered, talk, wrap_up, waited, gave_up = conn.execute(
        """
        SELECT count(*) FILTER (WHERE answered_at > 0),
            avg(talk_ms) FILTER (WHERE answered_at > 0),
            avg(wrap_up_ms) FILTER (WHERE answered_at > 0),
            coalesce(sum(wait_ms), 0),
            count(*) FILTER (WHERE outcome = 'abandoned')
        FROM calls WHERE accepted_at >= ? AND offered_at > 0
        """,
        (since,),
    ).fetchone()
    if answered < _ENOUGH:
        return BUILT_IN
    by_hour = [0.0] * 24
    rows = conn.execute(
        "SELECT (accepted_at + ?) / ? % 24, count(*) FROM calls"
        " WHERE accepted_at >= ? AND direction = 'inbound' GROUP BY 1",
        (zone_offset_ms, _HOUR_MS, since),
    )
    for hour, count in rows:
        by_hour[hour] = count
    return Profile(
        source="history",
        by_hour=tuple(by_hour),
        talk_ms=max(talk, _LEAST_MS),
        wrap_up_ms=max(wrap_up, _LEAST_MS),
        patience_ms=waited / gave_up if gave_up else BUILT_IN.patience_ms,
    )


class Draw:
    """The dice of one day: the same seed gives the same day."""

    def __init__(self, profile: Profile, seed: int) -> None:
        self.profile = profile
        self._random = random.Random(seed)

    def arrivals(self, calls: int, midnight: Millis, hours: tuple[int, int]) -> list[Millis]:
        """The instants of so many calls between two hours of the day, by the shares of the hours."""
        first, last = hours
        weights = list(self.profile.by_hour[first:last])
        picked = self._random.choices(range(first, last), weights=weights, k=calls)
        return sorted(midnight + hour * _HOUR_MS + self._random.randrange(_HOUR_MS) for hour in picked)

    def key(self) -> str:
        """What a caller presses in the menu."""
        keys = self.profile.keys
        return self._random.choices(list(keys), weights=list(keys.values()))[0]

    def talk_ms(self) -> Millis:
        return self._around(self.profile.talk_ms)

    def wrap_up_ms(self) -> Millis:
        return self._around(self.profile.wrap_up_ms)

    def pick_up_ms(self) -> Millis:
        return self._around(self.profile.pick_up_ms)

    def patience_ms(self) -> Millis:
        return max(_LEAST_MS, round(self._random.expovariate(1 / self.profile.patience_ms)))

    def is_missed(self) -> bool:
        return self._random.random() < self.profile.missed_share

    def calls_again(self) -> bool:
        return self._random.random() < self.profile.calls_again_share

    def between(self, low: Millis, high: Millis) -> Millis:
        """Anything from `low` to `high`."""
        return self._random.randint(low, high)

    def number(self) -> str:
        """A caller's mobile number."""
        return f"139{self._random.randrange(10**8):08}"

    def _around(self, mean: float) -> Millis:
        middle = math.log(mean) - _SPREAD**2 / 2  # so that the mean, not the median, is the wanted one
        return max(_LEAST_MS, round(self._random.lognormvariate(middle, _SPREAD)))
