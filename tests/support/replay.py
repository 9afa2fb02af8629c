"""Tells a journal to a new floor: the same facts at the same times must have the same effects.

    differences = replay(rows, Floor(plan, rows[0].at))

A journal of one run of the engine, from its start on: what was remembered at the start is not in it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from db.journal import JournalRow
from engine.core import effects, events, requests
from engine.core.floor import Floor
from engine.core.requests import Refusal

_NOT_JOURNALLED = (effects.ViewsChanged, effects.Step)


def replay(rows: Iterable[JournalRow], floor: Floor) -> list[tuple[JournalRow, list[str], list[str]]]:
    """Each fact whose effects differ, with those of the journal and those of now."""
    return [
        (fact, then, now) for fact, then in _with_effects(rows) if (now := _effects_now(fact, floor)) != then
    ]


def _with_effects(rows: Iterable[JournalRow]) -> Iterator[tuple[JournalRow, list[str]]]:
    fact: JournalRow | None = None
    following: list[str] = []
    for row in rows:
        if row.kind.startswith("effect."):
            following.append(f"{row.kind} {row.body}")
            continue
        if fact is not None:
            yield fact, following
        fact, following = row, []
    if fact is not None:
        yield fact, following


def _effects_now(fact: JournalRow, floor: Floor) -> list[str]:
    kind, _, name = fact.kind.partition(".")
    module = events if kind == "event" else requests
    told = msgspec.json.decode(fact.body, type=getattr(module, name))
    done = floor.handle(told, fact.at) if kind == "event" else floor.request(told, fact.at)
    if isinstance(done, Refusal):
        return [f"refused {done.code}"]
    return [
        f"effect.{type(effect).__name__} {msgspec.json.encode(effect).decode()}"
        for effect in done
        if not isinstance(effect, _NOT_JOURNALLED)
    ]
