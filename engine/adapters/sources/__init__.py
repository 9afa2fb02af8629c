"""Subscriber systems of others, read only: files of a folder, a query on a database, pages over HTTP."""

from pathlib import Path

from engine.adapters.sources.csv_file import CsvFile
from engine.adapters.sources.dbf import DbfFile
from engine.adapters.sources.errors import CODES, SourceTrouble
from engine.adapters.sources.http_json import fetch_pages
from engine.adapters.sources.sql import fetch_sql, fetch_sqlite
from engine.adapters.sources.tables import Cells, Table
from engine.adapters.sources.xlsx import XlsxFile

SUFFIXES = (".csv", ".tsv", ".txt", ".dbf", ".xlsx")

__all__ = [
    "CODES",
    "SUFFIXES",
    "Cells",
    "SourceTrouble",
    "Table",
    "fetch_pages",
    "fetch_sql",
    "fetch_sqlite",
    "open_file",
]


def open_file(path: Path, sheet: str = "") -> Table:
    """A file of a drop folder, by the end of its name. Raises SourceTrouble."""
    try:
        match path.suffix.lower():
            case ".dbf":
                return DbfFile(path)
            case ".xlsx":
                return XlsxFile(path, sheet)
            case ".csv" | ".tsv" | ".txt":
                return CsvFile(path)
            case suffix:
                raise SourceTrouble("unknown_kind", suffix or path.name)
    except OSError as error:
        raise SourceTrouble("unreadable", error.strerror or str(error)) from None
