"""Random days of callers who serve themselves: whatever services and callers do, the floor stays right.

FOURSEAT_DAYS=2000 lives through more days than the few of every run.
"""

import os
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.support.floor_site import clock, make_plan
from tests.support.self_service_day import SelfServiceDay
from tests.support.service_flow import SERVICE_FLOW

# What happens on a floor, and how often.
HAPPENS = {
    "arrives": 5,
    "carried_out": 26,
    "answers": 18,
    "outside": 5,
    "serves": 8,
    "asks": 3,
    "time_passes": 7,
    "customer_hangs_up": 3,
    "agent_hangs_up": 2,
    "never": 1,
    "comes_late": 2,
    "comes_twice": 2,
    "false_timer": 1,
    "phone": 1,
    "link": 1,
    "link_back": 1,
    "restarts": 1,
}
EVENTS = st.sampled_from([name for name, often in HAPPENS.items() for _ in range(often)])
ANY = st.integers(0, 63)


class RandomDay(RuleBasedStateMachine):
    """One day; hypothesis chooses what happens next, and to whom."""

    @initialize(auto=st.booleans(), agents=st.sampled_from([1, 0, 2]))
    def begin(self, auto: bool, agents: int) -> None:
        plan = make_plan(auto=["seat1"] if auto else [], lines=8, max_wait_ms=30_000)
        plan = replace(plan, flow=SERVICE_FLOW)
        self.day = SelfServiceDay(plan, clock("09:00:00"), ["8001", "8002", "8003", "8004"])
        for who in range(agents):
            self.day.logs_in_ready(who)

    @rule(what=EVENTS, who=ANY, how=ANY)
    def happens(self, what: str, who: int, how: int) -> None:
        getattr(self.day, what)(who, how)

    def teardown(self) -> None:
        if self.day.sound:
            self.day.close_down()


TestRandomDays = RandomDay.TestCase
TestRandomDays.settings = settings(
    max_examples=int(os.environ.get("FOURSEAT_DAYS", "16")),
    stateful_step_count=120,
    derandomize="FOURSEAT_DAYS" not in os.environ,
    database=None,
    deadline=None,
)
