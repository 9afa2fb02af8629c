"""A query of the site on the database of a subscriber system, on a connection that cannot write."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.spool import Spool, filled
from engine.adapters.sources.tables import text_of

AT_ONCE = 1_000  # rows
_CONNECT_S = 10
_STATEMENT_S = 600
_READ_ONLY = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        f"SET statement_timeout = {_STATEMENT_S * 1000}",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY",),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON",),
}
_CONNECT_ARGUMENTS: dict[str, dict[str, int]] = {
    "postgresql": {"connect_timeout": _CONNECT_S},
    "mysql": {"connect_timeout": _CONNECT_S, "read_timeout": _STATEMENT_S},
    "mariadb": {"connect_timeout": _CONNECT_S, "read_timeout": _STATEMENT_S},
}


def fetch_sqlite(path: Path, query: str, folder: Path) -> Spool:
    """All rows of a query on an SQLite file. Raises SourceTrouble."""
    if not path.is_file():
        raise SourceTrouble("cannot_connect", f"{path}: no such file")
    address = f"{path.absolute().as_uri()}?mode=ro"
    with filled(folder) as spool:
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=_CONNECT_S)) as connection:
                connection.execute("PRAGMA query_only = ON")
                cursor = connection.execute(query)
                names = [column[0] for column in cursor.description or ()]
                _keep(spool, names, _pieces(cursor))
        except sqlite3.Error as error:
            raise SourceTrouble("bad_query", str(error)) from None
    return spool


def fetch_sql(address: str, secret: str, query: str, folder: Path) -> Spool:
    """All rows of a query on a database that SQLAlchemy knows, by its address. Raises SourceTrouble."""
    try:
        from sqlalchemy import create_engine, event, make_url, text
        from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
    except ImportError:
        raise SourceTrouble("missing_driver", "sqlalchemy") from None
    code = "cannot_connect"
    with filled(folder) as spool:
        try:
            url = make_url(address)
            if secret:
                url = url.set(password=secret)
            kind = url.get_backend_name()
            if kind not in _READ_ONLY:  # how it is kept from writing must be known
                raise SourceTrouble("cannot_connect", kind)
            database = create_engine(url, connect_args=_CONNECT_ARGUMENTS.get(kind, {}))
            try:
                event.listen(database, "connect", lambda raw, _: _keep_from_writing(raw, kind))
                with database.connect().execution_options(stream_results=True) as connection:
                    code = "bad_query"
                    result = connection.execute(text(query))
                    if not result.returns_rows:
                        raise SourceTrouble("bad_query", "no rows")
                    _keep(spool, list(result.keys()), result.partitions(AT_ONCE))
            finally:
                database.dispose()
        except (NoSuchModuleError, ImportError) as error:
            raise SourceTrouble("missing_driver", str(error)) from None
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error)
            raise SourceTrouble(code, cause.replace(secret, "***") if secret else cause) from None
    return spool


def _keep_from_writing(raw: Any, kind: str) -> None:
    cursor = raw.cursor()
    for statement in _READ_ONLY[kind]:
        cursor.execute(statement)
    cursor.close()
    raw.commit()


def _keep(spool: Spool, names: Sequence[str], pieces: Iterator[Sequence[Sequence[Any]]]) -> None:
    spool.headings = list(names)
    if not names:
        raise SourceTrouble("bad_query", "no rows")
    for rows in pieces:
        spool.add(_cells(names, row) for row in rows)


def _cells(names: Sequence[str], row: Sequence[Any]) -> Mapping[str, str]:
    return {name: text_of(value) for name, value in zip(names, row, strict=True)}


def _pieces(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(AT_ONCE):
        yield rows
