"""Tables of tickets: what they are now, their steps, files, answers given, and what looks like an outage."""

from db.append_only import append_only

_TICKETS = """
    CREATE TABLE tickets (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        day TEXT NOT NULL CHECK (length(day) = 6),
        count INTEGER NOT NULL CHECK (count >= 1),
        type TEXT NOT NULL CHECK (type <> ''),
        category TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        line TEXT NOT NULL,
        fault TEXT NOT NULL,
        priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
        state TEXT NOT NULL CHECK (state IN ('new', 'verified', 'dispatched', 'accepted', 'on_site',
            'returned', 'replied', 'followed_up', 'closed', 'suspended', 'cancelled')),
        resume_to TEXT,
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        contact TEXT NOT NULL,
        phone TEXT NOT NULL,
        address TEXT NOT NULL,
        area TEXT NOT NULL,
        node TEXT NOT NULL,
        call_id TEXT NOT NULL,
        owner TEXT NOT NULL CHECK (owner <> ''),
        creator TEXT NOT NULL,
        department TEXT NOT NULL,
        technician TEXT NOT NULL,
        result TEXT NOT NULL,
        cause TEXT NOT NULL,
        reply TEXT NOT NULL,
        satisfied INTEGER NOT NULL CHECK (satisfied BETWEEN 0 AND 5),
        checked TEXT NOT NULL CHECK (json_valid(checked)),
        created_at INTEGER NOT NULL CHECK (created_at >= 0),
        responded_at INTEGER NOT NULL CHECK (responded_at >= 0),
        returned_at INTEGER NOT NULL CHECK (returned_at >= 0),
        replied_at INTEGER NOT NULL CHECK (replied_at >= 0),
        followed_up_at INTEGER NOT NULL CHECK (followed_up_at >= 0),
        closed_at INTEGER NOT NULL CHECK (closed_at >= 0),
        respond_by INTEGER NOT NULL CHECK (respond_by >= 0),
        resolve_by INTEGER NOT NULL CHECK (resolve_by >= 0),
        expected_at INTEGER NOT NULL CHECK (expected_at >= 0),
        respond_left_ms INTEGER NOT NULL,
        resolve_left_ms INTEGER NOT NULL,
        escalation TEXT NOT NULL CHECK (escalation IN ('none', 'warned', 'breached', 'supervisor', 'leader')),
        next_clock_at INTEGER NOT NULL CHECK (next_clock_at >= 0),
        reopened INTEGER NOT NULL CHECK (reopened >= 0),
        repeats INTEGER NOT NULL CHECK (repeats >= 0),
        outage_id INTEGER NOT NULL CHECK (outage_id >= 0),
        merged_into TEXT NOT NULL CHECK (merged_into <> number),
        from_paper TEXT NOT NULL,
        changed_at INTEGER NOT NULL CHECK (changed_at >= 0),
        version INTEGER NOT NULL CHECK (version >= 1),
        -- whether its type asks for a follow-up, as the types were when it was last changed
        follow_up INTEGER NOT NULL CHECK (follow_up IN (0, 1)),
        is_open INTEGER NOT NULL AS (state NOT IN ('closed', 'cancelled')) STORED,
        -- when the clock that runs out first does so; far away where none runs
        due_by INTEGER NOT NULL AS (CASE
            WHEN state IN ('replied', 'followed_up', 'closed', 'cancelled') THEN 9000000000000000
            ELSE min(
                iif(respond_by > 0 AND responded_at = 0 AND respond_left_ms < 0,
                    respond_by, 9000000000000000),
                iif(resolve_by > 0 AND replied_at = 0 AND resolve_left_ms < 0,
                    resolve_by, 9000000000000000)
            ) END) STORED,
        CHECK (state <> 'closed' OR replied_at > 0),
        UNIQUE (day, count)
    ) STRICT
    """

_INDEXES = (
    # Every list of a screen walks one of these from its end. What stands behind the id is there to be looked
    # at without the ticket's row, so that counts and rare combinations are fast too.
    "CREATE INDEX tickets_open ON tickets (created_at) WHERE is_open = 1",
    "CREATE INDEX tickets_open_due ON tickets (due_by, id, state, department, owner) WHERE is_open = 1",
    "CREATE INDEX tickets_open_of_owner ON tickets (owner, created_at, id, department) WHERE is_open = 1",
    "CREATE INDEX tickets_open_of_owner_due ON tickets (owner, due_by) WHERE is_open = 1",
    "CREATE INDEX tickets_open_of_department ON tickets (department, created_at, id) WHERE is_open = 1",
    "CREATE INDEX tickets_open_of_department_due ON tickets (department, due_by) WHERE is_open = 1",
    "CREATE INDEX tickets_open_of_state ON tickets (state, created_at, id, department, follow_up)"
    " WHERE is_open = 1",
    "CREATE INDEX tickets_by_time ON tickets (created_at, id, state)",
    "CREATE INDEX tickets_by_state ON tickets (state, created_at, id, type, owner)",
    "CREATE INDEX tickets_by_type ON tickets (type, created_at, id, state)",
    "CREATE INDEX tickets_by_category ON tickets (category, created_at, id, state, type, owner)"
    " WHERE category <> ''",
    "CREATE INDEX tickets_by_owner ON tickets (owner, created_at, id, state, type)",
    "CREATE INDEX tickets_by_department ON tickets (department, created_at, id, state, type)",
    "CREATE INDEX tickets_by_technician ON tickets (technician, created_at, id, state, type)"
    " WHERE technician <> ''",
    "CREATE INDEX tickets_by_area ON tickets (area, created_at, id, state, type, owner) WHERE area <> ''",
    "CREATE INDEX tickets_by_node ON tickets (node, created_at) WHERE node <> ''",
    "CREATE INDEX tickets_by_customer ON tickets (customer_id, created_at)",
    "CREATE INDEX tickets_by_phone ON tickets (phone, created_at) WHERE phone <> ''",
    "CREATE INDEX tickets_by_call ON tickets (call_id) WHERE call_id <> ''",
    "CREATE INDEX tickets_by_close ON tickets (closed_at) WHERE closed_at > 0",
    "CREATE INDEX tickets_by_clock ON tickets (next_clock_at) WHERE next_clock_at > 0",
    "CREATE INDEX tickets_merged ON tickets (merged_into) WHERE merged_into <> ''",
    "CREATE INDEX tickets_of_outage ON tickets (outage_id) WHERE outage_id > 0",
    "CREATE UNIQUE INDEX tickets_from_paper ON tickets (from_paper) WHERE from_paper <> ''",
)

_STEPS = (
    """
    CREATE TABLE ticket_steps (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        ticket_id INTEGER NOT NULL REFERENCES tickets (id),
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        deed TEXT NOT NULL CHECK (deed IN ('created', 'verify', 'dispatch', 'accept', 'send_back', 'arrive',
            'return', 'reply', 'follow_up', 'close', 'reopen', 'suspend', 'resume', 'cancel', 'merge',
            'unmerge', 'assign', 'own', 'edit', 'expect', 'check', 'remark', 'attach', 'call', 'again',
            'rate', 'escalate')),
        state TEXT NOT NULL CHECK (state IN ('new', 'verified', 'dispatched', 'accepted', 'on_site',
            'returned', 'replied', 'followed_up', 'closed', 'suspended', 'cancelled')),
        department TEXT NOT NULL,
        text TEXT NOT NULL,
        code TEXT NOT NULL,
        target TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX ticket_steps_by_ticket ON ticket_steps (ticket_id, id)",
    "CREATE INDEX ticket_steps_by_who ON ticket_steps (who, at)",
    *append_only("ticket_steps"),
    # A ticket is never removed: its number would be missing.
    """
    CREATE TRIGGER tickets_no_delete BEFORE DELETE ON tickets
    BEGIN SELECT RAISE(ABORT, 'tickets are kept'); END
    """,
)

_FILES = (
    # The bytes lie in folders: attachments by their hash, voice messages by their name.
    """
    CREATE TABLE ticket_files (
        id INTEGER PRIMARY KEY,
        ticket_id INTEGER NOT NULL REFERENCES tickets (id),
        name TEXT NOT NULL CHECK (name <> ''),
        kind TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size >= 0),
        sha256 TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        length_ms INTEGER NOT NULL CHECK (length_ms >= 0),
        error TEXT NOT NULL,
        UNIQUE (ticket_id, name, sha256)
    ) STRICT
    """,
    "CREATE INDEX ticket_files_by_name ON ticket_files (name)",
    "CREATE INDEX ticket_files_by_time ON ticket_files (at)",
    "CREATE INDEX ticket_files_by_hash ON ticket_files (sha256) WHERE sha256 <> ''",
    # What was answered to whom: who asks the same once more gets the same answer, and nothing is done.
    """
    CREATE TABLE ticket_answers (
        key TEXT PRIMARY KEY CHECK (key <> ''),
        outcome TEXT NOT NULL,
        number TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # No text is kept in it, and no positions: pieces are found here and checked against the ticket's row.
    """
    CREATE VIRTUAL TABLE ticket_search USING fts5 (
        pieces, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
    )
    """,
    """
    CREATE TABLE outage_suspects (
        id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('suggested', 'dismissed', 'confirmed')),
        line TEXT NOT NULL,
        area TEXT NOT NULL,
        node TEXT NOT NULL,
        numbers TEXT NOT NULL CHECK (json_valid(numbers)),
        since INTEGER NOT NULL CHECK (since >= 0),
        at INTEGER NOT NULL CHECK (at >= since),
        who TEXT NOT NULL,
        decided_at INTEGER NOT NULL CHECK (decided_at >= 0),
        notice_id INTEGER NOT NULL CHECK (notice_id >= 0),
        main TEXT NOT NULL,
        CHECK ((state = 'suggested') = (decided_at = 0))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX outage_suspects_open ON outage_suspects (line, area, node)"
    " WHERE state = 'suggested'",
    "CREATE INDEX outage_suspects_decided ON outage_suspects (decided_at) WHERE decided_at > 0",
)

# What older versions kept of callers by keys: each case becomes a ticket of the type of the same id.
_SETTLED = "（升级前已办结）"

_FROM_CASES = (
    f"""
    INSERT INTO tickets (id, number, day, count, type, category, title, text, fields, line, fault, priority,
        state, resume_to, customer_id, contact, phone, address, area, node, call_id, owner, creator,
        department, technician, result, cause, reply, satisfied, checked, created_at, responded_at,
        returned_at, replied_at, followed_up_at, closed_at, respond_by, resolve_by, expected_at,
        respond_left_ms, resolve_left_ms, escalation, next_clock_at, reopened, repeats, outage_id,
        merged_into, from_paper, changed_at, version, follow_up)
    SELECT c.id, c.number, c.day, c.count, c.kind, '', '', '', '{{}}', c.line, c.fault, 0,
        iif(c.state = 'done', 'closed', c.state), NULL, c.customer_id, coalesce(k.name, ''), c.cli,
        coalesce(k.address, ''), coalesce(k.area, ''), '', c.call_id,
        coalesce((SELECT staff_number FROM users ORDER BY disabled, role NOT IN ('supervisor', 'admin'),
            role <> 'supervisor', staff_number LIMIT 1), '0'), '',
        '', c.technician, iif(c.state = 'done', '{_SETTLED}', ''), '',
        iif(c.state = 'done', '{_SETTLED}', ''),
        c.score, '[]', c.reported_at, iif(c.state = 'new', 0, coalesce((SELECT min(s.at) FROM case_steps s
            WHERE s.case_id = c.id AND s.deed = 'state'), c.changed_at)),
        iif(c.state = 'done', max(c.done_at, 1), 0), iif(c.state = 'done', max(c.done_at, 1), 0), 0,
        iif(c.state IN ('done', 'cancelled'), max(c.done_at, 1), 0), c.expected_at, c.expected_at,
        c.expected_at,
        -1, -1, 'none', iif(c.state IN ('new', 'dispatched'), c.expected_at, 0), 0,
        (SELECT count(*) FROM case_steps s WHERE s.case_id = c.id AND s.deed = 'again'), 0,
        '', '', c.changed_at, c.version, 0
    FROM cases c LEFT JOIN customers k ON k.id = c.customer_id ORDER BY c.id
    """,
    # A case was settled in one step; a ticket is replied to and then closed, hence two.
    f"""
    INSERT INTO ticket_steps (ticket_id, at, who, deed, state, department, text, code, target)
    SELECT case_id, at, who,
        CASE deed WHEN 'reported' THEN 'created' WHEN 'technician' THEN 'assign' WHEN 'expected' THEN 'expect'
            WHEN 'rated' THEN 'rate'
            WHEN 'state' THEN CASE detail WHEN 'dispatched' THEN 'dispatch' WHEN 'cancelled' THEN 'cancel'
                WHEN 'done' THEN iif(part = 0, 'reply', 'close') ELSE 'reopen' END
            ELSE deed END,
        CASE then_state WHEN 'done' THEN iif(deed = 'state' AND part = 0, 'replied', 'closed')
            ELSE then_state END,
        '',
        CASE WHEN deed = 'state' AND detail = 'done' AND part = 0 THEN '{_SETTLED}'
            WHEN deed = 'remark' THEN detail ELSE '' END,
        iif(deed = 'rated', detail, ''),
        iif(deed IN ('technician', 'expected', 'reported', 'again'), detail, '')
    FROM (
        SELECT s.*, parts.part, coalesce((SELECT b.detail FROM case_steps b WHERE b.case_id = s.case_id
            AND b.id <= s.id AND b.deed = 'state' ORDER BY b.id DESC LIMIT 1), 'new') AS then_state
        FROM case_steps s JOIN (SELECT 0 AS part UNION ALL SELECT 1) parts
        WHERE parts.part = 0 OR (s.deed = 'state' AND s.detail = 'done')
    ) ORDER BY id, part
    """,
    """
    INSERT INTO ticket_files (ticket_id, name, kind, size, sha256, at, who, length_ms, error)
    SELECT case_id, name, 'wav', size, sha256, at, '', length_ms, error FROM case_recordings
    ORDER BY at, name
    """,
    "INSERT INTO ticket_answers (key, outcome, number) SELECT key, outcome, number FROM case_answers",
    "DROP TABLE case_answers",
    "DROP TABLE case_recordings",
    "DROP TABLE case_steps",
    "DROP TABLE cases",
)

TICKETS: tuple[str, ...] = (_TICKETS, *_INDEXES, *_STEPS, *_FILES, *_FROM_CASES)

TICKET_RESUMES: tuple[str, ...] = (
    # Until when a ticket is suspended; 0: until somebody lets it go on.
    "ALTER TABLE tickets ADD COLUMN resume_at INTEGER NOT NULL DEFAULT 0 CHECK (resume_at >= 0)",
)
