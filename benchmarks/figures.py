"""Statistics of samples, as they stand in results.json."""

import math
import statistics
from collections.abc import Sequence

Figures = dict[str, float]


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that `share` (0 to 1) of all samples do not exceed: a value that was measured."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(name: str, samples: Sequence[float], unit: str = "ms") -> Figures:
    """Median, 99th percentile, worst and number of the samples, under names that begin with `name`."""
    if not samples:
        return {f"{name}_samples": 0}
    return {
        f"{name}_median_{unit}": statistics.median(samples),
        f"{name}_p99_{unit}": percentile(samples, 0.99),
        f"{name}_max_{unit}": max(samples),
        f"{name}_samples": len(samples),
    }


def growth_order(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """By how much the costs outgrow the logarithm of the size: 1 or less is no faster than it."""
    times_dearer = costs[-1] / costs[0]
    times_log = math.log(sizes[-1]) / math.log(sizes[0])
    return times_dearer / times_log


def rounded(figures: Figures) -> Figures:
    """Four digits that mean something; whole numbers stay whole."""
    return {name: _rounded(value) for name, value in figures.items()}


def _rounded(value: float) -> float:
    if value == int(value):
        return int(value)
    return round(value, max(0, 3 - math.floor(math.log10(abs(value)))))
