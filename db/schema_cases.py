"""Tables of what customers have told us and are to be told: cases, outages, notices."""

CASES: tuple[str, ...] = (
    # Numbers are given by day: the count of a day has no holes, since a case is never removed.
    """
    CREATE TABLE cases (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        day TEXT NOT NULL CHECK (length(day) = 6),
        count INTEGER NOT NULL CHECK (count >= 1),
        kind TEXT NOT NULL CHECK (kind IN ('fault', 'complaint', 'suggestion', 'report')),
        line TEXT NOT NULL,
        fault TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'dispatched', 'done', 'cancelled')),
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        cli TEXT NOT NULL,
        call_id TEXT NOT NULL,
        reported_at INTEGER NOT NULL CHECK (reported_at >= 0),
        expected_at INTEGER NOT NULL CHECK (expected_at >= 0),
        technician TEXT NOT NULL,
        score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 5),
        done_at INTEGER NOT NULL CHECK (done_at >= 0),
        changed_at INTEGER NOT NULL CHECK (changed_at >= 0),
        version INTEGER NOT NULL CHECK (version >= 1),
        UNIQUE (day, count)
    ) STRICT
    """,
    "CREATE INDEX cases_by_customer ON cases (customer_id, reported_at)",
    "CREATE INDEX cases_by_cli ON cases (cli, reported_at)",
    "CREATE INDEX cases_by_time ON cases (reported_at)",
    "CREATE INDEX cases_open ON cases (reported_at) WHERE state IN ('new', 'dispatched')",
    """
    CREATE TABLE case_steps (
        id INTEGER PRIMARY KEY,
        case_id INTEGER NOT NULL REFERENCES cases (id),
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        deed TEXT NOT NULL CHECK (deed IN ('reported', 'again', 'state', 'technician', 'expected', 'remark',
            'rated')),
        detail TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX case_steps_by_case ON case_steps (case_id, id)",
    """
    CREATE TABLE case_recordings (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        name TEXT NOT NULL CHECK (name <> ''),
        at INTEGER NOT NULL CHECK (at >= 0),
        length_ms INTEGER NOT NULL CHECK (length_ms >= 0),
        size INTEGER NOT NULL CHECK (size >= 0),
        sha256 TEXT NOT NULL,
        error TEXT NOT NULL,
        PRIMARY KEY (case_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    # What was answered to whom: who asks the same once more gets the same answer, and nothing is done.
    """
    CREATE TABLE case_answers (
        key TEXT PRIMARY KEY CHECK (key <> ''),
        outcome TEXT NOT NULL,
        number TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('notice', 'outage')),
        areas TEXT NOT NULL CHECK (json_valid(areas)),
        line TEXT NOT NULL,
        from_at INTEGER NOT NULL CHECK (from_at >= 0),
        until_at INTEGER NOT NULL CHECK (until_at = 0 OR until_at > from_at),
        ended_at INTEGER NOT NULL CHECK (ended_at >= 0),
        text TEXT NOT NULL,
        text_en TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        CHECK (kind <> 'outage' OR until_at > 0)
    ) STRICT
    """,
    "CREATE INDEX notices_open ON notices (from_at) WHERE ended_at = 0",
    """
    CREATE TABLE outage_watchers (
        notice_id INTEGER NOT NULL REFERENCES notices (id),
        number TEXT NOT NULL CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        call_id TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        told_at INTEGER NOT NULL CHECK (told_at >= 0),
        PRIMARY KEY (notice_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX outage_watchers_by_customer ON outage_watchers (customer_id)",
    # A CHECK cannot be changed: the table of calls back is made anew with one more kind.
    """
    CREATE TABLE callbacks_with_repaired (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('callback', 'abandoned', 'repaired')),
        state TEXT NOT NULL CHECK (state IN ('waiting', 'paused', 'here', 'calling', 'open', 'done')),
        number TEXT NOT NULL CHECK (number <> ''),
        queue_id TEXT NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 0),
        asked_at INTEGER NOT NULL CHECK (asked_at >= 0),
        call_id TEXT NOT NULL,
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        abandoned INTEGER NOT NULL CHECK (abandoned >= 0),
        tries INTEGER NOT NULL CHECK (tries >= 0),
        next_try_at INTEGER NOT NULL CHECK (next_try_at >= 0),
        attempt TEXT NOT NULL,
        reason TEXT NOT NULL,
        staff_number TEXT NOT NULL,
        result TEXT NOT NULL CHECK (result IN ('', 'reached', 'called_again', 'handled', 'cancelled')),
        done_at INTEGER NOT NULL CHECK (done_at >= 0),
        remark TEXT NOT NULL,
        CHECK ((state = 'done') = (result <> ''))
    ) STRICT
    """,
    """
    INSERT INTO callbacks_with_repaired (id, kind, state, number, queue_id, place, asked_at, call_id,
        customer_id, abandoned, tries, next_try_at, attempt, reason, staff_number, result, done_at, remark)
    SELECT id, kind, state, number, queue_id, place, asked_at, call_id,
        customer_id, abandoned, tries, next_try_at, attempt, reason, staff_number, result, done_at, remark
    FROM callbacks
    """,
    "DROP TABLE callbacks",
    "ALTER TABLE callbacks_with_repaired RENAME TO callbacks",
    "CREATE UNIQUE INDEX callbacks_open ON callbacks (number) WHERE state <> 'done'",
    "CREATE INDEX callbacks_by_time ON callbacks (asked_at)",
    "CREATE INDEX callbacks_by_customer ON callbacks (customer_id)",
)
