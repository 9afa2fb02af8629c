"""Text measured in terminal cells: a Chinese character takes two, and some characters have no sure width.

Everything that comes from outside (names, notes, numbers) passes through `safe` before it is painted, so
that no control character reaches the terminal and no column shifts.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

# Look-alikes for characters that a terminal may draw in one cell or in two.
_SURE_WIDTH = str.maketrans(
    {
        "·": "・",
        "‧": "・",
        "•": "*",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "..",
        "—": "-",
        "–": "-",
        "×": "x",
        "÷": "/",
        "±": "+-",
        "→": ">",
        "←": "<",
        "│": "|",
        "─": "-",
        "\t": " ",
        "\n": " ",
        "\r": " ",
    }
)

IDEOGRAPHIC_SPACE = "\u3000"
NEVER_FIRST = tuple("，。；：、！？）」》")  # these never begin a line


def safe(text: str) -> str:
    """`text` in one line, without control characters, in characters of sure width where there is one."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sure(character) for character in text.translate(_SURE_WIDTH))


def _sure(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return ""
    if category.startswith("Z"):
        return "  " if character == IDEOGRAPHIC_SPACE else " "
    if unicodedata.east_asian_width(character) == "A":
        plain = unicodedata.normalize("NFKC", character)
        return character if plain == character else "".join(_sure(one) for one in plain)
    return character


def fit(text: str, width: int) -> str:
    """`text` cut or padded to exactly `width` cells; a cut shows as `..`."""
    if width <= 0:
        return ""
    return set_cell_size(clip(text, width), width)


def clip(text: str, width: int) -> str:
    """`text` of at most `width` cells; a cut shows as `..`."""
    if cell_len(text) <= width:
        return text
    if width <= 2:
        return "." * width
    return set_cell_size(text, width - 2).rstrip(" ") + ".."


def fit_right(text: str, width: int) -> str:
    """`text` at the right end of `width` cells."""
    short = clip(text, width)
    return " " * (width - cell_len(short)) + short


def spread(left: str, right: str, width: int) -> str:
    """`left` and `right` at the ends of a line of `width` cells; the left one gives way."""
    right = clip(right, width)
    return fit(left, width - cell_len(right)) + right


def columns(parts: Sequence[tuple[str, int]], gap: int = 1) -> str:
    """Parts side by side, each in its own number of cells."""
    return (" " * gap).join(fit(text, width) for text, width in parts)


def wrap(text: str, width: int) -> list[str]:
    """`text` broken into lines of at most `width` cells; Latin words and numbers stay whole if they can."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and cell_len(line) + cell_len(piece) > width:
            moved = line[-1] if piece in NEVER_FIRST else ""
            lines.append(line[: len(line) - len(moved)].rstrip())
            line = moved + piece.lstrip()
        else:
            line += piece
        while cell_len(line) > width:
            head = set_cell_size(line, width).rstrip()
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word
