"""The voice menu while it runs: its versions, what is to follow, and how many callers are where."""

from engine.core.records import Millis
from engine.wire.base import Done, Method, Nothing, Params, Result, S, X


class FlowParams(Params):
    """`flow` is the file that the configuration names; empty: that of [ivr]."""

    flow: str = ""


class FlowHistoryParams(FlowParams):
    limit: int = 50


class FlowVersionRow(Result):
    """A version without its texts. `live_at` 0: it never was live."""

    version: int
    at: Millis
    who: str
    note: str
    files: list[str]
    live: bool
    live_at: Millis


class FlowHistory(Result):
    """`unlike_disk`: the files on the disk say something else than what runs."""

    flow: str
    versions: list[FlowVersionRow]
    unlike_disk: bool


class FlowDiffParams(FlowParams):
    """`old` 0: what runs; `new` 0: the files as they are on the disk."""

    old: int = 0
    new: int = 0


class FlowDiff(Result):
    lines: list[str]


class FlowApplyParams(FlowParams):
    note: str = ""
    dry_run: bool = False


class FlowRollbackParams(FlowParams):
    """`version` 0: the one that was live before."""

    version: int = 0
    dry_run: bool = False


class FlowChanged(Result):
    """What is live now, or would be; `diff` against what was, `callers` are inside and stay in theirs."""

    flow: str
    version: int
    diff: list[str]
    callers: int


class FlowScheduleParams(Params):
    """`version` 0: the files as they are on the disk, which become a version."""

    at: Millis
    flow: str = ""
    version: int = 0
    note: str = ""


class ScheduledRow(Result):
    """`state` is waiting, done, cancelled or failed; `detail` says why it failed."""

    id: int
    flow: str
    version: int
    due_at: Millis
    who: str
    state: str
    detail: str


class FlowScheduleList(Result):
    rows: list[ScheduledRow]


class UnscheduleParams(Params):
    id: int


class NodeRow(Result):
    """A line of the flow's tree. `now`: callers who are there; `passed`, `left`: since midnight yesterday.

    `left` hung up there without an agent. `again`: the node stands above already, with all that follows.
    """

    depth: int
    key: str
    node: str
    kind: str
    title: str
    text: str
    again: bool
    now: int
    passed: int
    left: int


class LiveFlow(Result):
    """`elsewhere`: callers at places of older versions or other flows; `since`: where the figures begin."""

    flow: str
    version: int
    since: Millis
    rows: list[NodeRow]
    elsewhere: int


FLOW_METHODS = (
    Method("ivr.history", FlowHistoryParams, FlowHistory, S, "Versions of the voice menu, newest first."),
    Method("ivr.diff", FlowDiffParams, FlowDiff, S, "What differs between two versions."),
    Method("ivr.apply", FlowApplyParams, FlowChanged, X, "Have the files on the disk answer callers."),
    Method("ivr.rollback", FlowRollbackParams, FlowChanged, X, "Have an older version answer callers again."),
    Method("ivr.schedule", FlowScheduleParams, ScheduledRow, X, "Have a version go live at an instant."),
    Method("ivr.scheduled", Nothing, FlowScheduleList, S, "What is to go live, and what was."),
    Method("ivr.unschedule", UnscheduleParams, Done, X, "A scheduled version is not wanted any more."),
    Method(
        "ivr.live", FlowParams, LiveFlow, S, "The tree with callers at each node, and where they gave up."
    ),
)
