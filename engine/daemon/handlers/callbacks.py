"""Customers who are to be called, and the marks that customers gave."""

from dataclasses import replace

from db.callbacks import checked_remark, list_callbacks
from db.errors import Invalid
from db.surveys import list_surveys
from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.customers.masking import Sight, masked_number
from engine.core.records import CallbackRecord
from engine.core.states import SUPERVISING, CallbackResult
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.phone import new_call_id
from engine.daemon.handlers.sight import sight
from engine.wire.base import Done
from engine.wire.callbacks import (
    CallbackParams,
    CallbackRow,
    Callbacks,
    CallbacksParams,
    CloseCallbackParams,
    SurveyRow,
    Surveys,
    SurveysParams,
)
from engine.wire.messages import Fault, Reason
from engine.wire.phone import DialResult

_MOST = 1000


async def show_list(context: Context, connection: Connection, params: CallbacksParams) -> Callbacks:
    """Customers who are to be called; what was changed just now is seen."""
    rows = await context.write(
        list_callbacks,
        everything=params.everything,
        since=params.since,
        until=params.until,
        limit=min(max(1, params.limit), _MOST),
    )
    who, seen = context.who(connection).staff_number, await sight(context, connection)
    return Callbacks(
        callbacks=[CallbackRow(record=_shown(record, who, seen), customer_name=name) for record, name in rows]
    )


def _shown(record: CallbackRecord, who: str, seen: Sight) -> CallbackRecord:
    """Who calls has the number; `callbacks.take` needs none."""
    if record.staff_number == who:
        return record
    return replace(record, number=masked_number(record.number, record.customer_id, seen))


async def take(context: Context, connection: Connection, params: CallbackParams) -> DialResult:
    """Call this customer from the own seat."""
    call_id = new_call_id(context.engine.clock.now())
    staff_number = context.who(connection).staff_number
    context.ask_floor(ask.TakeCallback(staff_number=staff_number, callback_id=params.id, call_id=call_id))
    return DialResult(call_id=call_id)


async def done(context: Context, connection: Connection, params: CloseCallbackParams) -> Done:
    """Settled: nobody has to call any more."""
    return _close(context, connection, params, CallbackResult.HANDLED)


async def cancel(context: Context, connection: Connection, params: CloseCallbackParams) -> Done:
    """Not wanted any more."""
    return _close(context, connection, params, CallbackResult.CANCELLED)


def _close(
    context: Context, connection: Connection, params: CloseCallbackParams, result: CallbackResult
) -> Done:
    try:
        remark = checked_remark(params.remark)
    except Invalid as error:
        raise Fault(Reason.INVALID, str(error), error.field) from None
    staff_number = context.who(connection).staff_number
    context.ask_floor(
        ask.CloseCallback(staff_number=staff_number, callback_id=params.id, result=result, remark=remark)
    )
    context.audit(connection, f"callback.{result}", str(params.id), remark)
    return Done()


async def retry(context: Context, connection: Connection, params: CallbackParams) -> Done:
    """Let it be called by itself again."""
    staff_number = context.who(connection).staff_number
    context.ask_floor(ask.RetryCallback(staff_number=staff_number, callback_id=params.id))
    context.audit(connection, "callback.try", str(params.id))
    return Done()


async def surveys(context: Context, connection: Connection, params: SurveysParams) -> Surveys:
    """Customers' marks; agents see their own."""
    identity = context.who(connection)
    staff = identity.staff_number if identity.role not in SUPERVISING else params.staff_number
    marks, count, mean = await context.read(
        list_surveys,
        since=params.since,
        until=params.until,
        staff=staff,
        limit=min(max(1, params.limit), _MOST),
    )
    rows = [
        SurveyRow(
            call_id=mark.call_id,
            at=mark.at,
            staff_number=mark.staff_number,
            score=mark.score,
            cli=mark.cli,
            customer_name=mark.customer_name,
        )
        for mark in marks
    ]
    return Surveys(surveys=rows, count=count, mean=mean)


HANDLERS: dict[str, Handler] = {
    "callbacks.list": show_list,
    "callbacks.take": take,
    "callbacks.done": done,
    "callbacks.cancel": cancel,
    "callbacks.try": retry,
    "surveys.list": surveys,
}
