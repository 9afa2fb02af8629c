"""A command's visit to the engine: find it, connect, log in if needed, ask, and turn refusals into words."""

import asyncio
import datetime
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.wire.messages import Reason
from engine.wire.methods import HelloResult, LogInParams, NamedId, Params
from tui.cli.errors import CliError, NoEngine, explain
from tui.cli.where import find_socket
from tui.client import EngineClient, EngineFault, EngineGone
from tui.labels import SiteWords, zone_of
from tui.words import pick, tr

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What stands before the command's name. Empty: not given."""

    socket: str = ""
    config: str = ""
    staff: str = ""
    lang: str = ""

    def socket_path(self) -> str:
        return find_socket(self.socket, self.config, os.environ)


class Engine:
    """The engine as a command sees it: answers, and the words and the clock of the site."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self.hello: HelloResult = client.hello
        self.zone: datetime.tzinfo = zone_of(client.hello.timezone)

    async def ask(self, method: str, params: Params | None = None, seconds: float = 30.0) -> Any:
        """The decoded answer. Raises CliError in words."""
        try:
            return await self._client.call(method, params, timeout=seconds)
        except EngineFault as refusal:
            raise explain(refusal, self.zone) from None

    def queue(self, queue_id: str) -> str:
        return named(self.hello.queues, queue_id)

    def break_reason(self, reason_id: str) -> str:
        if reason_id == "rona":
            return tr("Not answered")
        return named(self.hello.break_reasons, reason_id)

    def disposition(self, disposition_id: str) -> str:
        return named(self.hello.dispositions, disposition_id)

    def way(self, path: Sequence[str]) -> Sequence[str]:
        """The places of the menu that have a name; the bare nodes of a menu without names."""
        return SiteWords(self.hello).way(path) or path

    def seat(self, seat_id: str) -> str:
        return next((seat.name for seat in self.hello.seats if seat.id == seat_id), seat_id)


def named(items: list[NamedId], item_id: str) -> str:
    """The name of one of the site's things in the language in use; an unknown id stays as it is."""
    return next((pick(item.name, item.name_en) for item in items if item.id == item_id), item_id)


def visit(settings: Settings, work: Callable[[Engine], Awaitable[Answer]]) -> Answer:
    """Run `work` with a connected, logged-in engine."""
    return asyncio.run(_visit(settings, work))


async def _visit(settings: Settings, work: Callable[[Engine], Awaitable[Answer]]) -> Answer:
    path = settings.socket_path()
    client = EngineClient(path, "cli")
    try:
        await client.open()
        engine = Engine(client)
        await _log_in(settings, engine)
        return await work(engine)
    except EngineGone as error:
        raise _no_engine(error, path) from None
    except EngineFault as refusal:
        raise explain(refusal, datetime.UTC) from None
    finally:
        await client.close()


def _no_engine(error: EngineGone, path: str) -> NoEngine:
    match error.__cause__:
        case PermissionError():
            return NoEngine(
                tr("you may not use the engine's socket {path}", path=path),
                tr("run this as root or as the engine's user, or join its group"),
            )
        case FileNotFoundError() | ConnectionRefusedError():
            return NoEngine(tr("the engine is not running: nobody listens at {path}", path=path))
        case _:
            return NoEngine(tr("the engine does not answer: {why}", why=error))


async def _log_in(settings: Settings, engine: Engine) -> None:
    staff_number = settings.staff or os.environ.get("FOURSEAT_STAFF", "")
    if staff_number:
        pin = os.environ.get("FOURSEAT_PIN") or _ask_pin(staff_number)
        await engine.ask("session.log_in", LogInParams(staff_number=staff_number, pin=pin))
    elif engine.hello.identity is None:
        raise CliError(
            tr("the engine wants to know who you are"),
            tr("give your staff number: fourseat --staff 9001 ..."),
            Reason.NOT_LOGGED_IN,
        )


def _ask_pin(staff_number: str) -> str:
    if not sys.stdin.isatty():
        raise CliError(
            tr("the PIN of {staff} is needed", staff=staff_number),
            tr("set FOURSEAT_PIN, or run this in a terminal"),
            Reason.NOT_LOGGED_IN,
        )
    return getpass.getpass(tr("PIN of {staff}: ", staff=staff_number))
