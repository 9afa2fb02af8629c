"""A payment that is cut anywhere is paid once or not at all, and asking again under its key tells which."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from db.connection import open_writer, transaction
from db.store import Store
from engine.core.boss import Reply
from tests.db.billing_cut import ACCOUNT, DEEDS, Cutting
from tests.db.billing_world import (
    PRICE,
    START_BALANCE,
    WORTH,
    money,
    new_card,
    new_customer,
    new_offer,
    pay_by_card,
)
from tests.support.database import new_database

ROOT = Path(__file__).parents[2]
BEFORE = (START_BALANCE, 0, 0)
PAID = {"recharge": (START_BALANCE + WORTH, 1, 1), "order": (START_BALANCE - PRICE, 1, 0)}
BOTH = pytest.mark.parametrize("deed", ["recharge", "order"])


class Cut(Exception):
    """The power goes."""


def raise_cut() -> None:
    raise Cut


@pytest.fixture
def ready(conn: sqlite3.Connection) -> sqlite3.Connection:
    """The customer of `billing_cut` with a card to spend and a package to order."""
    assert new_customer(conn) == ACCOUNT
    new_card(conn)
    new_offer(conn)
    return conn


def statements_of(conn: sqlite3.Connection, deed: str) -> int:
    """How many statements the deed takes; it is taken back."""
    counting = Cutting(conn, 0, raise_cut)
    conn.execute("BEGIN IMMEDIATE")
    DEEDS[deed](counting)  # type: ignore[arg-type]
    conn.execute("ROLLBACK")
    return counting.statements


def ask_again(conn: sqlite3.Connection, deed: str) -> Reply:
    with transaction(conn):
        return DEEDS[deed](conn)


def everything(conn: sqlite3.Connection) -> list[tuple[object, ...]]:
    """All that a payment touches."""
    tables = ("customers", "customer_packages", "subscriptions", "payments", "recharge_cards", "tries")
    tables += ("boss_requests", "audit")
    return [row for table in tables for row in conn.execute(f"SELECT * FROM {table}")]


@BOTH
def test_cut_after_each_statement(ready: sqlite3.Connection, deed: str) -> None:
    count = statements_of(ready, deed)
    assert count >= 8
    before = everything(ready)
    for after in range(1, count + 1):
        with pytest.raises(Cut), transaction(ready):
            DEEDS[deed](Cutting(ready, after, raise_cut))  # type: ignore[arg-type]
        assert everything(ready) == before, f"after statement {after}"
    assert ask_again(ready, deed)[0] == "done"
    assert money(ready, ACCOUNT) == PAID[deed]


@BOTH
def test_killed_at_each_statement(ready: sqlite3.Connection, forks: "Forks", deed: str) -> None:
    count = statements_of(ready, deed)
    for after in range(count + 1):
        assert forks.ended("killed", deed, after) == (-signal.SIGKILL, "")
        assert money(ready, ACCOUNT) == BEFORE, f"after statement {after}"
    assert ask_again(ready, deed)[0] == "done"
    assert money(ready, ACCOUNT) == PAID[deed]


@BOTH
def test_killed_when_it_is_paid_and_nobody_knows(
    ready: sqlite3.Connection, forks: "Forks", deed: str
) -> None:
    assert forks.ended("killed", deed, -1) == (-signal.SIGKILL, "")
    assert money(ready, ACCOUNT) == PAID[deed]
    assert ask_again(ready, deed)[0] == "done"
    assert ask_again(ready, deed)[0] == "done"
    assert money(ready, ACCOUNT) == PAID[deed]


class Forks:
    """A process whose children are cut."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ended(self, kind: str, deed: str, number: int) -> tuple[int, str]:
        """The code of the child's end, and its last words."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(kind, deed, number, file=self._process.stdin, flush=True)
        code, _, words = self._process.stdout.readline().rstrip("\n").partition(" ")
        return int(code), words


@pytest.fixture
def forks(ready: sqlite3.Connection, tmp_path: Path) -> Iterator[Forks]:
    command = [sys.executable, "-m", "tests.db.billing_cut", str(tmp_path / "fourseat.db")]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Forks(process)
        process.communicate(timeout=10)
    assert process.returncode == 0


@BOTH
def test_locked_by_another_process(
    ready: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    ready.execute("PRAGMA busy_timeout = 50")
    with locked_elsewhere(tmp_path / "fourseat.db"):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            ask_again(ready, deed)
        assert money(ready, ACCOUNT) == BEFORE
    assert ask_again(ready, deed)[0] == "done"
    assert money(ready, ACCOUNT) == PAID[deed]


class locked_elsewhere:
    """Another process keeps the database to itself."""

    def __init__(self, path: Path) -> None:
        script = (
            "import sqlite3, sys\n"
            f"conn = sqlite3.connect({str(path)!r}, isolation_level=None)\n"
            "conn.execute('BEGIN IMMEDIATE')\n"
            "print('locked', flush=True)\n"
            "sys.stdin.read()\n"
            "conn.execute('ROLLBACK')\n"
            "conn.close()\n"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "locked\n"

    def __exit__(self, *_: object) -> None:
        self._process.communicate("", timeout=10)


@BOTH
def test_no_room_on_the_disk(ready: sqlite3.Connection, forks: Forks, deed: str) -> None:
    """A process that may not write longer files."""
    ready.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for room in (0, 1, 4096, 9000, 20_000):
        code, words = forks.ended("no-room", deed, room)
        assert code == 1
        assert "disk" in words
        assert money(ready, ACCOUNT) == BEFORE
    assert ask_again(ready, deed)[0] == "done"
    assert money(ready, ACCOUNT) == PAID[deed]


def test_two_hundred_at_one_card(tmp_path: Path) -> None:
    store = Store(new_database(tmp_path / "fourseat.db"))
    store.open()
    try:
        accounts = [
            store.submit(new_customer, f"2000{number:04}", phones=()).result() for number in range(200)
        ]
        store.submit(new_card).result()
        paying = [
            store.submit(pay_by_card, account, f"c-{number}:1", call=f"c-{number}")
            for number, account in enumerate(accounts)
        ]
        assert outcomes(paying) == {"done": 1, "spent": 199}
        balances = store.read(sum_of_balances).result()
        assert balances == 200 * START_BALANCE + WORTH
    finally:
        store.close()


def test_two_hundred_times_the_same_question(tmp_path: Path) -> None:
    store = Store(new_database(tmp_path / "fourseat.db"))
    store.open()
    try:
        account = store.submit(new_customer).result()
        store.submit(new_card).result()
        paying = [store.submit(pay_by_card, account, "c-1:1") for _ in range(200)]
        assert outcomes(paying) == {"done": 200}
        assert store.read(money, account).result() == PAID["recharge"]
    finally:
        store.close()


def test_two_hundred_writers_of_their_own(ready: sqlite3.Connection, tmp_path: Path) -> None:
    """Not through the one writing thread: the transaction alone holds."""

    def one(number: int) -> str:
        conn = open_writer(tmp_path / "fourseat.db")
        try:
            with transaction(conn):
                return pay_by_card(conn, ACCOUNT, f"c-{number}:1", call=f"c-{number}")[0]
        finally:
            conn.close()

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(one, range(200)))
    assert sorted(results) == ["done", *["spent"] * 199]
    assert money(ready, ACCOUNT) == PAID["recharge"]


def outcomes(paying: list[Future[Reply]]) -> dict[str, int]:
    wait(paying, timeout=60)
    found = [future.result()[0] for future in paying]
    return {outcome: found.count(outcome) for outcome in set(found)}


def sum_of_balances(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT sum(balance_fen) FROM customers").fetchone()[0])
