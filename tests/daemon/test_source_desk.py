"""The desk of sources with a real worker: folders, databases, HTTP, checks, stops, a kill in the middle."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from db.connection import open_reader
from db.customers import all_customers
from db.search import search
from db.source_records import conflicts, counts_of
from db.source_runs import last_runs
from db.store import Store
from db.waiting_names import is_anybody_waiting
from engine.config import Config, parse_config
from engine.config.sources import Source
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.sources import process
from engine.daemon.sources.desk import SourceDesk, Wanted
from engine.daemon.sources.folder import DropFolder
from engine.daemon.sources.look import Look
from tests.adapters.sources.files import ROWS, write_csv, write_dbf, write_xlsx
from tests.support.until import until

HOME = Path(__file__).parents[2]
OLD = 60  # seconds: a file that has not changed for so long is complete


def config_of(folder: Path, *sources: Source) -> Config:
    text = (HOME / "config.toml").read_text(encoding="utf-8")
    config = parse_config(text.replace('data = "/var/lib/fourseat"', f'data = "{folder}"'), "config.toml")
    return msgspec.structs.replace(config, sources=list(sources))


@asynccontextmanager
async def running(folder: Path, *sources: Source) -> AsyncIterator[SourceDesk]:
    config = config_of(folder, *sources)
    paths = SitePaths.of(config, folder)
    paths.create()
    store = Store(paths.database)
    store.open()
    desk = SourceDesk(config, paths, store, Clock())
    task = asyncio.create_task(desk.run())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(store.close)


async def look(desk: SourceDesk, source: str, **wanted: Any) -> Look:
    """Have a source looked at, and wait for the end."""
    assert desk.want(source, Wanted(**wanted))
    await until(lambda: not desk.is_busy(source), seconds=30)
    return desk.looks[source]


def customers(desk: SourceDesk) -> list[str]:
    with closing(open_reader(desk.paths.database)) as conn:
        return [f"{one.name} {one.balance_fen}" for one in all_customers(conn)]


def found(desk: SourceDesk, text: str) -> list[str]:
    with closing(open_reader(desk.paths.database)) as conn:
        return [one.name for one in search(conn, text)]


def aged(path: Path) -> Path:
    os.utime(path, (time.time() - OLD, time.time() - OLD))
    return path


ALL = ["张华山 12850", "欧阳春花 -2000", "李㐂 0"]


@pytest.mark.asyncio
async def test_a_list_is_checked_then_taken_over_and_once_only(tmp_path: Path) -> None:
    path = aged(write_csv(tmp_path / "用户.csv", [*ROWS, ("", "无号", "", "", "", ""), ROWS[0]]))
    async with running(tmp_path, Source(id="boss", name="营业", enabled=False)) as desk:
        checked = await look(desk, "boss", check=True, file=str(path), differences=2)
        assert (checked.state, checked.added, checked.bad, customers(desk)) == ("done", 3, 2, [])
        assert [(one.name, one.became) for one in checked.differences] == [
            ("张华山", "added"),
            ("欧阳春花", "added"),
        ]
        assert checked.mapping["户号"] == "customer_number"
        assert [(row.line, row.reason) for row in checked.bad_rows] == [(5, "required"), (6, "repeated")]
        taken = await look(desk, "boss", file=str(path))
        assert (taken.state, taken.added, taken.bad, customers(desk)) == ("done", 3, 2, ALL)
        assert found(desk, "zhs") == ["张华山"]
        again = await look(desk, "boss", file=str(path))
        assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
        write_csv(path, [(*ROWS[0][:5], "130"), *ROWS[1:]])
        checked = await look(desk, "boss", check=True, file=str(path))
        assert [one.changes for one in checked.differences] == [[("balance_fen", "12850", "13000")]]
        assert (await look(desk, "boss", file=str(path))).changed == 1
        with closing(open_reader(desk.paths.database)) as conn:
            run = last_runs(conn, "boss")[0]
        assert (run.state, run.rows, run.changed, run.unchanged) == ("done", 3, 1, 2)
    assert path.exists()  # it does not lie in the folder


@pytest.mark.asyncio
async def test_files_of_the_folder_go_where_they_belong(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "boss"
    folder.mkdir(parents=True)
    write_csv(folder / ".hidden.csv")
    fields = [("户号", "C", 8), ("户名", "C", 20), ("余额", "N", 9)]
    rows = [[b"20000009", "周九".encode("gbk"), b"1.00"]]
    aged(write_xlsx(folder / "a.xlsx"))
    aged(write_dbf(folder / "b.dbf", fields, rows))
    (folder / "c.csv").write_bytes(b"\x81\xff" * 9)
    aged(folder / "c.csv")
    aged(write_csv(folder / "d.csv", [(*ROWS[0][:2], "12", *ROWS[0][3:])]))
    async with running(tmp_path, Source(id="boss", name="营业", whole=False)) as desk:
        desk._bell.set()  # files are believed when they look the same twice
        await until(lambda: bool(desk._folders) and bool(next(iter(desk._folders.values()))._seen))
        desk._bell.set()
        await until(lambda: len(list(folder.glob("*/*-?.*[fxv]"))) == 4, seconds=30)
        assert sorted(customers(desk)) == sorted([*ALL, "周九 100"])
    places = {path.parent.name + path.name[15:] for path in folder.glob("*/*") if path.is_file()}
    assert places == {
        "done-a.xlsx", "done-b.dbf", "failed-c.csv", "failed-c.csv.report.txt",
        "done-d.csv", "done-d.csv.report.txt",
    }  # fmt: skip
    report = next(folder.glob("failed/*.txt")).read_text(encoding="utf-8-sig")
    assert "GB18030" in report
    assert "2: phones 号码不对 / bad number 12" in next(folder.glob("done/*.txt")).read_text("utf-8-sig")
    assert (folder / ".hidden.csv").exists()


def test_a_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    path = write_csv(tmp_path / "a.csv")
    now = int(path.stat().st_mtime * 1000)
    assert folder.ready(now + 9_000) == []
    assert len(folder.ready(now + 9_000)) == 1
    assert folder.ready(now + 1_000) == []
    with path.open("ab") as file:
        file.write(b"x")
    os.utime(path, (now / 1000, now / 1000))
    assert folder.ready(now + 9_000) == []
    assert len(folder.ready(now + 9_000)) == 1


@pytest.mark.asyncio
async def test_an_old_system_in_sqlite_and_who_has_vanished_from_it(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("CREATE TABLE yh (hh TEXT, hm TEXT, kh TEXT)")
        conn.executemany(
            "INSERT INTO yh VALUES (?, ?, ?)", [(f"{n}", f"客户{n}", f"K{n}") for n in range(50)]
        )
    source = Source(
        id="old", name="旧系统", kind="sqlite", place="old.db", query="SELECT * FROM yh",
        columns=("hh=customer_number", "hm=name", "kh=card_number"),
    )  # fmt: skip
    async with running(tmp_path, source) as desk:
        assert (await look(desk, "old")).added == 50
        with closing(sqlite3.connect(old)) as conn, conn:
            conn.execute("DELETE FROM yh WHERE hh = '7'")
        seen = await look(desk, "old")
        assert (seen.gone, seen.unchanged, len(customers(desk))) == (1, 49, 50)
        assert (await look(desk, "old")).gone == 0
        with closing(sqlite3.connect(old)) as conn, conn:
            conn.execute("DELETE FROM yh WHERE hh > '2'")
        seen = await look(desk, "old")
        assert (seen.state, seen.gone, seen.trouble) == ("done", 0, "many_gone")
        with closing(open_reader(desk.paths.database)) as conn:
            assert counts_of(conn, "old") == (50, 1, 0)


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        number = int(self.path.rpartition("=")[2])
        rows = [{"卡号": "8538001", "余额": 99.5}, {"卡号": "1", "余额": 3}] if number == 1 else []
        body = json.dumps(rows).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base's
        pass


@pytest.mark.asyncio
async def test_balances_over_http_for_customers_of_a_list(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "用户.csv")
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}/x"
        sources = (
            Source(id="boss", name="营业", enabled=False, fields=("name", "customer_number", "card_number")),
            Source(id="fee", name="计费", kind="http", place=address, page="page", every_minutes=60),
        )
        async with running(tmp_path, *sources) as desk:
            await until(lambda: "fee" in desk.looks and not desk.is_busy("fee"), seconds=20)  # by the clock
            assert desk.looks["fee"].aside == 2
            assert desk.next_at(sources[1], None) > Clock().now()
            await look(desk, "boss", file=str(path))
            assert (await look(desk, "fee")).changed == 1
            assert customers(desk) == ["张华山 9950", "欧阳春花 0", "李㐂 0"]
            with closing(open_reader(desk.paths.database)) as conn:
                assert [(one.key, one.code) for one in conflicts(conn)[0]] == [("1", "nobody")]
        await asyncio.to_thread(server.shutdown)
        thread.join()


@pytest.mark.asyncio
async def test_what_cannot_begin_says_why(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv")
    sources = (
        Source(id="boss", name="营业", enabled=False),
        Source(id="odd", name="x", enabled=False, columns=("没有这列=name",)),
        Source(id="http", name="x", kind="http", place="http://127.0.0.1:1/"),
    )
    async with running(tmp_path, *sources) as desk:
        assert (await look(desk, "boss")).trouble == "no_file"
        assert (await look(desk, "boss", file=str(tmp_path / "none.csv"))).trouble == "unreadable"
        failed = await look(desk, "odd", file=str(path))
        assert (failed.state, failed.trouble, failed.detail) == (
            "failed",
            "columns_unknown_column",
            "没有这列",
        )
        assert (await look(desk, "http")).trouble == "cannot_connect"
        assert not desk.stop("http")


def many(path: Path, count: int) -> Path:
    return write_csv(
        path, [(f"{n}", f"客户{n % 97}", f"138{n:08}", "东街", f"K{n}", "1") for n in range(count)]
    )


@pytest.mark.asyncio
async def test_a_run_can_be_stopped_and_goes_on_later(tmp_path: Path) -> None:
    path = many(tmp_path / "a.csv", 3_000)
    async with running(tmp_path, Source(id="boss", name="营业", enabled=False)) as desk:
        assert desk.want("boss", Wanted(file=str(path)))
        await until(lambda: "boss" in desk.looks and desk.looks["boss"].added > 200, seconds=30)
        assert not desk.want("boss", Wanted())
        assert desk.stop("boss")
        await until(lambda: not desk.is_busy("boss"))
        stopped = desk.looks["boss"]
        assert (stopped.state, stopped.trouble) == ("stopped", "stopped")
        assert 200 < stopped.added < 3_000
        rest = await look(desk, "boss", file=str(path))
        assert rest.added + stopped.added == 3_000
        assert len(customers(desk)) == 3_000


@pytest.mark.asyncio
async def test_an_engine_that_ends_refuses_no_rows(tmp_path: Path) -> None:
    path = many(tmp_path / "a.csv", 3_000)
    async with running(tmp_path, Source(id="boss", name="营业", enabled=False)) as desk:
        assert desk.want("boss", Wanted(file=str(path)))
        await until(lambda: "boss" in desk.looks and desk.looks["boss"].added > 200, seconds=30)
        await asyncio.to_thread(desk.store.close)
        await until(lambda: not desk.is_busy("boss"))
        assert (desk.looks["boss"].state, desk.looks["boss"].bad) == ("running", 0)
    async with running(tmp_path, Source(id="boss", name="营业", enabled=False)) as desk:
        await until(lambda: "boss" in desk.looks and not desk.is_busy("boss"), seconds=30)
        assert (desk.looks["boss"].state, desk.looks["boss"].added) == ("done", 3_000)


@asynccontextmanager
async def silent_system() -> AsyncIterator[tuple[str, list[asyncio.StreamWriter]]]:
    """Takes every question and never answers; its address, and who has asked."""
    asked: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: asked.append(writer), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", asked
    finally:
        for writer in asked:
            writer.close()
        server.close()


@pytest.mark.asyncio
async def test_a_look_whose_worker_says_nothing_can_be_stopped(tmp_path: Path) -> None:
    async with silent_system() as (address, asked):
        source = Source(id="fee", name="计费", kind="http", place=address)
        async with running(tmp_path, source) as desk:
            assert desk.want("fee", Wanted())
            await until(lambda: bool(asked))
            began = time.monotonic()
            assert desk.stop("fee")
            await until(lambda: not desk.is_busy("fee"))
            assert time.monotonic() - began < 10  # a question waits for its answer thrice as long
            assert (desk.looks["fee"].state, desk.looks["fee"].trouble) == ("stopped", "stopped")
            path = write_csv(tmp_path / "a.csv")
            desk.reconfigure(config_of(tmp_path, Source(id="boss", name="营业", enabled=False)))
            assert (await look(desk, "boss", file=str(path))).added == 3


@pytest.mark.asyncio
async def test_a_worker_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SILENT_S", 1.0)
    async with silent_system() as (address, _):
        source = Source(id="fee", name="计费", kind="http", place=address)
        async with running(tmp_path, source) as desk:
            seen = await look(desk, "fee")
            assert (seen.state, seen.trouble, seen.detail) == ("failed", "time_out", "")


ENGINE = """
import asyncio, sys
from pathlib import Path
from engine.config.sources import Source
from engine.daemon.sources.desk import Wanted
from tests.daemon.test_source_desk import running

async def main():
    folder = Path(sys.argv[1])
    async with running(folder, Source(id="boss", name="x", enabled=False)) as desk:
        desk.want("boss", Wanted(file=str(folder / "a.csv")))
        while True:
            look = desk.looks.get("boss")
            print(look.added if look else 0, flush=True)
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


@pytest.mark.asyncio
async def test_a_kill_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    many(tmp_path / "a.csv", 2_000)
    engine = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ENGINE, str(tmp_path), stdout=asyncio.subprocess.PIPE, cwd=HOME
    )
    assert engine.stdout is not None
    told = 0
    while told < 300:
        told = int(await engine.stdout.readline())
    engine.send_signal(signal.SIGKILL)
    await engine.wait()
    await engine.stdout.read()
    engine._transport.close()  # type: ignore[attr-defined]
    async with running(tmp_path, Source(id="boss", name="x", enabled=False)) as desk:
        await until(lambda: "boss" in desk.looks and not desk.is_busy("boss"), seconds=30)  # by itself
        resumed = desk.looks["boss"]
        assert (resumed.state, resumed.read, resumed.added, resumed.bad) == ("done", 2_000, 2_000, 0)
        assert len(customers(desk)) == 2_000
        with closing(open_reader(desk.paths.database)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert counts_of(conn, "boss") == (2_000, 0, 0)
            assert not is_anybody_waiting(conn)
            runs = last_runs(conn, "boss", 5)
        assert [(run.state, run.added) for run in runs] == [("done", 2_000)]
