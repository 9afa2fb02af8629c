"""What every method of the socket is made of: parameters, result, and one entry of the table."""

from dataclasses import dataclass
from typing import Any

import msgspec

from engine.core.states import Role


class Params(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all parameters: an unknown field is an error."""


class Result(msgspec.Struct, kw_only=True):
    """Base of all results; clients ignore fields that they do not know."""


class Nothing(Params):
    """No parameters."""


class Done(Result):
    """It was done."""

    done: bool = True


class Chunk(Result):
    """Base64 bytes of a recording or an attachment from `offset`; empty at its end."""

    data: str
    size: int


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the interface."""

    name: str
    params: type[Params]
    result: Any
    role: Role | None
    doc: str


ST, A, S, X = Role.STATION, Role.AGENT, Role.SUPERVISOR, Role.ADMIN
