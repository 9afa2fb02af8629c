"""The plan of a day of tickets."""

import pytest

from engine.adapters.exchange import AwaitAgent, Press
from engine.daemon.demo.day.plan import Caller, Errand, Matter, form_of, plan_day, script_of

CALLERS = [
    Caller(number, f"客户{number}", f"1390000{number:04}", f"{'东西南'[number % 3]}片区", f"{number}号")
    for number in range(1, 200)
]


@pytest.mark.parametrize(("count", "of_outage"), [(7, 2), (20, 5), (70, 5), (120, 5)])
def test_a_day_has_so_many_calls_each_customer_with_one_matter(count: int, of_outage: int) -> None:
    errands = plan_day(count, of_outage, CALLERS, seed=3)
    assert sum(errand.calls for errand in errands) == count
    assert len({errand.caller.phone for errand in errands}) == len({errand.mark for errand in errands})
    struck = [errand for errand in errands if errand.matter is Matter.OUTAGE]
    assert (len(struck), len({errand.caller.area for errand in struck})) == (of_outage, 1)
    quiet = {errand.caller.area for errand in errands if errand.matter is not Matter.OUTAGE}
    assert struck[0].caller.area not in quiet  # whoever calls from there is one of the outage


def test_seventy_calls_have_every_matter_and_the_seed_decides_them() -> None:
    day = plan_day(70, 5, CALLERS, seed=1)
    assert {errand.matter for errand in day} == set(Matter)
    assert day == plan_day(70, 5, CALLERS, seed=1)
    assert day != plan_day(70, 5, CALLERS, seed=2)


@pytest.mark.parametrize("matter", Matter)
def test_the_same_matter_is_written_down_with_the_same_key(matter: Matter) -> None:
    errand = Errand("M1.001", matter, CALLERS[0])
    first, again = form_of(errand, "c1", again=False), form_of(errand, "c2", again=True)
    assert first == form_of(errand, "c1", again=False)
    assert first.key != again.key
    assert "[M1.001]" in first.text
    steps = script_of(errand, 4.0, "thanks_0").steps
    keys = [step.keys for step in steps if isinstance(step, Press)]
    by_keys = matter is Matter.BY_KEYS
    assert keys == (["2", "1", "1", "#"] if by_keys else ["0"])
    assert any(isinstance(step, AwaitAgent) for step in steps) is not by_keys
