"""Subscriber systems that customers come from: looked at, listed, and what nobody guesses."""

from engine.core.customers.records import SourceConflict
from engine.core.records import Millis
from engine.wire.base import A, Done, Method, Nothing, Params, Result, S, X


class SourceParams(Params):
    source: str


class StartSourceParams(Params):
    """`check`: only say what would change, with the first `differences`. `file`: instead of the folder's."""

    source: str
    check: bool = False
    file: str = ""
    differences: int = 20


class RunInfo(Result):
    """A run. `state`: running, done, failed or stopped; `what`: the file; `trouble`: why, as a code."""

    what: str
    state: str
    started_at: Millis
    ended_at: Millis
    rows: int
    added: int
    changed: int
    unchanged: int
    aside: int  # may be about several customers, or about nobody who is known
    bad: int
    gone: int
    balances_kept: int  # older than a payment made here
    trouble: str
    detail: str


class SourceInfo(Result):
    """A source. `as_of`: its age; `records`: rows known, `gone` of them vanished; `next_at` 0: no clock.

    `trouble`: why its folder cannot be read, in the words of the system.
    """

    id: str
    name: str
    kind: str
    place: str
    enabled: bool
    every_minutes: int
    as_of: Millis
    records: int
    gone: int
    conflicts: int
    next_at: Millis
    trouble: str
    last: RunInfo | None


class Sources(Result):
    sources: list[SourceInfo]


class BadSourceLine(Result):
    """A row that cannot be taken over: line, field, reason as a code, and what was there."""

    line: int
    field: str
    reason: str
    value: str


class SourceChange(Result):
    """What a row would change. `became`: added, changed, unchanged or aside.

    `changes`: field, before, behind. `undecided`: field (empty: the row), code, detail.
    """

    line: int
    key: str
    became: str
    customer_id: int
    name: str
    changes: list[tuple[str, str, str]]
    undecided: list[tuple[str, str, str]]
    balance_kept: bool


class SourceProgress(Result):
    """The newest look at a source: `position` of `total` while it goes on, in bytes or rows; 0: unknown."""

    source: str
    check: bool
    waiting: bool  # asked for, and not begun
    position: int
    total: int
    run: RunInfo | None
    mapping: dict[str, str]
    unmapped: list[str]
    bad_rows: list[BadSourceLine]  # the first thousand
    differences: list[SourceChange]  # of a check


class ConflictsParams(Params):
    """`source` empty: of all."""

    source: str = ""
    limit: int = 100


class SourceConflicts(Result):
    conflicts: list[SourceConflict]
    count: int


class SourceCustomerParams(Params):
    customer_id: int


class SourceOfCustomer(Result):
    """A source that knows a customer. `gone`: it does not have the row any more."""

    source: str
    name: str
    key: str
    as_of: Millis
    gone: bool


class OwnField(Result):
    """A field that the office has written itself, and who did.

    Also persons, addresses, accounts, devices, where a row of a source was changed: the audit says by whom.
    """

    field: str
    who: str
    at: Millis


class CustomerSources(Result):
    """Who says what of a customer: `origin` is field to source id, or "own"."""

    sources: list[SourceOfCustomer]
    own: list[OwnField]
    origin: dict[str, str]


class RestoreParams(Params):
    customer_id: int
    field: str


SOURCE_METHODS: tuple[Method, ...] = (
    Method("source.list", Nothing, Sources, S, "Sources with age, counts, last run and trouble."),
    Method(
        "source.start", StartSourceParams, Done, X, "Look at a source now, or check what a look would do."
    ),
    Method("source.stop", SourceParams, Done, X, "End the look; what was taken over stays."),
    Method("source.progress", SourceParams, SourceProgress, S, "How far the newest look is, and its report."),
    Method("source.conflicts", ConflictsParams, SourceConflicts, S, "What nobody guesses, newest first."),
    Method(
        "source.customer", SourceCustomerParams, CustomerSources, A, "Which source says what of a customer."
    ),
    Method("source.restore", RestoreParams, Done, A, "Give a field back to the sources; audited."),
)
