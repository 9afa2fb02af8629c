"""What subscriber systems say of customers, and what the office has added, kept apart."""

SOURCES: tuple[str, ...] = (
    # One row of a source. `body` is what it says, as fields; `digest` tells whether the row is another one.
    """
    CREATE TABLE source_records (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL CHECK (source <> ''),
        key TEXT NOT NULL CHECK (key <> ''),
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        as_of INTEGER NOT NULL CHECK (as_of >= 0),
        digest BLOB NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body)),
        gone_at INTEGER NOT NULL DEFAULT 0 CHECK (gone_at >= 0)
    ) STRICT
    """,
    "CREATE UNIQUE INDEX source_records_by_key ON source_records (source, key)",
    "CREATE INDEX source_records_by_customer ON source_records (customer_id)",
    "CREATE INDEX source_records_gone ON source_records (source) WHERE gone_at > 0",
    # What nobody guesses: the record of the row waits, or a field of its customer stays as it stands.
    """
    CREATE TABLE source_conflicts (
        record_id INTEGER NOT NULL REFERENCES source_records (id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        code TEXT NOT NULL CHECK (code IN ('several', 'nobody', 'differs', 'taken', 'invalid')),
        detail TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        PRIMARY KEY (record_id, field)
    ) STRICT, WITHOUT ROWID
    """,
    # What the office says itself: {"value": ...}, or {"added": [...], "removed": [...]} of a list.
    """
    CREATE TABLE customer_own (
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        field TEXT NOT NULL CHECK (field <> ''),
        value TEXT NOT NULL CHECK (json_valid(value)),
        who TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        PRIMARY KEY (customer_id, field)
    ) STRICT, WITHOUT ROWID
    """,
    # Up to when the whole of a source is known: records that are not gone are as old as this at most.
    """
    CREATE TABLE source_states (
        source TEXT PRIMARY KEY CHECK (source <> ''),
        as_of INTEGER NOT NULL CHECK (as_of >= 0)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE source_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL CHECK (source <> ''),
        what TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped')),
        started_at INTEGER NOT NULL CHECK (started_at >= 0),
        ended_at INTEGER NOT NULL DEFAULT 0 CHECK (ended_at >= 0),
        as_of INTEGER NOT NULL CHECK (as_of >= 0),
        rows INTEGER NOT NULL DEFAULT 0,
        added INTEGER NOT NULL DEFAULT 0,
        changed INTEGER NOT NULL DEFAULT 0,
        aside INTEGER NOT NULL DEFAULT 0,
        bad INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        balances_kept INTEGER NOT NULL DEFAULT 0,
        trouble TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        CHECK ((state = 'running') = (ended_at = 0))
    ) STRICT
    """,
    "CREATE INDEX source_runs_by_source ON source_runs (source, id)",
)

# Rows of a customer's file that came from sources: `written` is what they wrote there last, `own` the columns
# that the office has changed since. The row itself may be gone: then the office has taken it out.
SOURCE_PARTS: tuple[str, ...] = (
    """
    CREATE TABLE source_parts (
        part TEXT NOT NULL CHECK (part IN ('person', 'address', 'account', 'device')),
        part_id INTEGER NOT NULL,
        record_id INTEGER NOT NULL REFERENCES source_records (id) ON DELETE CASCADE,
        written TEXT NOT NULL CHECK (json_valid(written)),
        own TEXT NOT NULL,
        PRIMARY KEY (part, part_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX source_parts_by_record ON source_parts (record_id)",
)

# Name keys of new customers that are not in `name_keys` yet, separated by spaces.
WAITING_NAMES: tuple[str, ...] = (
    """
    CREATE TABLE name_keys_waiting (
        customer_id INTEGER PRIMARY KEY,
        keys TEXT NOT NULL CHECK (keys <> '')
    ) STRICT
    """,
)
