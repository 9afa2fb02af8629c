"""Databases and HTTP: only read, whole or not at all, and the secret goes nowhere else."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.adapters.sources import SourceTrouble, Table, fetch_pages, fetch_sql, fetch_sqlite

SUBSCRIBERS = [{"户号": str(number), "户名": f"客户{number}"} for number in range(1, 8)]


def cells_of(table: Table) -> list[dict[str | None, str | None]]:
    with closing(table):
        return [dict(cells) for _, cells in table.rows()]


@pytest.fixture
def old_system(tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE users (no INTEGER, name TEXT, fee REAL, at BLOB)")
        rows = [(number, f"客户{number}", number / 4, b"x") for number in range(1, 3001)]
        conn.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)
    return path


QUERY = 'SELECT no AS "户号", name AS "户名", fee AS "余额" FROM users WHERE no > 0'


def test_a_query_on_an_sqlite_file(tmp_path: Path, old_system: Path) -> None:
    table = fetch_sqlite(old_system, QUERY, tmp_path)
    assert (table.headings, table.total) == (["户号", "户名", "余额"], 3000)
    cells = cells_of(table)
    assert cells[0] == {"户号": "1", "户名": "客户1", "余额": "0.25"}
    assert (len(cells), table.position) == (3000, 3000)


def test_the_same_through_sqlalchemy(tmp_path: Path, old_system: Path) -> None:
    pytest.importorskip("sqlalchemy")
    table = fetch_sql(f"sqlite:///{old_system}", "", QUERY, tmp_path)
    assert cells_of(table)[2999] == {"户号": "3000", "户名": "客户3000", "余额": "750"}


def test_nothing_can_be_written_there(tmp_path: Path, old_system: Path) -> None:
    before = old_system.read_bytes()
    for query in ("DELETE FROM users", "DELETE FROM users RETURNING no", "CREATE TABLE mine (x)"):
        with pytest.raises(SourceTrouble) as caught:
            fetch_sqlite(old_system, query, tmp_path)
        assert caught.value.code == "bad_query"
    pytest.importorskip("sqlalchemy")
    with pytest.raises(SourceTrouble):
        fetch_sql(f"sqlite:///{old_system}", "", "DELETE FROM users RETURNING no", tmp_path)
    assert old_system.read_bytes() == before


def test_the_old_system_may_write_while_its_rows_are_worked_on(tmp_path: Path, old_system: Path) -> None:
    with closing(fetch_sqlite(old_system, QUERY, tmp_path)) as table:
        rows = table.rows()
        next(rows)
        with closing(sqlite3.connect(old_system, timeout=0.1)) as conn, conn:
            conn.execute("DELETE FROM users")
        assert len(list(rows)) == 2999


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////nowhere/old.db",
        "oracle://x/y",
        "rubbish",
        "nothing://x",
        "mysql+pymysql://u@127.0.0.1:1/x",
    ],
)
def test_what_cannot_be_connected_is_named_without_the_secret(tmp_path: Path, address: str) -> None:
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("pymysql")
    with pytest.raises(SourceTrouble) as caught:
        fetch_sql(address, "geheim-123", "SELECT 1 AS x", tmp_path)
    assert caught.value.code == "cannot_connect"
    assert "geheim-123" not in str(caught.value)


def test_an_sqlite_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SourceTrouble):
        fetch_sqlite(tmp_path / "none.db", QUERY, tmp_path)
    assert not (tmp_path / "none.db").exists()


class Answers(BaseHTTPRequestHandler):
    """A small subscriber system: pages by number and by address, and everything that can go wrong."""

    failures = 0
    seen: list[str]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        page = int(parse_qs(url.query).get("page", ["1"])[0])
        type(self).seen.append(self.headers.get("Authorization", ""))
        part = SUBSCRIBERS[(page - 1) * 3 : page * 3]
        host = f"http://127.0.0.1:{self.server.server_address[1]}"
        more: dict[str, Any] = {"next": f"/linked?page={page + 1}" if page < 3 else None}
        match url.path:
            case "/busy" if Answers.failures:
                Answers.failures -= 1
                self._send(503, "later")
            case "/busy" | "/plain":
                self._send(200, json.dumps(SUBSCRIBERS))
            case "/pages":
                self._send(200, json.dumps({"data": {"items": part}}))
            case "/linked":
                self._send(200, json.dumps({"items": part, "links": more}))
            case "/elsewhere":
                self._send(200, json.dumps({"items": part, "links": {"next": "http://127.0.0.2:9/x"}}))
            case "/circle":
                self._send(200, json.dumps({"items": part, "links": {"next": "/circle?again"}}))
            case "/endless":
                self._endless()
            case "/same":
                self._send(200, json.dumps(SUBSCRIBERS))
            case "/nested":
                row = {"户号": 1, "住址": {"街": "东街", "号": None}, "电话": ["1", "2"], "vip": True}
                self._send(200, json.dumps([row, {"新": 2.0}]))
            case "/broken":
                self._send(200, "{")
            case "/moved":
                self._send(302, "", Location=f"{host}/plain")
            case _:
                self._send(404, "{}")

    def _send(self, status: int, text: str, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _endless(self) -> None:
        """Without a length, until the other side has had enough."""
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" " * 1_000_000)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base's
        pass


@contextmanager
def serving() -> Iterator[str]:
    Answers.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_pages_over_http(tmp_path: Path) -> None:
    with serving() as host:
        assert cells_of(fetch_pages(f"{host}/plain", "s1", "", "", "", tmp_path)) == SUBSCRIBERS
        assert (
            cells_of(fetch_pages(f"{host}/pages?x=1", "", "data.items", "", "page", tmp_path)) == SUBSCRIBERS
        )
        assert cells_of(fetch_pages(f"{host}/linked", "", "items", "links.next", "", tmp_path)) == SUBSCRIBERS
    assert Answers.seen == ["Bearer s1"] + [""] * 7


def test_what_lies_deeper_has_a_heading_of_its_own(tmp_path: Path) -> None:
    with serving() as host:
        table = fetch_pages(f"{host}/nested", "", "", "", "", tmp_path)
    assert table.headings == ["户号", "住址.街", "住址.号", "电话", "vip", "新"]
    assert cells_of(table) == [
        {"户号": "1", "住址.街": "东街", "住址.号": "", "电话": "1、2", "vip": "true"},
        {"新": "2"},
    ]


@pytest.mark.parametrize(
    ("path", "rows", "following", "page", "code"),
    [
        ("/none", "", "", "", "refused"),
        ("/moved", "", "", "", "refused"),
        ("/broken", "", "", "", "not_json"),
        ("/plain", "data.items", "", "", "no_rows"),
        ("/same", "", "", "page", "no_rows"),
        ("/elsewhere", "items", "links.next", "", "refused"),
        ("/circle", "items", "links.next", "", "no_rows"),
        ("/endless", "", "", "", "too_large"),
    ],
)
def test_what_a_server_does_wrong_is_named(
    tmp_path: Path, path: str, rows: str, following: str, page: str, code: str
) -> None:
    with serving() as host, pytest.raises(SourceTrouble) as caught:
        fetch_pages(host + path, "geheim", rows, following, page, tmp_path)
    assert caught.value.code == code


def test_a_server_that_dribbles_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.sources.http_json._PAGE_S", 0.0)
    with serving() as host, pytest.raises(SourceTrouble) as caught:
        fetch_pages(f"{host}/endless", "", "", "", "", tmp_path)
    assert caught.value.code == "time_out"


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    Answers.failures = 1
    with serving() as host:
        assert len(cells_of(fetch_pages(f"{host}/busy", "", "", "", "", tmp_path))) == 7


def test_nobody_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceTrouble) as caught:
        fetch_pages("http://127.0.0.1:1/x", "", "", "", "", tmp_path)
    assert caught.value.code == "cannot_connect"
