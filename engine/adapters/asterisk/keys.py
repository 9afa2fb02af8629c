"""Pressing keys for somebody, so that the far end of the line hears them."""

from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.legs import Legs
from engine.core.effects import PressDigits

_KEYS = frozenset("0123456789*#ABCD")
_KEY_MS = 100


async def press_digits(asking: Asking, legs: Legs, effect: PressDigits) -> None:
    """One after another. Asterisk does nothing else for us while a key sounds."""
    channel = (
        legs.seat_channel(effect.call_id, effect.party)
        if effect.party
        else legs.customer_channel(effect.call_id)
    )
    for key in effect.digits:
        if key not in _KEYS or not await asking.ask(
            "PlayDTMF", Channel=channel, Digit=key, Duration=str(_KEY_MS)
        ):
            return
