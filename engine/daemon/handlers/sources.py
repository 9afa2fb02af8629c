"""Sources of customers: looked at, listed, and what nobody guesses."""

import sqlite3
from pathlib import Path

from db.customers import get_customer
from db.source_parts import own_parts
from db.source_records import (
    SourceView,
    confirmed_at,
    conflicts,
    counts_of,
    source_view,
)
from db.source_runs import SourceRun, last_runs
from db.source_take import restore_field
from engine.adapters.unix_socket import Connection
from engine.config.sources import Source
from engine.core.customers.merging import OWN_FIELDS, SourceRule
from engine.core.customers.parts import PART_NAMES
from engine.core.records import Millis
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.sources.desk import Wanted
from engine.daemon.sources.look import Look
from engine.daemon.sources.rules import rules_of
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.sources import (
    ConflictsParams,
    CustomerSources,
    OwnField,
    RestoreParams,
    RunInfo,
    SourceConflicts,
    SourceCustomerParams,
    SourceInfo,
    SourceOfCustomer,
    SourceParams,
    SourceProgress,
    Sources,
    StartSourceParams,
)

_MOST = 1_000


async def list_sources(context: Context, connection: Connection, params: Nothing) -> Sources:
    """All sources of the configuration."""
    return Sources(sources=[await _info(context, source) for source in context.config.sources])


async def start(context: Context, connection: Connection, params: StartSourceParams) -> Done:
    """Look at a source now."""
    source = _source(context, params.source)
    if params.file and source.kind != "folder":
        raise Fault(Reason.INVALID, "only a folder has files", "source_file")
    if params.file and not Path(params.file).is_absolute():
        raise Fault(Reason.INVALID, "the file must be named from / on", "source_file")
    wanted = Wanted(check=params.check, file=params.file, differences=min(max(0, params.differences), _MOST))
    if not context.sources.want(source.id, wanted):
        raise Fault(Reason.CONFLICT, f"source {source.id} is being looked at just now", "source_busy")
    context.audit(connection, "source.check" if params.check else "source.run", source.id, params.file)
    return Done()


async def stop(context: Context, connection: Connection, params: SourceParams) -> Done:
    """End a look."""
    source = _source(context, params.source)
    if not context.sources.stop(source.id):
        raise Fault(Reason.CONFLICT, f"source {source.id} is not being looked at", "source_idle")
    context.audit(connection, "source.stop", source.id)
    return Done()


async def progress(context: Context, connection: Connection, params: SourceParams) -> SourceProgress:
    """How far the newest look is."""
    source = _source(context, params.source)
    desk = context.sources
    look = desk.looks.get(source.id)
    waiting = desk.is_waiting(source.id)
    if look is None:
        return SourceProgress(
            source=source.id, check=False, waiting=waiting, position=0, total=0, run=None, mapping={},
            unmapped=[], bad_rows=[], differences=[],
        )  # fmt: skip
    return SourceProgress(
        source=source.id,
        check=look.check,
        waiting=waiting,
        position=look.position,
        total=look.total,
        run=_run(look, look.read),
        mapping=look.mapping,
        unmapped=look.unmapped,
        bad_rows=look.bad_rows,
        differences=look.differences,
    )


async def list_conflicts(
    context: Context, connection: Connection, params: ConflictsParams
) -> SourceConflicts:
    """What nobody guesses."""
    limit = min(max(1, params.limit), _MOST)
    found, count = await context.read(conflicts, params.source, limit)
    return SourceConflicts(conflicts=found, count=count)


async def of_customer(
    context: Context, connection: Connection, params: SourceCustomerParams
) -> CustomerSources:
    """Which source says what of a customer."""
    view = await context.read(_view, params.customer_id, rules_of(context.config.sources))
    changed = await context.read(own_parts, params.customer_id)
    names = {source.id: source.name for source in context.config.sources}
    return CustomerSources(
        sources=[
            SourceOfCustomer(
                source=one.source, name=names.get(one.source, one.source), key=one.key, as_of=one.as_of,
                gone=one.gone,
            )
            for one in view.said
        ],
        own=[
            *(OwnField(field=name, who=who, at=at) for name, _, who, at in view.own),
            *(OwnField(field=name, who="", at=0) for name in changed),
        ],
        origin=dict(view.merged.origin),
    )  # fmt: skip


async def restore(context: Context, connection: Connection, params: RestoreParams) -> Done:
    """Give a field back to the sources."""
    if params.field not in (*OWN_FIELDS, *PART_NAMES.values()):
        raise Fault(Reason.INVALID, f"there is no field {params.field}", "field")
    await context.write(
        restore_field,
        params.customer_id,
        params.field,
        rules_of(context.config.sources),
        area_code=context.config.site.area_code,
    )
    context.audit(connection, "source.restore", str(params.customer_id), params.field)
    return Done()


def _source(context: Context, source_id: str) -> Source:
    source = context.sources.source(source_id)
    if source is None:
        raise Fault(Reason.NOT_FOUND, f"there is no source {source_id}", "source")
    return source


def _view(conn: sqlite3.Connection, customer_id: int, rules: dict[str, SourceRule]) -> SourceView:
    return source_view(conn, get_customer(conn, customer_id), rules)


def _figures(conn: sqlite3.Connection, source: str) -> tuple[Millis, tuple[int, int, int], SourceRun | None]:
    runs = last_runs(conn, source)
    return confirmed_at(conn, source), counts_of(conn, source), runs[0] if runs else None


async def _info(context: Context, source: Source) -> SourceInfo:
    as_of, (records, gone, undecided), run = await context.read(_figures, source.id)
    desk = context.sources
    look = desk.looks.get(source.id)
    if look is not None and not look.check and look.state == "running":
        last: RunInfo | None = _run(look, look.read)
    else:
        last = None if run is None else _run(run, run.rows)
    return SourceInfo(
        id=source.id,
        name=source.name,
        kind=source.kind,
        place=str(desk.folder_of(source)) if source.kind == "folder" else source.place,
        enabled=source.enabled,
        every_minutes=source.every_minutes,
        as_of=as_of,
        records=records,
        gone=gone,
        conflicts=undecided,
        next_at=desk.next_at(source, run),
        trouble=desk.troubles.get(source.id, ""),
        last=last,
    )


def _run(run: SourceRun | Look, rows: int) -> RunInfo:
    return RunInfo(
        what=run.what, state=run.state, started_at=run.started_at, ended_at=run.ended_at, rows=rows,
        added=run.added, changed=run.changed, unchanged=run.unchanged, aside=run.aside, bad=run.bad,
        gone=run.gone, balances_kept=run.balances_kept, trouble=run.trouble, detail=run.detail,
    )  # fmt: skip


HANDLERS: dict[str, Handler] = {
    "source.list": list_sources,
    "source.start": start,
    "source.stop": stop,
    "source.progress": progress,
    "source.conflicts": list_conflicts,
    "source.customer": of_customer,
    "source.restore": restore,
}
