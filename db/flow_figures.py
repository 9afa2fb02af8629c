"""Where callers go in the voice menu, and where they give up."""

import json
import sqlite3

from engine.core.records import Millis


def drop_outs(conn: sqlite3.Connection, since: Millis) -> dict[str, tuple[int, int]]:
    """Per node: how many inbound calls since then came through it, and at how many of them it was the last.

    Counted as last is where a caller hung up without an agent; a flow that came to its own end lost nobody.
    """
    passed: dict[str, int] = {}
    ended: dict[str, int] = {}
    rows = conn.execute(
        """
        SELECT ivr_path, answered_at, ended_by FROM calls
        WHERE accepted_at >= ? AND direction = 'inbound' AND ended_at > 0
        """,
        (since,),
    )
    for path_json, answered_at, ended_by in rows:
        path = json.loads(path_json)
        for node in dict.fromkeys(path):
            passed[node] = passed.get(node, 0) + 1
        if path and not answered_at and ended_by == "customer":
            ended[path[-1]] = ended.get(path[-1], 0) + 1
    return {node: (count, ended.get(node, 0)) for node, count in passed.items()}
