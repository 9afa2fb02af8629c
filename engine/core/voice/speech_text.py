"""A prompt with its values: as words for the synthesiser, and as figures for a screen."""

from datetime import date

from engine.core.ivr.values import Value, Values
from engine.core.voice import chinese_text, english
from engine.core.voice.spoken_values import can_be_said, say_value, show_value
from engine.core.voice.template import Part, Slot


def fill(parts: tuple[Part, ...], values: Values, language: str, today: date) -> str:
    """The whole sentence in words; in the place of a value that cannot be said, nothing."""
    said = [
        say_value(part, values.get(part.name), language, today) if isinstance(part, Slot) else part
        for part in parts
    ]
    normalise = chinese_text.normalise if language == "zh" else english.normalise
    return normalise("".join(said))


def show(parts: tuple[Part, ...], values: Values, language: str, today: date) -> str:
    """The same sentence for a screen, with figures: 您的余额是128.50元."""
    return "".join(
        show_value(part, values.get(part.name), language, today) if isinstance(part, Slot) else part
        for part in parts
    )


def missing(parts: tuple[Part, ...], values: Values) -> tuple[str, ...]:
    """Names of the values that are not there or not what their place takes, each once."""
    lacking = (part.name for part in parts if isinstance(part, Slot) and not _is_there(part, values))
    return tuple(dict.fromkeys(lacking))


def _is_there(slot: Slot, values: Values) -> bool:
    value: Value | None = values.get(slot.name)
    return can_be_said(slot, value)
