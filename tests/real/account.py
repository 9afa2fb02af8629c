"""What became of the calls of a test that fails: what each caller heard, and what the engine wrote of it."""

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.real.office import Office
from tests.support.centre import Whole
from tests.support.heard import RATE, Sound

_LOUD = 0.01
_LEAST_SHARE = 0.3
_PAUSE_S = 0.15
_TOLD = 40  # journal entries a call


def account(real: Whole, office: Office | None) -> str:
    """All calls since the test began, a paragraph each."""
    heard = {cli: placed.heard for cli, placed in real.placed.items() if placed.heard is not None}
    sounds = {cli: Sound.of(path) for cli, path in heard.items() if path.exists()}
    if office is not None:
        sounds |= {call.cli: call.heard() for call in office.gateway.calls}
    files = sorted((real.centre.site.paths.prompts / "zh").glob("*.wav"))
    return "\n".join(
        f"{cli} heard {_heard(sounds[cli], files)}\n{_journal(real, cli)}" for cli in sorted(sounds)
    )


def _heard(sound: Sound, files: list[Path]) -> str:
    found = [
        (match.start, match.end, f"{file.stem} {match.share:.0%}")
        for file in files
        if (match := sound.find(file)) is not None and match.share > _LEAST_SHARE
    ]
    known = ", ".join(f"{start:.2f}-{end:.2f} {name}" for start, end, name in sorted(found))
    return f"{sound.seconds:.2f} s: {known or 'nothing known'}; not silent: {_loud(sound)}"


def _loud(sound: Sound) -> str:
    places = np.flatnonzero(np.abs(sound.samples) > _LOUD) / RATE
    if not len(places):
        return "never"
    ends = [(before, after) for before, after in pairwise(places) if after - before > _PAUSE_S]
    starts = [places[0], *(after for _, after in ends)]
    stops = [*(before for before, _ in ends), places[-1]]
    return ", ".join(f"{start:.2f}-{stop:.2f}" for start, stop in zip(starts, stops, strict=True))


def _journal(real: Whole, cli: str) -> str:
    with closing(sqlite3.connect(real.centre.site.paths.database, timeout=20)) as conn:
        rows = conn.execute(
            "SELECT at, kind, body FROM journal WHERE at >= ? AND body ->> 'call_id' ="
            " (SELECT call_id FROM calls WHERE cli = ? ORDER BY accepted_at DESC LIMIT 1) ORDER BY seq",
            (real.started_ms, cli),
        ).fetchall()
    began = rows[0][0] if rows else 0
    return "\n".join(
        f"  {(at - began) / 1000:7.3f} {kind} {_brief(body)}" for at, kind, body in rows[-_TOLD:]
    )


def _brief(body: str) -> str:
    given = {name: value for name, value in json.loads(body).items() if name != "call_id" and value}
    return json.dumps(given, ensure_ascii=False)[:300]
