"""Text in terminal cells: cut, padded and wrapped without a shifted column."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import tui
from tui.widgets.cells import clip, fit, fit_right, safe, spread, wrap

ROOT = Path(tui.__file__).parent


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("张华山", 8, "张华山  "),
        ("张华山", 6, "张华山"),
        ("张华山", 5, "张.. "),
        ("abc", 2, ".."),
        ("", 3, "   "),
        ("abc", 0, ""),
    ],
)
def test_fit_cuts_and_pads_in_cells(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected


@given(st.text(), st.integers(min_value=0, max_value=60))
def test_safe_text_always_has_exactly_the_cells_asked_for(text: str, width: int) -> None:
    shown = safe(text)
    assert cell_len(fit(shown, width)) == width
    assert cell_len(fit_right(shown, width)) == width
    assert cell_len(clip(shown, width)) <= width
    assert cell_len(spread(shown, "右边", width)) == width


@given(st.text())
def test_safe_text_has_no_control_characters_and_no_second_line(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(safe(text)) == safe(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("阿卜杜拉·买买提", "阿卜杜拉・买买提"),
        ("“有线”…①号楼Ⅱ单元", '"有线"..1号楼II单元'),
        ("红\x1b[31m字\x07", "红[31m字"),
        ("一\r\n二\t三", "一  二 三"),
        ("\u202e反\u200b转", "反转"),
    ],
)
def test_safe_replaces_what_a_terminal_may_draw_in_two_widths(text: str, expected: str) -> None:
    assert safe(text) == expected


@given(st.text(alphabet="张华山，。 ab1", max_size=80), st.integers(min_value=4, max_value=30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_closing_punctuation_never_begins_a_line() -> None:
    assert wrap("约定周三上门。", 12) == ["约定周三上", "门。"]


def test_no_screen_measures_text_by_characters() -> None:
    banned = re.compile(r"\.(ljust|rjust|center)\(|\{[^{}]*:[<>^]\d+\}")
    consoles = [ROOT / folder for folder in ("agent", "supervisor", "widgets")]
    for path in (path for folder in consoles for path in folder.rglob("*.py")):
        assert not banned.search(path.read_text()), path.name


def test_no_word_or_label_has_a_character_of_unsure_width() -> None:
    code = [path for path in ROOT.rglob("*.py") if path.parent != ROOT / "cli" and path.name != "cells.py"]
    for path in (*code, *ROOT.rglob("*.po")):
        unsure = {
            character for character in path.read_text() if unicodedata.east_asian_width(character) == "A"
        }
        assert not unsure, path.name
