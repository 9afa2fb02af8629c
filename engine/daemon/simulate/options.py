"""What a simulation is asked for."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line; `shift` is the hours between which the agents are there."""

    calls: int
    seats: int
    lines: int
    day: date
    seed: int
    shift: tuple[int, int]
    history: bool
    scale: bool
    as_json: bool
