"""The words of a prompt as a caller hears them, with its values filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.core.ivr.values import Value, Values
from engine.core.voice.speech_text import fill, show
from engine.core.voice.template import Slot, TemplateError, parse_template

Texts = Mapping[str, Mapping[str, str]]  # language -> prompt -> text


@dataclass(frozen=True, slots=True)
class Said:
    """One prompt: for a screen, in spoken words where values are said, and these values."""

    text: str
    spoken: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


def words_of(text: str, values: Values, language: str, today: date) -> Said:
    """The text with its values; a text whose places are wrong is shown as it is written."""
    try:
        parts = parse_template(text)
    except TemplateError:
        return Said(text)
    names = [part.name for part in parts if isinstance(part, Slot)]
    if not names:
        return Said(text)
    return Said(
        show(parts, values, language, today),
        fill(parts, values, language, today),
        {name: values[name] for name in names if name in values},
    )
