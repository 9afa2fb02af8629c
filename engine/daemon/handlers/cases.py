"""Cases."""

from typing import Any

from db.case_lists import list_cases, show_case
from db.cases import update_case
from db.customers import customers_by_id
from engine.adapters.unix_socket import Connection
from engine.core.cases import Case, CaseChange
from engine.core.numbers import normalise_number
from engine.daemon.handlers.checks import instant, row_count, row_id
from engine.daemon.handlers.context import Context, Handler
from engine.wire.cases import CaseDetail, CaseList, CaseNumberParams, CaseRow, CasesParams, UpdateCaseParams


async def show_list(context: Context, connection: Connection, params: CasesParams) -> CaseList:
    """Cases, newest first."""
    rows = await context.read(
        list_cases,
        states=params.states,
        kind=params.kind,
        customer_id=row_id(params.customer_id),
        cli=normalise_number(params.cli, area_code=context.config.site.area_code),
        since=instant(params.since, "since"),
        until=instant(params.until, "until"),
        before_id=row_id(params.before_id),
        limit=row_count(params.limit),
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
        expected_at=instant(params.expected_at, "expected") if params.expected_at is not None else None,
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


def _said(params: UpdateCaseParams) -> str:
    """What was to be changed, for the audit."""
    values: dict[str, Any] = {
        "state": params.state,
        "technician": params.technician,
        "expected_at": params.expected_at,
        "remark": params.remark or None,
    }
    return " ".join(f"{name}={value}" for name, value in values.items() if value is not None)


HANDLERS: dict[str, Handler] = {
    "cases.list": show_list,
    "cases.show": show,
    "cases.update": update,
}
