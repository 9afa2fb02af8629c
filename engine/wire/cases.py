"""What customers have told us until it is settled."""

from engine.core.cases import Case, CaseKind, CaseRecording, CaseState, CaseStep
from engine.core.records import Millis
from engine.wire.base import A, Method, Params, Result


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


CASE_METHODS: tuple[Method, ...] = (
    Method("cases.list", CasesParams, CaseList, A, "What customers have told, newest first."),
    Method("cases.show", CaseNumberParams, CaseDetail, A, "One case with its history and voice messages."),
    Method("cases.update", UpdateCaseParams, CaseRow, A, "Change a case, or add a remark; audited."),
)
