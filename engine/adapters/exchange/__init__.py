"""The practice exchange: a telephone company on this machine, with callers who do what a script says."""

from engine.adapters.exchange.exchange import ExchangeAddress, PracticeExchange
from engine.adapters.exchange.script import (
    AwaitAgent,
    Listen,
    Pause,
    PlacedCall,
    Press,
    Say,
    Script,
    Step,
)

__all__ = [
    "AwaitAgent",
    "ExchangeAddress",
    "Listen",
    "Pause",
    "PlacedCall",
    "PracticeExchange",
    "Press",
    "Say",
    "Script",
    "Step",
]
