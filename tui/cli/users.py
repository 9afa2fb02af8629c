"""`fourseat users`: who may log in, as what, and with which PIN."""

from typing import Annotated

import typer

from engine.core.records import User
from engine.core.states import Role
from engine.wire.methods import AddUserParams, Done, MoveUserParams, ResetPinParams, StaffParams, Users
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.pin import new_pin
from tui.cli.session import Engine, Settings, visit
from tui.labels import ROLES, time_of_day
from tui.words import mark, tr

OFFICE = "-"

StaffNumber = Annotated[str, typer.Argument(metavar="NUMBER", help=mark("Staff number."))]
PinStdin = Annotated[
    bool, typer.Option("--pin-stdin", help=mark("Read the PIN from the first line of standard input."))
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Users, their roles and PINs."), no_args_is_help=True)
    commands = (
        (
            "add",
            add,
            mark("Add a user; the PIN is asked for twice."),
            "fourseat users add 8001 王小丽 --role agent\n"
            "fourseat users add 8011 马师傅 --role station --department east",
        ),
        ("list", list_users, mark("All users."), "fourseat users list"),
        ("disable", disable, mark("Refuse this user's log-in from now on."), "fourseat users disable 8001"),
        (
            "enable",
            enable,
            mark("Allow the log-in again; also ends a PIN lock."),
            "fourseat users enable 8001",
        ),
        (
            "move",
            move,
            mark("Move a user to a department or station, or with - to the office."),
            "fourseat users move 8011 east\nfourseat users move 8011 -",
        ),
        (
            "reset-pin",
            reset_pin,
            mark("Give a new PIN; also ends a PIN lock."),
            "fourseat users reset-pin 8001",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="users")


def add(
    context: typer.Context,
    staff_number: StaffNumber,
    name: Annotated[str, typer.Argument(metavar="NAME", help=mark("The person's name."))],
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help=mark("agent, supervisor, admin or station."))
    ] = "agent",
    department: Annotated[
        str,
        typer.Option(
            "--department",
            metavar="ID",
            help=mark("Department or station; whoever has none is of the office."),
        ),
    ] = "",
    pin_stdin: PinStdin = False,
    as_json: Json = False,
) -> None:
    if role not in list(Role):
        raise UsageProblem(
            tr("there is no role {name}", name=repr(role)), tr("write one of: {names}", names=", ".join(Role))
        )
    if role == Role.STATION and not department:
        raise UsageProblem(
            tr("which department or station does {name} belong to?", name=name),
            tr("add --department ID; the ids: fourseat departments list"),
        )
    pin = new_pin(staff_number, from_stdin=pin_stdin)

    async def work(engine: Engine) -> User:
        params = AddUserParams(
            staff_number=staff_number, name=name, role=Role(role), pin=pin, department=department
        )
        answer: User = await engine.ask("users.add", params)
        return answer

    user = visit(settings_of(context), work)
    if as_json:
        print_json(user)
    else:
        print(
            tr(
                "{staff} {name} added as {role}",
                staff=user.staff_number,
                name=user.name,
                role=tr(ROLES[user.role]),
            )
        )


def list_users(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Users, Engine]:
        return await engine.ask("users.list"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    headings = (tr("Staff no."), tr("Name"), tr("Role"), tr("Department"), tr("State"))
    columns = [Column(word) for word in headings]
    print_table(
        columns,
        [_row(user, engine) for user in result.users],
        tr("No users yet; add one: fourseat users add"),
    )


def _row(user: User, engine: Engine) -> list[str]:
    state = tr("disabled") if user.disabled else tr("enabled")
    if user.locked_until > engine.hello.now:
        state = tr("locked until {time}", time=time_of_day(user.locked_until, engine.zone))
    return [user.staff_number, user.name, tr(ROLES[user.role]), user.department, state]


def disable(context: typer.Context, staff_number: StaffNumber, as_json: Json = False) -> None:
    done = _change(settings_of(context), "users.disable", StaffParams(staff_number=staff_number))
    _tell(done, as_json, tr("{staff} cannot log in any more", staff=staff_number))


def enable(context: typer.Context, staff_number: StaffNumber, as_json: Json = False) -> None:
    done = _change(settings_of(context), "users.enable", StaffParams(staff_number=staff_number))
    _tell(done, as_json, tr("{staff} can log in again", staff=staff_number))


def move(
    context: typer.Context,
    staff_number: StaffNumber,
    department: Annotated[
        str,
        typer.Argument(metavar="DEPARTMENT", help=mark("The id of a department or station; -: the office.")),
    ],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> User:
        wanted = "" if department == OFFICE else department
        params = MoveUserParams(staff_number=staff_number, department=wanted)
        answer: User = await engine.ask("users.move", params)
        return answer

    user = visit(settings_of(context), work)
    if as_json:
        print_json(user)
    elif user.department:
        print(
            tr(
                "{staff} belongs to {department} from the next log-in on",
                staff=user.staff_number,
                department=user.department,
            )
        )
    else:
        print(tr("{staff} belongs to the office from the next log-in on", staff=user.staff_number))


def reset_pin(
    context: typer.Context, staff_number: StaffNumber, pin_stdin: PinStdin = False, as_json: Json = False
) -> None:
    pin = new_pin(staff_number, from_stdin=pin_stdin)
    done = _change(
        settings_of(context), "users.reset_pin", ResetPinParams(staff_number=staff_number, pin=pin)
    )
    _tell(done, as_json, tr("{staff} has a new PIN", staff=staff_number))


def _change(settings: Settings, method: str, params: StaffParams | ResetPinParams) -> Done:
    async def work(engine: Engine) -> Done:
        answer: Done = await engine.ask(method, params)
        return answer

    return visit(settings, work)


def _tell(done: Done, as_json: bool, words: str) -> None:
    if as_json:
        print_json(done)
    else:
        print(words)
