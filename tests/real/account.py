"""What became of the calls of a test that fails: what each caller heard, and what the engine wrote of it."""

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hearing import spoken_frames
from tests.real.gateway import GatewayCall
from tests.real.office import Office
from tests.real.world import prompt
from tests.support.centre import Whole
from tests.support.heard import RATE, Sound

_LOUD = 0.01
_PAUSE_S = 0.15
_TOLD = 40  # journal entries a call

Entry = tuple[int, str, dict[str, Any]]


def account(real: Whole, office: Office | None) -> str:
    """All calls since the test began, a paragraph each."""
    told = []
    for cli, call in real.placed.items():
        if call.placed_at >= real.started_ms and call.heard is not None and call.heard.exists():
            told.append(_told(real, cli, Sound.of(call.heard), None))
    for caller in office.gateway.calls if office is not None else ():
        told.append(_told(real, caller.cli, caller.heard(), caller))
    return "\n".join(sorted(told))


def _told(real: Whole, cli: str, sound: Sound, caller: GatewayCall | None) -> str:
    entries = _journal(real, cli)
    began = entries[0][0] if entries else 0
    names = sorted({name for _, _, body in entries for name in body.get("prompts", ())})
    files = [file for name in names if (file := prompt(real, name)).exists()]
    named = _found(sound, files) if caller is None else _came(caller, files)
    lines = [f"{cli} heard {sound.seconds:.2f} s: {named or 'no prompt'}; not silent: {_loud(sound)}"]
    lines += [f"  {(at - began) / 1000:7.3f} {kind} {_brief(body)}" for at, kind, body in entries[-_TOLD:]]
    return "\n".join(lines)


def _found(sound: Sound, files: list[Path]) -> str:
    """The prompts that the engine wanted to be heard, where they were heard."""
    found = [(match, file.stem) for file in files if (match := sound.find(file)) is not None]
    found.sort(key=lambda each: each[0].start)
    return ", ".join(f"{match.start:.2f}-{match.end:.2f} {name} {match.share:.0%}" for match, name in found)


def _came(caller: GatewayCall, files: list[Path]) -> str:
    """The same of a caller whose packets are at hand."""
    told = []
    for file in files:
        frames = set(spoken_frames(file))
        places = {packet.payload: packet.at for packet in caller.packets() if packet.payload in frames}
        if places:
            first, last = min(places.values()), max(places.values())
            told.append(f"{first:.2f}-{last:.2f} {file.stem} {len(places) / len(frames):.0%}")
    return ", ".join(told)


def _loud(sound: Sound) -> str:
    places = np.flatnonzero(np.abs(sound.samples) > _LOUD) / RATE
    if not len(places):
        return "never"
    pauses = [(before, after) for before, after in pairwise(places) if after - before > _PAUSE_S]
    starts = [places[0], *(after for _, after in pauses)]
    stops = [*(before for before, _ in pauses), places[-1]]
    return ", ".join(f"{start:.2f}-{stop:.2f}" for start, stop in zip(starts, stops, strict=True))


def _journal(real: Whole, cli: str) -> list[Entry]:
    with closing(sqlite3.connect(real.centre.site.paths.database, timeout=20)) as conn:
        rows = conn.execute(
            "SELECT at, kind, body FROM journal WHERE at >= ? AND body ->> 'call_id' ="
            " (SELECT call_id FROM calls WHERE cli = ? ORDER BY accepted_at DESC LIMIT 1) ORDER BY seq",
            (real.started_ms, cli),
        ).fetchall()
    return [(at, kind, json.loads(body)) for at, kind, body in rows]


def _brief(body: dict[str, Any]) -> str:
    given = {name: value for name, value in body.items() if name != "call_id" and value}
    return json.dumps(given, ensure_ascii=False)[:300]
