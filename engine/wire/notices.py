"""What the office announces to its callers, outages among it."""

from engine.core.notices import Notice, NoticeKind
from engine.core.records import Millis
from engine.wire.base import A, Method, Params, Result, S


class NoticesParams(Params):
    """Without `everything` those that are told now or later, and outages that nobody has ended."""

    everything: bool = False
    limit: int = 100


class NoticeRow(Result):
    """`waiting` customers want to know when it is over."""

    notice: Notice
    waiting: int


class Notices(Result):
    """The newest first."""

    notices: list[NoticeRow]


class AddNoticeParams(Params):
    """Without `areas` for everybody. `from_at` 0: from now on; `until_at` 0: until it is ended."""

    kind: NoticeKind = NoticeKind.NOTICE
    areas: tuple[str, ...] = ()
    line: str = ""
    from_at: Millis = 0
    until_at: Millis = 0
    text: str = ""
    text_en: str = ""


class ChangeNoticeParams(Params):
    """What is given is changed; an empty list of areas is for everybody."""

    id: int
    areas: tuple[str, ...] | None = None
    line: str | None = None
    from_at: Millis | None = None
    until_at: Millis | None = None
    text: str | None = None
    text_en: str | None = None


class NoticeIdParams(Params):
    id: int


class EndedNotice(Result):
    """So many customers were put down to be called."""

    notice: Notice
    to_call: int


NOTICE_METHODS: tuple[Method, ...] = (
    Method("notices.list", NoticesParams, Notices, A, "Announcements and outages, newest first."),
    Method("notices.add", AddNoticeParams, NoticeRow, S, "Announce something, or an outage; audited."),
    Method("notices.change", ChangeNoticeParams, NoticeRow, S, "Change one that is not ended; audited."),
    Method("notices.end", NoticeIdParams, EndedNotice, S, "Ends it; who waited is to be called; audited."),
)
