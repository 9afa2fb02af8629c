"""Customers who are to be called, at the stage."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.records import CallbackRecord
from engine.core.states import CallbackKind, CallbackResult, CallbackState, RefusalCode
from engine.wire import callbacks
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason
from engine.wire.phone import DialResult
from tests.support import world
from tests.support.stage_answers import answers, who
from tests.support.stage_phone import dial

if TYPE_CHECKING:
    from tests.support.stage import Stage

TASKS = (
    CallbackRecord(
        id=1,
        kind=CallbackKind.CALLBACK,
        state=CallbackState.OPEN,
        number="13993800002",
        queue_id="fault",
        place=world.NOW - 20 * world.MINUTE,
        asked_at=world.NOW - 20 * world.MINUTE,
        tries=1,
    ),
    CallbackRecord(
        id=2,
        kind=CallbackKind.ABANDONED,
        state=CallbackState.OPEN,
        number="13893812345",
        queue_id="general",
        place=world.NOW - 5 * world.MINUTE,
        asked_at=world.NOW - 5 * world.MINUTE,
        abandoned=2,
    ),
    CallbackRecord(
        id=3,
        kind=CallbackKind.ABANDONED,
        state=CallbackState.CALLING,
        number="13012345678",
        queue_id="general",
        place=world.NOW - 4 * world.MINUTE,
        asked_at=world.NOW - 4 * world.MINUTE,
        abandoned=1,
        staff_number="8002",
    ),
)


def _open(stage: "Stage", task_id: int) -> CallbackRecord:
    record = stage.tasks.get(task_id)
    if record is None or record.state is CallbackState.DONE:
        raise Fault(Reason.REFUSED, "not to be called", RefusalCode.NO_CALLBACK)
    if record.state is CallbackState.CALLING:
        raise Fault(Reason.REFUSED, "taken", RefusalCode.CALLBACK_TAKEN)
    return record


@answers("callbacks.list")
def _list(stage: "Stage", connection: Connection, params: callbacks.CallbacksParams) -> callbacks.Callbacks:
    rows = [
        callbacks.CallbackRow(record=record, customer_name=_name(record.number))
        for record in stage.tasks.values()
        if params.everything or record.state is not CallbackState.DONE
    ]
    return callbacks.Callbacks(callbacks=rows)


def _name(number: str) -> str:
    customer = world.card_of(number).customer
    return customer.name if customer else ""


@answers("callbacks.take")
def _take(stage: "Stage", connection: Connection, params: callbacks.CallbackParams) -> DialResult:
    record = _open(stage, params.id)
    stage.tasks[record.id] = replace(record, state=CallbackState.CALLING, staff_number=who(connection))
    return DialResult(call_id=dial(stage.floor, record.number, who(connection)))


@answers("callbacks.done")
def _done(stage: "Stage", connection: Connection, params: callbacks.CloseCallbackParams) -> Done:
    return _settle(stage, connection, params.id, CallbackResult.HANDLED)


@answers("callbacks.cancel")
def _cancel(stage: "Stage", connection: Connection, params: callbacks.CloseCallbackParams) -> Done:
    return _settle(stage, connection, params.id, CallbackResult.CANCELLED)


def _settle(stage: "Stage", connection: Connection, task_id: int, result: CallbackResult) -> Done:
    record = _open(stage, task_id)
    stage.tasks[task_id] = replace(
        record, state=CallbackState.DONE, result=result, staff_number=who(connection)
    )
    return Done()


@answers("callbacks.try")
def _try(stage: "Stage", connection: Connection, params: callbacks.CallbackParams) -> Done:
    record = _open(stage, params.id)
    stage.tasks[record.id] = replace(record, state=CallbackState.WAITING, tries=0)
    return Done()


@answers("surveys.list")
def _surveys(stage: "Stage", connection: Connection, params: callbacks.SurveysParams) -> callbacks.Surveys:
    rows = [
        callbacks.SurveyRow(
            call_id=f"c-100{n}",
            at=world.NOW - n * world.MINUTE,
            staff_number="8001",
            score=score,
            cli="13893812345" if n == 1 else "",
            customer_name=_name("13893812345") if n == 1 else "",
        )
        for n, score in enumerate((5, 2), 1)
        if params.staff_number in ("", "8001")
    ]
    mean = sum(row.score for row in rows) / len(rows) if rows else None
    return callbacks.Surveys(surveys=rows, count=len(rows), mean=mean)
