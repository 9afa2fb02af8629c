"""Articles, their versions and uses; what a diagnosis found; the numbers of printed forms."""

KNOWLEDGE: tuple[str, ...] = (
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        title TEXT NOT NULL CHECK (title <> ''),
        text TEXT NOT NULL CHECK (text <> ''),
        spoken TEXT NOT NULL,
        category TEXT NOT NULL,
        valid_from TEXT NOT NULL,
        valid_until TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
        version INTEGER NOT NULL CHECK (version > 0),
        from_ticket TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX articles_by_key ON articles (key) WHERE key <> ''",
    "CREATE UNIQUE INDEX articles_by_ticket ON articles (from_ticket) WHERE from_ticket <> ''",
    """
    CREATE TABLE article_ties (
        tie TEXT NOT NULL CHECK (tie <> ''),
        article_id INTEGER NOT NULL REFERENCES articles (id),
        place INTEGER NOT NULL,
        PRIMARY KEY (tie, article_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX article_ties_by_article ON article_ties (article_id, place)",
    """
    CREATE TABLE article_versions (
        article_id INTEGER NOT NULL REFERENCES articles (id),
        version INTEGER NOT NULL,
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        note TEXT NOT NULL,
        state TEXT NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body)),
        PRIMARY KEY (article_id, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE article_uses (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles (id),
        kind TEXT NOT NULL CHECK (kind IN ('opened', 'read_out', 'helped', 'not_helped')),
        at INTEGER NOT NULL,
        staff_number TEXT NOT NULL,
        call_id TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX article_uses_by_article ON article_uses (article_id, kind)",
    # Said twice of one call by the same person counts once.
    """
    CREATE UNIQUE INDEX article_uses_once ON article_uses (article_id, kind, call_id, staff_number)
    WHERE call_id <> ''
    """,
    """
    CREATE VIRTUAL TABLE article_search USING fts5 (
        pieces, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
    )
    """,
    """
    CREATE TABLE diagnoses (
        id INTEGER PRIMARY KEY,
        tree TEXT NOT NULL,
        ending TEXT NOT NULL,
        finding TEXT NOT NULL,
        digits TEXT NOT NULL,
        at INTEGER NOT NULL,
        staff_number TEXT NOT NULL,
        call_id TEXT NOT NULL,
        ticket TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX diagnoses_by_time ON diagnoses (at)",
    """
    CREATE TABLE paper_forms (
        serial INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        number TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        printed_at INTEGER NOT NULL,
        printed_by TEXT NOT NULL,
        ticket TEXT NOT NULL DEFAULT '',
        entered_at INTEGER NOT NULL DEFAULT 0,
        entered_by TEXT NOT NULL DEFAULT '',
        remark TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX paper_forms_by_day ON paper_forms (day)",
    "CREATE INDEX paper_forms_open ON paper_forms (serial) WHERE entered_at = 0",
)
