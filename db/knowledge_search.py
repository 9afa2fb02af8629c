"""What articles are found by: pieces of two characters, as customers are; what the title has goes first.

A contentless FTS5 table holds pieces: single characters and bigrams of title and category (t机顶), and of
the text (b重启). Both are made from the article alone, so that the entries of a changed one can be taken out
again.
"""

import sqlite3
from collections.abc import Sequence

from db.search_index import pairs
from db.text import safe, search_form
from db.typed import MAX_TYPED, all_of, terms_of
from engine.core.knowledge.articles import Article


def pieces_of(article: Article) -> str:
    """The pieces of an article, as the text that the FTS table cuts at the spaces."""
    found: list[str] = []
    for prefix, text in (("t", f"{article.title} {article.category}"), ("b", article.text)):
        for word in text.split():
            form = search_form(word)
            found += [f"{prefix}{piece}" for piece in (*form, *pairs(form))]
    return " ".join(dict.fromkeys(found))


def add(conn: sqlite3.Connection, article: Article) -> None:
    """Make a kept article findable."""
    conn.execute("INSERT INTO article_search (rowid, pieces) VALUES (?, ?)", (article.id, pieces_of(article)))


def remove(conn: sqlite3.Connection, article: Article) -> None:
    """Take out an article, given as it was when it was added: a contentless table has to be told."""
    conn.execute(
        "INSERT INTO article_search (article_search, rowid, pieces) VALUES ('delete', ?, ?)",
        (article.id, pieces_of(article)),
    )


def found_ids(conn: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Articles that have every word of the text, those first that have all of them in the title."""
    terms = terms_of(safe(text[:MAX_TYPED]))
    if not terms:
        return []
    in_title = " AND ".join(_has("t", term) for term in terms)
    anywhere = " AND ".join(f"({_has('t', term)} OR {_has('b', term)})" for term in terms)
    found: dict[int, None] = {}
    for match in (in_title, anywhere):
        rows = conn.execute(
            "SELECT rowid FROM article_search WHERE article_search MATCH ? ORDER BY rowid DESC LIMIT ?",
            (match, 4 * limit),
        )
        found.update(dict.fromkeys(row[0] for row in rows))
    return _with_whole(conn, list(found), terms)[:limit]


def _has(prefix: str, term: str) -> str:
    """The FTS5 expression of one word; a single character is a piece, too."""
    return all_of(prefix, pairs(term) if len(term) > 1 else [term])


def _with_whole(conn: sqlite3.Connection, ids: list[int], terms: Sequence[str]) -> list[int]:
    """Those whose pieces stand one after another: having all of them is not enough."""
    if not ids:
        return []
    places = ", ".join("?" * len(ids))
    rows = conn.execute(f"SELECT id, title, category, text FROM articles WHERE id IN ({places})", ids)
    whole = {article_id: [search_form(part) for part in parts] for article_id, *parts in rows}
    return [one for one in ids if all(any(term in part for part in whole.get(one, ())) for term in terms)]
