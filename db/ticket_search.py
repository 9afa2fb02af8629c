"""What tickets are found by when somebody types two characters or more, and how that is kept in step.

A contentless FTS5 table holds pieces: bigrams of title, text, contact, address and result (t东街), runs of
four digits of the phone (d8123) and its end (e1234), ends of the number (n001 n18001), and a mark while it
is open (o). All are made from the ticket alone, so that those of a changed ticket can be taken out again.
"""

import sqlite3
import unicodedata
from collections.abc import Iterator

from db.search_index import DIGIT_RUN, digit_runs, pairs
from db.text import safe, search_form
from db.ticket_rows import COLUMNS, ticket_of
from db.typed import MAX_TYPED, all_of, digits_of, terms_of, typed_number
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import OPEN_STATES

NUMBER_ENDS = (5, 3)  # the day of the month with the count, and the count alone
VERSION = "1"  # of the pieces; another one than the stored one means: build anew
_VERSION_KEY = "ticket_search_version"
_BATCH = 500
_OPEN = "o"


def pieces_of(ticket: Ticket) -> str:
    """The pieces of a ticket, as the text that the FTS table cuts at the spaces."""
    found = [_OPEN] if ticket.state in OPEN_STATES else []
    found += [f"n{ticket.number[-end:]}" for end in NUMBER_ENDS]
    for text in searched(ticket):
        found += [f"t{piece}" for piece in pairs(text)]
    digits = digits_of(ticket.phone)
    found += [f"d{piece}" for piece in digit_runs(digits)]
    if digits:
        found.append(f"e{digits[-DIGIT_RUN:]}")
    return " ".join(dict.fromkeys(found))


def searched(ticket: Ticket) -> tuple[str, ...]:
    """The texts of a ticket in which is searched, in the form in which they are compared."""
    texts = (ticket.title, ticket.text, ticket.contact, ticket.address, ticket.result)
    return tuple(search_form(text) for text in texts)


class Wanted:
    """What somebody typed: an FTS5 expression, and whether a ticket that has its pieces is really meant."""

    def __init__(self, typed: str, *, only_open: bool) -> None:
        typed = unicodedata.normalize("NFKC", safe(typed[:MAX_TYPED])).strip()
        self.number = typed_number(typed)
        self._terms = terms_of(typed)
        ways = [way for way in (self._by_text(), self._by_phone(), self._by_number()) if way]
        self.match = f"({' OR '.join(ways)})" if ways else ""
        if self.match and only_open:
            self.match += f' AND "{_OPEN}"'

    def fits(self, ticket: Ticket) -> bool:
        """Whether the pieces stand one after another: every term in a text, or the digits in a number."""
        if self.number and (self.number in digits_of(ticket.phone) or ticket.number.endswith(self.number)):
            return True
        texts = searched(ticket)
        return bool(self._terms) and all(any(term in text for text in texts) for term in self._terms)

    def _by_text(self) -> str:
        if not self._terms or any(len(term) < 2 for term in self._terms):
            return ""
        return all_of("t", (piece for term in self._terms for piece in pairs(term)))

    def _by_phone(self) -> str:
        if len(self.number) == DIGIT_RUN:
            return f'("e{self.number}" OR "d{self.number}")'
        return all_of("d", digit_runs(self.number)) if len(self.number) > DIGIT_RUN else ""

    def _by_number(self) -> str:
        end = next((end for end in NUMBER_ENDS if len(self.number) >= end), 0)
        return f'"n{self.number[-end:]}"' if end else ""


def add(conn: sqlite3.Connection, ticket: Ticket) -> None:
    """Make a stored ticket findable."""
    conn.execute("INSERT INTO ticket_search (rowid, pieces) VALUES (?, ?)", (ticket.id, pieces_of(ticket)))


def change(conn: sqlite3.Connection, before: Ticket, after: Ticket) -> None:
    """Keep the pieces in step: a contentless table has to be told what it held."""
    old, new = pieces_of(before), pieces_of(after)
    if old == new:
        return
    conn.execute(
        "INSERT INTO ticket_search (ticket_search, rowid, pieces) VALUES ('delete', ?, ?)", (before.id, old)
    )
    conn.execute("INSERT INTO ticket_search (rowid, pieces) VALUES (?, ?)", (after.id, new))


def is_current(conn: sqlite3.Connection) -> bool:
    """Was the search built by this program's rules?"""
    stored = conn.execute("SELECT value FROM settings WHERE key = ?", (_VERSION_KEY,)).fetchone()
    return stored is not None and stored[0] == VERSION


def rebuild(conn: sqlite3.Connection) -> None:
    """Throw the search away and build it from all tickets."""
    conn.execute("INSERT INTO ticket_search (ticket_search) VALUES ('delete-all')")
    for ticket in _all_tickets(conn):
        add(conn, ticket)
    conn.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (_VERSION_KEY, VERSION))


def _all_tickets(conn: sqlite3.Connection) -> Iterator[Ticket]:
    last = 0
    while True:
        rows = conn.execute(
            f"SELECT {COLUMNS} FROM tickets t WHERE t.id > ? ORDER BY t.id LIMIT ?", (last, _BATCH)
        ).fetchall()
        if not rows:
            return
        for row in rows:
            ticket = ticket_of(row)
            last = ticket.id
            yield ticket
