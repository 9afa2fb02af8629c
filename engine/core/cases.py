"""What customers have told us until it is settled, what the office tells them, and the words for both.

Lines and faults are codes of one table, `LINES`: flows name them, and lists, commands and the voice say their
words. A code that is not in it counts as OTHER, so that no report is lost to a mistake in a flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.records import Millis

OTHER = "other"
CALLER = ""  # who did something to a case, where it was not a member of the staff
ENGLISH = "en"


class CaseKind(StrEnum):
    """What a customer wanted to tell."""

    FAULT = "fault"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    REPORT = "report"


class CaseState(StrEnum):
    """How far a case is."""

    NEW = "new"
    DISPATCHED = "dispatched"  # somebody has been sent, or sees to it
    DONE = "done"
    CANCELLED = "cancelled"


class CaseDeed(StrEnum):
    """One step in the life of a case."""

    REPORTED = "reported"
    AGAIN = "again"  # the customer has told the same once more
    STATE = "state"
    TECHNICIAN = "technician"
    EXPECTED = "expected"
    REMARK = "remark"
    RATED = "rated"


class NoticeKind(StrEnum):
    """What the office announces: something that will be, or that something is broken for many."""

    NOTICE = "notice"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """In this language; any other than English means Chinese."""
        return self.en if language == ENGLISH else self.zh


@dataclass(frozen=True, slots=True)
class LineOfBusiness:
    """What customers have from us, and what can be wrong with it."""

    words: Words
    faults: Mapping[str, Words]


_SOME_FAULT = {OTHER: Words("故障", "fault")}

LINES: Mapping[str, LineOfBusiness] = {
    "tv": LineOfBusiness(
        Words("数字电视", "digital TV"),
        {
            "no_signal": Words("无信号", "no signal"),
            "black_screen": Words("黑屏", "black screen"),
            "card": Words("智能卡未授权", "smart card not authorised"),
            "freezing": Words("画面卡顿", "pictures freeze"),
            "no_sound": Words("没有声音", "no sound"),
            **_SOME_FAULT,
        },
    ),
    "broadband": LineOfBusiness(
        Words("宽带", "broadband"),
        {
            "no_connection": Words("无法上网", "no connection"),
            "slow": Words("网速慢", "slow"),
            "unstable": Words("经常掉线", "connection breaks off"),
            "wifi": Words("无线网络故障", "wireless does not work"),
            **_SOME_FAULT,
        },
    ),
    "radio": LineOfBusiness(
        Words("广播", "radio"),
        {
            "no_sound": Words("没有声音", "no sound"),
            "noise": Words("有杂音", "noise"),
            **_SOME_FAULT,
        },
    ),
    "box": LineOfBusiness(
        Words("机顶盒", "set-top box"),
        {
            "no_power": Words("不通电", "no power"),
            "no_start": Words("无法启动", "does not start"),
            "remote": Words("遥控器失灵", "remote control does not work"),
            **_SOME_FAULT,
        },
    ),
    OTHER: LineOfBusiness(Words("其他业务", "another service"), _SOME_FAULT),
}

KINDS: Mapping[CaseKind, Words] = {
    CaseKind.FAULT: Words("故障", "fault"),
    CaseKind.COMPLAINT: Words("投诉", "complaint"),
    CaseKind.SUGGESTION: Words("建议", "suggestion"),
    CaseKind.REPORT: Words("申告", "report"),
}
# What callers hear of the state of their case.
STATUS: Mapping[CaseState, Words] = {
    CaseState.NEW: Words("已受理,正在安排", "taken down, not yet given to anybody"),
    CaseState.DISPATCHED: Words("已派单", "given to a technician"),
    CaseState.DONE: Words("已处理完毕", "settled"),
    CaseState.CANCELLED: Words("已撤销", "cancelled"),
}
SOMEBODY = Words("维修人员", "a technician")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecording:
    """A voice message that belongs to a case. `name` is its file in the folder of voice messages.

    `error` says why there is nothing to hear.
    """

    name: str
    at: Millis = 0
    length_ms: int = 0
    size: int = 0
    sha256: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What a customer tells. `day` is the site's, "261121"; `key` is the same however often it is told."""

    key: str
    day: str
    kind: CaseKind
    line: str = ""
    fault: str = ""
    customer_id: int = 0
    cli: str = ""
    call_id: str = ""
    at: Millis
    expected_at: Millis
    recording: CaseRecording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. `version` grows with each change; `score` 0: no mark; `done_at` 0: not finished."""

    id: int
    number: str
    kind: CaseKind
    line: str = ""
    fault: str = ""
    state: CaseState = CaseState.NEW
    customer_id: int = 0
    cli: str = ""
    call_id: str = ""
    reported_at: Millis
    expected_at: Millis
    technician: str = ""
    score: int = 0
    done_at: Millis = 0
    changed_at: Millis = 0
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """Who did what to a case, and when; `who` is a staff number, or CALLER."""

    at: Millis
    who: str
    deed: CaseDeed
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """What is to be changed; None leaves it. `version` 0 changes it whatever it has become meanwhile."""

    state: CaseState | None = None
    technician: str | None = None
    expected_at: Millis | None = None
    remark: str = ""
    version: int = 0


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
        return (language == ENGLISH and self.text_en) or self.text


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


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about, by the codes of `LINES`."""

    line: str
    fault: str
    known: bool = field(default=True, compare=False)  # False: the flow has named something else

    @classmethod
    def of(cls, line: str, fault: str) -> "Matter":
        """The matter of two codes, whatever they are."""
        if line not in LINES:
            return cls(OTHER, OTHER, known=False)
        if fault not in LINES[line].faults:
            return cls(line, OTHER, known=False)
        return cls(line, fault)


def about(case: Case, language: str) -> str:
    """What a case is about in a few words: 数字电视无信号, "digital TV, no signal"."""
    if case.kind is not CaseKind.FAULT or case.line not in LINES:
        return KINDS[case.kind].of(language)
    line = LINES[case.line]
    words = line.faults.get(case.fault, _SOME_FAULT[OTHER])
    separator = ", " if language == ENGLISH else ""
    return f"{line.words.of(language)}{separator}{words.of(language)}"
