"""Trying the voice menu: its services asked as a caller would, without a call."""

import msgspec

from engine.core.ivr.values import Plain
from engine.wire.base import Method, Params, Result, S


class IvrAskParams(Params):
    """`customer_id` 0 and `identified` empty: the caller is not known. `secrets`: by name of the argument."""

    service: str
    arguments: dict[str, Plain] = msgspec.field(default_factory=dict)
    secrets: dict[str, str] = msgspec.field(default_factory=dict)
    cli: str = ""
    customer_id: int = 0
    identified: str = ""
    language: str = ""


class IvrAnswer(Result):
    """`sample`: it would change something, so that it was not carried out; the values are invented."""

    outcome: str
    values: dict[str, Plain | list[dict[str, Plain]]]
    sample: bool


IVR_METHODS = (
    Method("ivr.ask", IvrAskParams, IvrAnswer, S, "Have a service of the menu answered; changes nothing."),
)
