"""`fourseat customers set-password`: a customer's password for self-service."""

import sys
from typing import Annotated

import typer

from engine.wire.billing import NewPassword, SetPasswordParams
from tui.cli.change import Yes, agreed, is_terminal
from tui.cli.errors import UsageProblem
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.cli.session import Engine, visit
from tui.words import mark, tr


def add_to(group: typer.Typer) -> None:
    group.command(
        "set-password",
        cls=Command,
        help=mark(
            "Give a customer a password for self-service; it is shown once. The old one is not valid any"
            " more, and a lock for wrong passwords ends."
        ),
        epilog="fourseat customers set-password 20004711",
    )(set_password)


def set_password(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=mark("Customer number."))],
    from_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help=mark("Read it from the first line of standard input; otherwise one is made."),
        ),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    asking = not yes
    if asking and (as_json or from_stdin or not is_terminal()):
        raise UsageProblem(tr("nobody is there to say yes"), tr("add --yes to do it"))
    if asking:
        print(tr("The old password of {customer} will not be valid any more.", customer=number))
        if not agreed():
            print(tr("Nothing has been changed."))
            return
    password = sys.stdin.readline().strip() if from_stdin else ""

    async def work(engine: Engine) -> NewPassword:
        params = SetPasswordParams(customer_number=number, password=password)
        answer: NewPassword = await engine.ask("customer.set_password", params)
        return answer

    answer = visit(settings_of(context), work)
    if as_json:
        print_json(answer)
    else:
        print(
            tr(
                "The password of {customer} {name}: {password}",
                customer=number,
                name=answer.customer_name,
                password=answer.password,
            )
        )
        print(tr("It is not shown again; the customer can change it by telephone."))
