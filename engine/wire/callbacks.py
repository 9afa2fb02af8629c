"""Customers who are to be called, and the marks that customers gave."""

from engine.core.records import CallbackRecord, Millis
from engine.wire.base import A, Done, Method, Params, Result, S
from engine.wire.phone import DialResult


class CallbacksParams(Params):
    """Without `everything` only those that are not done. `since` and `until` go by when they asked."""

    everything: bool = False
    since: Millis = 0
    until: Millis = 0
    limit: int = 100


class CallbackRow(Result):
    record: CallbackRecord
    customer_name: str


class Callbacks(Result):
    """In the order of their places; those that are done come last, the newest first."""

    callbacks: list[CallbackRow]


class CallbackParams(Params):
    id: int


class CloseCallbackParams(Params):
    id: int
    remark: str = ""


class SurveysParams(Params):
    """`staff_number`: of one agent only; agents see their own."""

    since: Millis = 0
    until: Millis = 0
    staff_number: str = ""
    limit: int = 100


class SurveyRow(Result):
    call_id: str
    at: Millis
    staff_number: str
    score: int
    cli: str
    customer_name: str


class Surveys(Result):
    """Newest first. `count` and `mean` are over all that fit, listed or not; `mean` None: there are none."""

    surveys: list[SurveyRow]
    count: int
    mean: float | None


CALLBACK_METHODS: tuple[Method, ...] = (
    Method("callbacks.list", CallbacksParams, Callbacks, A, "Customers who are to be called."),
    Method("callbacks.take", CallbackParams, DialResult, A, "Call this customer from the own seat now."),
    Method("callbacks.done", CloseCallbackParams, Done, A, "Settled: nobody has to call any more."),
    Method("callbacks.cancel", CloseCallbackParams, Done, A, "Not wanted any more; nobody calls."),
    Method("callbacks.try", CallbackParams, Done, S, "Let it be called by itself again; audited."),
    Method("surveys.list", SurveysParams, Surveys, A, "Customers' marks, newest first."),
)
