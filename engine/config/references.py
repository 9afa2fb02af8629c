"""What the parts of a configuration say of each other: names that must be there, ways that must end."""

import difflib
import re
from collections.abc import Iterable

from engine.config.basics import ConfigError
from engine.config.office import DepartmentSection
from engine.config.sections import Boss, Config
from engine.config.sources import Source, source_problem

_BOSS_MS = 7_000  # a second less than what the floor waits for an answer


def check_references(config: Config, filename: str) -> None:
    """Raises ConfigError with file, place and remedy."""
    for name in ("lines", "seats", "queues", "break_reasons", "dispositions"):
        items = getattr(config, name)
        if not items:
            raise ConfigError(f"{filename}: [[{name}]]: at least one is needed")
        _unique([item.id for item in items], f"{filename}: [[{name}]]: id")
    _unique([seat.extension for seat in config.seats], f"{filename}: [[seats]]: extension")
    _unique([line.number for line in config.lines if line.number], f"{filename}: [[lines]]: number")
    _unique([number.did for number in config.numbers], f"{filename}: [[numbers]]: did")
    _check_queues(config, filename)
    _check_seats(config, filename)
    _check_boss(config.boss, filename)
    _check_departments(config.departments, filename)
    _check_sources(config.sources, filename)
    if config.asterisk.rtp_last <= config.asterisk.rtp_first:
        raise ConfigError(f"{filename}: [asterisk]: rtp_last must be greater than rtp_first")


def _check_queues(config: Config, filename: str) -> None:
    """Queues that others name must be there, and a caller must not be sent round in circles."""
    queues = {queue.id: queue for queue in config.queues}
    for staff_number, levels in config.skills.items():
        for queue_id in levels:
            _known(queue_id, queues, f"{filename}: [skills] {staff_number}: there is no queue")
    for queue in config.queues:
        way = [queue.id]
        while target := queues[way[-1]].overflow:
            _known(target, queues, f"{filename}: [[queues]] {way[-1]}: overflow: there is no queue")
            if target in way:
                circle = " -> ".join([*way, target])
                raise ConfigError(f"{filename}: [[queues]]: overflow goes round in circles: {circle}")
            way.append(target)


def _check_seats(config: Config, filename: str) -> None:
    """Queues and numbers that a seat is to serve must be there, or it would serve nobody."""
    queues = {queue.id for queue in config.queues}
    numbers = _dialled_numbers(config)
    for seat in config.seats:
        for queue_id in seat.queues:
            _known(queue_id, queues, f"{filename}: [[seats]] {seat.id}: queues: there is no queue")
        for did in seat.numbers:
            _known(did, numbers, f"{filename}: [[seats]] {seat.id}: numbers: no line and no entry has")


def _check_boss(boss: Boss, filename: str) -> None:
    """A caller must not be told that it failed while the billing side is still being asked."""
    if boss.kind == "http" and not boss.url:
        raise ConfigError(f'{filename}: [boss]: kind = "http" needs a url')
    if boss.timeout_ms * (boss.retries + 1) > _BOSS_MS:
        raise ConfigError(
            f"{filename}: [boss]: timeout_ms x (retries + 1) must not be more than {_BOSS_MS}:"
            " callers are not kept waiting for longer"
        )


def _check_sources(sources: list[Source], filename: str) -> None:
    """What is connected must say where it is and what is asked."""
    _unique([one.id for one in sources], f"{filename}: [[sources]]: id")
    for one in sources:
        problem = source_problem(one)
        if problem:
            raise ConfigError(f"{filename}: [[sources]] {one.id}: {problem}")


def _check_departments(departments: list[DepartmentSection], filename: str) -> None:
    """Delays are reported upwards: the way up must end, and no area may have two stations."""
    _unique([one.id for one in departments], f"{filename}: [[departments]]: id")
    areas = [area for one in departments if one.station for area in one.areas]
    _unique(areas, f"{filename}: [[departments]]: areas")
    parents = {one.id: one.parent for one in departments}
    for one in departments:
        way = [one.id]
        while parent := parents[way[-1]]:
            _known(parent, parents, f"{filename}: [[departments]] {way[-1]}: parent: there is no department")
            if parent in way:
                circle = " -> ".join([*way, parent])
                raise ConfigError(f"{filename}: [[departments]]: parent goes round in circles: {circle}")
            way.append(parent)


def _dialled_numbers(config: Config) -> set[str]:
    """All numbers that callers are known to dial, in digits only as they arrive with a call."""
    lines = {re.sub(r"[^0-9+*#]", "", line.number) for line in config.lines if line.number}
    return lines | {number.did for number in config.numbers}


def _known(value: str, there: Iterable[str], place: str) -> None:
    names = sorted(there)
    if value not in names:
        near = difflib.get_close_matches(value, names, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; there are: {', '.join(names)}"
        raise ConfigError(f"{place} `{value}`{hint}")


def _unique(values: list[str], place: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ConfigError(f"{place} `{value}` is used twice; give each its own")
        seen.add(value)
