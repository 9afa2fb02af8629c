"""Who works where: people of departments and stations beside those of the office."""

PEOPLE: tuple[str, ...] = (
    # A CHECK cannot be changed: the table is made anew with one more role.
    """
    CREATE TABLE users_with_department (
        staff_number TEXT PRIMARY KEY CHECK (staff_number <> ''),
        name TEXT NOT NULL CHECK (name <> ''),
        role TEXT NOT NULL CHECK (role IN ('station', 'agent', 'supervisor', 'admin')),
        department TEXT NOT NULL,
        pin_hash TEXT NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
        failed_attempts INTEGER NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
        locked_until INTEGER NOT NULL DEFAULT 0 CHECK (locked_until >= 0)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO users_with_department
        (staff_number, name, role, department, pin_hash, disabled, failed_attempts, locked_until)
    SELECT staff_number, name, role, '', pin_hash, disabled, failed_attempts, locked_until FROM users
    """,
    "DROP TABLE users",
    "ALTER TABLE users_with_department RENAME TO users",
    "CREATE INDEX users_by_department ON users (department) WHERE department <> ''",
)
