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

# Styles of words, by what they mean; the word itself says it too.
TONES = {
    "plain": "",
    "strong": "bold #ffffff",
    "label": "#8799ab",
    "faint": "#66788a",
    "title": "bold #9cc4e6",
    "good": "#8cc8e8",
    "warn": "bold #f3a65a",
    "ready": "bold #8cc8e8",
    "in-talk": "bold #6fb1f5",
    "ringing": "bold #10161d on #f0c04a",
    "talking": "bold #ffffff on #2a6fb0",
    "holding": "bold #f0c04a",
    "wrap-up": "bold #c9bdf0",
    "break": "bold #d8bf86",
    "off": "bold #8799ab",
    "key": "bold #9cc4e6",
    "next": "bold #10161d on #f0c04a",
    "chosen": "bold #ffffff on #2d4a66",
    "tile": "bold #9cc4e6 on #1c2631",
    # Of break reasons, as the configuration names them; on the blue and yellow side where hues allow it.
    "color-red": "#f08f7c",
    "color-yellow": "#f0c04a",
    "color-green": "#9fd69a",
    "color-cyan": "#7fd6d6",
    "color-blue": "#8ab8f0",
    "color-magenta": "#dba2e6",
    "dots-count": "#d6dee6 on #d6dee6",
    "dots-plain": "#8cc8e8 on #8cc8e8",
    "dots-watch": "#f0c04a on #f0c04a",
    "dots-alarm": "#f3a65a on #f3a65a",
}


class PlainScrollBarRender(ScrollBarRender):
    """A scrollbar of coloured spaces, without half-block glyphs."""

    VERTICAL_BARS = (" ",) * 8  # type: ignore[assignment]
    HORIZONTAL_BARS = (" ",) * 8  # type: ignore[assignment]


ScrollBar.renderer = PlainScrollBarRender
