"""What customers have told us until it is settled, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.core.lines import Matter, Words
from engine.core.records import Millis

CALLER = ""  # who did something to a case, where it was not a member of the staff


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


def about(case: Case, language: str) -> str:
    """What a case is about in a few words: 数字电视无信号, "digital TV, no signal"."""
    matter = Matter(case.line, case.fault).words(language) if case.kind is CaseKind.FAULT else ""
    return matter or KINDS[case.kind].of(language)
