"""How long prompts are that nobody has measured, by their texts."""

import re
from collections.abc import Mapping

# What a synthesised voice says in a second: Chinese characters, letters of other languages.
_CHARACTERS, _LETTERS = 4.2, 15.0
_PAUSE = 0.3  # at each comma and full stop
_VALUE = 2.0  # in each place for a value
_PLACE = re.compile(r"\{[^{}]*\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff0-9]")
_STOPS = re.compile(r"[,.;:!?,。;:!?、]")


def estimated_seconds(text: str) -> float:
    """About as long as it takes to say this, in seconds."""
    words = _PLACE.sub("", text)
    chinese, stops = len(_CHINESE.findall(words)), len(_STOPS.findall(words))
    letters = len(words) - chinese - stops
    values = len(_PLACE.findall(text)) * _VALUE
    return round(chinese / _CHARACTERS + letters / _LETTERS + stops * _PAUSE + values, 1)


def lengths_of(texts: Mapping[str, str], measured: Mapping[str, float]) -> dict[str, float]:
    """Seconds of each prompt: as measured, else as estimated."""
    return {prompt: measured.get(prompt) or estimated_seconds(text) for prompt, text in texts.items()}
