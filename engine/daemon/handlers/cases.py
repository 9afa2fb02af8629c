"""Cases, and announcements of the office, outages among them."""

from typing import Any

from db.case_lists import list_cases, show_case
from db.cases import update_case
from db.customers import customers_by_id
from db.notices import add_notice, change_notice, list_notices
from engine.adapters.unix_socket import Connection
from engine.core.cases import Case, CaseChange, Notice, NoticeChange
from engine.core.numbers import normalise_number
from engine.daemon.handlers.context import Context, Handler, answered
from engine.daemon.services.outages import end
from engine.wire.cases import (
    AddNoticeParams,
    CaseDetail,
    CaseList,
    CaseNumberParams,
    CaseRow,
    CasesParams,
    ChangeNoticeParams,
    EndedNotice,
    NoticeIdParams,
    NoticeRow,
    Notices,
    NoticesParams,
    UpdateCaseParams,
)
from engine.wire.messages import Fault, Reason

_MOST = 1000
_LATEST = 4_102_444_800_000  # the year 2100: what lies beyond is a mistake
_HIGHEST_ID = 2**63 - 1


async def show_list(context: Context, connection: Connection, params: CasesParams) -> CaseList:
    """Cases, newest first."""
    rows = await context.read(
        list_cases,
        states=params.states,
        kind=params.kind,
        customer_id=_id(params.customer_id),
        cli=normalise_number(params.cli, area_code=context.config.site.area_code),
        since=_instant(params.since, "since"),
        until=_instant(params.until, "until"),
        before_id=_id(params.before_id),
        limit=min(max(1, params.limit), _MOST),
    )
    return CaseList(cases=[CaseRow(case=case, customer_name=name) for case, name in rows])


async def show(context: Context, connection: Connection, params: CaseNumberParams) -> CaseDetail:
    """One case with all that is known."""
    case, name, steps, recordings = await context.read(show_case, params.number)
    return CaseDetail(
        case=case,
        customer_name=name,
        steps=steps,
        recordings=recordings,
        folder=str(context.live.paths.messages),
    )


async def update(context: Context, connection: Connection, params: UpdateCaseParams) -> CaseRow:
    """Change a case, or add a remark."""
    change = CaseChange(
        state=params.state,
        technician=params.technician,
        expected_at=_instant(params.expected_at, "expected") if params.expected_at is not None else None,
        remark=params.remark,
        version=params.version,
    )
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    case = await context.write(update_case, params.number, change, who, now)
    context.audit(connection, "cases.update", case.number, _said(params))
    return await _row(context, case)


async def _row(context: Context, case: Case) -> CaseRow:
    found = await context.read(customers_by_id, [case.customer_id])
    return CaseRow(case=case, customer_name=found[0].name if found else "")


async def show_notices(context: Context, connection: Connection, params: NoticesParams) -> Notices:
    """Announcements, newest first."""
    rows = await context.read(
        list_notices,
        now=context.engine.clock.now(),
        everything=params.everything,
        limit=min(max(1, params.limit), _MOST),
    )
    return Notices(notices=[NoticeRow(notice=notice, waiting=waiting) for notice, waiting in rows])


async def add(context: Context, connection: Connection, params: AddNoticeParams) -> NoticeRow:
    """Announce something."""
    now = context.engine.clock.now()
    notice = Notice(
        kind=params.kind,
        areas=params.areas,
        line=params.line,
        from_at=_instant(params.from_at, "from") or now,
        until_at=_instant(params.until_at, "until"),
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
        from_at=None if params.from_at is None else _instant(params.from_at, "from"),
        until_at=None if params.until_at is None else _instant(params.until_at, "until"),
        text=params.text,
        text_en=params.text_en,
    )
    notice, waiting = await context.write(change_notice, _id(params.id), wanted)
    context.audit(connection, "notices.change", str(notice.id), _told(notice))
    context.voice.prepare_notices([notice])
    return NoticeRow(notice=notice, waiting=waiting)


async def finish(context: Context, connection: Connection, params: NoticeIdParams) -> EndedNotice:
    """End an announcement; who wanted to know of the end of an outage is to be called."""
    engine = context.engine
    staff_number = context.who(connection).staff_number
    notice, count = await answered(
        end(context.store, engine.request, _id(params.id), staff_number, engine.clock.now())
    )
    context.audit(connection, "notices.end", str(notice.id), f"to_call={count}")
    return EndedNotice(notice=notice, to_call=count)


def _instant(at: int, field: str) -> int:
    if not 0 <= at <= _LATEST:
        raise Fault(Reason.INVALID, f"bad_time {field} {at}", field)
    return at


def _id(number: int) -> int:
    """An id that the database can look for; there is none that it cannot."""
    return number if 0 <= number <= _HIGHEST_ID else 0


def _said(params: UpdateCaseParams) -> str:
    """What was to be changed, for the audit."""
    values: dict[str, Any] = {
        "state": params.state,
        "technician": params.technician,
        "expected_at": params.expected_at,
        "remark": params.remark or None,
    }
    return " ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def _told(notice: Notice) -> str:
    where = ",".join(notice.areas) or "*"
    return f"{notice.kind} {where} {notice.from_at}-{notice.until_at} {notice.text}"


HANDLERS: dict[str, Handler] = {
    "cases.list": show_list,
    "cases.show": show,
    "cases.update": update,
    "notices.list": show_notices,
    "notices.add": add,
    "notices.change": change,
    "notices.end": finish,
}
