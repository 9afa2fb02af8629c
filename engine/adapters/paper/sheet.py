"""A4 sheets in millimetres: labelled cells, boxes to be ticked, lines to be written on.

The Chinese font is put into the file, as much of it as is used: any printer prints it, whatever fonts it has.
"""

from collections.abc import Sequence
from typing import cast

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, WrapMode

LEFT, WIDTH, BOTTOM = 15.0, 180.0, 285.0
SMALL, PLAIN, LARGE, HUGE = 8.0, 9.5, 16.0, 20.0
_FONT = "sans"
_TICK, _TICK_LINE = 3.2, 6.2
_PAD = 1.2
_LABEL = 24.0
_LINE_OF_TEXT = 4.8


class Sheet:
    """Sheets that are filled from top to bottom; `y` is where the next thing goes."""

    def __init__(self) -> None:
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.add_font(_FONT, fname=pylopdf_fonts_zh_cn.sans_path())
        self._pdf.set_line_width(0.2)
        self.y = 0.0

    def page(self) -> None:
        """A new sheet."""
        self._pdf.add_page()
        self.y = 12.0

    def done(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    @property
    def room(self) -> float:
        """How much is left of the sheet."""
        return BOTTOM - self.y

    def text(
        self, x: float, y: float, width: float, words: str, size: float = PLAIN, align: str = "L"
    ) -> None:
        """One line; words that are too long are set smaller, down to half."""
        self._pdf.set_font(_FONT, size=size)
        while size > PLAIN / 2 and self._pdf.get_string_width(words) > width - 0.5:
            size -= 0.5
            self._pdf.set_font(_FONT, size=size)
        self._pdf.set_xy(x, y)
        self._pdf.cell(width, size * 0.45, words, align=align)

    def heading(self, site: str, title: str, number_words: str, number: str, below: str = "") -> None:
        """The office, what it is, and the number in a frame."""
        self.text(LEFT, self.y, 110, site, PLAIN)
        self.text(LEFT, self.y + 5.5, 110, title, LARGE)
        if below:
            self.text(LEFT, self.y + 14, 110, below, SMALL)
        self._pdf.rect(LEFT + WIDTH - 66, self.y, 66, 15)
        self.text(LEFT + WIDTH - 64, self.y + 1.5, 62, number_words, SMALL)
        self.text(LEFT + WIDTH - 66, self.y + 5, 66, number, HUGE, "C")
        self.y += 19

    def section(self, words: str) -> None:
        """The beginning of a part."""
        self._pdf.set_fill_color(232, 232, 232)
        self._pdf.rect(LEFT, self.y, WIDTH, 5.6, style="DF")
        self.text(LEFT + _PAD, self.y + 0.9, WIDTH, words)
        self.y += 5.6

    def row(self, cells: Sequence[tuple[str, str]], height: float = 8.0) -> None:
        """Cells beside one another: label, and what stands in it; empty is to be written."""
        width = WIDTH / len(cells)
        for n, (label, value) in enumerate(cells):
            x = LEFT + n * width
            self._pdf.rect(x, self.y, width, height)
            self._pdf.rect(x, self.y, _LABEL, height)
            self.text(x + _PAD, self.y + height / 2 - 2.1, _LABEL - 2 * _PAD, label)
            self.text(x + _LABEL + _PAD, self.y + height / 2 - 2.1, width - _LABEL - 2 * _PAD, value)
        self.y += height

    def ticks(self, label: str, words: Sequence[str]) -> None:
        """Boxes to be ticked, as many beside one another as fit."""
        places, height = self._places(words)
        self._frame(label, height)
        for at, line, one, needed in places:
            top = self.y + 1.6 + line * _TICK_LINE
            self._pdf.rect(LEFT + _LABEL + _PAD + at, top + 0.5, _TICK, _TICK)
            self.text(LEFT + _LABEL + 2 * _PAD + at + _TICK, top + 0.3, needed - _TICK, one)
        self.y += height

    def height_of_ticks(self, words: Sequence[str]) -> float:
        """How high `ticks` will be."""
        return self._places(words)[1]

    def _places(self, words: Sequence[str]) -> tuple[list[tuple[float, int, str, float]], float]:
        """Where each box stands, in which line, and the height of all."""
        width = WIDTH - _LABEL
        self._pdf.set_font(_FONT, size=PLAIN)
        x, lines, places = 0.0, 0, []
        for one in words:
            needed = min(width, self._pdf.get_string_width(one) + _TICK + 7)
            if x + needed > width:
                x, lines = 0.0, lines + 1
            places.append((x, lines, one, needed))
            x += needed
        return places, (lines + 1) * _TICK_LINE + 1.6

    def written(self, label: str, text: str, least: float, keep: float = 0.0) -> None:
        """Text in a frame as high as it needs; what does not fit on the sheet is cut off.

        `keep` millimetres of the sheet are left for what comes below.
        """
        self._pdf.set_font(_FONT, size=PLAIN)
        lines = self._wrapped(text)
        most = max(1, int((self.room - keep - 2 * _PAD) / _LINE_OF_TEXT))
        if len(lines) > most:
            lines = [*lines[: most - 1], "......"]
        height = max(least, len(lines) * _LINE_OF_TEXT + 2 * _PAD)
        self._frame(label, height)
        for n, line in enumerate(lines):
            x, y = LEFT + _LABEL + _PAD, self.y + _PAD + n * _LINE_OF_TEXT
            self.text(x, y + 0.4, WIDTH - _LABEL - 2 * _PAD, line)
        self.y += height

    def ruled(self, label: str, lines: int, pitch: float = 7.5) -> None:
        """Lines to be written on."""
        height = lines * pitch + 1
        self._frame(label, height)
        self._pdf.set_draw_color(170)
        for n in range(1, lines):
            y = self.y + n * pitch
            self._pdf.line(LEFT + _LABEL + 2, y, LEFT + WIDTH - 2, y)
        self._pdf.set_draw_color(0)
        self.y += height

    def note(self, words: str) -> None:
        """Small words over the whole width."""
        self.text(LEFT, self.y + 0.8, WIDTH, words, SMALL)
        self.y += 5

    def cut(self, words: str) -> None:
        """Where the lower part is cut off."""
        self.y += 3
        self._pdf.set_dash_pattern(dash=2, gap=1.5)
        self._pdf.line(LEFT - 10, self.y, LEFT + WIDTH + 10, self.y)
        self._pdf.set_dash_pattern()
        self.y += 3
        self.text(LEFT, self.y, WIDTH, words, PLAIN + 2, "C")
        self.y += 7

    def _frame(self, label: str, height: float) -> None:
        """A cell over the whole width, its label on the left; the place below stays where it is."""
        self._pdf.rect(LEFT, self.y, WIDTH, height)
        self._pdf.rect(LEFT, self.y, _LABEL, height)
        self.text(LEFT + _PAD, self.y + 2, _LABEL - 2 * _PAD, label)

    def _wrapped(self, text: str) -> list[str]:
        lines: list[str] = []
        for paragraph in text.splitlines() or [""]:
            found = self._pdf.multi_cell(
                WIDTH - _LABEL - 2 * _PAD,
                _LINE_OF_TEXT,
                paragraph or " ",
                dry_run=True,
                output=MethodReturnValue.LINES,
                wrapmode=WrapMode.CHAR,
            )
            lines += cast("list[str]", found)
        return lines
