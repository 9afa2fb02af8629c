"""What is known of customers beside their rows: persons, addresses, accounts, devices, tags, merged files."""

_PARTS = (
    """
    ALTER TABLE customers ADD COLUMN importance TEXT NOT NULL DEFAULT ''
        CHECK (importance IN ('', 'vip', 'enterprise'))
    """,
    "ALTER TABLE customers ADD COLUMN id_number TEXT NOT NULL DEFAULT ''",
    # Only what a person has set: else the stage is computed.
    """
    ALTER TABLE customers ADD COLUMN stage TEXT NOT NULL DEFAULT ''
        CHECK (stage IN ('', 'potential', 'new', 'satisfied', 'kept', 'old'))
    """,
    "ALTER TABLE customers ADD COLUMN as_of INTEGER NOT NULL DEFAULT 0 CHECK (as_of >= 0)",
    # A merged customer keeps its row: its numbers lead to the one that has everything now.
    "ALTER TABLE customers ADD COLUMN merged_into INTEGER NOT NULL DEFAULT 0 CHECK (merged_into >= 0)",
    "UPDATE customers SET importance = 'vip' WHERE vip = 1",
    "CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into > 0",
    # `key` is the tag as it is searched.
    """
    CREATE TABLE customer_tags (
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        tag TEXT NOT NULL CHECK (tag <> ''),
        key TEXT NOT NULL,
        PRIMARY KEY (customer_id, tag)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX customer_tags_by_key ON customer_tags (key, customer_id)",
    # AUTOINCREMENT: merges remember ids, which may not be given again.
    """
    CREATE TABLE customer_persons (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        name TEXT NOT NULL CHECK (name <> ''),
        relation TEXT NOT NULL,
        id_number TEXT NOT NULL,
        remark TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX customer_persons_by_customer ON customer_persons (customer_id)",
    """
    CREATE TABLE person_phones (
        number TEXT NOT NULL CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        person_id INTEGER NOT NULL REFERENCES customer_persons (id) ON DELETE CASCADE,
        original TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (number, person_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX person_phones_by_person ON person_phones (person_id, position)",
    """
    CREATE TABLE customer_addresses (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        county TEXT NOT NULL,
        town TEXT NOT NULL,
        community TEXT NOT NULL,
        building TEXT NOT NULL,
        unit TEXT NOT NULL,
        room TEXT NOT NULL,
        area TEXT NOT NULL,
        node TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX customer_addresses_by_customer ON customer_addresses (customer_id)",
    "CREATE INDEX customer_addresses_by_node ON customer_addresses (node) WHERE node <> ''",
    """
    CREATE TABLE customer_accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        line TEXT NOT NULL CHECK (line IN ('cable', 'tv', 'broadband', 'private', 'radio', 'box', 'other')),
        number TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('active', 'stopped', 'arrears')),
        address_id INTEGER REFERENCES customer_addresses (id) ON DELETE SET NULL,
        since TEXT NOT NULL
            CHECK (since = '' OR since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
        remark TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX customer_accounts_by_customer ON customer_accounts (customer_id)",
    "CREATE INDEX customer_accounts_by_number ON customer_accounts (number) WHERE number <> ''",
    "CREATE INDEX customer_accounts_by_address ON customer_accounts (address_id)",
    """
    CREATE TABLE customer_devices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('card', 'box', 'modem')),
        number TEXT NOT NULL CHECK (number <> ''),
        model TEXT NOT NULL,
        account_id INTEGER REFERENCES customer_accounts (id) ON DELETE SET NULL
    ) STRICT
    """,
    "CREATE INDEX customer_devices_by_customer ON customer_devices (customer_id)",
    "CREATE INDEX customer_devices_by_number ON customer_devices (number)",
    "CREATE INDEX customer_devices_by_account ON customer_devices (account_id)",
)

_MERGES = (
    """
    CREATE TABLE customer_merges (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        keep INTEGER NOT NULL,
        gone INTEGER NOT NULL CHECK (gone <> keep),
        name TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        who TEXT NOT NULL,
        reason TEXT NOT NULL,
        undone_at INTEGER NOT NULL DEFAULT 0 CHECK (undone_at >= 0),
        undone_by TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX customer_merges_by_keep ON customer_merges (keep, at)",
    "CREATE UNIQUE INDEX customer_merges_of_gone ON customer_merges (gone) WHERE undone_at = 0",
    # What a merge did, row by row: `before` is the row of who is gone, `after` what became of it.
    """
    CREATE TABLE customer_moves (
        merge_id INTEGER NOT NULL REFERENCES customer_merges (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        place TEXT NOT NULL,
        how TEXT NOT NULL CHECK (how IN ('moved', 'both', 'made', 'field')),
        before TEXT NOT NULL CHECK (json_valid(before)),
        after TEXT NOT NULL CHECK (json_valid(after)),
        PRIMARY KEY (merge_id, position)
    ) STRICT, WITHOUT ROWID
    """,
)

# The time line of one customer is read by time, page by page.
_TIMELINE = (
    "CREATE INDEX payments_by_customer_and_time ON payments (customer_id, at)",
    "DROP INDEX payments_by_customer",
    "CREATE INDEX callbacks_by_customer_and_time ON callbacks (customer_id, asked_at)",
    "DROP INDEX callbacks_by_customer",
)

CUSTOMER_FILES: tuple[str, ...] = (*_PARTS, *_MERGES, *_TIMELINE)
