"""`fourseat calls`: stored calls, as a list and one by one."""

from typing import Annotated, Any

import typer

from engine.core.records import CallRecord, PastCall, RecordingInfo
from engine.core.states import Outcome
from engine.core.views import CallRow
from engine.wire.methods import CallDetail, CallIdParams, Calls, CallsParams
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, OfQueue, OfStaff, Since, Until, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis, until_millis
from tui.labels import ENDED_BY, OUTCOMES, duration, moment, phone_number, time_of_day
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Stored calls."), no_args_is_help=True)
    group.command(
        "list",
        cls=Command,
        help=mark("Stored calls, newest first."),
        epilog="fourseat calls list --since today --outcome abandoned",
    )(list_calls)
    group.command(
        "show",
        cls=Command,
        help=mark("One call with its times, notes and recordings."),
        epilog="fourseat calls show c-1003",
    )(show_call)
    app.add_typer(group, name="calls")


def list_calls(
    context: typer.Context,
    since: Since = "",
    until: Until = "",
    staff: OfStaff = "",
    queue: OfQueue = "",
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", metavar="OUTCOME", help=mark("answered, abandoned, ivr_exit, voicemail ...")
        ),
    ] = "",
    number: Annotated[
        str, typer.Option("--number", metavar="NUMBER", help=mark("Only from this telephone number."))
    ] = "",
    customer: Annotated[
        int, typer.Option("--customer", metavar="ID", help=mark("Only this customer's, by id."))
    ] = 0,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    if outcome and outcome not in list(Outcome):
        raise UsageProblem(
            tr("there is no outcome {name}", name=repr(outcome)),
            tr("write one of: {names}", names=", ".join(Outcome)),
        )

    async def work(engine: Engine) -> tuple[Calls, Engine]:
        params = CallsParams(
            since=since_millis(since, engine.hello.now, engine.zone),
            until=until_millis(until, engine.hello.now, engine.zone),
            staff_number=staff,
            queue_id=queue,
            outcome=outcome,
            cli=number,
            customer_id=customer,
            limit=limit,
        )
        return await engine.ask("calls.list", params), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        print_table(_list_columns(), [_row(row, engine) for row in result.calls], tr("No calls found"))


def _list_columns() -> list[Column]:
    left = (tr("Call"), tr("Time"), tr("Number"), tr("Customer"), tr("Queue"), tr("Agent"), tr("Outcome"))
    right = (tr("Wait"), tr("Talk"))
    return [
        *(Column(word) for word in left),
        *(Column(word, right=True) for word in right),
        Column(tr("Note")),
    ]


def _row(row: CallRow, engine: Engine) -> list[str]:
    note = " ".join(text for text in (engine.disposition(row.disposition), row.note) if text)
    return [
        row.call_id,
        moment(row.accepted_at, engine.hello.now, engine.zone),
        phone_number(row.cli) or tr("no number"),
        row.customer_name,
        engine.queue(row.queue_id),
        row.staff_number,
        outcome_words(row.outcome),
        duration(row.wait_ms),
        duration(row.talk_ms),
        tr("[open] {note}", note=note) if row.unsolved else note,
    ]


def outcome_words(outcome: str) -> str:
    """A call without an outcome is still up."""
    if not outcome:
        return tr("still up")
    return tr(OUTCOMES[Outcome(outcome)]) if outcome in list(Outcome) else outcome


def show_call(
    context: typer.Context,
    call_id: Annotated[str, typer.Argument(metavar="CALL", help=mark("The call's id, from `calls list`."))],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[CallDetail, Engine]:
        return await engine.ask("calls.show", CallIdParams(call_id=call_id)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    print_facts(_facts(result, engine))
    if result.notes:
        print_heading(tr("Notes"))
        for note in result.notes:
            print_facts(_note_facts(note, engine))
    print_heading(tr("Recordings"))
    columns = [Column(tr("Kind")), Column(tr("Length"), right=True), Column(tr("Codec")), Column(tr("File"))]
    print_table(columns, [recording_cells(info) for info in result.recordings], tr("None"))


def _facts(detail: CallDetail, engine: Engine) -> list[tuple[str, str]]:
    record = detail.record
    customer = detail.customer
    return [
        (tr("Call"), record.call_id),
        (
            tr("Customer"),
            f"{customer.name} ({customer.customer_number or customer.id})" if customer else tr("unknown"),
        ),
        (tr("Number"), _number(record)),
        (tr("Line"), f"{record.line_id} {record.did}".strip()),
        (tr("Accepted"), moment(record.accepted_at, engine.hello.now, engine.zone)),
        *_clock_facts(record, engine.zone),
        (tr("Outcome"), outcome_words(record.outcome or "")),
        (tr("Ended by"), tr(ENDED_BY[record.ended_by]) if record.ended_at else ""),
        (tr("Queue"), engine.queue(record.queue_id)),
        (tr("Agent"), " ".join(text for text in (record.staff_number, engine.seat(record.seat_id)) if text)),
        (tr("Wait"), duration(record.wait_ms)),
        (tr("Talk"), duration(record.talk_ms)),
        (tr("On hold"), duration(record.hold_ms)),
        (tr("Wrap-up"), duration(record.wrap_up_ms)),
        (tr("Mark"), str(record.survey) if record.survey else ""),
        (
            tr("Causes"),
            tr(
                "customer {customer}, agent {agent}", customer=record.customer_cause, agent=record.agent_cause
            ),
        ),
        (tr("Way through the menu"), " > ".join(engine.way(record.ivr_path))),
        (tr("Unattended"), tr("yes, without the engine") if record.unattended else ""),
    ]


def _number(record: CallRecord) -> str:
    number = phone_number(record.cli) or tr("no number")
    return number if record.cli_raw in ("", record.cli) else f"{number} ({record.cli_raw})"


def _clock_facts(record: CallRecord, zone: Any) -> list[tuple[str, str]]:
    instants = (
        (tr("Offered"), record.offered_at),
        (tr("Presented"), record.presented_at),
        (tr("Answered"), record.answered_at),
        (tr("Ended"), record.ended_at),
    )
    return [(word, time_of_day(at, zone, seconds=True)) for word, at in instants if at]


def _note_facts(note: PastCall, engine: Engine) -> list[tuple[str, str]]:
    return [
        (moment(note.at, engine.hello.now, engine.zone), note.agent_name or note.staff_number),
        (tr("Disposition"), engine.disposition(note.disposition)),
        (tr("Note"), note.note),
        (tr("Still open"), tr("yes") if note.unsolved else ""),
    ]


def recording_cells(info: RecordingInfo) -> list[str]:
    """Kind, length, codec and file of a recording; instead of a file, why there is none."""
    kind = tr("Voice message") if info.kind == "message" else tr("Call")
    return [kind, duration(info.length_ms), info.codec, info.path or info.error]
