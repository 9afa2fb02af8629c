"""RESULTS.md."""

from benchmarks.budgets import BUDGETS, missed
from benchmarks.results import table

_FIGURES = {"pop.painted_p99_ms": 150.0, "start.engine_s": 0.5, "distribution.times_faster": 99.0}


def test_a_budget_can_be_met_from_below_and_from_above() -> None:
    assert {budget.name for budget in missed(_FIGURES)} == {"pop.painted_p99_ms", "distribution.times_faster"}
    assert missed({"distribution.times_faster": 100.0}) == []


def test_the_table_says_what_was_measured_and_what_was_missed() -> None:
    text = table(_FIGURES, ["2 cores"], only="", learnt="## What we learnt\n\nKept.\n")
    assert "| pop.painted_p99_ms | 150 ms | ≤ 100 ms | 1.50 | **missed** |" in text
    assert "| start.engine_s | 0.5 s | ≤ 1 s | 0.50 | met |" in text
    assert "- 2 cores" in text
    assert "Kept." in text
    assert "lookup.phone_1m_p99_ms" not in text


def test_every_figure_that_the_design_names_has_its_budget() -> None:
    names = {budget.name for budget in BUDGETS}
    assert {"distribution.fourseat_median_ms", "rss.console_mb", "lookup.name2_1m_p99_ms"} <= names
