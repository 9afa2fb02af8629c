"""Cases and announcements, at the stage: the real functions on a small database of its own."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db import case_lists, cases, notices
from db.customers import save_customer
from db.errors import DbError, Invalid, NotFound
from db.migrations import migrate
from engine.adapters.unix_socket import Connection
from engine.core.cases import CaseChange, CaseKind, CaseRecording, CaseState, NewCase
from engine.core.notices import Notice, NoticeChange, NoticeKind, Watcher
from engine.wire import cases as case_wire
from engine.wire import notices as wire
from engine.wire.messages import Fault, Reason
from tests.support import world
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

HOUR = 60 * world.MINUTE
VOICE = CaseRecording(name="c-1001-1.wav", at=world.NOW - HOUR, length_ms=12_000, size=9, sha256="ab" * 32)
MISSING = CaseRecording(name="c-1002-1.wav", at=world.NOW, error="missing")


def office() -> sqlite3.Connection:
    """A database with three cases, a notice and an outage."""
    conn = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    migrate(conn)
    for customer in world.CUSTOMERS:
        save_customer(conn, replace(customer, id=0))
    told = (
        (CaseKind.FAULT, "tv", "no_signal", 1, "13893812345", 30 * HOUR, None),
        (CaseKind.FAULT, "broadband", "slow", 2, "13993800002", HOUR, VOICE),
        (CaseKind.COMPLAINT, "", "", 0, "13012345678", 0, MISSING),
    )
    for count, (kind, line, fault, customer_id, cli, ago, recording) in enumerate(told, 1):
        new = NewCase(
            key=f"k{count}",
            day="260302",
            kind=kind,
            line=line,
            fault=fault,
            customer_id=customer_id,
            cli=cli,
            call_id=f"c-100{count}",
            at=world.NOW - ago,
            expected_at=world.NOW - ago + 24 * HOUR,
            recording=recording,
        )
        cases.report_case(conn, new)
    sent = CaseChange(state=CaseState.DISPATCHED, technician="王师傅", expected_at=world.NOW + 5 * HOUR)
    cases.update_case(conn, "260302002", sent, "8001", world.NOW - 30 * world.MINUTE)
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


@answers("cases.list")
def _list(stage: "Stage", connection: Connection, params: case_wire.CasesParams) -> case_wire.CaseList:
    rows = case_lists.list_cases(
        stage.office,
        states=params.states,
        kind=params.kind,
        customer_id=params.customer_id,
        cli=params.cli,
        since=params.since,
        until=params.until,
        before_id=params.before_id,
        limit=params.limit,
    )
    return case_wire.CaseList(cases=[case_wire.CaseRow(case=case, customer_name=name) for case, name in rows])


@answers("cases.show")
def _show(stage: "Stage", connection: Connection, params: case_wire.CaseNumberParams) -> case_wire.CaseDetail:
    case, name, steps, recordings = _done(case_lists.show_case, stage.office, params.number)
    return case_wire.CaseDetail(
        case=case,
        customer_name=name,
        steps=steps,
        recordings=recordings,
        folder="/data/recordings/messages",
    )


@answers("cases.update")
def _update(stage: "Stage", connection: Connection, params: case_wire.UpdateCaseParams) -> case_wire.CaseRow:
    change = CaseChange(
        state=params.state,
        technician=params.technician,
        expected_at=params.expected_at,
        remark=params.remark,
        version=params.version,
    )
    case = _done(cases.update_case, stage.office, params.number, change, who(connection), world.NOW)
    return case_wire.CaseRow(case=case, customer_name="")


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
