"""Tables of the embedded billing side: passwords, bills, packages on offer, recharge cards, payments."""

_DATE = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"

BILLING: tuple[str, ...] = (
    """
    CREATE TABLE customer_passwords (
        customer_id INTEGER PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
        hash TEXT NOT NULL CHECK (hash LIKE '$argon2id$%'),
        at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """,
    # A try is written down before it is looked at, and taken back when it was right: who cuts the power in
    # between has used it up. `subject` is what was keyed, whether it exists or not.
    f"""
    CREATE TABLE tries (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('sign_in', 'card')),
        subject TEXT NOT NULL,
        customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE,
        call_id TEXT NOT NULL,
        day TEXT NOT NULL CHECK (day {_DATE}),
        at INTEGER NOT NULL CHECK (at >= 0)
    ) STRICT
    """,
    "CREATE INDEX tries_by_subject ON tries (kind, subject, day)",
    "CREATE INDEX tries_by_customer ON tries (kind, customer_id, day)",
    "CREATE INDEX tries_by_call ON tries (call_id, kind)",
    "CREATE INDEX tries_by_time ON tries (at)",
    """
    CREATE TABLE bills (
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
        item TEXT NOT NULL CHECK (item <> ''),
        amount_fen INTEGER NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (customer_id, month, item)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE offers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (name <> ''),
        price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
        months INTEGER NOT NULL CHECK (months BETWEEN 1 AND 60),
        on_sale INTEGER NOT NULL DEFAULT 1 CHECK (on_sale IN (0, 1))
    ) STRICT
    """,
    # What is known of a package of `customer_packages` beyond its name. It has no foreign key to that table,
    # whose rows are written anew with every change of a customer.
    f"""
    CREATE TABLE subscriptions (
        customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
        package_id INTEGER NOT NULL REFERENCES packages (id),
        until TEXT NOT NULL CHECK (until {_DATE}),
        price_fen INTEGER NOT NULL CHECK (price_fen >= 0),
        cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
        PRIMARY KEY (customer_id, package_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX subscriptions_by_end ON subscriptions (until)",
    f"""
    CREATE TABLE recharge_cards (
        number TEXT PRIMARY KEY CHECK (number <> '' AND number NOT GLOB '*[^0-9]*'),
        secret_mac BLOB NOT NULL CHECK (length(secret_mac) = 32),
        amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
        expires TEXT NOT NULL CHECK (expires = '' OR expires {_DATE}),
        spent_at INTEGER NOT NULL DEFAULT 0 CHECK (spent_at >= 0)
    ) STRICT, WITHOUT ROWID
    """,
    # Money that came or went. A card is in it once at most, and so is a key, whatever the code does.
    """
    CREATE TABLE payments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE CHECK (key <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('recharge', 'order')),
        customer_id INTEGER REFERENCES customers (id) ON DELETE SET NULL,
        customer_number TEXT NOT NULL,
        amount_fen INTEGER NOT NULL CHECK ((kind = 'recharge') = (amount_fen > 0)),
        balance_fen INTEGER NOT NULL,
        recharge_card TEXT REFERENCES recharge_cards (number),
        what TEXT NOT NULL,
        call_id TEXT NOT NULL,
        cli TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        CHECK ((kind = 'recharge') = (recharge_card IS NOT NULL))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX payments_by_card ON payments (recharge_card) WHERE recharge_card IS NOT NULL",
    "CREATE INDEX payments_by_time ON payments (at)",
    "CREATE INDEX payments_by_customer ON payments (customer_id)",
    """
    CREATE TRIGGER payments_no_delete BEFORE DELETE ON payments
    BEGIN SELECT RAISE(ABORT, 'payments are kept'); END
    """,
    """
    CREATE TRIGGER payments_no_update BEFORE UPDATE OF key, kind, amount_fen, balance_fen, recharge_card, at
    ON payments BEGIN SELECT RAISE(ABORT, 'payments are kept'); END
    """,
    # What was asked under a key, and how it went. `unknown`: sent to a billing side that has not answered.
    """
    CREATE TABLE boss_requests (
        key TEXT PRIMARY KEY CHECK (key <> ''),
        service TEXT NOT NULL CHECK (service <> ''),
        customer_id INTEGER NOT NULL,
        fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
        state TEXT NOT NULL CHECK (state IN ('unknown', 'done', 'not_done')),
        outcome TEXT NOT NULL,
        result TEXT NOT NULL CHECK (json_valid(result)),
        call_id TEXT NOT NULL,
        at INTEGER NOT NULL CHECK (at >= 0),
        settled_at INTEGER NOT NULL DEFAULT 0 CHECK (settled_at >= 0),
        CHECK ((state = 'done') = (outcome <> ''))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX boss_requests_unknown ON boss_requests (at) WHERE state = 'unknown'",
)
