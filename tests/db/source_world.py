"""Rows of sources on their way into a database, as the desk of sources brings them there."""

import sqlite3

from db.connection import transaction
from db.import_columns import columns_of
from db.source_rows import SourceRow, digest_of, key_of, ready_row
from db.source_take import SourceTask, Taken, take_rows
from db.waiting_names import add_sorted, forget_some, sorted_keys
from engine.core.customers.merging import MATCH_KEYS
from tests.support.source_rules import RULES


def ready(source: str, cells: dict[str, str], *, key: str, line: str = "", number: int = 2) -> SourceRow:
    """A row made ready; `line`: what its account is for."""
    columns = columns_of(cells, {}, needs=(), of_source=True)
    digest = digest_of(cells, columns, "")
    return ready_row(number, key_of(cells, key), digest, cells, columns, RULES[source], account_line=line)


def take(
    conn: sqlite3.Connection,
    source: str,
    *rows: dict[str, str],
    key: str = "户号",
    line: str = "",
    match: tuple[str, ...] = MATCH_KEYS,
    as_of: int = 1_000,
) -> Taken:
    """Rows of a source as its file has them, taken over and found by their names."""
    task = SourceTask(source=source, rules=RULES, match=match, as_of=as_of, now=as_of + 1)
    all_ready = [ready(source, cells, key=key, line=line, number=n) for n, cells in enumerate(rows, 2)]
    with transaction(conn):
        taken = take_rows(conn, task, all_ready, lambda: False)
        put_names_in(conn)
    return taken


def put_names_in(conn: sqlite3.Connection, most: int = 1_000) -> None:
    """The keys of names that wait go where they are looked for."""
    keys, last = sorted_keys(conn, most)
    assert add_sorted(conn, keys, lambda: False) == len(keys)
    while forget_some(conn, last):
        pass


def became(taken: Taken) -> dict[str, int]:
    """How many rows became what."""
    return {str(name): count for name, count in taken.became.items() if count}
