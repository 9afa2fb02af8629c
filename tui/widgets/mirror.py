"""Both ends of a watched screen: the console that sends what it paints, and the widget that shows it.

The picture is read from what Textual has painted, so that a watcher sees the agent's screen as it is, lists
and boxes over it included. A screen with a field for a PIN is never sent.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.app import App
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input

from engine.wire.mirror import MAX_HEIGHT, MAX_WIDTH, MirrorFrame, PaintedParams, Row, Span
from tui.widgets.cells import safe
from tui.words import tr

LEAST_SECONDS = 0.1  # between two frames: what is painted in between goes together
_FLAGS = ("bold", "dim", "italic", "underline", "reverse")
_SPAN_STYLE = re.compile(r"([bdiur]{0,5});([0-9a-f]{6})?;([0-9a-f]{6})?")


class MirrorSender:
    """Sends what a console paints, while somebody watches: one frame at a time, at most ten a second."""

    def __init__(self, app: App[Any], send: Callable[[PaintedParams], Awaitable[bool]]) -> None:
        self.wanted = False
        self._app = app
        self._send = send
        self._sent: dict[int, Row] = {}
        self._size = (0, 0)
        self._sent_at = 0.0
        self._dirty = False
        self._due: asyncio.TimerHandle | None = None
        self._sending = False

    def want(self, wanted: bool) -> None:
        """Somebody begins to watch, or nobody watches any more. The next frame is a whole one."""
        self.wanted = wanted
        self._sent = {}
        self.painted()

    def painted(self) -> None:
        """The console has painted something."""
        if not self.wanted:
            return
        self._dirty = True
        if self._due is None and not self._sending:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(loop.time(), self._sent_at + LEAST_SECONDS), self._begin)

    def stop(self) -> None:
        """The console ends."""
        self.wanted = False
        if self._due is not None:
            self._due.cancel()

    def _begin(self) -> None:
        self._due = None
        if self.wanted and self._app.is_running:
            self._sending = True
            self._app.run_worker(self._send_changes(), name="mirror", group="mirror")

    async def _send_changes(self) -> None:
        self._dirty = False
        try:
            frame = self._frame()
            if frame is not None:
                self._sent_at = asyncio.get_running_loop().time()
                if not await self._send(frame):
                    self._sent = {}
        finally:
            self._sending = False
        if self._dirty:
            self.painted()

    def _frame(self) -> PaintedParams | None:
        screen = self._app.screen
        if any(field.password for field in screen.query(Input)):
            return None
        width, height = min(screen.size.width, MAX_WIDTH), min(screen.size.height, MAX_HEIGHT)
        if not width or not height:
            return None
        strips = screen._compositor.render_strips()  # the one place where the painted cells are
        painted = {y: row_of(strip) for y, strip in enumerate(strips[:height])}
        whole = not self._sent or self._size != (width, height)
        changed = {y: row for y, row in painted.items() if whole or self._sent.get(y) != row}
        self._sent, self._size = painted, (width, height)
        return PaintedParams(whole=whole, width=width, height=height, rows=changed) if changed else None


def row_of(segments: Iterable[Segment]) -> Row:
    """One painted line as texts with their styles, neighbours of one style together."""
    row: list[Span] = []
    for text, style, control in segments:
        if control or not text:
            continue
        looks = _looks_of(style)
        if row and row[-1][1] == looks:
            row[-1] = (row[-1][0] + text, looks)
        else:
            row.append((text, looks))
    return row


@lru_cache(maxsize=1024)
def _looks_of(style: RichStyle | None) -> str:
    if style is None:
        return ";;"
    flags = "".join(name[0] for name in _FLAGS if getattr(style, name))
    colours = (
        "" if colour is None or colour.is_default else "{:02x}{:02x}{:02x}".format(*colour.get_truecolor())
        for colour in (style.color, style.bgcolor)
    )
    return ";".join((flags, *colours))


@lru_cache(maxsize=1024)
def style_of(looks: str) -> Style:
    """The style that a span names; what is no style is plain."""
    match = _SPAN_STYLE.fullmatch(looks)
    if match is None:
        return Style()
    flags, front, back = match.groups()
    return Style(
        foreground=Color.parse(f"#{front}") if front else None,
        background=Color.parse(f"#{back}") if back else None,
        bold="b" in flags,
        dim="d" in flags,
        italic="i" in flags,
        underline="u" in flags,
        reverse="r" in flags,
    )


class MirrorView(Widget, can_focus=True):
    """The picture of another screen; arrows move it when it is larger than the place it has."""

    DEFAULT_CSS = """
    MirrorView { height: 1fr; text-wrap: nowrap; text-overflow: clip; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(0, -4)", show=False),
        Binding("down", "move(0, 4)", show=False),
        Binding("left", "move(-10, 0)", show=False),
        Binding("right", "move(10, 0)", show=False),
    ]
    ALLOW_SELECT = False

    class Moved(Message):
        """Another part of the picture is in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: MirrorFrame | None = None
        self._left = self._top = 0

    def show(self, picture: MirrorFrame) -> None:
        """Show this picture, which is whole."""
        self.picture = picture
        self.action_move(0, 0)

    def action_move(self, right: int, down: int) -> None:
        """Move over the picture."""
        if self.picture is not None:
            most_left = max(0, self.picture.width - self.size.width)
            most_top = max(0, self.picture.height - self.size.height)
            self._left = min(max(0, self._left + right), most_left)
            self._top = min(max(0, self._top + down), most_top)
            self.refresh()

    def render(self) -> Content:
        if self.picture is None:
            return Content(f" {tr('Waiting for the picture')}")
        rows = self.picture.rows
        last = min(self.picture.height, self._top + self.size.height)
        lines = [painted_line(rows.get(y, [])) for y in range(self._top, last)]
        if self._left:
            lines = [_without_left(text, self._left) for text in lines]
        return Content("\n").join(lines)


def painted_line(row: Row) -> Content:
    """One line of the picture, without anything that could move a terminal's cursor."""
    return Content.assemble(*((safe(text), style_of(looks)) for text, looks in row))


def _without_left(text: Content, cells: int) -> Content:
    """The line from this cell on; a Chinese character that is cut in two is left out."""
    width, n = 0, 0
    plain = text.plain
    while n < len(plain) and width < cells:
        width += Content(plain[n]).cell_length
        n += 1
    return Content(" " * (width - cells)) + text[n:]
