"""Random days on the floor: whatever happens, in whatever order, the floor stays right.

FOURSEAT_DAYS=2000 lives through more days than the few of every run.
"""

import os

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.support.floor_day import Day
from tests.support.floor_site import clock, make_plan, make_queue

# What happens on a floor, and how often.
HAPPENS = {
    "arrives": 5,
    "carried_out": 26,
    "serves": 12,
    "asks": 6,
    "time_passes": 7,
    "customer_hangs_up": 3,
    "agent_hangs_up": 2,
    "never": 1,
    "comes_late": 2,
    "comes_twice": 2,
    "false_timer": 1,
    "console": 2,
    "phone": 2,
    "link": 1,
    "link_back": 1,
    "answered_unattended": 4,
    "writes": 1,
    "restarts": 2,
}
EVENTS = st.sampled_from([name for name, often in HAPPENS.items() for _ in range(often)])
ANY = st.integers(0, 63)


class RandomDay(RuleBasedStateMachine):
    """One day; hypothesis chooses what happens next, and to whom."""

    @initialize(
        auto=st.booleans(),
        wrap_up=st.sampled_from([30_000, 0]),
        places=st.sampled_from([20, 1]),
        time=st.sampled_from(["22:00:00", "23:59:30", "1+09:00:00"]),
        agents=st.sampled_from([2, 1, 0, 3]),
        after_outage=st.booleans(),
    )
    def begin(
        self, auto: bool, wrap_up: int, places: int, time: str, agents: int, after_outage: bool
    ) -> None:
        plan = make_plan(
            auto=["seat1", "seat3"] if auto else [],
            fault=make_queue("fault", max_wait_ms=30_000, wrap_up_ms=wrap_up, ring_ms=20_000),
            wrap_up_ms=wrap_up,
            max_waiting=places,
            is_open=lambda now: not clock("23:30:00") <= now < clock("23:55:00"),
        )
        self.day = Day(plan, clock(time), ["8001", "8002", "8003", "8004"])
        for who in range(agents):
            self.day.logs_in_ready(who)
        if after_outage:
            self.day.arrives(0, 0)
            self.day.arrives(0, 0)
            self.day.restarts(0, 1)

    @rule(what=EVENTS, who=ANY, how=ANY)
    def happens(self, what: str, who: int, how: int) -> None:
        getattr(self.day, what)(who, how)

    def teardown(self) -> None:
        if self.day.sound:
            self.day.close_down()


TestRandomDays = RandomDay.TestCase
TestRandomDays.settings = settings(
    max_examples=int(os.environ.get("FOURSEAT_DAYS", "16")),
    stateful_step_count=80,
    derandomize="FOURSEAT_DAYS" not in os.environ,
    database=None,
    deadline=None,
)
