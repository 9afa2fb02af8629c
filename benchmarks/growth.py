"""How the cost of a decision grows from 4 seats and 2 lines to 200 seats and 780 lines."""

import gc
from dataclasses import dataclass

from benchmarks.decision_cost import SIZES, Cost, measure_cost
from benchmarks.figures import Figures, growth_order
from benchmarks.progress import say

_KINDS = ("assign", "step", "change", "desk")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int


FULL = Size(rounds=600)
QUICK = Size(rounds=100)


def measure(size: Size) -> Figures:
    """Medians in microseconds by size, and what they grow by against the logarithm of the seats."""
    say(f"growth: {size.rounds} rounds at {', '.join(f'{seats} x {lines}' for seats, lines in SIZES)}")
    gc.collect()
    gc.freeze()  # as the engine does
    try:
        costs = [measure_cost(seats, lines, size.rounds) for seats, lines in SIZES]
    finally:
        gc.unfreeze()
    figures: Figures = {}
    for kind in _KINDS:
        for cost in costs:
            figures[f"growth.{kind}_{cost.seats}x{cost.lines}_us"] = getattr(cost, kind)
        figures[f"growth.{kind}_to_logarithm"] = _to_logarithm(costs, kind)
    return figures


def _to_logarithm(costs: list[Cost], kind: str) -> float:
    return growth_order([cost.seats for cost in costs], [getattr(cost, kind) for cost in costs])
