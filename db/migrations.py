"""Brings a database file up to the present schema by sqlite-utils' migrations, one transaction each."""

import sqlite3
from collections.abc import Callable

from sqlite_utils import Database, Migrations

from db.schema import STEPS

SET_NAME = "fourseat"


def migrate(conn: sqlite3.Connection, *, stop_before: str | None = None) -> None:
    """Apply the steps that are missing. `stop_before` makes an older database, for tests of upgrades."""
    migrations = Migrations(SET_NAME)
    for name, statements in STEPS:
        migrations(name=name)(_step(statements))
    migrations.apply(Database(conn), stop_before=stop_before)


def _step(statements: tuple[str, ...]) -> Callable[[Database], None]:
    def run(database: Database) -> None:
        for statement in statements:
            database.execute(statement)

    return run
