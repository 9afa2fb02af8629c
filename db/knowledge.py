"""Articles of the office: kept with every version, published by whoever may, counted when they are used."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from db import knowledge_search
from db.errors import Duplicate, Invalid, NotFound, Stale
from db.text import checked_lines, safe
from engine.core.knowledge.articles import (
    MAX_SPOKEN,
    MAX_TEXT,
    Article,
    ArticleState,
    ArticleUses,
    ArticleVersion,
    UseKind,
    tidied,
    trouble,
)
from engine.core.records import Millis

_CONTENT = ("key", "title", "text", "spoken", "category", "valid_from", "valid_until")
_COLUMNS = ("id", *_CONTENT, "state", "version", "from_ticket", "by", "at")
SELECT = ", ".join(f"a.{name}" for name in _COLUMNS)


def save_article(
    conn: sqlite3.Connection, article: Article, who: str, now: Millis, *, version: int, note: str = ""
) -> Article:
    """Keep what an article says; `version` is the one that was looked at, 0 for a new article.

    The state stays as it is. What says the same as before is no new version. Raises Invalid, Duplicate,
    NotFound, Stale.
    """
    clean = _checked(article)
    if not article.id:
        return _insert(conn, clean, who, now, note)
    before = get_article(conn, article.id)
    if before.version != version:
        raise Stale("article", f"{article.id} {before.version}")
    after = replace(
        before, ties=clean.ties, **{name: getattr(clean, name) for name in _CONTENT if name != "key"}
    )
    if after == before:
        return before
    return _change(conn, before, after, who, now, note)


def import_article(conn: sqlite3.Connection, article: Article, who: str, now: Millis) -> tuple[Article, str]:
    """Keep an article of a file by its key, as published; says whether it was added, updated or unchanged.

    Raises Invalid.
    """
    clean = _checked(article)
    if not clean.key:
        raise Invalid("required", "key")
    row = conn.execute("SELECT id, version FROM articles WHERE key = ?", (clean.key,)).fetchone()
    if row is None:
        kept = _insert(conn, clean, who, now, "")
        return set_state(conn, kept.id, ArticleState.PUBLISHED, who, now, version=kept.version), "added"
    kept = save_article(conn, replace(clean, id=row[0]), who, now, version=row[1])
    return kept, "unchanged" if kept.version == row[1] else "updated"


def import_articles(
    conn: sqlite3.Connection, articles: Sequence[Article], who: str, now: Millis, *, dry_run: bool
) -> tuple[dict[str, int], list[tuple[str, Invalid | Duplicate]]]:
    """Keep the articles of a file: how many were added, updated, unchanged; and the keys of the bad ones.

    With `dry_run` nothing is kept, only counted.
    """
    counts = {"added": 0, "updated": 0, "unchanged": 0}
    bad: list[tuple[str, Invalid | Duplicate]] = []
    conn.execute("SAVEPOINT articles")
    for article in articles:
        try:
            counts[import_article(conn, article, who, now)[1]] += 1
        except (Invalid, Duplicate) as error:
            bad.append((article.key, error))
    if dry_run:
        conn.execute("ROLLBACK TO articles")
    conn.execute("RELEASE articles")
    return counts, bad


def set_state(
    conn: sqlite3.Connection, article_id: int, state: ArticleState, who: str, now: Millis, *, version: int
) -> Article:
    """Publish an article, or take it back. Raises NotFound, Stale."""
    before = get_article(conn, article_id)
    if before.version != version:
        raise Stale("article", f"{article_id} {before.version}")
    return before if before.state is state else _change(conn, before, replace(before, state=state), who, now)


def roll_back(
    conn: sqlite3.Connection, article_id: int, to_version: int, who: str, now: Millis, *, version: int
) -> Article:
    """Let an article say again what it said; that is a version of its own. Raises NotFound, Stale."""
    old = article_version(conn, article_id, to_version)
    return save_article(conn, old, who, now, version=version, note=f"= {to_version}")


def get_article(conn: sqlite3.Connection, article_id: int) -> Article:
    """Raises NotFound."""
    row = conn.execute(f"SELECT {SELECT} FROM articles a WHERE a.id = ?", (article_id,)).fetchone()
    if row is None:
        raise NotFound("article", article_id)
    return from_row(conn, row)


def article_version(conn: sqlite3.Connection, article_id: int, version: int) -> Article:
    """An article as it was. Raises NotFound."""
    row = conn.execute(
        "SELECT body, state, by, at FROM article_versions WHERE article_id = ? AND version = ?",
        (article_id, version),
    ).fetchone()
    if row is None:
        raise NotFound("article_version", f"{article_id}.{version}")
    body, state, by, at = row
    content = json.loads(body)
    content["ties"] = tuple(content["ties"])
    return Article(id=article_id, version=version, state=ArticleState(state), by=by, at=at, **content)


def article_versions(conn: sqlite3.Connection, article_id: int) -> list[ArticleVersion]:
    """All versions, the newest first."""
    rows = conn.execute(
        "SELECT version, at, by, note, state FROM article_versions WHERE article_id = ?"
        " ORDER BY version DESC",
        (article_id,),
    )
    return [
        ArticleVersion(version=version, at=at, by=by, note=note, state=ArticleState(state))
        for version, at, by, note, state in rows
    ]


def count_use(
    conn: sqlite3.Connection, article_id: int, kind: UseKind, who: str, call_id: str, now: Millis
) -> None:
    """An article was used; the same of one call counts once, and "helped" takes "not helped" back."""
    get_article(conn, article_id)
    verdicts = {UseKind.HELPED: UseKind.NOT_HELPED, UseKind.NOT_HELPED: UseKind.HELPED}
    if call_id and kind in verdicts:
        conn.execute(
            "DELETE FROM article_uses WHERE article_id = ? AND kind = ? AND call_id = ? AND staff_number = ?",
            (article_id, verdicts[kind], call_id, who),
        )
    conn.execute(
        "INSERT OR IGNORE INTO article_uses (article_id, kind, at, staff_number, call_id)"
        " VALUES (?, ?, ?, ?, ?)",
        (article_id, kind, now, who, safe(call_id)),
    )


def uses_of(conn: sqlite3.Connection, article_ids: Sequence[int]) -> dict[int, ArticleUses]:
    """How often each was of use."""
    places = ", ".join("?" * len(article_ids))
    rows = conn.execute(
        f"SELECT article_id, kind, count(*) FROM article_uses WHERE article_id IN ({places}) GROUP BY 1, 2",
        tuple(article_ids),
    )
    counts: dict[int, dict[str, int]] = {}
    for article_id, kind, count in rows:
        counts.setdefault(article_id, {})[kind] = count
    return {article_id: ArticleUses(**counts.get(article_id, {})) for article_id in article_ids}


def article_of_ticket(conn: sqlite3.Connection, number: str) -> Article | None:
    """The article that a ticket has proposed."""
    row = conn.execute(f"SELECT {SELECT} FROM articles a WHERE a.from_ticket = ?", (number,)).fetchone()
    return None if row is None else from_row(conn, row)


def from_row(conn: sqlite3.Connection, row: tuple[Any, ...]) -> Article:
    """An article of a row of SELECT, with its ties."""
    values = dict(zip(_COLUMNS, row, strict=True))
    ties = conn.execute("SELECT tie FROM article_ties WHERE article_id = ? ORDER BY place", (values["id"],))
    values["state"] = ArticleState(values["state"])
    return Article(ties=tuple(tie for (tie,) in ties), **values)


def _checked(article: Article) -> Article:
    clean = tidied(
        replace(
            article,
            key=safe(article.key),
            title=safe(article.title),
            text=checked_lines(article.text, "text", MAX_TEXT),
            spoken=checked_lines(article.spoken, "spoken", MAX_SPOKEN),
            category=safe(article.category),
            ties=tuple(safe(tie) for tie in article.ties),
        )
    )
    wrong = trouble(clean)
    if wrong is not None:
        field, code = wrong
        raise Invalid(code, field)
    return clean


def _insert(conn: sqlite3.Connection, article: Article, who: str, now: Millis, note: str) -> Article:
    new = replace(article, state=ArticleState.DRAFT, version=1, by=who, at=now)
    for field in ("key", "from_ticket"):
        value = getattr(new, field)
        taken = value and conn.execute(f"SELECT id FROM articles WHERE {field} = ?", (value,)).fetchone()
        if taken:
            raise Duplicate(field, value, taken[0])
    columns = [name for name in _COLUMNS if name != "id"]
    cursor = conn.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})",
        _values(new),
    )
    assert cursor.lastrowid is not None
    new = replace(new, id=cursor.lastrowid)
    _keep_version(conn, new, note)
    _tie(conn, new)
    knowledge_search.add(conn, new)
    return new


def _change(
    conn: sqlite3.Connection, before: Article, after: Article, who: str, now: Millis, note: str = ""
) -> Article:
    new = replace(after, version=before.version + 1, by=who, at=now)
    columns = [name for name in _COLUMNS if name not in ("id", "key", "from_ticket")]
    conn.execute(
        f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE id = :id",
        _values(new),
    )
    _keep_version(conn, new, note)
    _tie(conn, new)
    knowledge_search.remove(conn, before)
    knowledge_search.add(conn, new)
    return new


def _values(article: Article) -> dict[str, Any]:
    values = asdict(article)
    del values["ties"]
    return values


def _keep_version(conn: sqlite3.Connection, article: Article, note: str) -> None:
    body = {name: getattr(article, name) for name in (*_CONTENT, "ties", "from_ticket")}
    conn.execute(
        "INSERT INTO article_versions (article_id, version, at, by, note, state, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            article.version,
            article.at,
            article.by,
            safe(note),
            article.state,
            json.dumps(body, ensure_ascii=False),
        ),
    )


def _tie(conn: sqlite3.Connection, article: Article) -> None:
    conn.execute("DELETE FROM article_ties WHERE article_id = ?", (article.id,))
    conn.executemany(
        "INSERT INTO article_ties (tie, article_id, place) VALUES (?, ?, ?)",
        [(tie, article.id, place) for place, tie in enumerate(article.ties)],
    )
