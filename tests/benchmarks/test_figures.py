"""The statistics behind results.json."""

import pytest

from benchmarks.figures import growth_order, percentile, rounded, spread


def test_a_percentile_is_a_value_that_was_measured() -> None:
    samples = [float(value) for value in range(100, 0, -1)]
    assert percentile(samples, 0.99) == 99
    assert percentile(samples, 0.5) == 50
    assert percentile(samples, 1.0) == 100
    assert percentile(samples, 0.0) == 1


def test_of_few_samples_the_99th_percentile_is_the_worst() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
    assert percentile([7.0], 0.01) == 7.0


def test_percentile_of_101_samples_leaves_out_one() -> None:
    assert percentile([1.0] * 100 + [500.0], 0.99) == 1.0
    assert percentile([1.0] * 99 + [500.0, 500.0], 0.99) == 500.0


def test_spread_names_its_figures() -> None:
    assert spread("pop.painted", [1.0, 2.0, 6.0]) == {
        "pop.painted_median_ms": 2.0,
        "pop.painted_p99_ms": 6.0,
        "pop.painted_max_ms": 6.0,
        "pop.painted_samples": 3,
    }


def test_spread_of_nothing_has_no_invented_figures() -> None:
    assert spread("x", []) == {"x_samples": 0}


@pytest.mark.parametrize(
    ("costs", "order"),
    [([10.0, 10.0], 0.5), ([10.0, 20.0], 1.0), ([10.0, 40.0], 2.0)],
)
def test_growth_is_held_against_the_logarithm(costs: list[float], order: float) -> None:
    assert growth_order([4.0, 16.0], costs) == pytest.approx(order)


def test_rounding_keeps_four_digits_that_mean_something() -> None:
    assert rounded({"a": 1234.56, "b": 0.00123456, "c": 3.14159, "d": 40.0, "e": 0.0, "f": 99.99999}) == {
        "a": 1235,
        "b": 0.001235,
        "c": 3.142,
        "d": 40,
        "e": 0,
        "f": 100.0,
    }
