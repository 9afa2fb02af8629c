"""The voice menu's versions, and the callers in it."""

import asyncio
from zoneinfo import ZoneInfo

from db.flow_figures import drop_outs
from db.flow_versions import ScheduledFlow, digest_of, list_scheduled, list_versions, settle_scheduled
from engine.adapters.unix_socket import Connection
from engine.config import Config
from engine.core.ivr.tree import describe
from engine.core.states import CallState
from engine.daemon.flow_desk import FlowDesk, diff_lines
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.plan import midnight_before
from engine.daemon.prompts import catalogue_of
from engine.wire import flows as wire
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault

_DAY_MS = 86_400_000


def _desk(context: Context) -> FlowDesk:
    return FlowDesk(context.live, context.live.flows)


async def history(
    context: Context, connection: Connection, params: wire.FlowHistoryParams
) -> wire.FlowHistory:
    """Versions, newest first."""
    desk = _desk(context)
    file = desk.file(params.flow)
    found = await context.read(list_versions, file, limit=min(max(1, params.limit), 500))
    try:
        unlike = digest_of(desk.disk(file)) != digest_of(desk.flows.texts[file])
    except Fault:
        unlike = True
    rows = [
        wire.FlowVersionRow(
            version=one.id,
            at=one.at,
            who=one.who,
            note=one.note,
            files=list(one.files),
            live=one.live,
            live_at=one.live_at,
        )
        for one in found
    ]
    return wire.FlowHistory(flow=file, versions=rows, unlike_disk=unlike)


async def diff(context: Context, connection: Connection, params: wire.FlowDiffParams) -> wire.FlowDiff:
    """What differs: two versions, or what runs and the files."""
    desk = _desk(context)
    file = desk.file(params.flow)
    old = await desk.texts_of(file, params.old) if params.old else desk.flows.texts[file]
    new = await desk.texts_of(file, params.new) if params.new else desk.disk(file)
    return wire.FlowDiff(lines=diff_lines(old, new))


async def apply(context: Context, connection: Connection, params: wire.FlowApplyParams) -> wire.FlowChanged:
    """The files on the disk answer callers."""
    desk, who = _desk(context), context.who(connection).staff_number
    file = desk.file(params.flow)
    done = await desk.apply(file, who=who, note=params.note[:200], dry_run=params.dry_run)
    if not params.dry_run:
        context.audit(connection, "ivr.apply", file, f"version={done.version}")
    return done


async def rollback(
    context: Context, connection: Connection, params: wire.FlowRollbackParams
) -> wire.FlowChanged:
    """An older version answers callers again."""
    desk, who = _desk(context), context.who(connection).staff_number
    file = desk.file(params.flow)
    done = await desk.roll_back(file, params.version, who=who, dry_run=params.dry_run)
    if not params.dry_run:
        context.audit(connection, "ivr.rollback", file, f"version={done.version}")
    return done


async def schedule(
    context: Context, connection: Connection, params: wire.FlowScheduleParams
) -> wire.ScheduledRow:
    """A version goes live at an instant."""
    desk, who = _desk(context), context.who(connection).staff_number
    file = desk.file(params.flow)
    one = await desk.plan_ahead(file, params.version, at=params.at, who=who, note=params.note[:200])
    context.audit(connection, "ivr.schedule", file, f"version={one.version} at={one.due_at}")
    return _row(one)


async def scheduled(context: Context, connection: Connection, params: Nothing) -> wire.FlowScheduleList:
    """What is to go live, and what was."""
    found = await context.read(list_scheduled, waiting=False)
    return wire.FlowScheduleList(rows=[_row(one) for one in found])


async def unschedule(context: Context, connection: Connection, params: wire.UnscheduleParams) -> Done:
    """It does not go live."""
    await context.write(settle_scheduled, params.id, "cancelled")
    context.audit(connection, "ivr.unschedule", str(params.id))
    return Done()


async def live(context: Context, connection: Connection, params: wire.FlowParams) -> wire.LiveFlow:
    """The tree with the callers in it."""
    file = _desk(context).file(params.flow)
    engine, config = context.engine, context.config
    flow = next(
        (number.flow for number in engine.plan.numbers.values() if _is(config, number.did, file)),
        engine.plan.flow,
    )
    since = midnight_before(engine.clock.now(), ZoneInfo(config.site.timezone)) - _DAY_MS
    figures = await context.read(drop_outs, since)
    inside: dict[str, int] = {}
    elsewhere = 0
    for call in engine.floor.state.calls.values():
        if call.state in (CallState.IVR, CallState.QUEUED, CallState.MESSAGE) and call.position.node:
            if call.flow is flow:
                inside[call.position.node] = inside.get(call.position.node, 0) + 1
            else:
                elsewhere += 1
    catalogue, language = await asyncio.to_thread(catalogue_of, engine.paths), config.site.language
    rows = []
    for row in describe(flow):
        said = (catalogue[name] for name in row.prompts if name in catalogue)
        passed, left = figures.get(row.node, (0, 0))
        title = flow.titles.get(row.node)
        rows.append(
            wire.NodeRow(
                depth=row.depth,
                key=row.key,
                node=row.node,
                kind=row.kind,
                title=(title.zh if language == "zh" else title.en or title.zh) if title else "",
                text=" ".join(prompt.text(language, site_name=config.site.name) for prompt in said),
                again=row.again,
                now=inside.get(row.node, 0),
                passed=passed,
                left=left,
            )
        )
    version = context.live.flows.versions[file]
    return wire.LiveFlow(flow=file, version=version, since=since, rows=rows, elsewhere=elsewhere)


def _is(config: Config, did: str, file: str) -> bool:
    """Whether a number that callers dial has this flow, and it is not that of [ivr]."""
    return any(number.did == did and number.flow == file for number in config.numbers)


def _row(one: ScheduledFlow) -> wire.ScheduledRow:
    return wire.ScheduledRow(
        id=one.id,
        flow=one.flow,
        version=one.version,
        due_at=one.due_at,
        who=one.who,
        state=one.state,
        detail=one.detail,
    )


HANDLERS: dict[str, Handler] = {
    "ivr.history": history,
    "ivr.diff": diff,
    "ivr.apply": apply,
    "ivr.rollback": rollback,
    "ivr.schedule": schedule,
    "ivr.scheduled": scheduled,
    "ivr.unschedule": unschedule,
    "ivr.live": live,
}
