"""500 random operations on up to 6 calls, again and again: the floor stays right.

FOURSEAT_PHONE_WORK=200 does so with more seeds than the few of every run.
"""

import os
from dataclasses import replace
from functools import cache

import pytest

from engine.core.states import CallState
from tests.support.floor_site import clock, make_plan, make_queue
from tests.support.phone_work import PhoneWork
from tests.support.service_flow import SERVICE_FLOW

SEEDS = range(int(os.environ.get("FOURSEAT_PHONE_WORK", "4")))
OPERATIONS = 500
KEYS = ("0", "4", "0", "5", "2", "0", "1", "4711#", "§1:6")  # of callers who serve themselves


@cache
def work(seed: int) -> PhoneWork:
    """All the phone work of one seed, to the end."""
    wrap_up_ms = (8_000, 0)[seed % 2]
    plan = make_plan(
        seats=5,
        auto=["seat2"] if seed % 3 else [],
        lines=6,
        wrap_up_ms=wrap_up_ms,
        fault=make_queue("fault", max_wait_ms=30_000, wrap_up_ms=wrap_up_ms),
    )
    serves_itself = seed % 2 == 1
    plan = replace(plan, flow=SERVICE_FLOW) if serves_itself else plan
    phones = PhoneWork(plan, clock("09:00:00"), seed, KEYS if serves_itself else ("0",))
    for _ in range(OPERATIONS):
        phones.step()
    phones.close_down()
    return phones


@pytest.mark.parametrize("seed", SEEDS)
def test_random_phone_work(seed: int) -> None:
    phones = work(seed)
    assert phones.done > 50
    assert phones.refused > 50
    assert phones.compared > 200


def test_the_work_reaches_every_state_of_a_call() -> None:
    assert set().union(*(work(seed).seen_states for seed in SEEDS)) == set(CallState)
