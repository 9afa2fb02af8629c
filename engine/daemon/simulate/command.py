"""`fourseatd simulate`: how a day would go, before it comes."""

import json
import time
from contextlib import closing
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

import typer

from db.connection import open_reader
from engine.config import Config
from engine.core.ivr.problems import FlowError
from engine.core.plan import LinePlan, Plan, SeatPlan
from engine.core.records import Millis
from engine.daemon.paths import SitePaths
from engine.daemon.plan import load_plan
from engine.daemon.prompts import catalogue_of
from engine.daemon.simulate.day import SimulatedDay
from engine.daemon.simulate.figures import DayFigures, figures_of
from engine.daemon.simulate.options import Options
from engine.daemon.simulate.printing import SizedFigures, print_day, print_scale
from engine.daemon.simulate.profile import BUILT_IN, Draw, Profile, profile_of_history

HISTORY_DAYS = 90
_DAY_MS = 86_400_000
# calls, seats, lines: today's centre, a larger one, and the largest of those that it is compared with
SCALE = ((70, 2, 2), (140, 4, 4), (1_750, 50, 200), (7_000, 200, 780))


class SimulationError(Exception):
    """It cannot be simulated; the text says why."""


def run_simulation(config: Config, paths: SitePaths, options: Options) -> int:
    """Simulate and print. 1 when the floor reported a fault of its own. Raises SimulationError."""
    zone = ZoneInfo(config.site.timezone)
    plan = _plan(config, paths)
    profile = _profile(paths, zone, options) if options.history else BUILT_IN
    if options.scale:
        return _print_scale(plan, profile, zone, options)
    began = time.perf_counter()
    figures = _simulate(plan, profile, zone, options)
    seconds = time.perf_counter() - began
    if options.as_json:
        typer.echo(json.dumps(_plain(figures, profile, options, seconds), ensure_ascii=False))
    else:
        print_day(figures, plan, profile.source, options, seconds)
    return 1 if figures.faults else 0


def _plan(config: Config, paths: SitePaths) -> Plan:
    try:
        return load_plan(config, paths.home, catalogue_of(paths))
    except (OSError, FlowError, ValueError) as error:
        raise SimulationError(f"the configuration cannot be used: {error}") from None


def _profile(paths: SitePaths, zone: ZoneInfo, options: Options) -> Profile:
    if not paths.database.exists():
        return BUILT_IN
    midnight = _midnight(options.day, zone)
    with closing(open_reader(paths.database)) as conn:
        offset = datetime.fromtimestamp(midnight / 1000, zone).utcoffset() or timedelta()
        since = midnight - HISTORY_DAYS * _DAY_MS
        return profile_of_history(conn, int(offset.total_seconds() * 1000), since)


def _midnight(day: date, zone: ZoneInfo) -> Millis:
    return round(datetime.combine(day, clock(), zone).timestamp() * 1000)


def _simulate(plan: Plan, profile: Profile, zone: ZoneInfo, options: Options) -> DayFigures:
    seats = {
        f"seat{n}": SeatPlan(id=f"seat{n}", name=f"seat{n}", extension=str(800 + n), auto=False)
        for n in range(1, options.seats + 1)
    }
    line = LinePlan(id="line1", name="line1", channels=options.lines)
    sized = replace(plan, seats=seats, lines={line.id: line})
    draw = Draw(profile, options.seed)
    day = SimulatedDay(sized, _midnight(options.day, zone), draw, options.shift)
    return figures_of(day.run(options.calls), sized, zone)


def _print_scale(plan: Plan, profile: Profile, zone: ZoneInfo, options: Options) -> int:
    """The same day at several sizes: what an event and a decision cost."""
    rows: list[SizedFigures] = []
    for calls, seats, lines in SCALE:
        sized = replace(options, calls=calls, seats=seats, lines=lines)
        figures = _simulate(_roomy(plan, lines), profile, zone, sized)
        rows.append((calls, seats, lines, figures))
    if options.as_json:
        plain = [
            {
                "calls": calls,
                "seats": seats,
                "lines": lines,
                "events_a_second": figures.steps_a_second,
                "decision_us": round(figures.decision_us, 1),
                "faults": figures.faults,
            }
            for calls, seats, lines, figures in rows
        ]
        typer.echo(json.dumps(plain))
    else:
        print_scale(rows, plan.language)
    return 1 if any(figures.faults for *_, figures in rows) else 0


def _roomy(plan: Plan, lines: int) -> Plan:
    """Queues that hold as many callers as there are lines."""
    queues = {queue.id: replace(queue, max_waiting=lines) for queue in plan.queues.values()}
    return replace(plan, queues=queues)


def _plain(figures: DayFigures, profile: Profile, options: Options, seconds: float) -> dict[str, object]:
    measures = ("service_level", "answer_rate", "abandon_rate", "asa_ms", "aht_ms")
    return {
        "day": str(options.day),
        "seats": options.seats,
        "lines": options.lines,
        "seed": options.seed,
        "profile": profile.source,
        **asdict(figures),
        "total": asdict(figures.total) | {name: getattr(figures.total, name) for name in measures},
        "seconds": round(seconds, 3),
    }
