"""Errors of the commands, each with what to do about it, and the exit codes.

CliError            1  refused or failed
├── UsageProblem    2  the command line is wrong
└── NoEngine        3  the engine is not running, or cannot be reached
"""

import datetime
import errno

from engine.wire.messages import Reason, RpcFault
from tui.cli.codes import coded_words
from tui.cli.prompt_words import take_words
from tui.client import EngineFault
from tui.config_words import refusal_words
from tui.labels import fault_words
from tui.tickets.labels import refused_words
from tui.words import mark, tr

REMEDIES = {
    Reason.NOT_LOGGED_IN: mark("give your staff number: fourseat --staff 9001 ..."),
    Reason.NOT_ALLOWED: mark("log in as somebody who may: fourseat --staff 9001 ..."),
    Reason.LOCKED: mark("wait, or let an administrator run: fourseat users enable <staff number>"),
    Reason.DISABLED: mark("let an administrator run: fourseat users enable <staff number>"),
    Reason.UNKNOWN_METHOD: mark("restart the engine, so that it is as new as this command"),
    Reason.INTERNAL: mark("look at the engine's log: journalctl -u fourseat"),
    Reason.BUSY: mark("close consoles that nobody needs"),
}

# where what the engine says is more exact than our own words for the reason
SPOKEN = (Reason.BAD_PARAMS, Reason.INVALID, Reason.CONFLICT, Reason.NOT_FOUND, Reason.INTERNAL)

# What was looked for in vain, and where it is listed.
LISTS = {
    "customer_number": mark("look for the customer: fourseat customers search <name, number or address>"),
    "notice": mark("see: fourseat notice list --all"),
    "schedule": mark("see: fourseat ivr schedule"),
    "recharge_card": mark("see: fourseat billing cards"),
    "version": mark("see: fourseat ivr history"),
    "article": mark("see: fourseat knowledge list --all"),
    "paper_form": mark("see: fourseat paper open --all"),
    "source": mark("see: fourseat sources list"),
}

DETAILS = {
    "pin": mark("a PIN has digits only, and not too few of them"),
    "pin_weak": mark("this PIN is too easy to guess; choose another one"),
    "department": mark("there is no such department or station; see: fourseat departments list"),
    "source_busy": mark("this source is being looked at just now"),
    "source_idle": mark("this source is not being looked at"),
    "source_file": mark("only a folder takes a file, named with its whole path"),
    "password_weak": mark("not 6 to 12 digits, or too easy to guess"),
}


FILE_TROUBLES = {
    errno.ENOENT: mark("there is no such file or folder"),
    errno.EACCES: mark("no permission"),
    errno.EISDIR: mark("it is a folder"),
    errno.ENOTDIR: mark("it is in no folder"),
    errno.ENOSPC: mark("the disk is full"),
    errno.EROFS: mark("nothing can be written there"),
}


def file_trouble(error: OSError) -> str:
    """Why a file cannot be used; rare reasons in the words of the system."""
    known = FILE_TROUBLES.get(error.errno or 0)
    return tr(known) if known else error.strerror or str(error)


class CliError(Exception):
    """The command cannot be done; `remedy` says what to do."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "", reason: str = "failed") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.reason = reason


class UsageProblem(CliError):
    """The command line is wrong."""

    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy, "usage")


class NoEngine(CliError):
    """There is no engine to talk to."""

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy or start_the_engine(), "no_engine")


def start_the_engine() -> str:
    return tr("start it: systemctl start fourseat, or in a terminal: fourseatd run --config config.toml")


def explain(refusal: EngineFault, zone: datetime.tzinfo) -> CliError:
    """A refusal of the engine in words, with its remedy."""
    said = refusal_words(refusal.message, refusal.detail) or take_words(refusal.detail)
    if said is not None:
        return CliError(*said, refusal.reason)
    known = next((text for reason, text in REMEDIES.items() if reason == refusal.reason), "")
    known = known or _where_to_look(refusal)
    return CliError(_words(refusal, zone), tr(known) if known else "", refusal.reason)


def _where_to_look(refusal: EngineFault) -> str:
    if refusal.reason != Reason.NOT_FOUND:
        return ""
    named = [refusal.detail, *refusal.message.rpartition(": ")[2].split(" ")]
    return next((LISTS[name] for name in named if name in LISTS), "")


def _words(refusal: EngineFault, zone: datetime.tzinfo) -> str:
    if refusal.detail in DETAILS:
        return tr(DETAILS[refusal.detail])
    ticket = refused_words(refusal.detail) if refusal.reason == Reason.REFUSED else ""
    if ticket:
        return ticket
    exact = coded_words(refusal.message)
    if exact:
        return exact
    fault = RpcFault(code=0, message=refusal.message, reason=refusal.reason, detail=refusal.detail)
    words = fault_words(fault, zone)
    if refusal.reason in SPOKEN and words != refusal.message:
        return tr("{name}: {why}", name=words, why=refusal.message)
    return words
