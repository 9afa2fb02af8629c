"""Widgets that paint ready-made lines: no wrapping, no markup, nothing repainted that did not change."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tui.widgets.cells import fit, safe
from tui.widgets.theme import TONES

Part = str | tuple[str, str]


def line(*parts: Part) -> Content:
    """One line of text; a part is plain text or (text, tone)."""
    return Content.assemble(*(part if isinstance(part, str) else (part[0], TONES[part[1]]) for part in parts))


def field(label: str, value: str, width: int, tone: str = "plain") -> tuple[Part, ...]:
    """A label and its value in exactly `width` cells."""
    head = f"{label} "
    return ((head, "label"), (fit(safe(value), width - _cells(head)), tone))


def _cells(text: str) -> int:
    return Content(text).cell_length


class Lines(Widget):
    """Lines of text of fixed place; `show` repaints only if they differ."""

    DEFAULT_CSS = """
    Lines { text-wrap: nowrap; text-overflow: clip; height: auto; }
    """
    ALLOW_SELECT = False

    def __init__(
        self, lines: Sequence[Content] = (), *, widget_id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=widget_id, classes=classes)
        self._lines = tuple(lines)

    def show(self, lines: Sequence[Content]) -> None:
        """Paint these lines."""
        new = tuple(lines)
        longer = len(new) != len(self._lines)
        if longer or not all(one.is_same(old) for one, old in zip(new, self._lines, strict=True)):
            self._lines = new
            width = self.styles.width
            as_wide = width is not None and width.is_auto
            self.refresh(layout=as_wide or (longer and self.styles.auto_dimensions))

    def render(self) -> Content:
        return Content("\n").join(self._lines)
