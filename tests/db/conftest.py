"""Real SQLite files in a temporary folder, each a copy of one that was migrated once."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.connection import open_writer
from db.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "fourseat.db"
    open_writer(path).close()
    return path


@pytest.fixture
def conn(tmp_path: Path, empty_database: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(_copied(empty_database, tmp_path))
    yield connection
    connection.close()


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    opened = Store(_copied(empty_database, tmp_path))
    opened.open()
    yield opened
    opened.close()


def _copied(database: Path, folder: Path) -> Path:
    return Path(shutil.copy(database, folder / "fourseat.db"))
