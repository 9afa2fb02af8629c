"""An article: what it says, whom it is for, when it holds, and how often it was of use.

Days are written as `2026-11-22` in the zone of the site, so that they compare as text; "" is no limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.core.days import is_day
from engine.core.records import Millis
from engine.core.tickets.records import Ticket

MAX_TITLE = 80
MAX_TEXT = 8_000
MAX_SPOKEN = 600  # characters: some two minutes; nobody listens longer
MAX_WORDS = 40  # of a category
MAX_TIES = 40
PLACE = "ivr:"  # a tie to a place of the voice menu begins so; the others are to tickets


class ArticleState(StrEnum):
    """Who sees an article."""

    DRAFT = "draft"  # those who work on it
    PUBLISHED = "published"  # everybody
    WITHDRAWN = "withdrawn"  # kept, for those who look for it


class UseKind(StrEnum):
    """What an article was used for."""

    OPENED = "opened"  # read during a call
    READ_OUT = "read_out"  # to the caller, by the voice of the engine
    HELPED = "helped"
    NOT_HELPED = "not_helped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it is now. `version` grows with each change, 0 is not kept yet.

    `key` is the name by which a file knows it, "" for one that came from no file. `spoken` is what callers
    hear when it is read out; empty: the text. `ties` say beside which matters it is shown: a ticket type
    ("fault"), one of its categories ("fault/tv_no_signal"), or a place of the voice menu ("ivr:fault_tv").
    """

    id: int = 0
    key: str = ""
    title: str
    text: str
    spoken: str = ""
    category: str = ""
    ties: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""  # the last day
    state: ArticleState = ArticleState.DRAFT
    version: int = 0
    from_ticket: str = ""  # number of the ticket that proposed it
    by: str = ""  # who changed it last
    at: Millis = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUses:
    """How often an article was of use."""

    opened: int = 0
    read_out: int = 0
    helped: int = 0
    not_helped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One change of an article."""

    version: int
    at: Millis
    by: str
    note: str  # why
    state: ArticleState


def is_valid(article: Article, today: str) -> bool:
    """Holds on this day."""
    return article.valid_from <= today and (not article.valid_until or today <= article.valid_until)


def is_current(article: Article, today: str) -> bool:
    """May be told to customers on this day."""
    return article.state is ArticleState.PUBLISHED and is_valid(article, today)


def said(article: Article) -> str:
    """What a caller hears of it, in one line: the speech begins anew at each line."""
    return " ".join((article.spoken or article.text).split())[:MAX_SPOKEN]


def tidied(article: Article) -> Article:
    """Without blanks around, and each tie once."""
    return replace(
        article,
        key=article.key.strip(),
        title=" ".join(article.title.split()),
        text=article.text.strip(),
        spoken=article.spoken.strip(),
        category=article.category.strip(),
        ties=tuple(dict.fromkeys(tie.strip() for tie in article.ties if tie.strip())),
    )


def trouble(article: Article) -> tuple[str, str] | None:
    """Why this cannot be kept: field and code, the codes being those of `db.errors.Invalid`."""
    for name, value in (("title", article.title), ("text", article.text)):
        if not value:
            return name, "required"
    lengths = {
        "title": (article.title, MAX_TITLE),
        "text": (article.text, MAX_TEXT),
        "spoken": (article.spoken, MAX_SPOKEN),
        "category": (article.category, MAX_WORDS),
        "key": (article.key, MAX_WORDS),
        "ties": (article.ties, MAX_TIES),
    }
    for name, (held, most) in lengths.items():
        if len(held) > most:
            return name, "too_long"
    for name, day in (("valid_from", article.valid_from), ("valid_until", article.valid_until)):
        if day and not is_day(day):
            return name, "bad_time"
    if article.valid_until and article.valid_until < article.valid_from:
        return "valid_until", "bad_time"
    return None


def rank(article: Article, uses: ArticleUses, matter: Iterable[str]) -> int:
    """How near an article is to what a caller asks, 0 for not at all.

    `matter` are ties, the nearest first. Of two that are tied to the same, the one that helped more is first.
    """
    wanted = tuple(matter)
    nearest = next((n for n, tie in enumerate(wanted) if tie in article.ties), None)
    if nearest is None:
        return 0
    good = max(-49, min(49, uses.helped - uses.not_helped))
    return (len(wanted) - nearest) * 100 + 50 + good


def matter_of(ticket_type: str, category: str, path: Iterable[str] = ()) -> tuple[str, ...]:
    """The ties of a matter, the nearest first: category, type, and the places that the caller came by."""
    of_ticket = (f"{ticket_type}/{category}" if ticket_type and category else "", ticket_type)
    places = tuple(f"{PLACE}{node}" for node in reversed(tuple(path)))
    return tuple(dict.fromkeys(tie for tie in (*of_ticket, *places) if tie))


def proposed_by(ticket: Ticket, title: str = "") -> Article:
    """A draft out of a ticket: what was wrong, what was done, and what the customer was told."""
    parts = (("现象：", ticket.text), ("处理：", ticket.result), ("答复：", ticket.reply))
    text = "\n".join(f"{head}{words.strip()}" for head, words in parts if words.strip())
    ties = (f"{ticket.type}/{ticket.category}" if ticket.category else ticket.type,)
    first = next((words.strip().splitlines()[0] for _, words in parts if words.strip()), "")
    return Article(
        title=(title or ticket.title or first)[:MAX_TITLE],
        text=text[:MAX_TEXT],
        spoken=ticket.reply.strip()[:MAX_SPOKEN],
        ties=ties,
        from_ticket=ticket.number,
    )
