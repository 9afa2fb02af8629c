"""What one thing that a user can do is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.situation import Situation
from tui.words import language_in_use, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that a user can do.

    `word` is for the hint bar, `noun` and `verb` for the palette; `initials` are the pinyin initials of the
    Chinese words, for those who type without an input method.
    """

    id: str
    key: str  # Textual's name of the key; "": only in the palette
    noun: str
    verb: str
    word: Callable[[Situation], str]
    tooltip: str
    initials: tuple[str, ...]
    disabled_reason: Callable[[Situation], str | None]
    dangerous: bool = False
    also: str = ""  # a second key, that works only where no text is typed
    list_key: str = ""  # a key that lists handle by themselves; here for the hint bar and the help

    @property
    def title(self) -> str:
        """`noun: verb` in the language in use."""
        colon = "：" if language_in_use() == "zh" else ": "
        return f"{tr(self.noun)}{colon}{tr(self.verb)}"

    @property
    def key_label(self) -> str:
        """The key as people write it: F4, Ctrl+S, Esc."""
        key = self.key or self.list_key
        return KEY_LABELS.get(key) or _spelled(key)

    @property
    def short_key(self) -> str:
        """The key in as few cells as possible, for the hint bar."""
        return self.key_label.replace("Ctrl+", "^")


KEY_LABELS = {"escape": "Esc", "enter": "Enter", "slash": "/", "tab": "Tab"}


def _spelled(key: str) -> str:
    head, plus, last = key.rpartition("+")
    function = len(key) > 1 and key.startswith("f")
    return f"{head.capitalize()}{plus}{last.upper()}" if plus or function else key
