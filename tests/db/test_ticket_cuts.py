"""A deed on tickets that is cut anywhere is done whole or not at all; fifty clients lose nothing."""

import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from db.connection import transaction
from db.errors import Refused, Stale
from db.store import Store
from db.ticket_lists import list_tickets, show_ticket
from db.ticket_outages import suggest_outages
from db.ticket_query import TicketFilter
from db.tickets import act_on, create_ticket
from engine.core.tickets.records import Act, Actor, NewTicket
from engine.core.tickets.states import Deed
from engine.core.tickets.suspects import Group
from tests.db.ticket_cut import DEEDS, FIRST, SECOND, Cutting, everything, statements_of
from tests.db.ticket_world import AGENT, BOSS, DAY, LAN, LI, OTHER, RULES, T0, made

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("deed", list(DEEDS))
CLIENTS, TICKETS, TURNS = 50, 10, 8
EDITS = "第4句"


class Cut(Exception):
    """The power goes."""


def raise_cut() -> None:
    raise Cut


@pytest.fixture
def ready(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Two tickets of one street, suspected to be an outage."""
    with transaction(conn):
        for _ in range(2):
            made(conn, area="城东", text="没有信号", phone=LI, line="tv")
        group = Group(line="tv", area="城东", node="", numbers=(FIRST, SECOND), since=T0, at=T0)
        suggest_outages(conn, [group], T0)
    return conn


@EACH
def test_cut_after_each_statement(ready: sqlite3.Connection, deed: str) -> None:
    count = statements_of(ready, deed)
    assert count >= 3
    before = everything(ready)
    for after in range(1, count + 1):
        with pytest.raises(Cut), transaction(ready):
            DEEDS[deed](Cutting(ready, after, raise_cut))  # type: ignore[arg-type]
        assert everything(ready) == before, f"after statement {after}"
    with transaction(ready):
        DEEDS[deed](ready)
    assert everything(ready) != before


@EACH
def test_killed_after_each_statement(ready: sqlite3.Connection, tmp_path: Path, deed: str) -> None:
    command = [sys.executable, "-m", "tests.db.ticket_cut", str(tmp_path / "fourseat.db"), deed]
    ended = subprocess.run(command, check=True, cwd=ROOT, timeout=60, capture_output=True, text=True)
    # Each was killed, and one more behind its last statement; only that one's deed is there.
    assert ended.stdout.split() == ["1", "0", "True"]


@pytest.mark.parametrize("deed", ["create", "report"])
def test_asked_again_after_the_answer_was_lost(ready: sqlite3.Connection, deed: str) -> None:
    first = DEEDS[deed](ready)
    after = everything(ready)
    again = DEEDS[deed](ready)
    assert everything(ready) == after
    assert again == ((first[0], False) if deed == "create" else first)  # type: ignore[index]


def test_fifty_clients_on_ten_tickets_lose_nothing(store: Store) -> None:
    """Each writes with the version that it has seen, sometimes over the contact; losers look again."""
    numbers = [
        store.submit(create_ticket, NewTicket(key=f"k{n}", type="fault"), AGENT, RULES, T0, DAY)
        .result()[0]
        .number
        for n in range(TICKETS)
    ]
    done: list[tuple[str, str]] = []
    stale: list[str] = []
    start = threading.Barrier(CLIENTS)

    def client(n: int) -> None:
        choice = random.Random(n)
        actor = (AGENT, OTHER, BOSS)[n % 3]
        start.wait()
        for turn in range(TURNS):
            number = choice.choice(numbers)
            text = f"第{n}位第{turn}句"
            while not _tried(store, number, text, actor):
                stale.append(text)
            done.append((number, text))

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == CLIENTS * TURNS
    assert stale  # they did get into each other's way
    for number in numbers:
        shown = store.read(show_ticket, number, AGENT).result()
        texts = [step.text.splitlines()[0] for step in shown.steps[1:]]
        assert sorted(texts) == sorted(text for ticket, text in done if ticket == number)
        assert shown.ticket.version == len(texts) + 1
        assert [step.at for step in shown.steps[1:]] == list(range(T0 + 1, T0 + 1 + len(texts)))
        contacts = [text for text in texts if text.endswith(EDITS)]
        assert shown.ticket.contact == (contacts[-1] if contacts else "")


def _tried(store: Store, number: str, text: str, actor: Actor) -> bool:
    """Write with the version as it is seen now; the time tells in which order it was done."""
    version = store.read(show_ticket, number, actor).result().ticket.version
    act = Act(deed=Deed.REMARK, text=text, version=version)
    if text.endswith(EDITS):
        act = Act(deed=Deed.EDIT, text=text, fields={"contact": text}, version=version)
    try:
        after = store.submit(act_on, number, act, actor, RULES, T0 + version).result()
    except Stale as error:
        _, newer, _, _ = error.detail.split()
        return int(newer) <= version  # never: it is told of what came later
    assert after.version == version + 1
    return True


def test_of_two_who_want_it_one_gets_it(store: Store) -> None:
    new = NewTicket(key="k", type="fault")
    ticket, _ = store.submit(create_ticket, new, AGENT, RULES, T0, DAY).result()
    acts = [
        Act(deed=Deed.OWN, target=LAN, text="休假", version=1),
        Act(deed=Deed.REPLY, text="好", version=1),
    ]
    futures = [store.submit(act_on, ticket.number, act, BOSS, RULES, T0 + n) for n, act in enumerate(acts)]
    assert futures[0].result().owner == LAN
    with pytest.raises(Stale):
        futures[1].result()
    with pytest.raises(Refused):  # without a version it is done to what is there now, if that may be
        store.submit(act_on, ticket.number, Act(deed=Deed.CLOSE), AGENT, RULES, T0).result()
    assert len(store.read(list_tickets, TicketFilter(owner=LAN), AGENT).result()) == 1
