"""What is said, as prompt ids: every id exists, and the pieces of a number say that number."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.voice import chinese, english, english_words, pieces
from engine.core.voice.catalogue import (
    LANGUAGES,
    Catalogue,
    CatalogueError,
    parse_catalogue,
)

CATALOGUE_FILE = Path(__file__).parents[3] / "voice_prompts" / "prompts.toml"
CATALOGUE = parse_catalogue(CATALOGUE_FILE.read_text(encoding="utf-8"))

languages = st.sampled_from(LANGUAGES)


def said(pieces: list[str], language: str = "zh") -> str:
    """What a caller hears when the pieces are played one after another."""
    separator = "" if language == "zh" else " "
    return separator.join(CATALOGUE[piece].text(language, site_name="某某广电") for piece in pieces)


def test_a_position_is_put_together_from_pieces() -> None:
    assert said(pieces.pieces_for_position(3, 110, "zh")) == "您排在第三位。预计等待约两分钟"
    assert (
        said(pieces.pieces_for_position(3, 110, "en"), "en")
        == "You are number 3 in the queue. The expected wait is about 2 minutes"
    )
    assert said(pieces.pieces_for_position(2, None, "zh")) == "您排在第二位。"


@pytest.mark.parametrize("position", [1, 0])
def test_the_first_in_the_queue_is_next(position: int) -> None:
    assert said(pieces.pieces_for_position(position, 30, "zh")) == "您是下一位,请不要挂机。"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "预计等待不到一分钟。"),
        (59, "预计等待不到一分钟。"),
        (60, "预计等待约一分钟"),
        (61, "预计等待约两分钟"),
        (3600, "预计等待约六十分钟"),
        (3601, "预计等待超过一小时。"),
    ],
)
def test_the_expected_wait_is_rounded_up_to_minutes(seconds: int, words: str) -> None:
    assert said(pieces.pieces_for_wait(seconds, "zh")) == words


def test_one_minute_is_singular_in_english() -> None:
    assert said(pieces.pieces_for_wait(60, "en"), "en") == "The expected wait is about 1 minute"


def test_an_agent_number_is_read_digit_by_digit() -> None:
    assert said(pieces.pieces_for_agent_number("8001")) == "工号八零零幺为您服务。"
    assert pieces.pieces_for_agent_number("王") == []


@given(st.integers(0, 999_999))
def test_the_pieces_of_a_number_say_that_number_in_chinese(number: int) -> None:
    assert said(pieces.pieces_for_number(number, "zh")) == chinese.read_integer(number)


@given(st.integers(0, 999_999))
def test_the_pieces_of_a_number_say_that_number_in_english(number: int) -> None:
    heard = english.normalise(said(pieces.pieces_for_number(number, "en"), "en"))
    assert heard == english_words.read_integer(number)


@given(st.integers(0, 100), languages)
def test_a_number_to_a_hundred_is_one_file(number: int, language: str) -> None:
    assert pieces.pieces_for_number(number, language) == [f"number_{number}"]


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_without_prompts_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no prompts"):
        pieces.pieces_for_number(number, "zh")


@given(st.integers(-5, 200_000), st.none() | st.integers(0, 10_000), languages, st.text())
def test_every_piece_is_in_the_catalogue(
    number: int, wait: int | None, language: str, staff_number: str
) -> None:
    said_ids = [
        *pieces.pieces_for_position(number, wait, language),
        *pieces.pieces_for_agent_number(staff_number),
    ]
    assert set(said_ids) <= set(CATALOGUE)


def test_the_greeting_names_the_site() -> None:
    assert CATALOGUE["greeting"].text("zh", site_name="某某广电网络分公司") == (
        "您好,欢迎使用某某广电网络分公司客服热线!"
    )


def test_the_menu_offers_a_person_last() -> None:
    keys = {language: re.findall("[0-9]", CATALOGUE["main_menu"].texts[language]) for language in LANGUAGES}
    assert keys["zh"] == keys["en"]
    assert keys["zh"][-1] == "0"


def test_every_prompt_is_a_text_in_every_language_or_a_tone() -> None:
    for prompt in CATALOGUE.values():
        texts = [prompt.text(language, site_name="四席") for language in LANGUAGES]
        assert all(texts) != bool(prompt.tone_hz), prompt
        assert "{site}" not in "".join(texts), prompt


def test_the_catalogue_says_what_it_is() -> None:
    assert repr(Catalogue({})) == "<Catalogue 0 prompts>"
    assert len(CATALOGUE) > 100


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[greeting", "p.toml: not valid TOML"),
        ("greeting = 1", r"\[greeting\]: a prompt is a section"),
        ("[number_7]\nzh = '七'\nen = 'seven'", r"\[number_7\]: this prompt is made by the program"),
        ("['../x']\nzh = 'a'\nen = 'a'", "an id is made of"),
        ("[a]\nzh = '好'", r"\[a\]: the text `en` is missing"),
        ("[a]\nzh = ' '\nen = 'x'", r"\[a\]: the text `zh` is missing"),
        ("[a]\nzh = 3\nen = 'x'", r"\[a\]: the text `zh` is missing"),
        ("[a]\nzh = '好'\nen = 'x'\ntone = 3", "unknown key `tone`; did you mean `tone_hz`"),
        ("[a]\nzh = '好'\nen = 'x'\nqqq = 3", "unknown key `qqq`$"),
        ("[a]\ntone_hz = 0\nmilliseconds = 5", "positive integers"),
        ("[a]\ntone_hz = true\nmilliseconds = 5", "positive integers"),
        ("[a]\nzh = '{sight}'\nen = 'x'", r"`en` has no \{sight:text\}"),
        ("[a]\nzh = '{site'\nen = 'x'", "a brace without its other half"),
    ],
)
def test_a_bad_catalogue_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        parse_catalogue(text, "p.toml")
