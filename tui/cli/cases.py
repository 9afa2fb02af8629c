"""`fourseat cases`: what customers have told by telephone, until it is settled."""

from collections.abc import Callable
from typing import Annotated

import typer

from engine.core.cases import CALLER, Case, CaseDeed, CaseState, CaseStep, about
from engine.wire.cases import CaseDetail, CaseList, CaseNumberParams, CaseRow, CasesParams, UpdateCaseParams
from tui.cli.case_export import export
from tui.cli.case_options import OfKind, OfState, between, kind_of, state_of, states_of
from tui.cli.case_words import CASE_STATES, DEEDS, RECORDING_TROUBLES
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, Since, Until, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import instant
from tui.labels import moment, phone_number
from tui.words import language_in_use, mark, tr

Number = Annotated[str, typer.Argument(metavar="NUMBER", help=mark("The number that the customer heard."))]
OPEN = (CaseState.NEW, CaseState.DISPATCHED)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("What customers have reported by keys."), no_args_is_help=True)
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        (
            "list",
            list_cases,
            mark("Cases that are not settled, the newest first."),
            "fourseat cases list --all --since 2026-11-01 --kind fault",
        ),
        (
            "show",
            show,
            mark("One case with its history and voice messages."),
            "fourseat cases show 261121001",
        ),
        (
            "update",
            update,
            mark("Who sees to it, until when, and how far it is; the customer hears it."),
            "fourseat cases update 261121001 --state dispatched --technician 王师傅\n"
            'fourseat cases update 261121001 --expected "2026-11-22 14:00"\n'
            "fourseat cases update 261121001 --state done --remark 更换机顶盒电源",
        ),
        (
            "export",
            export,
            mark("Write cases to a CSV file that spreadsheets open."),
            "fourseat cases export 十一月.csv --since 2026-11-01 --until 2026-11-30",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="cases")


def list_cases(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=mark("Also those that are settled."))] = False,
    state: OfState = None,
    kind: OfKind = "",
    customer: Annotated[
        int, typer.Option("--customer", metavar="ID", help=mark("Only of this customer."))
    ] = 0,
    number: Annotated[
        str, typer.Option("--number", metavar="NUMBER", help=mark("Only told from this telephone number."))
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    states = states_of(state) or (() if everything else OPEN)
    wanted = CasesParams(states=states, kind=kind_of(kind), customer_id=customer, cli=number, limit=limit)

    async def work(engine: Engine) -> tuple[CaseList, Engine]:
        return await engine.ask("cases.list", between(wanted, since, until, engine)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    words = (
        tr("Case no."),
        tr("Told"),
        tr("About"),
        tr("State"),
        tr("Customer"),
        tr("Phone"),
        tr("Technician"),
        tr("Expected"),
    )
    empty = tr("There are no cases") if everything or state else tr("No case is open")
    print_table([Column(word) for word in words], [_row(row, engine) for row in result.cases], empty)


def _row(row: CaseRow, engine: Engine) -> list[str]:
    case = row.case
    return [
        case.number,
        moment(case.reported_at, engine.hello.now, engine.zone),
        about(case, language_in_use()),
        _state(case, engine),
        row.customer_name,
        phone_number(case.cli),
        case.technician,
        moment(case.expected_at, engine.hello.now, engine.zone) if case.state in OPEN else "",
    ]


def _state(case: Case, engine: Engine) -> str:
    word = tr(CASE_STATES[case.state])
    late = case.state in OPEN and case.expected_at < engine.hello.now
    return tr("{state}, overdue", state=word) if late else word


def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[CaseDetail, Engine]:
        return await engine.ask("cases.show", CaseNumberParams(number=number)), engine

    detail, engine = visit(settings_of(context), work)
    if as_json:
        print_json(detail)
        return
    print_facts(_facts(detail, engine))
    print_heading(tr("History"))
    print_table(
        [Column(tr("Time")), Column(tr("Who")), Column(tr("What"))],
        [_step(step, engine) for step in detail.steps],
        "",
    )
    if detail.recordings:
        print_heading(tr("Voice messages"))
        rows = [
            [
                moment(recording.at, engine.hello.now, engine.zone),
                "" if recording.error else tr("{seconds} s", seconds=recording.length_ms // 1000),
                _trouble(recording.error) or f"{detail.folder}/{recording.name}",
            ]
            for recording in detail.recordings
        ]
        print_table([Column(tr("Time")), Column(tr("Length"), right=True), Column(tr("File"))], rows, "")


def _facts(detail: CaseDetail, engine: Engine) -> list[tuple[str, str]]:
    case = detail.case

    def at(instant: int) -> str:
        return moment(instant, engine.hello.now, engine.zone) if instant else ""

    return [
        (tr("Case no."), case.number),
        (tr("About"), about(case, language_in_use())),
        (tr("State"), _state(case, engine)),
        (tr("Customer"), detail.customer_name),
        (tr("Phone"), phone_number(case.cli)),
        (tr("Told"), at(case.reported_at)),
        (tr("Technician"), case.technician),
        (tr("Expected"), at(case.expected_at)),
        (tr("Finished"), at(case.done_at)),
        (tr("Mark"), str(case.score or "")),
        (tr("Call"), case.call_id),
    ]


def _step(step: CaseStep, engine: Engine) -> list[str]:
    what = tr(DEEDS[step.deed])
    detail = step.detail
    if step.deed is CaseDeed.STATE:
        detail = tr(CASE_STATES[CaseState(detail)])
    elif step.deed is CaseDeed.EXPECTED:
        detail = moment(int(detail), engine.hello.now, engine.zone)
    elif step.deed in (CaseDeed.REPORTED, CaseDeed.AGAIN):
        detail = tr("call {call}", call=detail)
    return [
        moment(step.at, engine.hello.now, engine.zone),
        tr("customer") if step.who == CALLER else step.who,
        f"{what}  {detail}",
    ]


def _trouble(error: str) -> str:
    words = RECORDING_TROUBLES.get(error.partition(":")[0])
    return tr(words) if words else error


def update(
    context: typer.Context,
    number: Number,
    state: Annotated[
        str,
        typer.Option(
            "--state", metavar="STATE", help=mark("How far it is: new, dispatched, done or cancelled.")
        ),
    ] = "",
    technician: Annotated[
        str | None,
        typer.Option("--technician", metavar="NAME", help=mark("Who sees to it; empty: nobody yet.")),
    ] = None,
    expected: Annotated[
        str, typer.Option("--expected", metavar="TIME", help=mark("When it is expected to be settled."))
    ] = "",
    remark: Annotated[
        str, typer.Option("--remark", metavar="TEXT", help=mark("A remark for the colleagues."))
    ] = "",
    as_json: Json = False,
) -> None:
    new_state = state_of(state) if state else None
    if new_state is None and technician is None and not expected and not remark:
        raise UsageProblem(
            tr("nothing is to be changed"), tr("give --state, --technician, --expected or --remark")
        )

    async def work(engine: Engine) -> CaseRow:
        seen: CaseDetail = await engine.ask("cases.show", CaseNumberParams(number=number))
        params = UpdateCaseParams(
            number=number,
            state=new_state,
            technician=technician,
            expected_at=instant(expected, engine.hello.now, engine.zone) if expected else None,
            remark=remark,
            version=seen.case.version,
        )
        changed: CaseRow = await engine.ask("cases.update", params)
        return changed

    row = visit(settings_of(context), work)
    if as_json:
        print_json(row)
    else:
        print(
            tr(
                "{number} is noted: {about}, {state}",
                number=row.case.number,
                about=about(row.case, language_in_use()),
                state=tr(CASE_STATES[row.case.state]),
            )
        )
