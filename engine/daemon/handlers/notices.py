"""Announcements of the office, outages among them."""

from db.notices import add_notice, change_notice, list_notices
from engine.adapters.unix_socket import Connection
from engine.core.notices import Notice, NoticeChange
from engine.daemon.handlers.checks import instant, row_count, row_id
from engine.daemon.handlers.context import Context, Handler, answered
from engine.daemon.services.outages import end
from engine.wire.notices import (
    AddNoticeParams,
    ChangeNoticeParams,
    EndedNotice,
    NoticeIdParams,
    NoticeRow,
    Notices,
    NoticesParams,
)


async def show_list(context: Context, connection: Connection, params: NoticesParams) -> Notices:
    """Announcements, newest first."""
    rows = await context.read(
        list_notices,
        now=context.engine.clock.now(),
        everything=params.everything,
        limit=row_count(params.limit),
    )
    return Notices(notices=[NoticeRow(notice=notice, waiting=waiting) for notice, waiting in rows])


async def add(context: Context, connection: Connection, params: AddNoticeParams) -> NoticeRow:
    """Announce something."""
    now = context.engine.clock.now()
    notice = Notice(
        kind=params.kind,
        areas=params.areas,
        line=params.line,
        from_at=instant(params.from_at, "from") or now,
        until_at=instant(params.until_at, "until"),
        text=params.text,
        text_en=params.text_en,
        by=context.who(connection).staff_number,
        at=now,
    )
    kept = await context.write(add_notice, notice)
    context.audit(connection, "notices.add", str(kept.id), _told(kept))
    context.voice.prepare_notices([kept])
    return NoticeRow(notice=kept, waiting=0)


async def change(context: Context, connection: Connection, params: ChangeNoticeParams) -> NoticeRow:
    """Change an announcement that is not ended."""
    wanted = NoticeChange(
        areas=params.areas,
        line=params.line,
        from_at=None if params.from_at is None else instant(params.from_at, "from"),
        until_at=None if params.until_at is None else instant(params.until_at, "until"),
        text=params.text,
        text_en=params.text_en,
    )
    notice, waiting = await context.write(change_notice, row_id(params.id), wanted)
    context.audit(connection, "notices.change", str(notice.id), _told(notice))
    context.voice.prepare_notices([notice])
    return NoticeRow(notice=notice, waiting=waiting)


async def finish(context: Context, connection: Connection, params: NoticeIdParams) -> EndedNotice:
    """End an announcement; who wanted to know of the end of an outage is to be called."""
    engine = context.engine
    staff_number = context.who(connection).staff_number
    notice, count = await answered(
        end(context.store, engine.request, row_id(params.id), staff_number, engine.clock.now())
    )
    context.audit(connection, "notices.end", str(notice.id), f"to_call={count}")
    return EndedNotice(notice=notice, to_call=count)


def _told(notice: Notice) -> str:
    where = ",".join(notice.areas) or "*"
    return f"{notice.kind} {where} {notice.from_at}-{notice.until_at} {notice.text}"


HANDLERS: dict[str, Handler] = {
    "notices.list": show_list,
    "notices.add": add,
    "notices.change": change,
    "notices.end": finish,
}
