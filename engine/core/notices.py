"""What the office tells its callers: announcements, outages, and who wants to know when one is over."""

from dataclasses import dataclass
from enum import StrEnum

from engine.core.records import Millis
from engine.core.tickets.types import Words


class NoticeKind(StrEnum):
    """What the office announces: something that will be, or that something is broken for many."""

    NOTICE = "notice"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An announcement. Without `areas` it is for everybody, without `line` about everything.

    It is told from `from_at` until `until_at` (0: until somebody ends it); of an outage that is when it is
    expected to be repaired.
    """

    id: int = 0
    kind: NoticeKind
    areas: tuple[str, ...] = ()
    line: str = ""
    from_at: Millis
    until_at: Millis = 0
    ended_at: Millis = 0
    text: str = ""
    text_en: str = ""
    by: str = ""
    at: Millis = 0

    def words(self, language: str) -> str:
        """What is told, in a language; Chinese where nobody wrote it in English."""
        return Words(self.text, self.text_en).of(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChange:
    """What is to be changed of a notice; None leaves it."""

    areas: tuple[str, ...] | None = None
    line: str | None = None
    from_at: Millis | None = None
    until_at: Millis | None = None
    text: str | None = None
    text_en: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """A customer who is to be told when an outage is over."""

    number: str
    customer_id: int = 0
    call_id: str = ""
