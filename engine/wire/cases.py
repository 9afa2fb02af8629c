"""What customers have told us until it is settled, and what the office announces."""

from engine.core.cases import Case, CaseKind, CaseRecording, CaseState, CaseStep, Notice, NoticeKind
from engine.core.records import Millis
from engine.wire.base import A, Method, Params, Result, S


class CasesParams(Params):
    """`states` empty: all. `since` and `until` go by when it was told; `before_id` continues a list."""

    states: tuple[CaseState, ...] = ()
    kind: CaseKind | None = None
    customer_id: int = 0
    cli: str = ""
    since: Millis = 0
    until: Millis = 0
    before_id: int = 0
    limit: int = 100


class CaseRow(Result):
    case: Case
    customer_name: str


class CaseList(Result):
    """The newest first."""

    cases: list[CaseRow]


class CaseNumberParams(Params):
    number: str


class CaseDetail(Result):
    """A case with its steps and voice messages, the oldest first. `folder` is where the engine has these."""

    case: Case
    customer_name: str
    steps: list[CaseStep]
    recordings: list[CaseRecording]
    folder: str


class UpdateCaseParams(Params):
    """What is given is changed. `version` 0: whatever it has become since; else refused (`conflict`)."""

    number: str
    state: CaseState | None = None
    technician: str | None = None
    expected_at: Millis | None = None
    remark: str = ""
    version: int = 0


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


CASE_METHODS: tuple[Method, ...] = (
    Method("cases.list", CasesParams, CaseList, A, "What customers have told, newest first."),
    Method("cases.show", CaseNumberParams, CaseDetail, A, "One case with its history and voice messages."),
    Method("cases.update", UpdateCaseParams, CaseRow, A, "Change a case, or add a remark; audited."),
    Method("notices.list", NoticesParams, Notices, A, "Announcements and outages, newest first."),
    Method("notices.add", AddNoticeParams, NoticeRow, S, "Announce something, or an outage; audited."),
    Method("notices.change", ChangeNoticeParams, NoticeRow, S, "Change one that is not ended; audited."),
    Method("notices.end", NoticeIdParams, EndedNotice, S, "Ends it; who waited is to be called; audited."),
)
