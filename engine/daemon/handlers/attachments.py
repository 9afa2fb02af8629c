"""Files of tickets over the socket, a piece at a time."""

import asyncio
import base64
import binascii
from pathlib import PurePath

from db.ticket_files import find_attachments, get_attachment
from db.ticket_lists import show_ticket
from engine.adapters.unix_socket import Connection
from engine.core.tickets.allowed import allowed
from engine.core.tickets.records import Attachment
from engine.core.tickets.states import Deed, Refused
from engine.daemon.handlers.checks import instant, row_count, row_id
from engine.daemon.handlers.context import Context, Handler, answered
from engine.daemon.tickets.attachments import Arriving, Unfit, read_piece
from engine.daemon.tickets.desk import actor_of
from engine.wire.base import Chunk
from engine.wire.messages import Fault, Reason
from engine.wire.tickets import (
    Attached,
    AttachmentParams,
    Attachments,
    AttachParams,
    FindAttachmentsParams,
)

_ARRIVING = "attachments"  # of a connection, by ticket and name
_MOST_AT_ONCE = 8  # files that one client may have begun

Coming = dict[tuple[str, str], Arriving]


async def attach(context: Context, connection: Connection, params: AttachParams) -> Attached:
    """A piece of a file. With the last one it is on the disk and in the database before this answers."""
    coming: Coming = connection.data.setdefault(_ARRIVING, {})
    key = params.number, params.name
    try:
        if params.offset == 0:
            await _begin(context, connection, coming, key)
        arriving = _expected(coming, key, params.offset)
        await asyncio.to_thread(arriving.add, _decoded(params.data))
        if not params.last:
            return Attached(attachment=None)
        return Attached(attachment=await _keep(context, connection, params, coming.pop(key)))
    except Unfit as error:
        _discard(coming, key)
        raise Fault(Reason.INVALID, str(error), f"file_{error.code}") from None
    except OSError as error:
        _discard(coming, key)
        raise Fault(Reason.INTERNAL, f"the file cannot be kept: {error.strerror}", "disk") from None


async def _begin(context: Context, connection: Connection, coming: Coming, key: tuple[str, str]) -> None:
    """Whoever may not attach, and what is not taken, is refused before anything is sent in vain."""
    number, name = key
    desk = context.tickets
    kind = desk.file_rules.kind_of(name)
    actor = actor_of(context.who(connection))
    found = await context.read(show_ticket, number, actor)
    if Deed.ATTACH not in allowed(found.ticket, actor, desk.rules):
        raise Fault(Reason.REFUSED, "this person may not add files here", Refused.NOT_ALLOWED)
    _discard(coming, key)
    if len(coming) >= _MOST_AT_ONCE:
        raise Fault(Reason.INVALID, f"{_MOST_AT_ONCE} files are coming already", "file_too_many")
    coming[key] = await asyncio.to_thread(desk.files.begin, kind, desk.file_rules.most_bytes)


def _expected(coming: Coming, key: tuple[str, str], offset: int) -> Arriving:
    arriving = coming.get(key)
    if arriving is None or arriving.size != offset:
        there = 0 if arriving is None else arriving.size
        raise Fault(Reason.CONFLICT, f"the next piece begins at {there}, not at {offset}", str(there))
    return arriving


async def _keep(
    context: Context, connection: Connection, params: AttachParams, arriving: Arriving
) -> Attachment:
    desk = context.tickets
    kept = await asyncio.to_thread(desk.files.keep, arriving)
    actor = actor_of(context.who(connection))
    attachment = Attachment(
        ticket=params.number,
        name=params.name.strip(),
        kind=arriving.kind,
        size=kept.size,
        sha256=kept.sha256,
        at=context.engine.clock.now(),
        who=actor.staff_number,
    )
    return await answered(desk.attach(attachment, actor))


async def read(context: Context, connection: Connection, params: AttachmentParams) -> Chunk:
    """Bytes of a file from an offset; none at its end. Who begins to read one is written down."""
    actor = actor_of(context.who(connection))
    found = await context.read(get_attachment, row_id(params.id), actor)
    if params.offset == 0:
        context.audit(connection, "tickets.attachment", found.ticket, found.name)
    path = context.tickets.files.path_of(found.sha256)
    if not found.sha256 or not path.exists():  # what a caller has said lies where voice messages do
        path = context.live.paths.messages / PurePath(found.name).name
    try:
        data = await asyncio.to_thread(read_piece, path, params.offset)
    except (OSError, ValueError, OverflowError) as error:
        raise Fault(Reason.NOT_FOUND, f"the file cannot be read: {error}", "attachment") from None
    return Chunk(data=base64.b64encode(data).decode(), size=found.size)


async def find(context: Context, connection: Connection, params: FindAttachmentsParams) -> Attachments:
    """Files by their names, the newest first."""
    found = await context.read(
        find_attachments,
        actor_of(context.who(connection)),
        text=params.text,
        since=instant(params.since, "since"),
        until=instant(params.until, "until"),
        limit=row_count(params.limit),
    )
    return Attachments(attachments=found)


def forget(connection: Connection) -> None:
    """The client is gone, and what it had begun to send with it."""
    coming: Coming = connection.data.get(_ARRIVING, {})
    for key in list(coming):
        _discard(coming, key)


def _discard(coming: Coming, key: tuple[str, str]) -> None:
    arriving = coming.pop(key, None)
    if arriving is not None:
        arriving.discard()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unfit("piece", "a piece is base64") from None


HANDLERS: dict[str, Handler] = {
    "tickets.attach": attach,
    "tickets.attachment": read,
    "tickets.find_attachments": find,
}
