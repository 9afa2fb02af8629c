"""Figures as tall as there is room, made of `#`, which every terminal draws in one cell.

Each digit is three dots wide and five high; a dot is a block of cells. The blocks get the same colour as the
background behind them, so that they look solid, and without colours the `#` itself is seen.
"""

from collections.abc import Sequence

DOT = "#"
HEIGHT = 5  # dots
_SHAPES: dict[str, tuple[str, ...]] = {
    "0": ("###", "#.#", "#.#", "#.#", "###"),
    "1": (".#.", "##.", ".#.", ".#.", "###"),
    "2": ("###", "..#", "###", "#..", "###"),
    "3": ("###", "..#", "###", "..#", "###"),
    "4": ("#.#", "#.#", "###", "..#", "..#"),
    "5": ("###", "#..", "###", "..#", "###"),
    "6": ("###", "#..", "###", "#.#", "###"),
    "7": ("###", "..#", "..#", ".#.", ".#."),
    "8": ("###", "#.#", "###", "#.#", "###"),
    "9": ("###", "#.#", "###", "..#", "###"),
    ":": (".", "#", ".", "#", "."),
    "/": ("..#", "..#", ".#.", "#..", "#.."),
    "-": ("..", "..", "##", "..", ".."),
    " ": ("..", "..", "..", "..", ".."),
}


def drawable(text: str) -> bool:
    """Whether every character has a shape."""
    return all(character in _SHAPES for character in text)


def dots_wide(text: str) -> int:
    """The width of a text in dots, with one dot between the characters."""
    return sum(len(_SHAPES[character][0]) + 1 for character in text) - 1


def big(text: str, width: int, height: int) -> Sequence[str]:
    """The text in blocks, as large as fits into this many cells; () when not even the smallest fits.

    Cells are twice as high as wide: a dot is at most twice as many cells wide as high.
    """
    if not text or not drawable(text):
        return ()
    dots = dots_wide(text)
    high = height // HEIGHT
    wide = min(2 * high, width // dots)
    if not high or not wide:
        return ()
    high = min(high, wide)
    return [line for row in _rows(text, wide) for line in [row] * high]


def _rows(text: str, wide: int) -> Sequence[str]:
    gap = " " * wide
    return [
        gap.join("".join((DOT if dot == "#" else " ") * wide for dot in _SHAPES[one][y]) for one in text)
        for y in range(HEIGHT)
    ]
