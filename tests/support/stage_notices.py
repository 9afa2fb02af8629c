"""Announcements, at the stage: the real functions on a small database of its own."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db import notices
from db.customers import save_customer
from db.errors import DbError, Invalid, NotFound
from engine.adapters.unix_socket import Connection
from engine.core.notices import Notice, NoticeChange, NoticeKind, Watcher
from engine.wire import notices as wire
from engine.wire.messages import Fault, Reason
from tests.support import world
from tests.support.database import memory_database
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

HOUR = 60 * world.MINUTE


def office() -> sqlite3.Connection:
    """A database with a notice and an outage."""
    conn = memory_database()
    for customer in world.CUSTOMERS:
        save_customer(conn, replace(customer, id=0))
    for announced, areas, text in (
        (NoticeKind.NOTICE, (), "本周六营业厅上午九点至下午四点营业。"),
        (NoticeKind.OUTAGE, ("城关镇", "人民路"), "光缆抢修"),
    ):
        notice = Notice(
            kind=announced,
            areas=areas,
            from_at=world.NOW - HOUR,
            until_at=world.NOW + 8 * HOUR,
            text=text,
            by="9001",
            at=world.NOW - HOUR,
        )
        notices.add_notice(conn, notice)
    notices.watch_outage(conn, 2, Watcher(number="13893812345"), world.NOW)
    return conn


def _done(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except NotFound as error:
        raise Fault(Reason.NOT_FOUND, str(error)) from None
    except Invalid as error:
        raise Fault(Reason.INVALID, str(error), error.field) from None
    except DbError as error:
        raise Fault(Reason.CONFLICT, str(error), error.field) from None


@answers("notices.list")
def _notices(stage: "Stage", connection: Connection, params: wire.NoticesParams) -> wire.Notices:
    rows = notices.list_notices(stage.office, now=world.NOW, everything=params.everything, limit=params.limit)
    return wire.Notices(notices=[wire.NoticeRow(notice=notice, waiting=count) for notice, count in rows])


@answers("notices.add")
def _add(stage: "Stage", connection: Connection, params: wire.AddNoticeParams) -> wire.NoticeRow:
    notice = Notice(
        kind=params.kind,
        areas=params.areas,
        line=params.line,
        from_at=params.from_at or world.NOW,
        until_at=params.until_at,
        text=params.text,
        text_en=params.text_en,
        by=who(connection),
        at=world.NOW,
    )
    return wire.NoticeRow(notice=_done(notices.add_notice, stage.office, notice), waiting=0)


@answers("notices.change")
def _change(stage: "Stage", connection: Connection, params: wire.ChangeNoticeParams) -> wire.NoticeRow:
    change = NoticeChange(
        areas=params.areas,
        line=params.line,
        from_at=params.from_at,
        until_at=params.until_at,
        text=params.text,
        text_en=params.text_en,
    )
    notice, waiting = _done(notices.change_notice, stage.office, params.id, change)
    return wire.NoticeRow(notice=notice, waiting=waiting)


@answers("notices.end")
def _end(stage: "Stage", connection: Connection, params: wire.NoticeIdParams) -> wire.EndedNotice:
    notice, watchers = _done(notices.end_notice, stage.office, params.id, world.NOW)
    notices.mark_told(stage.office, params.id, [watcher.number for watcher in watchers], world.NOW)
    return wire.EndedNotice(notice=notice, to_call=len(watchers))
