"""Every string of the consoles has its Chinese words, and the catalogue is a sound .po file."""

import ast
import re
import unicodedata
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import tui
from engine.core.states import AgentState, CallState, EndedBy, Outcome, RefusalCode, Role
from engine.wire.messages import Reason
from tui import labels
from tui.words import language_in_use, parse_po, pick, read_catalogue, tr, use_language

ROOT = Path(tui.__file__).parent
CONSOLES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if path.parent != ROOT / "cli" and path.name not in ("words.py", "client.py")
]
CATALOGUE = ROOT / "locale" / "zh" / "LC_MESSAGES" / "fourseat.po"
CATALOGUES = sorted(CATALOGUE.parent.glob("*.po"))
# Proper names of keys and formats: the same in both languages.
SAME = {"Fourseat"}


@pytest.fixture(autouse=True)
def _restore_language() -> object:
    before = language_in_use()
    yield
    use_language(before)


def strings_of(path: Path) -> set[str]:
    """All texts that go through `tr` or `mark`."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in ("tr", "mark")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_string_of_the_consoles_is_translated() -> None:
    catalogue = read_catalogue("zh")
    missing = {
        f"{path.name}: {text}" for path in CONSOLES for text in strings_of(path) if text not in catalogue
    }
    assert not missing


def test_the_catalogue_has_nothing_that_no_screen_says() -> None:
    used = {text for path in ROOT.rglob("*.py") for text in strings_of(path)}
    assert parse_po(CATALOGUE.read_text(encoding="utf-8")).keys() - used == set()


def test_translations_are_chinese() -> None:
    for text, chinese in parse_po(CATALOGUE.read_text(encoding="utf-8")).items():
        assert any(unicodedata.east_asian_width(character) in "WF" for character in chinese), text


def test_an_english_text_is_translated_in_one_catalogue() -> None:
    texts = Counter(text for path in CATALOGUES for text in parse_po(path.read_text(encoding="utf-8")))
    assert [text for text, times in texts.items() if times > 1] == []


def test_no_catalogue_has_words_that_nobody_says() -> None:
    literals = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    said = "\n".join(literals)  # a docstring of a command holds several texts
    unsaid = {text for path in CATALOGUES for text in parse_po(path.read_text(encoding="utf-8"))} - literals
    assert [text for text in unsaid if text not in said] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_both_languages_have_the_same_values(path: Path) -> None:
    for text, chinese in parse_po(path.read_text(encoding="utf-8")).items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", chinese)), text


def test_our_reader_reads_what_gettext_tools_read() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    expected = {
        message.id: message.string for message in read_po(BytesIO(text.encode()), locale="zh") if message.id
    }
    assert parse_po(text) == expected


def test_a_po_entry_may_go_on_in_further_lines_and_hold_quotes() -> None:
    text = 'msgid ""\n"one "\n"\\"two\\"\\n"\nmsgstr "一"\n"二"\n\nmsgid "none"\nmsgstr ""\n'
    assert parse_po(text) == {'one "two"\n': "一二"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_outcome_refusal_and_fault_has_words(language: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    tables = (
        (AgentState, labels.AGENT_STATES),
        (CallState, labels.CALL_STATES),
        (Outcome, labels.OUTCOMES),
        (EndedBy, labels.ENDED_BY),
        (Role, labels.ROLES),
        (RefusalCode, labels.REFUSALS),
        (Reason, labels.FAULTS),
    )
    for words, table in tables:
        assert set(table) == set(words), words
        for entry in table.values():
            text = entry if isinstance(entry, str) else entry[0]
            chinese = any(unicodedata.east_asian_width(character) == "W" for character in tr(text))
            assert chinese == (language == "zh"), text


def test_letters_of_states_are_all_different() -> None:
    letters = [letter for _, letter, _ in (*labels.AGENT_STATES.values(), labels.ON_BREAK, labels.LOGGED_OUT)]
    assert len(set(letters)) == len(letters)
    assert len({letter for _, letter in labels.CALL_STATES.values()}) == len(CallState)


def test_the_names_of_the_configuration_are_said_in_the_language_in_use() -> None:
    use_language("zh")
    assert pick("就餐", "Meal") == "就餐"
    use_language("en")
    assert pick("就餐", "Meal") == "Meal"
    assert pick("就餐", "") == "就餐"
