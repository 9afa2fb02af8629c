"""Random days with every rule of distribution: nobody waits whom somebody free may have, nothing is left.

FOURSEAT_DAYS=2000 lives through more days than the few of every run.
"""

import os

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.core.test_floor_days import ANY, HAPPENS
from tests.support.distribution_day import DistributionDay, plans
from tests.support.floor_site import clock

HAPPENS_HERE = HAPPENS | {"replans": 2, "time_passes": 12, "restarts": 1}
EVENTS = st.sampled_from([name for name, often in HAPPENS_HERE.items() for _ in range(often)])


class RandomDistribution(RuleBasedStateMachine):
    """One day; hypothesis chooses what happens next, and to whom."""

    @initialize(plan=st.integers(0, 3), agents=st.sampled_from([3, 4, 1]))
    def begin(self, plan: int, agents: int) -> None:
        self.day = DistributionDay(plans()[plan], clock("22:00:00"), ["8001", "8002", "8003", "8004"])
        for who in range(agents):
            self.day.logs_in_ready(who)

    @rule(what=EVENTS, who=ANY, how=ANY)
    def happens(self, what: str, who: int, how: int) -> None:
        getattr(self.day, what)(who, how)

    def teardown(self) -> None:
        if self.day.sound:
            self.day.close_down()


TestRandomDistribution = RandomDistribution.TestCase
TestRandomDistribution.settings = settings(
    max_examples=int(os.environ.get("FOURSEAT_DAYS", "16")),
    stateful_step_count=80,
    derandomize="FOURSEAT_DAYS" not in os.environ,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
)
