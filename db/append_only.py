"""Tables that only grow: triggers by which a row of them is neither changed nor taken away."""


def append_only(table: str, key: str = "id", *, numbered_here: bool = True) -> tuple[str, ...]:
    """The triggers of such a table; `numbered_here`: SQLite numbers its rows, else whoever writes them.

    INSERT OR REPLACE deletes without firing the delete trigger, hence the third one. NEW's key is -1 in it
    where SQLite is yet to give the number.
    """
    given = f"NEW.{key} > 0 AND " if numbered_here else ""
    return (
        f"""
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
    """,
        f"""
    CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
    """,
        f"""
    CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN {given}NEW.{key} <= (SELECT max({key}) FROM {table})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
    """,
    )
