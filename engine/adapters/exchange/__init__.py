"""The practice exchange: a telephone company on this machine, with callers who do what a script says."""

from engine.adapters.exchange.exchange import ExchangeAddress, PracticeExchange
from engine.adapters.exchange.script import (
    AwaitAgent,
    Behaviour,
    LineCall,
    Listen,
    Pause,
    PlacedCall,
    Press,
    ReceivedCall,
    Say,
    Script,
    Step,
    Telephone,
)

__all__ = [
    "AwaitAgent",
    "Behaviour",
    "ExchangeAddress",
    "LineCall",
    "Listen",
    "Pause",
    "PlacedCall",
    "PracticeExchange",
    "Press",
    "ReceivedCall",
    "Say",
    "Script",
    "Step",
    "Telephone",
]
