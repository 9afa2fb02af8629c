"""What a type of ticket is: fields, categories, time limits, route, checklist. Data of the site, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.tickets.states import TicketKind


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages; English falls back to Chinese."""

    zh: str
    en: str = ""

    def of(self, language: str) -> str:
        """In this language; any other than English means Chinese."""
        return self.en if language == "en" and self.en else self.zh


class FieldKind(StrEnum):
    """What may be written into a field."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"  # yuan with two places, kept as fen
    DATE = "date"  # 2026-11-22
    PHONE = "phone"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketField:
    """A field of the form beside the common ones."""

    id: str
    words: Words
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[tuple[str, Words], ...] = ()  # (code, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What it is about. `key` is the digit that chooses it, `quick` a code of letters (pinyin initials)."""

    id: str
    words: Words
    key: str = ""
    quick: str = ""
    line: str = ""  # a code of LINES
    fault: str = ""
    template: Words = Words("")  # text to begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long something may take: so many minutes, or until the end of so many working days after the first.

    `working`: the minutes count in working time only; else always.
    """

    minutes: int = 0
    days: int = 0
    working: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """The time limits of a type. A warning comes when `warn_percent` of the time are gone.

    Supervisor and leader are told so long after the breach.
    """

    respond: Limit
    resolve: Limit
    warn_percent: int = 75
    supervisor_after: Limit = Limit(minutes=0)
    leader_after: Limit = Limit(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who gets it. With `by_area` the station of the customer's area, if there is one; else `department`.

    `automatic`: dispatched at once, without anybody's doing; `verify` before it is dispatched or replied to.
    """

    department: str = ""
    by_area: bool = False
    automatic: bool = False
    verify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketType:
    """One type of ticket of the site."""

    id: str
    kind: TicketKind
    words: Words
    key: str = ""  # digit that chooses it
    quick: str = ""
    categories: tuple[Category, ...] = ()
    fields: tuple[TicketField, ...] = ()
    causes: tuple[tuple[str, Words], ...] = ()  # what can be found (code, words); required when returned
    sla: Sla
    route: Route = Route()
    follow_up: bool = False  # has to be before it closes
    checklist: tuple[tuple[str, Words], ...] = ()  # (id, words): what has to be done before it is returned
    templates: tuple[Words, ...] = ()  # sentences for replies

    def category(self, category_id: str) -> Category | None:
        """A category of this type."""
        return next((one for one in self.categories if one.id == category_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department, or a maintenance station with its areas. `leader` is a staff number."""

    id: str
    words: Words
    station: bool = False
    areas: tuple[str, ...] = ()
    leader: str = ""
    parent: str = ""  # whom its delays are reported to
    telephone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBook:
    """All types and departments of a site, as checked at load."""

    types: Mapping[str, TicketType] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    owner: str = ""  # who owns what nobody was asked for; empty: the first supervisor
