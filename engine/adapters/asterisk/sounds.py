"""What a caller hears, as files; where voice messages go; and what to do with keys that nobody may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.core.effects import PlayPrompts


@dataclass(frozen=True, slots=True)
class Sounds:
    """Where prompts are read and messages written, as Asterisk sees the file system."""

    prompts: str  # folder of the site's language; those of the others lie beside it
    messages: str


class Voice(Protocol):
    """Makes files of what is to be said."""

    async def files(self, order: PlayPrompts) -> list[str]:
        """The files to be played one after another, as paths without suffix.

        Never raises, and does not keep a caller waiting: what cannot be said is left out.
        """


class PlainFiles:
    """Each prompt is a file of its own, in the caller's language; values are not said."""

    def __init__(self, sounds: Sounds) -> None:
        self._folder, _, self._language = sounds.prompts.rpartition("/")

    async def files(self, order: PlayPrompts) -> list[str]:
        """One for each prompt."""
        return [f"{self._folder}/{order.language or self._language}/{prompt}" for prompt in order.prompts]


KeepSecret = Callable[[str, str], str]  # the call and the keys that were pressed -> the token for them
