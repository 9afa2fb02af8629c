"""Colours of the consoles: dark and calm, states on the blue-yellow axis, which most colour-blind people see.

No border, scrollbar or bullet glyph is used, because terminals disagree about their width; panels differ by
their background instead.
"""

from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import Theme

THEME = Theme(
    name="fourseat",
    primary="#5b9bd5",
    secondary="#3f5872",
    accent="#f0c04a",
    warning="#f0c04a",
    error="#f3a65a",
    success="#8cc8e8",
    foreground="#d6dee6",
    background="#10161d",
    surface="#151d26",
    panel="#1c2631",
    dark=True,
    variables={
        "input-cursor-background": "#f0c04a",
        "input-cursor-foreground": "#10161d",
        "input-selection-background": "#3f5872",
        "block-cursor-background": "#2d4a66",
        "block-cursor-foreground": "#ffffff",
    },
)

TONE_CSS = """
Screen {
    background: $background;
    color: $foreground;
    & .tone-plain { color: $foreground; }
    & .tone-strong { color: #ffffff; text-style: bold; }
    & .tone-label { color: #8799ab; }
    & .tone-faint { color: #66788a; }
    & .tone-title { color: #9cc4e6; text-style: bold; }
    & .tone-ready { color: #8cc8e8; text-style: bold; }
    & .tone-ringing { color: #10161d; background: #f0c04a; text-style: bold; }
    & .tone-talking { color: #ffffff; background: #2a6fb0; text-style: bold; }
    & .tone-holding { color: #f0c04a; text-style: bold; }
    & .tone-wrap-up { color: #c9bdf0; text-style: bold; }
    & .tone-break { color: #d8bf86; text-style: bold; }
    & .tone-off { color: #8799ab; text-style: bold; }
    & .tone-warn { color: #f3a65a; text-style: bold; }
    & .tone-good { color: #8cc8e8; }
    & .tone-key { color: #9cc4e6; text-style: bold; }
    & .tone-next { color: #10161d; background: #f0c04a; text-style: bold; }
    & .tone-chosen { color: #ffffff; background: #2d4a66; text-style: bold; }
}
"""


class PlainScrollBarRender(ScrollBarRender):
    """A scrollbar of coloured spaces, without half-block glyphs."""

    VERTICAL_BARS = (" ",) * 8  # type: ignore[assignment]
    HORIZONTAL_BARS = (" ",) * 8  # type: ignore[assignment]


ScrollBar.renderer = PlainScrollBarRender
