"""Choosing type and category: a digit for each, or the letters of a quick code (wxh: no signal)."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from engine.core.tickets.types import Category, TicketType
from tui.tickets.book import Book, words_of
from tui.tickets.initials import initials
from tui.tickets.labels import TICKET_KINDS
from tui.widgets.cells import clip, fit, safe
from tui.widgets.lines import Part, line
from tui.words import tr

CELLS = 20  # of one entry
MOST_QUICK = 8  # letters
_KEYS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def keys_of(entries: Sequence[TicketType] | Sequence[Category]) -> list[str]:
    """The key of each entry: its own, else the first that is free, digits and then capital letters."""
    taken = {one.key for one in entries}
    free = (key for key in _KEYS if key not in taken)
    return [one.key or next(free, "") for one in entries]


class MatterPicker(Widget, can_focus=True):
    """First the types, then the categories of the chosen one. `Chosen` when both are known."""

    DEFAULT_CSS = """
    MatterPicker { height: auto; background: $background; text-wrap: nowrap; }
    MatterPicker:focus { background: $surface; }
    """
    ALLOW_SELECT = False

    class Chosen(Message):
        """Type or category is another one; `done`: the category as well, or there are none."""

        def __init__(self, *, done: bool) -> None:
            super().__init__()
            self.done = done

    def __init__(self, *, widget_id: str = "matter") -> None:
        super().__init__(id=widget_id)
        self._book = Book()
        self.type: TicketType | None = None
        self.category: Category | None = None
        self._letters = ""

    @property
    def chosen(self) -> bool:
        """Type and category are known."""
        return self.type is not None and (self.category is not None or not self.type.categories)

    def offer(self, book: Book) -> None:
        """The types of the site."""
        if book is not self._book:
            self._book = book
            if self.type is not None:
                self.choose(self.type.id, self.category.id if self.category else "")
            self.refresh(layout=True)

    def choose(self, type_id: str, category_id: str = "") -> None:
        """Take these without saying so."""
        self.type = self._book.type(type_id)
        self.category = self.type.category(category_id) if self.type and category_id else None
        self._letters = ""
        self.refresh(layout=True)

    def _take(self, kind: TicketType | None, category: Category | None) -> None:
        self.type, self.category, self._letters = kind, category, ""
        self.refresh(layout=True)
        self.post_message(self.Chosen(done=self.chosen))

    def on_key(self, event: events.Key) -> None:
        character = event.character or ""
        if event.key in ("enter", "tab") and self._fitting():
            event.stop()
            event.prevent_default()
            self._take(*self._fitting()[0][1:])
        elif event.key == "backspace" or character == "0":
            event.stop()
            self._step_back()
        elif character.isascii() and character.islower():
            event.stop()
            self._quick(character)
        elif character.isascii() and character.isalnum():
            event.stop()
            self._by_key(character)

    def _step_back(self) -> None:
        if self._letters:
            self._letters = self._letters[:-1]
            self.refresh()
        elif self.category is not None:
            self._take(self.type, None)
        else:
            self._take(None, None)

    def _by_key(self, key: str) -> None:
        if self.type is None:
            types = zip(keys_of(self._book.types), self._book.types, strict=True)
            kind = next((kind for own, kind in types if own == key), None)
            if kind is not None:
                self._take(kind, None)
            return
        kind, categories = self.type, self.type.categories
        chosen = next(
            (one for own, one in zip(keys_of(categories), categories, strict=True) if own == key), None
        )
        if chosen is not None:
            self._take(kind, chosen)

    def _quick(self, letter: str) -> None:
        """Letters choose when a code is whole and none is longer; Enter takes the first before that."""
        self._letters = (self._letters + letter)[-MOST_QUICK:]
        if not self._fitting():
            self._letters = letter
        found = self._fitting()
        if not found:
            self._letters = ""
        elif len(found) == 1 and found[0][0] == self._letters:
            self._take(*found[0][1:])
        self.refresh(layout=True)

    def _fitting(self) -> list[tuple[str, TicketType, Category | None]]:
        """What begins with the letters, the shortest code first."""
        if not self._letters:
            return []
        found = [one for one in self._codes() if one[0].startswith(self._letters)]
        return sorted(found, key=lambda one: len(one[0]))

    def _codes(self) -> Iterator[tuple[str, TicketType, Category | None]]:
        """All quick codes; the categories of the chosen type alone, once there is one."""
        for kind in self._book.types:
            if self.type is not None and kind is not self.type:
                continue
            for category in kind.categories:
                yield category.quick or initials(category.words.zh), kind, category
            if self.type is None:
                yield kind.quick or initials(kind.words.zh), kind, None

    def render(self) -> Content:
        width = self.size.width
        if self.chosen and not self.has_focus:
            return self._chosen_line()
        lines = [self._type_line(width)]
        if not self._book.types:
            return line((f" {tr('The site has no types of tickets yet')}", "warn"))
        if self.type is not None:
            lines += self._category_lines(self.type, width)
        elif self.has_focus:
            lines.append(line((f" {tr('A digit, or letters of what it is about: wxh')}", "label")))
        if self._letters:
            lines.append(self._letters_line())
        return Content("\n").join(lines)

    def _letters_line(self) -> Content:
        """The letters so far, and what they may become: Enter takes the first."""
        parts: list[Part] = [" ", (self._letters, "ringing"), "  "]
        for n, (code, kind, category) in enumerate(self._fitting()[:4]):
            words = safe(words_of(category.words if category else kind.words))
            parts += [(f"{words} ", "chosen" if n == 0 else "plain"), (f"{code}  ", "label")]
        return line(*parts)

    def _type_line(self, width: int) -> Content:
        types = self._book.types
        cells = max(6, (width - 1) // max(1, len(types)))
        parts: list[Part] = []
        for key, kind in zip(keys_of(types), types, strict=True):
            chosen = kind is self.type
            words = fit(safe(_short(kind, cells - 4)), cells - 4)
            parts += [(f" {key}", "key"), " ", (words, "chosen" if chosen else "plain"), " "]
        return line(*parts)

    def _category_lines(self, kind: TicketType, width: int) -> Iterator[Content]:
        columns = max(1, width // CELLS)
        entries = list(zip(keys_of(kind.categories), kind.categories, strict=True))
        for top in range(0, len(entries), columns):
            parts: list[Part] = []
            for key, category in entries[top : top + columns]:
                name = clip(safe(words_of(category.words)), CELLS - 4)
                code = category.quick or initials(category.words.zh)
                room = CELLS - 4 - cell_len(name)
                parts += [
                    (f" {key or ' '} ", "key"),
                    (name, "chosen" if category is self.category else "plain"),
                    (f" {fit(code if len(code) < room else '', room)}", "faint"),
                ]
            yield line(*parts)

    def _chosen_line(self) -> Content:
        """What was chosen, in one line, while the cursor is elsewhere."""
        assert self.type is not None
        name = words_of(self.category.words) if self.category else ""
        hint = tr("Shift+Tab: another one")
        return line(
            (f" {words_of(self.type.words)} ", "title"), (f" {safe(name)} ", "chosen"), (f"  {hint}", "faint")
        )

    def on_focus(self) -> None:
        self.refresh(layout=True)

    def on_blur(self) -> None:
        self._letters = ""
        self.refresh(layout=True)


def _short(kind: TicketType, cells: int) -> str:
    """The name of a type; its kind's where the name is too long for its place."""
    name = words_of(kind.words)
    return name if len(name.encode("gb18030")) <= cells else tr(TICKET_KINDS[kind.kind])
