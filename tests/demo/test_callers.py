"""The plan of the practice calls."""

from collections import Counter
from itertools import islice

import pytest

from engine.adapters.exchange import Say
from engine.core.states import Outcome
from engine.daemon.demo.callers import Fate, daily_calls, short_calls
from engine.daemon.demo.site import HOME
from engine.daemon.demo.voices import topics

TOPICS = topics(HOME)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 20, 100, 200])
def test_a_run_has_so_many_calls_each_from_its_own_number(count: int) -> None:
    calls = short_calls(count, TOPICS, seed=3)
    assert len(calls) == count
    assert len({call.script.cli for call in calls}) == count


def test_twenty_calls_have_every_fate_and_every_outcome() -> None:
    calls = short_calls(20, TOPICS, seed=1)
    assert {call.fate for call in calls} == set(Fate)
    outcomes = Counter(call.outcome for call in calls)
    assert outcomes == {Outcome.ANSWERED: 10, Outcome.ABANDONED: 2, Outcome.IVR_EXIT: 8}


def test_the_seed_decides_everything() -> None:
    assert short_calls(20, TOPICS, seed=1) == short_calls(20, TOPICS, seed=1)
    assert short_calls(20, TOPICS, seed=1) != short_calls(20, TOPICS, seed=2)


def test_callers_are_known_unknown_and_withheld() -> None:
    numbers = [call.script.cli for call in short_calls(20, TOPICS, seed=1)]
    assert numbers.count("") == 1
    assert sum(number.startswith("1380000") for number in numbers) >= 2
    assert all(1 <= int(number[-4:]) <= 300 for number in numbers if number.startswith("1390000"))


def test_everybody_speaks_before_anything_else() -> None:
    """Or the customer's side of a call that ends in the menu would be silent."""
    calls = [*short_calls(50, TOPICS, seed=5), *islice(daily_calls(TOPICS, seed=5), 50)]
    assert all(isinstance(call.script.steps[0], Say) for call in calls)
