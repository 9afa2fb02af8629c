"""Free text on its way to the synthesiser: nothing that espeak misreads may be left in it."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.voice.chinese_text import normalise

WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789.:,%!"}


CASES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("normalise.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("text", "spoken"), [case for group in CASES.values() for case in group.items()], ids=str
)
def test_chinese_text_is_read_as_a_person_says_it(text: str, spoken: str) -> None:
    assert normalise(text) == spoken
    assert normalise(spoken) == spoken


def test_no_case_stands_twice() -> None:
    texts = [text for group in CASES.values() for text in group]
    assert len(texts) == len(set(texts)) >= 300


def test_a_mark_is_followed_by_a_space_or_espeak_does_not_pause() -> None:
    assert normalise("您好,欢迎!再见") == "您好, 欢迎! 再见"


def test_full_width_characters_are_read_like_narrow_ones() -> None:
    assert normalise("余额 128.50元,8:30".translate(WIDE)) == "余额 一百二十八元五角, 八点三十分"
    assert normalise("\uffe550") == "五十元"


def test_what_cannot_be_spoken_is_left_out() -> None:
    assert normalise("(张三)\u200b李四\x00\n😀") == "张三, 李四"
    assert normalise(" ,, ") == ""


def test_a_huge_number_is_read_digit_by_digit() -> None:
    assert normalise("9" * 5_000 + "元") == ", ".join(["九九九九"] * 1_250) + "元"


anything = (
    st.text()
    | st.text(alphabet="0123456789-:./,¥%元个月日号第一十还款 #*xTZkmGHMzab2")
    | st.text(alphabet="12 -~至到、/.:@VvWiFwcomn年月日时室楼重下调℃$±")
    | st.lists(st.sampled_from([text for group in CASES.values() for text in group])).map("".join)
)


@given(anything)
@example("0°CAA 2024-03-05TAA 14:30:05ZAA")
@example("2024-03-05T8:30-17:30 0931-8881234 huan2")
def test_no_digit_and_no_sign_is_left_and_twice_is_the_same(text: str) -> None:
    spoken = normalise(text)
    without_pinyin = re.sub(r"(?<![A-Za-z0-9])[a-z]+[1-5](?![A-Za-z0-9])", "", spoken)
    assert not re.search(r"[0-9¥%‰#*/\x00-\x1f]", without_pinyin)
    assert normalise(spoken) == spoken


@given(st.integers(0, 10**9), st.sampled_from(["元", "个", "%", "M"]))
def test_a_count_reads_the_same_with_and_without_commas(number: int, unit: str) -> None:
    assert normalise(f"{number:,}{unit}") == normalise(f"{number}{unit}")


def test_rubbish_is_read_in_time() -> None:
    """What takes the cube of the length, as patterns that go back and forth do, would take minutes."""
    rubbish = (
        "1",
        "1-",
        "1.",
        "1,234,",
        "¥-",
        "a",
        "a.",
        "a@",
        "aa1-",
        "1/",
        "1、",
        "😀",
        " ,",
        "重",
        "0 ",
        "#",
    )
    for piece in rubbish:
        assert isinstance(normalise(piece * 2_000), str)
