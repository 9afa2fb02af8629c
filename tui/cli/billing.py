"""`fourseat billing`: lists for the embedded billing side, payments, recharge cards."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from engine.wire.billing import (
    CardInfo,
    CardNumberParams,
    CardsParams,
    ImportListParams,
    PaymentInfo,
    Payments,
    PaymentsParams,
    RechargeCards,
    UnknownChange,
    UnknownChanges,
    Unlocked,
)
from engine.wire.imports import ImportResult
from tui.cli.customer_file import Batch, CustomerFile
from tui.cli.customer_import import BATCH_SECONDS, ImportReport, send_batches, write_bad_rows
from tui.cli.customers import tell_import
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, Since, Until, settings_of
from tui.cli.output import Column, print_facts, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis, until_millis
from tui.labels import moment, money, phone_number
from tui.words import mark, tr

Kind = Literal["bills", "cards", "offers"]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help=mark("CSV or TSV with headings in its first line."))
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=mark("Check everything, change nothing."))]
BadRows = Annotated[
    Path | None,
    typer.Option(
        "--bad-rows", metavar="FILE", help=mark("Write the bad rows, with reasons, to this CSV file.")
    ),
]

PAYMENT_KINDS = {"recharge": mark("Recharge card"), "order": mark("Package ordered")}
CARD_STATES = {
    "unspent": mark("not spent"),
    "spent": mark("spent"),
    "expired": mark("expired"),
    "locked": mark("locked today"),
}
CHANGES = {
    "recharge": mark("Recharge card"),
    "order": mark("Package ordered"),
    "cancel_package": mark("Package given up"),
    "reauthorise": mark("Smart card authorised"),
}


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Bills, offers, recharge cards and payments."), no_args_is_help=True
    )
    commands = (
        (
            "import-bills",
            _importing("bills"),
            mark("Import bills: customer number, month, item, amount."),
            "fourseat billing import-bills 账单.csv --dry-run",
        ),
        (
            "import-cards",
            _importing("cards"),
            mark("Import recharge cards: number, secret, amount, last day. Secrets cannot be read again."),
            "fourseat billing import-cards 充值卡.csv",
        ),
        (
            "import-offers",
            _importing("offers"),
            mark("Import the packages that callers may order: name, price, months, on sale or not."),
            "fourseat billing import-offers 套餐.csv",
        ),
        (
            "payments",
            payments,
            mark("What was paid in and out by telephone, the newest first."),
            "fourseat billing payments --since today",
        ),
        (
            "cards",
            cards,
            mark("Recharge cards, without their secrets."),
            "fourseat billing cards --locked",
        ),
        (
            "unlock",
            unlock,
            mark("Forget the wrong secrets that were keyed for a recharge card."),
            "fourseat billing unlock 3300000000000017",
        ),
        (
            "unknown",
            unknown,
            mark("Changes sent to the billing side of which nobody knows the end yet."),
            "fourseat billing unknown",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="billing")


def _importing(kind: Kind) -> Callable[..., None]:
    """The command that imports a list of this kind."""

    def run(
        context: typer.Context,
        file: File,
        dry_run: DryRun = False,
        bad_rows: BadRows = None,
        as_json: Json = False,
    ) -> None:
        report, source = _import(context, kind, file, dry_run=dry_run)
        if bad_rows is not None and report.bad:
            write_bad_rows(bad_rows, source.columns, report)
        if as_json:
            print_json(_without_rows(report) if kind == "cards" else report)
        else:
            tell_import(report, source, bad_rows)
        if report.bad_count:
            raise typer.Exit(1)

    return run


def _import(
    context: typer.Context, kind: Kind, file: Path, *, dry_run: bool
) -> tuple[ImportReport, CustomerFile]:
    source = CustomerFile(file)
    import_id = uuid.uuid4().hex

    async def work(engine: Engine) -> ImportReport:
        async def ask(batch: Batch, last: bool) -> ImportResult:
            params = ImportListParams(
                kind=kind,
                import_id=import_id,
                columns=source.columns,
                rows=batch.rows,
                first_line=batch.first_line,
                dry_run=dry_run,
                last=last,
            )
            result: ImportResult = await engine.ask("billing.import_rows", params, seconds=BATCH_SECONDS)
            return result

        return await send_batches(source, ask, dry_run=dry_run)

    return visit(settings_of(context), work), source


def _without_rows(report: ImportReport) -> ImportReport:
    """Bad rows of cards have secrets in them: they go to the file that was asked for, or nowhere."""
    return msgspec.structs.replace(report, rows={})


def payments(
    context: typer.Context,
    since: Since = "",
    until: Until = "",
    customer: Annotated[
        str, typer.Option("--customer", metavar="NUMBER", help=mark("Only of this customer number."))
    ] = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Payments, Engine]:
        params = PaymentsParams(
            since=since_millis(since, engine.hello.now, engine.zone),
            until=until_millis(until, engine.hello.now, engine.zone),
            customer_number=customer,
            limit=limit,
        )
        return await engine.ask("billing.payments", params), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    right = (tr("Amount"), tr("Balance"))
    words = (
        tr("Time"),
        tr("Customer number"),
        tr("Name"),
        tr("What"),
        right[0],
        right[1],
        tr("Card or package"),
        tr("Number"),
    )
    columns = [Column(word, right=word in right) for word in words]
    print_table(columns, [_payment(row, engine) for row in result.payments], tr("No payments"))
    if result.payments:
        print_facts(
            [
                (tr("Paid in by cards"), tr("{amount} yuan", amount=money(result.recharged_fen))),
                (tr("Paid for packages"), tr("{amount} yuan", amount=money(result.ordered_fen))),
            ]
        )


def _payment(row: PaymentInfo, engine: Engine) -> list[str]:
    return [
        moment(row.at, engine.hello.now, engine.zone),
        row.customer_number,
        row.customer_name,
        tr(PAYMENT_KINDS[row.kind]),
        money(row.amount_fen),
        money(row.balance_fen),
        row.recharge_card or row.what,
        phone_number(row.cli),
    ]


def cards(
    context: typer.Context,
    locked: Annotated[bool, typer.Option("--locked", help=mark("Only those that are locked today."))] = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[RechargeCards, Engine]:
        return await engine.ask("billing.cards", CardsParams(locked=locked, limit=limit)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    right = (tr("Amount"), tr("Wrong secrets"))
    words = (tr("Recharge card"), right[0], tr("Valid until"), tr("State"), tr("Spent"), right[1])
    columns = [Column(word, right=word in right) for word in words]
    print_table(columns, [_card(row, engine) for row in result.cards], tr("No cards"))
    print_facts(
        [
            (tr(CARD_STATES[state]), str(result.counts[state]))
            for state in CARD_STATES
            if state in result.counts
        ]
    )


def _card(row: CardInfo, engine: Engine) -> list[str]:
    return [
        row.number,
        money(row.amount_fen),
        row.expires,
        tr(CARD_STATES[row.state]),
        moment(row.spent_at, engine.hello.now, engine.zone) if row.spent_at else "",
        str(row.wrong) if row.wrong else "",
    ]


def unlock(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="CARD", help=mark("Number of the recharge card."))],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Unlocked:
        answer: Unlocked = await engine.ask("billing.unlock", CardNumberParams(number=number))
        return answer

    answer = visit(settings_of(context), work)
    if as_json:
        print_json(answer)
    else:
        print(
            tr(
                "{card} can be tried again; {count} wrong secrets are forgotten",
                card=number,
                count=answer.forgotten,
            )
        )


def unknown(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[UnknownChanges, Engine]:
        return await engine.ask("billing.unknown"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    columns = [
        Column(word)
        for word in (tr("Time"), tr("What"), tr("Customer"), tr("Call"), tr("Key of the request"))
    ]
    rows = [_unknown(change, engine) for change in result.changes]
    print_table(columns, rows, tr("The end of every change is known"))


def _unknown(change: UnknownChange, engine: Engine) -> list[str]:
    return [
        moment(change.at, engine.hello.now, engine.zone),
        tr(CHANGES[change.service]) if change.service in CHANGES else change.service,
        str(change.customer_id),
        change.call_id,
        change.key,
    ]
