"""The circuit breaker, with time as it is told."""

import pytest

from engine.adapters.boss.breaker import Breaker, BreakerState


@pytest.fixture
def breaker() -> Breaker:
    return Breaker(failures=3, seconds=30.0)


def fail(breaker: Breaker, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        breaker.failed(breaker.admit(now), now)


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded(breaker.admit(0.0))
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED
    fail(breaker, 1)
    assert breaker.state is BreakerState.OPEN
    assert breaker.admit(29.9) == 0


def test_one_question_probes(breaker: Breaker) -> None:
    fail(breaker, 3)
    probe = breaker.admit(30.0)
    assert probe
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.admit(30.0) == 0
    breaker.succeeded(probe)
    assert breaker.state is BreakerState.CLOSED
    assert breaker.admit(30.0)


def test_a_failed_probe_opens_it_for_the_whole_time_again(breaker: Breaker) -> None:
    fail(breaker, 3)
    breaker.failed(breaker.admit(30.0), 31.0)
    assert breaker.state is BreakerState.OPEN
    assert breaker.admit(60.9) == 0
    assert breaker.admit(61.0)


def test_a_probe_that_nobody_waits_for_lets_another_one_try(breaker: Breaker) -> None:
    fail(breaker, 3)
    breaker.given_up(breaker.admit(30.0))
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.admit(30.0)


def test_late_ends_change_nothing(breaker: Breaker) -> None:
    late = [breaker.admit(0.0) for _ in range(3)]
    fail(breaker, 3)
    breaker.succeeded(late[0])
    breaker.failed(late[1], 29.0)
    assert breaker.state is BreakerState.OPEN
    probe = breaker.admit(30.0)
    breaker.failed(late[2], 30.0)
    breaker.given_up(late[2])
    assert breaker.state is BreakerState.HALF_OPEN
    breaker.succeeded(probe)
    assert breaker.state is BreakerState.CLOSED
    assert repr(breaker) == "<Breaker closed: 0 of 3 failed>"
