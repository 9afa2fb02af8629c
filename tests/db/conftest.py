"""Real SQLite files in a temporary folder, each a copy of one that was migrated once."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.connection import open_writer
from db.store import Store
from tests.support.database import new_database


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(new_database(tmp_path / "fourseat.db"))
    yield connection
    connection.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(new_database(tmp_path / "fourseat.db"))
    opened.open()
    yield opened
    opened.close()
