"""A new PIN: typed twice without echo, or read from standard input; weak ones are warned about."""

import getpass
import sys

from tui.cli.errors import CliError, UsageProblem
from tui.cli.output import warn
from tui.words import tr

RISING = "01234567890123456789"
FALLING = RISING[::-1]
OFTEN_USED = ("1212", "6969", "5201", "520520", "147258", "123123", "112233", "2580", "0852")


def new_pin(staff_number: str, *, from_stdin: bool) -> str:
    """The PIN to set. Raises CliError when there is none or the two do not agree."""
    pin = _from_stdin() if from_stdin else _from_terminal(staff_number)
    if not (pin.isascii() and pin.isdigit()):
        raise CliError(tr("a PIN has digits only"), tr("choose at least four digits"), "invalid")
    if is_weak(pin, staff_number):
        warn(tr("Warning: this PIN is easy to guess; better choose another one"))
    return pin


def is_weak(pin: str, staff_number: str) -> bool:
    """Whether somebody would guess it early: 0000, 1234, the staff number and their like."""
    one_digit = len(set(pin)) == 1
    in_order = pin in RISING or pin in FALLING
    return one_digit or in_order or pin in OFTEN_USED or pin == staff_number


def _from_stdin() -> str:
    return sys.stdin.readline().strip()


def _from_terminal(staff_number: str) -> str:
    if not sys.stdin.isatty():
        raise UsageProblem(tr("there is no terminal to type a PIN"), tr("give it with --pin-stdin"))
    first = getpass.getpass(tr("New PIN of {staff}: ", staff=staff_number))
    if getpass.getpass(tr("The same again: ")) != first:
        raise CliError(tr("the two PINs are not the same"), tr("try again"), "invalid")
    return first
