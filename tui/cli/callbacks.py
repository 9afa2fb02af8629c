"""`fourseat callbacks`: customers who are to be called, because they wished it or waited in vain."""

from typing import Annotated

import typer

from engine.core.records import UNKNOWN_ATTEMPT, CallbackRecord
from engine.core.states import CallbackKind, CallbackState, Outcome
from engine.wire.callbacks import (
    CallbackParams,
    CallbackRow,
    Callbacks,
    CallbacksParams,
    CloseCallbackParams,
)
from engine.wire.methods import Done
from tui.cli.errors import CliError
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, Since, Until, settings_of
from tui.cli.output import Column, print_facts, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis, until_millis
from tui.labels import CALLBACK_KINDS, CALLBACK_RESULTS, CALLBACK_STATES, OUTCOMES, moment, phone_number
from tui.words import mark, tr

CallbackId = Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `callbacks list`."))]
Remark = Annotated[
    str, typer.Option("--remark", metavar="TEXT", help=mark("What became of it, in a few words."))
]
_MOST = 1000


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Customers who are to be called."), no_args_is_help=True)
    commands = (
        (
            "list",
            list_callbacks,
            mark("Who is to be called, in the order of their places."),
            "fourseat callbacks list --all --since today",
        ),
        ("show", show, mark("One of them with all that is known."), "fourseat callbacks show 17"),
        (
            "done",
            done,
            mark("Settled: nobody has to call any more."),
            "fourseat callbacks done 17 --remark 已上门",
        ),
        (
            "cancel",
            cancel,
            mark("Not wanted any more: nobody calls."),
            "fourseat callbacks cancel 17 --remark 客户不需要了",
        ),
        (
            "try",
            try_again,
            mark("Let it be called by itself again, from the first try on."),
            "fourseat callbacks try 17",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="callbacks")


def list_callbacks(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help=mark("Also those that are settled, the newest first."))
    ] = False,
    since: Since = "",
    until: Until = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Callbacks, Engine]:
        params = CallbacksParams(
            everything=everything,
            since=since_millis(since, engine.hello.now, engine.zone),
            until=until_millis(until, engine.hello.now, engine.zone),
            limit=limit,
        )
        return await engine.ask("callbacks.list", params), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    words = (tr("ID"), tr("Asked"), tr("Number"), tr("Customer"), tr("Why"), tr("State"), tr("Queue"))
    columns = [*(Column(word) for word in words), Column(tr("Tries"), right=True), Column(tr("Last try"))]
    print_table(columns, [_row(row, engine) for row in result.callbacks], tr("Nobody is to be called"))


def _row(row: CallbackRow, engine: Engine) -> list[str]:
    record = row.record
    return [
        str(record.id),
        moment(record.asked_at, engine.hello.now, engine.zone),
        phone_number(record.number),
        row.customer_name,
        _why(record),
        _state(record),
        engine.queue(record.queue_id),
        str(record.tries),
        _reason(record),
    ]


def _why(record: CallbackRecord) -> str:
    why = tr(CALLBACK_KINDS[record.kind])
    missed = record.kind is CallbackKind.ABANDONED and record.abandoned > 1
    return f"{why} x{record.abandoned}" if missed else why


def _state(record: CallbackRecord) -> str:
    result = tr(CALLBACK_RESULTS[record.result]) if record.result is not None else ""
    state = result or tr(CALLBACK_STATES[record.state])
    return f"{state} ({record.staff_number})" if record.staff_number else state


def _reason(record: CallbackRecord) -> str:
    if record.reason == UNKNOWN_ATTEMPT:
        return tr("not known: the engine stopped during it")
    return tr(OUTCOMES[Outcome(record.reason)]) if record.reason in list(Outcome) else record.reason


def show(context: typer.Context, callback_id: CallbackId, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[CallbackRow, Engine]:
        params = CallbacksParams(everything=True, limit=_MOST)
        found: Callbacks = await engine.ask("callbacks.list", params)
        for row in found.callbacks:
            if row.record.id == callback_id:
                return row, engine
        raise CliError(
            tr("nobody is to be called under {id}", id=callback_id), tr("see: fourseat callbacks list --all")
        )

    row, engine = visit(settings_of(context), work)
    if as_json:
        print_json(row)
    else:
        print_facts(_facts(row, engine))


def _facts(row: CallbackRow, engine: Engine) -> list[tuple[str, str]]:
    record = row.record

    def at(instant: int) -> str:
        return moment(instant, engine.hello.now, engine.zone) if instant else ""

    next_try = at(record.next_try_at) if record.state is CallbackState.PAUSED else ""
    return [
        (tr("ID"), str(record.id)),
        (tr("Number"), phone_number(record.number)),
        (tr("Customer"), row.customer_name),
        (tr("Why"), _why(record)),
        (tr("State"), _state(record)),
        (tr("Queue"), engine.queue(record.queue_id)),
        (tr("Asked"), at(record.asked_at)),
        (tr("Place in the queue"), at(record.place)),
        (tr("Waited in vain"), str(record.abandoned) if record.abandoned else ""),
        (tr("Tries"), str(record.tries)),
        (tr("Last try"), _reason(record)),
        (tr("Next try"), next_try),
        (tr("Call"), record.call_id),
        (tr("Call that was placed"), record.attempt),
        (tr("Settled"), at(record.done_at)),
        (tr("Remark"), record.remark),
    ]


def done(context: typer.Context, callback_id: CallbackId, remark: Remark = "", as_json: Json = False) -> None:
    _close(context, "callbacks.done", callback_id, remark, as_json=as_json)


def cancel(
    context: typer.Context, callback_id: CallbackId, remark: Remark = "", as_json: Json = False
) -> None:
    _close(context, "callbacks.cancel", callback_id, remark, as_json=as_json)


def _close(context: typer.Context, method: str, callback_id: int, remark: str, *, as_json: bool) -> None:
    async def work(engine: Engine) -> Done:
        answer: Done = await engine.ask(method, CloseCallbackParams(id=callback_id, remark=remark))
        return answer

    answer = visit(settings_of(context), work)
    if as_json:
        print_json(answer)
    else:
        print(tr("{id} is settled; nobody will call", id=callback_id))


def try_again(context: typer.Context, callback_id: CallbackId, as_json: Json = False) -> None:
    async def work(engine: Engine) -> Done:
        answer: Done = await engine.ask("callbacks.try", CallbackParams(id=callback_id))
        return answer

    answer = visit(settings_of(context), work)
    if as_json:
        print_json(answer)
    else:
        print(tr("{id} is called when its turn comes", id=callback_id))
