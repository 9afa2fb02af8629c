"""A simulated day: the same seed gives the same day, every call has one end, and the figures add up."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.calls import store_call
from engine.config import parse_config
from engine.core.records import CallRecord
from engine.core.states import Outcome
from engine.daemon.cli import app
from engine.daemon.paths import SitePaths
from engine.daemon.simulate.command import run_simulation
from engine.daemon.simulate.options import Options
from engine.daemon.simulate.profile import BUILT_IN, Draw, profile_of_history
from tests.support.database import memory_database

HOME = Path(__file__).parents[2]
OPTIONS = Options(
    calls=70,
    seats=2,
    lines=2,
    day=date(2026, 11, 20),
    seed=1,
    shift=(8, 21),
    history=False,
    scale=False,
    as_json=True,
)
HOUR_MS = 3_600_000


def simulate(capsys: pytest.CaptureFixture[str], **options: object) -> dict[str, object]:
    """The JSON of one day."""
    config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
    code = run_simulation(config, SitePaths.of(config, HOME), replace(OPTIONS, **options))  # type: ignore[arg-type]
    figures: dict[str, object] = json.loads(capsys.readouterr().out)
    assert (code, figures["faults"]) == (0, [])
    return figures


def without_times(figures: dict[str, object]) -> dict[str, object]:
    return {key: figures[key] for key in figures if key not in ("seconds", "steps_a_second", "decision_us")}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_adds_up(capsys: pytest.CaptureFixture[str], seed: int) -> None:
    day = simulate(capsys, seed=seed)
    total, outcomes, agents = day["total"], day["outcomes"], day["agents"]
    assert isinstance(total, dict)
    assert isinstance(outcomes, dict)
    assert isinstance(agents, list)
    assert sum(outcomes.values()) == day["calls"]
    assert total["answered"] == outcomes["answered"] == sum(agent["answered"] for agent in agents)
    assert sum(agent["talk_ms"] for agent in agents) == total["talk_ms"] + total["hold_ms"]
    assert total["offered"] >= total["answered"] + total["abandoned"]
    assert all(0 < agent["talk_ms"] + agent["wrap_up_ms"] < agent["logged_in_ms"] for agent in agents)


def test_the_same_seed_gives_the_same_day_and_another_one_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, again, other = (simulate(capsys, seed=seed) for seed in (5, 5, 6))
    assert without_times(first) == without_times(again)
    assert without_times(first) != without_times(other)


def test_more_agents_wait_less_and_too_few_lines_are_busy(capsys: pytest.CaptureFixture[str]) -> None:
    one, four = (simulate(capsys, calls=400, seats=seats, lines=30) for seats in (1, 4))
    assert isinstance(one["total"], dict)
    assert isinstance(four["total"], dict)
    assert one["total"]["abandoned"] > four["total"]["abandoned"]
    assert one["total"]["service_level"] < four["total"]["service_level"]
    assert one["busy"] == 0
    assert simulate(capsys, calls=400, seats=4, lines=1)["busy"] != 0


def test_the_largest_centre_runs_without_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    day = simulate(capsys, calls=1_500, seats=200, lines=780)
    assert isinstance(day["calls"], int)
    assert day["calls"] > 1_350


def test_the_report_is_in_the_language_of_the_site() -> None:
    result = CliRunner().invoke(
        app, ["simulate", "--config", str(HOME / "config.toml"), "--day", "2026-11-20"]
    )
    assert result.exit_code == 0, result.output
    assert "70 个来电" in result.output
    assert "人工服务" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--day", "tomorrow"], "A day is written 2026-11-20"),
        (["--shift", "21-8"], "must be two hours"),
        (["--shift", "morning"], "a shift 8-21"),
        (["--calls", "0"], "should be greater than or equal to 1"),
    ],
)
def test_what_cannot_be_simulated_is_said(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["simulate", "--config", str(HOME / "config.toml"), *arguments])
    assert result.exit_code == 2
    assert words in " ".join(result.output.replace("│", "").split())


@pytest.fixture
def history() -> Iterator[sqlite3.Connection]:
    """200 answered calls at nine, talks of a minute; each tenth caller gave up after half a minute."""
    conn = memory_database()
    for n in range(200):
        gave_up = n % 10 == 0
        at = n * 24 * HOUR_MS + HOUR_MS
        record = CallRecord(
            call_id=f"c{n}",
            line_id="line1",
            queue_id="general",
            accepted_at=at,
            offered_at=at,
            answered_at=0 if gave_up else at + 3_000,
            ended_at=at + 100_000,
            wait_ms=30_000 if gave_up else 3_000,
            talk_ms=0 if gave_up else 60_000,
            wrap_up_ms=0 if gave_up else 20_000,
            outcome=Outcome.ABANDONED if gave_up else Outcome.ANSWERED,
        )
        store_call(conn, record)
    yield conn
    conn.close()


def test_the_own_history_is_followed_when_there_is_enough_of_it(history: sqlite3.Connection) -> None:
    profile = profile_of_history(history, 8 * HOUR_MS, 0)
    assert profile.source == "history"
    assert profile.by_hour[9] == sum(profile.by_hour) == 200
    assert (profile.talk_ms, profile.wrap_up_ms) == (60_000, 20_000)
    assert profile.patience_ms == pytest.approx((20 * 30_000 + 180 * 3_000) / 20)
    assert profile_of_history(history, 0, 150 * 24 * HOUR_MS) is BUILT_IN


def test_what_is_drawn_has_the_wanted_means() -> None:
    draw = Draw(BUILT_IN, 7)
    talks = [draw.talk_ms() for _ in range(4_000)]
    waits = [draw.patience_ms() for _ in range(4_000)]
    assert sum(talks) / len(talks) == pytest.approx(BUILT_IN.talk_ms, rel=0.05)
    assert sum(waits) / len(waits) == pytest.approx(BUILT_IN.patience_ms, rel=0.05)
    arrivals = draw.arrivals(1_000, 0, (8, 12))
    assert arrivals == sorted(arrivals)
    assert all(8 * HOUR_MS <= at < 12 * HOUR_MS for at in arrivals)
