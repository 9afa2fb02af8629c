"""The wallboard as lines of text: tiles with big figures in as many cells as there are."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.wallboard.digits import big
from tui.wallboard.figures import GRADE_TONES, GRADE_WORDS, Figure, Grade
from tui.widgets.cells import clip, fit
from tui.widgets.lines import Part, line
from tui.words import tr

# The dots of a figure and the cells behind them have one colour; an alarm is on a dark band besides.
DOT_TONES = {
    Grade.COUNT: "dots-count",
    Grade.PLAIN: "dots-plain",
    Grade.WATCH: "dots-watch",
    Grade.ALARM: "dots-alarm",
}


def board(rows: Sequence[Sequence[Figure]], width: int, height: int) -> list[Content]:
    """All rows of tiles in exactly `height` lines."""
    lines: list[Content] = []
    for n, row in enumerate(rows):
        share = height * (n + 1) // len(rows) - height * n // len(rows)
        lines += _tiles(row, width, share)
    return lines


def _tiles(figures: Sequence[Figure], width: int, height: int) -> list[Content]:
    widths = [width * (n + 1) // len(figures) - width * n // len(figures) for n in range(len(figures))]
    tiles = [_tile(figure, size, height) for figure, size in zip(figures, widths, strict=True)]
    return [line(*(part for tile in tiles for part in tile[y])) for y in range(height)]


def _tile(figure: Figure, width: int, height: int) -> list[list[Part]]:
    """The label, the figure in the middle, and below it in words how it is."""
    inner = width - 2
    label = fit(f" {figure.label}", width)
    blocks = big(figure.text, inner, height - 2)
    if blocks:
        body = [_dots(text, width, figure.grade) for text in blocks]
    else:
        body = [_middle(clip(figure.text, inner), width, GRADE_TONES[figure.grade])]
    spare = height - 2 - len(body)
    above = [_empty(width)] * (spare // 2)
    below = [_empty(width)] * (spare - spare // 2)
    words = " ".join(part for part in (_grade_words(figure.grade), figure.words) if part)
    return [[(label, "tile")], *above, *body, *below, [*_middle(words, width, GRADE_TONES[figure.grade])]]


def _grade_words(grade: Grade) -> str:
    return tr(GRADE_WORDS[grade]) if GRADE_WORDS[grade] else ""


def _empty(width: int) -> list[Part]:
    return [" " * width]


def _middle(text: str, width: int, tone: str) -> list[Part]:
    short = clip(text, width)
    left = (width - cell_len(short)) // 2
    return [" " * left, (short, tone), " " * (width - left - cell_len(short))]


def _dots(text: str, width: int, grade: Grade) -> list[Part]:
    left = (width - len(text)) // 2
    parts: list[Part] = [" " * left]
    run = ""
    for character in text:
        if run and (character == " ") != (run[-1] == " "):
            parts.append(_run(run, grade))
            run = ""
        run += character
    return [*parts, _run(run, grade), " " * (width - left - len(text))]


def _run(run: str, grade: Grade) -> Part:
    return run if run[0] == " " else (run, DOT_TONES[grade])


def lost(title: str, since: str, words: Sequence[str], width: int, height: int) -> list[Content]:
    """The whole board while the engine is away: nothing but that, and for how long."""
    blocks = big(since, width - 4, max(5, height - 4 - len(words)))
    body = [line(*_dots(text, width, Grade.ALARM)) for text in blocks]
    lines = [line((_band(title, width), "ringing")), line(" " * width), *body, line(" " * width)]
    lines += [line(*_middle(text, width, "warn")) for text in words]
    spare = max(0, height - len(lines))
    empty = line(" " * width)
    return [*[empty] * (spare // 2), *lines, *[empty] * (spare - spare // 2)][:height]


def _band(text: str, width: int) -> str:
    short = clip(text, width)
    left = (width - cell_len(short)) // 2
    return " " * left + short + " " * (width - left - cell_len(short))
