"""Reads what a billing side elsewhere answers; nothing gets in that the flows do not know."""

import json
from collections.abc import Mapping
from typing import Any

from engine.core.boss import BossDown, Reply
from engine.core.ivr.services import SERVICES
from engine.core.ivr.values import Plain, Row, Value

MAX_TEXT = 200
MAX_ROWS = 200
MAX_NUMBER = 10**13
SETTLED = ("done", "not_done", "pending")


def parse_reply(service: str, body: bytes) -> Reply:
    """Outcome and values of a service. Fields that we do not know are left out. Raises BossDown."""
    return _reply(service, _object(body))


def parse_settled(service: str, body: bytes) -> tuple[str, Reply | None]:
    """What became of a change: done with its reply, not_done, or pending. Raises BossDown."""
    answer = _object(body)
    state = answer.get("state")
    if state not in SETTLED:
        raise BossDown(f"settle: state {str(state)[:40]!r}")
    return state, _reply(service, answer) if state == "done" else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise BossDown("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise BossDown("the answer is no JSON object")
    return answer


def _reply(service: str, answer: Mapping[str, Any]) -> Reply:
    outcome, given = answer.get("outcome"), answer.get("values", {})
    samples = SERVICES[service].answers
    if not isinstance(outcome, str) or outcome not in samples:
        raise BossDown(f"{service}: outcome {str(outcome)[:40]!r}")
    if not isinstance(given, dict):
        raise BossDown(f"{service}: values are no object")
    return outcome, {name: _value(service, name, given, like) for name, like in samples[outcome].items()}


def _value(service: str, name: str, given: Mapping[str, Any], like: Value) -> Value:
    if not isinstance(like, tuple):
        return _plain(service, name, given, like)
    rows = given.get(name)
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS:
        raise BossDown(f"{service}: {name} is no list of 1 to {MAX_ROWS} rows")
    return tuple(_row(service, name, row, like[0]) for row in rows)


def _row(service: str, name: str, row: object, like: Row) -> Row:
    if not isinstance(row, dict):
        raise BossDown(f"{service}: a row of {name} is no object")
    return {field: _plain(service, field, row, sample) for field, sample in like.items()}


def _plain(service: str, name: str, given: Mapping[str, Any], like: Plain) -> Plain:
    value = given.get(name)
    if isinstance(like, int):
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER:
            return value
        raise BossDown(f"{service}: {name} is no whole number")
    if isinstance(value, str) and len(value) <= MAX_TEXT and value.isprintable():
        return value
    raise BossDown(f"{service}: {name} is no text of at most {MAX_TEXT} characters")
