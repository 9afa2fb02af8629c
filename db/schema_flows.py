"""Tables of the versions of the voice menu."""

FLOWS: tuple[str, ...] = (
    # `flow` is the file that the configuration names; `files` has its text and those that it includes.
    """
    CREATE TABLE flow_versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        flow TEXT NOT NULL CHECK (flow <> ''),
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        note TEXT NOT NULL,
        files TEXT NOT NULL CHECK (json_valid(files)),
        digest TEXT NOT NULL CHECK (digest <> '')
    ) STRICT
    """,
    "CREATE INDEX flow_versions_by_flow ON flow_versions (flow, id)",
    # When which version went live; the last row of a flow says which one runs.
    """
    CREATE TABLE flow_activations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        flow TEXT NOT NULL,
        version INTEGER NOT NULL REFERENCES flow_versions (id),
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        why TEXT NOT NULL CHECK (why IN ('started', 'applied', 'scheduled', 'rolled_back'))
    ) STRICT
    """,
    "CREATE INDEX flow_activations_by_flow ON flow_activations (flow, id)",
    """
    CREATE TABLE flow_schedule (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        flow TEXT NOT NULL,
        version INTEGER NOT NULL REFERENCES flow_versions (id),
        due_at INTEGER NOT NULL CHECK (due_at > 0),
        who TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'cancelled', 'failed')),
        detail TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX flow_schedule_waiting ON flow_schedule (due_at) WHERE state = 'waiting'",
)
