"""Stored calls and their recordings."""

import base64
from dataclasses import replace
from pathlib import Path

from db import call_list
from db.customers import get_customer
from db.recordings import list_recordings, recordings_of
from engine.adapters.unix_socket import Connection
from engine.core.customers.masking import masked_customer, masked_number
from engine.core.records import PastCall, RecordingInfo
from engine.core.states import SUPERVISING, Outcome
from engine.core.views import CallRow
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.sight import sight
from engine.wire.base import Chunk
from engine.wire.messages import Fault, Reason
from engine.wire.methods import (
    CallDetail,
    CallIdParams,
    Calls,
    CallsParams,
    ChunkParams,
    RecordingFile,
    Recordings,
)

_MOST = 1000
_CHUNK = 256 * 1024


async def list_calls(context: Context, connection: Connection, params: CallsParams) -> Calls:
    """Newest first; agents see their own."""
    identity = context.who(connection)
    staff = identity.staff_number if identity.role not in SUPERVISING else params.staff_number
    wanted = call_list.CallFilter(
        since=params.since,
        until=params.until,
        staff=staff,
        queue=params.queue_id,
        outcome=params.outcome,
        cli=params.cli,
        customer_id=params.customer_id,
        limit=min(max(1, params.limit), _MOST),
    )
    return Calls(calls=[_row(row) for row in await context.read(call_list.list_calls, wanted)])


def _row(row: call_list.CallRow) -> CallRow:
    record = row.record
    return CallRow(
        call_id=record.call_id,
        accepted_at=record.accepted_at,
        cli=record.cli,
        customer_id=record.customer_id,
        customer_name=row.customer_name,
        line_id=record.line_id,
        queue_id=record.queue_id,
        staff_number=record.staff_number,
        outcome=str(record.outcome or "") if record.ended_at else "",
        ended_by=str(record.ended_by),
        wait_ms=record.wait_ms,
        talk_ms=record.talk_ms,
        length_ms=record.ended_at - record.accepted_at if record.ended_at else 0,
        disposition=row.disposition,
        note=row.note,
        unsolved=row.unsolved,
        recording=row.recording_path,
        direction=record.direction,
        transfers=record.transfers,
    )


async def show(context: Context, connection: Connection, params: CallIdParams) -> CallDetail:
    """One call with all that hangs on it."""
    found = await context.read(call_list.show_call, params.call_id)
    record = found.row.record
    identity = context.who(connection)
    if identity.role not in SUPERVISING and record.staff_number not in ("", identity.staff_number):
        raise Fault(Reason.NOT_ALLOWED, "this call belongs to another agent")
    customer = await context.read(get_customer, record.customer_id) if record.customer_id else None
    notes = [
        PastCall(
            call_id=record.call_id,
            at=at,
            staff_number=staff_number,
            queue_id=record.queue_id,
            outcome=record.outcome or Outcome.ANSWERED,
            disposition=note.disposition,
            note=note.note,
            unsolved=note.unsolved,
        )
        for at, staff_number, note in found.notes
    ]
    seen = await sight(context, connection)
    if record.staff_number != identity.staff_number:  # nobody's: who has spoken to the caller has the number
        record = replace(record, cli=masked_number(record.cli, record.customer_id, seen))
    return CallDetail(
        record=record,
        customer=None if customer is None else masked_customer(customer, seen),
        notes=notes,
        recordings=list(found.recordings),
        parts=found.parts,
    )


async def recordings(context: Context, connection: Connection, params: CallsParams) -> Recordings:
    """Finished recordings, newest first."""
    limit = min(max(1, params.limit), _MOST)
    rows = await context.read(
        list_recordings,
        since=params.since,
        until=params.until,
        staff=params.staff_number,
        queue=params.queue_id,
        cli=params.cli,
        limit=limit,
    )
    return Recordings(recordings=rows, folder=str(context.engine.paths.recordings))


async def _find(context: Context, params: ChunkParams) -> tuple[RecordingInfo, Path]:
    rows = await context.read(recordings_of, params.call_id)
    info = next((row for row in rows if row.kind == params.kind and row.path), None)
    if info is None:
        raise Fault(Reason.NOT_FOUND, f"call {params.call_id} has no recording")
    return info, context.engine.paths.recordings / info.path


async def locate(context: Context, connection: Connection, params: ChunkParams) -> RecordingFile:
    """Where a recording is."""
    info, path = await _find(context, params)
    context.audit(connection, "recording.locate", params.call_id)
    return RecordingFile(info=info, path=str(path))


async def read(context: Context, connection: Connection, params: ChunkParams) -> Chunk:
    """Bytes of a recording from an offset; none at its end."""
    info, path = await _find(context, params)
    if params.offset == 0:
        context.audit(connection, "recording.read", params.call_id)
    try:
        with path.open("rb") as file:
            file.seek(max(0, params.offset))
            data = file.read(_CHUNK)
    except OSError as error:
        raise Fault(Reason.NOT_FOUND, f"the recording cannot be read: {error}") from None
    return Chunk(data=base64.b64encode(data).decode(), size=info.size)


HANDLERS: dict[str, Handler] = {
    "calls.list": list_calls,
    "calls.show": show,
    "recordings.list": recordings,
    "recordings.locate": locate,
    "recordings.read": read,
}
