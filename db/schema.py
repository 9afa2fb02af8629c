"""The tables, as steps that are never changed once released: a change is a new step at the end.

Steps are plain SQL: CHECKs, partial indexes and triggers keep the numbers right, and the table builder of
sqlite-utils has none of them. `db.migrations` runs the steps through sqlite-utils.
"""

from db.append_only import append_only
from db.schema_billing import BILLING
from db.schema_cases import CASES
from db.schema_customer_files import CUSTOMER_FILES
from db.schema_flows import FLOWS
from db.schema_knowledge import KNOWLEDGE
from db.schema_people import PEOPLE
from db.schema_sources import SOURCE_PARTS, SOURCES, WAITING_NAMES
from db.schema_tickets import TICKET_RESUMES, TICKETS

CUSTOMERS = (
    """
    CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE users (
        staff_number TEXT PRIMARY KEY CHECK (staff_number <> ''),
        name TEXT NOT NULL CHECK (name <> ''),
        role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor', 'admin')),
        pin_hash TEXT NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
        failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
        locked_until INTEGER NOT NULL DEFAULT 0 CHECK (locked_until >= 0)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE customers (
        id INTEGER PRIMARY KEY,
        customer_number TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL,
        address TEXT NOT NULL DEFAULT '',
        area TEXT NOT NULL DEFAULT '',
        card_number TEXT NOT NULL DEFAULT '',
        balance_fen INTEGER NOT NULL DEFAULT 0,
        vip INTEGER NOT NULL DEFAULT 0 CHECK (vip IN (0, 1)),
        remark TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE UNIQUE INDEX customers_by_number ON customers (customer_number) WHERE customer_number <> ''",
    "CREATE UNIQUE INDEX customers_by_card ON customers (card_number) WHERE card_number <> ''",
    # A number may belong to several customers: a shared line, a family, a village office.
    """
    CREATE TABLE phones (
        number TEXT NOT NULL CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        original TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (number, customer_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX phones_by_customer ON phones (customer_id, position)",
    "CREATE TABLE packages (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')) STRICT",
    """
    CREATE TABLE customer_packages (
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        package_id INTEGER NOT NULL REFERENCES packages (id),
        PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX customer_packages_by_package ON customer_packages (package_id)",
)

SEARCH = (
    # No text is kept in it, and no positions: pieces are found here and checked against the customer's row.
    """
    CREATE VIRTUAL TABLE customer_search USING fts5 (
        pieces, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
    )
    """,
    # Name, pinyin and pinyin initials, found from their beginning.
    """
    CREATE TABLE name_keys (
        key TEXT NOT NULL,
        customer_id INTEGER NOT NULL,
        PRIMARY KEY (key, customer_id)
    ) STRICT, WITHOUT ROWID
    """,
)

CALLS = (
    """
    CREATE TABLE calls (
        call_id TEXT PRIMARY KEY CHECK (call_id <> ''),
        line_id TEXT NOT NULL,
        did TEXT NOT NULL,
        cli TEXT NOT NULL,
        cli_raw TEXT NOT NULL,
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        accepted_at INTEGER NOT NULL CHECK (accepted_at >= 0),
        offered_at INTEGER NOT NULL CHECK (offered_at >= 0),
        queue_id TEXT NOT NULL,
        presented_at INTEGER NOT NULL CHECK (presented_at >= 0),
        answered_at INTEGER NOT NULL CHECK (answered_at >= 0),
        ended_at INTEGER NOT NULL CHECK (ended_at >= 0),
        wait_ms INTEGER NOT NULL CHECK (wait_ms >= 0),
        talk_ms INTEGER NOT NULL CHECK (talk_ms >= 0),
        hold_ms INTEGER NOT NULL CHECK (hold_ms >= 0),
        wrap_up_ms INTEGER NOT NULL CHECK (wrap_up_ms >= 0),
        presented_count INTEGER NOT NULL CHECK (presented_count >= 0),
        outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'ivr_exit', 'voicemail', 'timeout', 'full',
            'no_agents', 'closed', 'callback', 'no_answer', 'busy', 'unreachable', 'cancelled')),
        short_abandon INTEGER NOT NULL CHECK (short_abandon IN (0, 1)),
        ended_by TEXT NOT NULL CHECK (ended_by IN ('customer', 'agent', 'system', 'unknown')),
        customer_cause INTEGER NOT NULL,
        agent_cause INTEGER NOT NULL,
        staff_number TEXT NOT NULL,
        seat_id TEXT NOT NULL,
        unattended INTEGER NOT NULL CHECK (unattended IN (0, 1)),
        ivr_path TEXT NOT NULL CHECK (json_valid(ivr_path)),
        message_file TEXT NOT NULL,
        message_ms INTEGER NOT NULL CHECK (message_ms >= 0),
        direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound', 'internal')),
        transfers INTEGER NOT NULL CHECK (transfers >= 0),
        survey INTEGER NOT NULL CHECK (survey BETWEEN 0 AND 5)
    ) STRICT
    """,
    "CREATE INDEX calls_by_time ON calls (accepted_at, call_id)",
    "CREATE INDEX calls_by_customer ON calls (customer_id, accepted_at)",
    "CREATE INDEX calls_by_cli ON calls (cli, customer_id, accepted_at)",
    "CREATE INDEX calls_by_staff ON calls (staff_number, answered_at)",
    # Each console asks for its agent's newest calls after every call, out of all of some years.
    "CREATE INDEX calls_by_staff_and_time ON calls (staff_number, accepted_at, call_id)",
    "CREATE INDEX calls_by_offer ON calls (offered_at) WHERE offered_at > 0",
    "CREATE INDEX calls_open ON calls (accepted_at) WHERE ended_at = 0",
    # The newest row of a call counts; the older ones are its history.
    """
    CREATE TABLE call_notes (
        id INTEGER PRIMARY KEY,
        call_id TEXT NOT NULL REFERENCES calls (call_id),
        staff_number TEXT NOT NULL,
        note TEXT NOT NULL,
        disposition TEXT NOT NULL,
        unsolved INTEGER NOT NULL CHECK (unsolved IN (0, 1)),
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """,
    "CREATE INDEX call_notes_by_call ON call_notes (call_id, id)",
    "CREATE INDEX call_notes_by_customer ON call_notes (customer_id)",
    """
    CREATE TABLE recordings (
        call_id TEXT NOT NULL REFERENCES calls (call_id),
        kind TEXT NOT NULL CHECK (kind IN ('call', 'message')),
        path TEXT NOT NULL,
        started_at INTEGER NOT NULL CHECK (started_at >= 0),
        length_ms INTEGER NOT NULL CHECK (length_ms >= 0),
        codec TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size >= 0),
        sha256 TEXT NOT NULL,
        customer_rms_dbfs REAL NOT NULL,
        agent_rms_dbfs REAL NOT NULL,
        error TEXT NOT NULL,
        PRIMARY KEY (call_id, kind)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX recordings_by_time ON recordings (started_at)",
    # No foreign key: it may be written before the call's own row.
    """
    CREATE TABLE presentations (
        staff_number TEXT NOT NULL,
        presented_at INTEGER NOT NULL CHECK (presented_at >= 0),
        call_id TEXT NOT NULL,
        ended TEXT NOT NULL CHECK (ended IN ('answered', 'rona', 'rejected', 'unreachable', 'abandoned')),
        ended_at INTEGER NOT NULL CHECK (ended_at >= 0),
        PRIMARY KEY (staff_number, presented_at, call_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX presentations_by_call ON presentations (call_id)",
    # Each person's share of a call; no foreign key here either.
    """
    CREATE TABLE call_parts (
        call_id TEXT NOT NULL CHECK (call_id <> ''),
        staff_number TEXT NOT NULL,
        seat_id TEXT NOT NULL,
        party TEXT NOT NULL,
        how TEXT NOT NULL CHECK (how IN ('answered', 'dialled', 'transferred', 'consulted', 'taken_over')),
        began_at INTEGER NOT NULL CHECK (began_at >= 0),
        ended_at INTEGER NOT NULL CHECK (ended_at >= 0),
        talk_ms INTEGER NOT NULL CHECK (talk_ms >= 0),
        hold_ms INTEGER NOT NULL CHECK (hold_ms >= 0),
        consult_ms INTEGER NOT NULL CHECK (consult_ms >= 0),
        wrap_up_ms INTEGER NOT NULL CHECK (wrap_up_ms >= 0),
        PRIMARY KEY (call_id, staff_number, party, began_at)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX call_parts_by_staff ON call_parts (staff_number, began_at)",
    """
    CREATE TABLE cdr_import (
        cdr_id TEXT PRIMARY KEY CHECK (cdr_id <> ''),
        call_id TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE drafts (
        staff_number TEXT NOT NULL,
        call_id TEXT NOT NULL,
        form TEXT NOT NULL CHECK (json_valid(form)),
        at INTEGER NOT NULL,
        PRIMARY KEY (staff_number, call_id)
    ) STRICT, WITHOUT ROWID
    """,
)

AGENTS = (
    """
    CREATE TABLE agent_memory (
        staff_number TEXT PRIMARY KEY CHECK (staff_number <> ''),
        name TEXT NOT NULL,
        seat_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('logged_out', 'ready', 'break')),
        reason TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('idle', 'unreachable', 'reserved', 'ringing', 'dialling',
            'talking', 'holding', 'consulting', 'conference', 'monitoring', 'wrap_up')),
        call_id TEXT NOT NULL,
        since INTEGER NOT NULL CHECK (since >= 0)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE agent_changes (
        id INTEGER PRIMARY KEY,
        staff_number TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        seat_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('logged_out', 'ready', 'break')),
        reason TEXT NOT NULL,
        state TEXT NOT NULL,
        call_id TEXT NOT NULL,
        previous_status TEXT NOT NULL,
        previous_state TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX agent_changes_by_staff ON agent_changes (staff_number, at, id)",
)

PROOF = (
    """
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        what TEXT NOT NULL CHECK (what <> ''),
        subject TEXT NOT NULL,
        detail TEXT NOT NULL,
        peer_uid INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX audit_by_time ON audit (at)",
    # AUTOINCREMENT remembers the highest number ever given: rows cut off at the end are noticed.
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT
    """,
    *append_only("audit"),
    *append_only("journal", "seq", numbered_here=False),
)

CONFIG_CHANGES = (
    """
    CREATE TABLE config_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        undo_of INTEGER NOT NULL CHECK (undo_of >= 0),
        effects TEXT NOT NULL CHECK (json_valid(effects)),
        diff TEXT NOT NULL,
        before TEXT NOT NULL,
        after_digest TEXT NOT NULL
    ) STRICT
    """,
)

MESSAGES = (
    """
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL CHECK (at >= 0),
        sender TEXT NOT NULL CHECK (sender <> ''),
        addressee TEXT NOT NULL,
        text TEXT NOT NULL CHECK (text <> '')
    ) STRICT
    """,
    "CREATE INDEX messages_by_sender ON messages (sender, id)",
    "CREATE INDEX messages_by_addressee ON messages (addressee, id)",
    """
    CREATE TABLE message_reads (
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        staff_number TEXT NOT NULL CHECK (staff_number <> ''),
        at INTEGER NOT NULL CHECK (at >= 0),
        PRIMARY KEY (message_id, staff_number)
    ) STRICT, WITHOUT ROWID
    """,
)

CALLBACKS = (
    # One wish a number that is not done: two of them would be two calls.
    """
    CREATE TABLE callbacks (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('callback', 'abandoned')),
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
    "CREATE UNIQUE INDEX callbacks_open ON callbacks (number) WHERE state <> 'done'",
    "CREATE INDEX callbacks_by_time ON callbacks (asked_at)",
    "CREATE INDEX callbacks_by_customer ON callbacks (customer_id)",
    # No foreign key to calls: the mark may be written before the call's own row.
    """
    CREATE TABLE surveys (
        call_id TEXT NOT NULL CHECK (call_id <> ''),
        staff_number TEXT NOT NULL,
        score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
        at INTEGER NOT NULL CHECK (at >= 0),
        PRIMARY KEY (call_id, staff_number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX surveys_by_time ON surveys (at)",
    "CREATE INDEX surveys_by_staff ON surveys (staff_number, at)",
)

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("0001_customers", CUSTOMERS),
    ("0002_search", SEARCH),
    ("0003_calls", CALLS),
    ("0004_agents", AGENTS),
    ("0005_proof", PROOF),
    ("0006_config_changes", CONFIG_CHANGES),
    ("0007_messages", MESSAGES),
    ("0008_callbacks", CALLBACKS),
    ("0009_billing", BILLING),
    ("0010_cases", CASES),
    ("0011_flows", FLOWS),
    ("0012_people", PEOPLE),
    ("0013_customer_files", CUSTOMER_FILES),
    ("0014_tickets", TICKETS),
    ("0015_knowledge", KNOWLEDGE),
    ("0016_sources", SOURCES),
    ("0017_source_parts", SOURCE_PARTS),
    ("0018_ticket_resumes", TICKET_RESUMES),
    ("0019_waiting_names", WAITING_NAMES),
)
