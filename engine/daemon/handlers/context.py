"""What every handler may use."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from db.errors import DbError, Duplicate, Invalid, NotFound, Refused, Stale
from db.store import Store
from engine.adapters.unix_socket import Connection
from engine.config import Config
from engine.core.requests import Refusal, Request
from engine.core.views import Identity
from engine.daemon.chats import Chats
from engine.daemon.engine import Engine
from engine.daemon.knowledge.trees import TreeShelf
from engine.daemon.mirrors import Mirrors
from engine.daemon.people import People
from engine.daemon.reconfigure import LiveConfiguration
from engine.daemon.sources.desk import SourceDesk
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.voice import PromptVoice
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason

P = ParamSpec("P")
T = TypeVar("T")

_PDFS_AT_ONCE = 2  # each takes 90 MB while it is made


@dataclass(slots=True)
class Context:
    """The daemon as handlers see it. `consoles` maps a staff number to the connection that is its console."""

    config: Config
    config_path: Path
    engine: Engine
    people: People
    voice: PromptVoice
    version: str
    seat_secrets: dict[str, str]
    live: LiveConfiguration
    sources: SourceDesk
    tickets: TicketDesk
    consoles: dict[str, Connection] = field(default_factory=dict)
    mirrors: Mirrors = field(default_factory=Mirrors)
    chats: Chats = field(default_factory=Chats)
    trees: TreeShelf = field(default_factory=TreeShelf)
    imports: dict[tuple[str, str], Any] = field(default_factory=dict)  # by kind and id
    printing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_PDFS_AT_ONCE))

    @property
    def store(self) -> Store:
        """The database."""
        return self.engine.store

    def who(self, connection: Connection) -> Identity:
        """Who asks; the server has checked that somebody is logged in."""
        assert connection.identity is not None
        return connection.identity

    def ask_floor(self, request: Request) -> None:
        """Have the floor do something, or raise its refusal as a Fault."""
        refusal = self.engine.request(request)
        if isinstance(refusal, Refusal):
            text = refusal.detail and f" ({refusal.detail})"
            raise Fault(Reason.REFUSED, f"refused: {refusal.code}{text}", str(refusal.code))

    async def read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Look something up in the database."""
        return await answered(asyncio.wrap_future(self.store.read(function, *args, **kwargs)))

    async def write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Change the database, and know that it is done."""
        return await answered(asyncio.wrap_future(self.store.submit(function, *args, **kwargs)))

    def audit(self, connection: Connection, what: str, subject: str = "", detail: str = "") -> None:
        """Write down who did what."""
        now = self.engine.clock.now()
        who = self.who(connection).staff_number
        self.people.audit(now, who, what, subject, detail, connection.peer_uid)


async def answered(work: Awaitable[T]) -> T:
    """Await what the database does, with its errors in the words of the socket."""
    try:
        return await work
    except NotFound as error:
        raise Fault(Reason.NOT_FOUND, str(error)) from None
    except Stale as error:
        detail = error.detail if error.field == "ticket" else error.field  # who has changed it, and when
        raise Fault(Reason.CONFLICT, str(error), detail) from None
    except Duplicate as error:
        raise Fault(Reason.CONFLICT, str(error), error.field) from None
    except Refused as error:
        raise Fault(Reason.REFUSED, f"refused: {error.code} {error.detail}".strip(), error.why) from None
    except Invalid as error:
        raise Fault(Reason.INVALID, str(error), error.field) from None
    except OverflowError:  # an id, an instant or a count that no row can have
        raise Fault(Reason.INVALID, "a number is too large", "number") from None
    except DbError as error:
        raise Fault(Reason.INTERNAL, str(error)) from None


Handler = Callable[[Context, Connection, Any], Awaitable[object]]


def asking(make: Callable[[str, Any], Request]) -> Handler:
    """A handler that has the floor do `make(staff number of who asks, params)`."""

    async def handle(context: Context, connection: Connection, params: Any) -> Done:
        context.ask_floor(make(context.who(connection).staff_number, params))
        return Done()

    return handle


def asking_plainly(request: Callable[..., Request]) -> Handler:
    """A handler for a request that says nothing but who asks."""
    return asking(lambda who, params: request(staff_number=who))
