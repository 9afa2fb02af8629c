"""The stage's voice menu: a small tree with callers in it, and three versions of it."""

from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.wire import flows as wire
from engine.wire.messages import Fault, Reason
from tests.support import world
from tests.support.stage_answers import answers

if TYPE_CHECKING:
    from tests.support.stage import Stage

FILE = "flows/main.toml"


def _node(
    depth: int, key: str, node: str, kind: str, title: str, *figures: int, again: bool = False
) -> wire.NodeRow:
    now, passed, left = figures or (0, 0, 0)
    return wire.NodeRow(
        depth=depth,
        key=key,
        node=node,
        kind=kind,
        title=title,
        text="业务咨询请按1,故障自动申告请按2,投诉建议请按3,录音申告请按4,人工服务请按0。"
        if kind == "menu"
        else "",
        again=again,
        now=now,
        passed=passed,
        left=left,
    )


TREE = (
    _node(0, "start", "greeting", "play", "", 1, 62, 3),
    _node(1, "next", "main_menu", "menu", "主菜单", 2, 59, 4),
    _node(2, "keys.1", "account", "menu", "费用、套餐与充值", 1, 31, 2),
    _node(3, "keys.1", "ask_balance", "service", "", 0, 22, 0),
    _node(4, "outcomes.paid", "say_balance", "play", "", 0, 20, 1),
    _node(4, "outcomes.failed", "service_down", "play", "", 0, 2, 2),
    _node(2, "keys.0", "general", "queue", "", 1, 12, 2),
    _node(3, "on_timeout", "leave_message", "message", "语音留言", 0, 1, 0),
    _node(1, "keys.*", "main_menu", "menu", "主菜单", again=True),
)


def version(number: int, days_ago: int, note: str, live: bool) -> wire.FlowVersionRow:
    at = world.NOW - days_ago * 24 * 60 * world.MINUTE
    return wire.FlowVersionRow(
        version=number, at=at, who="9000", note=note, files=["main.toml"], live=live, live_at=at
    )


@answers("ivr.live")
def _live(stage: "Stage", connection: Connection, params: wire.FlowParams) -> wire.LiveFlow:
    since = world.NOW - 33 * 60 * world.MINUTE
    return wire.LiveFlow(flow=FILE, version=stage.flow_version, since=since, rows=list(TREE), elsewhere=1)


@answers("ivr.history")
def _history(stage: "Stage", connection: Connection, params: wire.FlowHistoryParams) -> wire.FlowHistory:
    notes = {3: "春节问候语", 2: "加了自助缴费", 1: ""}
    rows = [version(n, 3 * (4 - n), note, n == stage.flow_version) for n, note in notes.items()]
    return wire.FlowHistory(flow=FILE, versions=rows[: params.limit], unlike_disk=False)


@answers("ivr.rollback")
def _rollback(stage: "Stage", connection: Connection, params: wire.FlowRollbackParams) -> wire.FlowChanged:
    if params.version == stage.flow_version:
        raise Fault(Reason.CONFLICT, f"version {params.version} runs already", "nothing|flow|")
    if not params.dry_run:
        stage.flow_version = params.version or stage.flow_version - 1
    diff = ["--- main.toml", "+++ main.toml", '-prompts = ["spring_greeting"]', '+prompts = ["greeting"]']
    return wire.FlowChanged(flow=FILE, version=stage.flow_version, diff=diff, callers=2)


@answers("ivr.diff")
def _diff(stage: "Stage", connection: Connection, params: wire.FlowDiffParams) -> wire.FlowDiff:
    return wire.FlowDiff(lines=["--- main.toml", "+++ main.toml", "-tries = 3", "+tries = 2"])


@answers("ivr.apply")
def _apply(stage: "Stage", connection: Connection, params: wire.FlowApplyParams) -> wire.FlowChanged:
    if not params.dry_run:
        stage.flow_version += 1
    return wire.FlowChanged(
        flow=FILE, version=stage.flow_version, diff=["-tries = 3", "+tries = 2"], callers=0
    )


@answers("ivr.schedule")
def _schedule(stage: "Stage", connection: Connection, params: wire.FlowScheduleParams) -> wire.ScheduledRow:
    if params.at <= world.NOW:
        raise Fault(Reason.INVALID, "too_early at", "at")
    row = wire.ScheduledRow(
        id=1, flow=FILE, version=params.version or 4, due_at=params.at, who="9000", state="waiting", detail=""
    )
    stage.scheduled = [row]
    return row


@answers("ivr.scheduled")
def _scheduled(stage: "Stage", connection: Connection, params: wire.Nothing) -> wire.FlowScheduleList:
    return wire.FlowScheduleList(rows=stage.scheduled)


@answers("ivr.unschedule")
def _unschedule(stage: "Stage", connection: Connection, params: wire.UnscheduleParams) -> wire.Done:
    if not stage.scheduled:
        raise Fault(Reason.NOT_FOUND, "nothing waits", "schedule")
    stage.scheduled = []
    return wire.Done()
