"""Real SQLite files in a temporary folder."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.connection import open_writer
from db.store import Store


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "fourseat.db")
    yield connection
    connection.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "fourseat.db")
    opened.open()
    yield opened
    opened.close()
