"""results.json and RESULTS.md."""

import json
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.budgets import BUDGETS, Budget
from benchmarks.figures import Figures, rounded

_FOLDER = Path(__file__).parent
_JSON = _FOLDER / "results.json"
_TABLE = _FOLDER / "RESULTS.md"
_LEARNT = "## What we learnt"


def write(figures: Figures, machine: list[str], *, only: str) -> None:
    """Write both files. With one part measured (`only`), the figures of the others stay as they were."""
    known = _read() if only else {}
    figures = known | rounded(figures)
    _JSON.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    _TABLE.write_text(table(figures, machine, only=only, learnt=_learnt()), encoding="utf-8")


def table(figures: Figures, machine: list[str], *, only: str, learnt: str) -> str:
    """The figures for a reader."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        "# What Fourseat measures",
        "",
        f"Made by `make bench` on {now}; every figure is in `results.json`."
        + (f" In this run only `{only}` was measured, the others are older." if only else ""),
        "",
        *(f"- {line}" for line in machine),
        "",
        "| figure | measured | budget | measured / budget | |",
        "|---|---:|---:|---:|---|",
        *(_line(budget, figures[budget.name]) for budget in BUDGETS if budget.name in figures),
        "",
        "## How each figure is measured",
        "",
        *(f"- `{budget.name}`: {budget.how}." for budget in BUDGETS if budget.name in figures),
        "",
        "## All figures",
        "",
        "| figure | value |",
        "|---|---:|",
        *(f"| {name} | {value:g} |" for name, value in sorted(figures.items())),
        "",
        learnt,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _line(budget: Budget, value: float) -> str:
    sign = "≥" if budget.at_least else "≤"
    verdict = "met" if budget.is_met(value) else "**missed**"
    return (
        f"| {budget.name} | {value:g} {budget.unit} | {sign} {budget.limit:g} {budget.unit} "
        f"| {value / budget.limit:.2f} | {verdict} |"
    )


def _read() -> Figures:
    if not _JSON.exists():
        return {}
    known: Figures = json.loads(_JSON.read_text(encoding="utf-8"))
    return known


def _learnt() -> str:
    """The part that people write, kept as it is."""
    text = _TABLE.read_text(encoding="utf-8") if _TABLE.exists() else ""
    _, heading, rest = text.partition(_LEARNT)
    return heading + rest
