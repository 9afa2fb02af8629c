"""Lists of articles: found by text, by category, by the matter of a caller; and what diagnoses have found."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.knowledge import SELECT, from_row, uses_of
from db.knowledge_search import found_ids
from db.text import safe
from engine.core.knowledge.articles import Article, ArticleUses, is_current, rank
from engine.core.records import Millis

MOST = 1000
_FOUND = 200


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article, and how often it was of use."""

    article: Article
    uses: ArticleUses


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a diagnosis has found, and which ticket came of it."""

    tree: str
    ending: str
    finding: str
    digits: str
    staff_number: str
    call_id: str = ""
    ticket: str = ""


def list_articles(
    conn: sqlite3.Connection,
    *,
    today: str,
    text: str = "",
    category: str = "",
    matter: Sequence[str] = (),
    everything: bool = False,
    limit: int = 100,
) -> list[ArticleRow]:
    """Articles that fit, best first: by matter, else as they were found, else the newest.

    Without `everything` only those that may be told to customers today. A `matter` sorts, and leaves out what
    has nothing to do with it unless something is looked for.
    """
    if text.strip():
        articles = _by_ids(conn, found_ids(conn, text, _FOUND))
    elif matter:
        articles = _by_ties(conn, matter)
    else:
        rows = conn.execute(f"SELECT {SELECT} FROM articles a ORDER BY a.at DESC, a.id DESC LIMIT ?", (MOST,))
        articles = [from_row(conn, row) for row in rows.fetchall()]
    wanted = [
        article
        for article in articles
        if (everything or is_current(article, today)) and category in ("", article.category)
    ]
    uses = uses_of(conn, [article.id for article in wanted])
    found = [ArticleRow(article, uses[article.id]) for article in wanted]
    if matter:
        found.sort(key=lambda row: -rank(row.article, row.uses, matter))
    return found[: min(max(1, limit), MOST)]


def categories(conn: sqlite3.Connection) -> list[str]:
    """All categories in use, by name."""
    return [name for (name,) in conn.execute("SELECT DISTINCT category FROM articles ORDER BY 1") if name]


def keep_diagnosis(conn: sqlite3.Connection, found: Diagnosis, now: Millis) -> None:
    """Write down what was found."""
    conn.execute(
        "INSERT INTO diagnoses (tree, ending, finding, digits, at, staff_number, call_id, ticket)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            safe(found.tree),
            safe(found.ending),
            found.finding,
            safe(found.digits),
            now,
            found.staff_number,
            safe(found.call_id),
            safe(found.ticket),
        ),
    )


def diagnosis_counts(conn: sqlite3.Connection, since: Millis) -> dict[str, dict[str, int]]:
    """How often each tree has found what, since an instant."""
    counts: dict[str, dict[str, int]] = {}
    rows = conn.execute(
        "SELECT tree, finding, count(*) FROM diagnoses WHERE at >= ? GROUP BY 1, 2 ORDER BY 1, 2", (since,)
    )
    for tree, finding, count in rows:
        counts.setdefault(tree, {})[finding] = count
    return counts


def _by_ids(conn: sqlite3.Connection, ids: list[int]) -> list[Article]:
    places = ", ".join("?" * len(ids))
    rows = conn.execute(f"SELECT {SELECT} FROM articles a WHERE a.id IN ({places})", ids).fetchall()
    by_id = {row[0]: row for row in rows}
    return [from_row(conn, by_id[one]) for one in ids]


def _by_ties(conn: sqlite3.Connection, matter: Sequence[str]) -> list[Article]:
    places = ", ".join("?" * len(matter))
    rows = conn.execute(
        f"SELECT DISTINCT article_id FROM article_ties WHERE tie IN ({places}) LIMIT ?", (*matter, MOST)
    )
    return _by_ids(conn, [row[0] for row in rows])
