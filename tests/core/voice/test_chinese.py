"""Numbers, money, dates and times as Chinese words."""

import datetime
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.voice import chinese

VALUES = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1_000}


def parse_integer(words: str) -> int:
    """Read Chinese number words back, in a way that shares nothing with the code under test."""
    if words.startswith("负"):
        return -parse_integer(words[1:])
    for name, unit in (("亿", 100_000_000), ("万", 10_000)):
        if name in words:
            head, _, rest = words.rpartition(name)
            return parse_integer(head) * unit + (parse_integer(rest) if rest else 0)
    total, digit = 0, None
    for word in words:
        if word in UNITS:
            total += (1 if digit is None else digit) * UNITS[word]
            digit = None
        else:
            digit = VALUES[word]
    return total + (digit or 0)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (1, "一"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (22, "二十二"),
        (100, "一百"),
        (102, "一百零二"),
        (110, "一百一十"),
        (128, "一百二十八"),
        (200, "两百"),
        (212, "两百一十二"),
        (1003, "一千零三"),
        (1010, "一千零一十"),
        (2222, "两千两百二十二"),
        (10_000, "一万"),
        (12_850, "一万两千八百五十"),
        (20_002, "两万零二"),
        (100_010, "十万零一十"),
        (120_000, "十二万"),
        (200_000, "二十万"),
        (20_003_000, "两千万三千"),
        (100_100_000, "一亿零一十万"),
        (200_000_000, "两亿"),
        (2_200_000_000, "二十二亿"),
        (10**16, "一亿亿"),
        (-5, "负五"),
    ],
)
def test_an_integer_is_read_as_a_person_says_it(number: int, words: str) -> None:
    assert chinese.read_integer(number) == words


@given(st.integers(-(10**18), 10**18) | st.integers(0, 110_000))
@example(100_000_010)
def test_an_integer_reads_back(number: int) -> None:
    words = chinese.read_integer(number)
    assert parse_integer(words) == number
    assert "零零" not in words
    assert number == 0 or not words.endswith("零")


@given(st.integers(0, 10**9))
def test_two_is_never_两_before_ten_and_never_二_before_a_hundred(number: int) -> None:
    words = chinese.read_integer(number)
    assert "两十" not in words
    assert not re.search("二[百千]", words)
    assert not words.endswith("两")


@pytest.mark.parametrize(("number", "words"), [(2, "两"), (0, "零"), (12, "十二"), (102, "一百零二")])
def test_a_lone_two_things_are_两(number: int, words: str) -> None:
    assert chinese.read_count(number) == words


def test_digits_are_read_one_by_one_with_幺() -> None:
    assert chinese.read_digits("13800138000") == "幺三八零零幺三八零零零"
    assert chinese.read_digits("0931-8881234") == "零九三幺八八八幺二三四"
    assert chinese.read_digits("无") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [("3.14", "三点一四"), ("-0.5", "负零点五"), ("7", "七"), (".5", "零点五"), ("2.20", "二点二零")],
)
def test_a_decimal_is_read_with_点(text: str, words: str) -> None:
    assert chinese.read_decimal(text) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元"),
        (5, "五分"),
        (20, "两角"),
        (105, "一元零五分"),
        (200, "两元"),
        (1_005, "十元零五分"),
        (12_850, "一百二十八元五角"),
        (12_855, "一百二十八元五角五分"),
        (20_000, "两百元"),
        (-150, "负一元五角"),
    ],
)
def test_money_is_read_in_元角分(fen: int, words: str) -> None:
    assert chinese.read_money(fen) == words


@given(st.integers(0, 10**12))
def test_money_reads_back(fen: int) -> None:
    match = re.fullmatch(r"(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?", chinese.read_money(fen))
    assert match is not None
    yuan, jiao, rest = (parse_integer(words) if words else 0 for words in match.groups())
    assert yuan * 100 + jiao * 10 + rest == fen


def test_a_date_reads_its_year_by_digits() -> None:
    assert chinese.read_date(datetime.date(2024, 2, 12)) == "二零二四年二月十二日"


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (datetime.time(0, 0), "零点"),
        (datetime.time(2, 0), "两点"),
        (datetime.time(8, 30), "八点三十分"),
        (datetime.time(14, 5, 59), "十四点零五分"),
        (datetime.time(22, 2), "二十二点零二分"),
    ],
)
def test_a_time_is_read_to_the_minute(time: datetime.time, words: str) -> None:
    assert chinese.read_time(time) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "零秒"),
        (2, "两秒"),
        (60, "一分钟"),
        (75, "一分十五秒"),
        (120, "两分钟"),
        (3600, "一小时"),
        (3605, "一小时零五秒"),
        (7320, "两小时两分钟"),
        (3661, "一小时一分一秒"),
    ],
)
def test_a_duration_is_read_in_its_units(seconds: int, words: str) -> None:
    assert chinese.read_duration(seconds) == words


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        chinese.read_duration(-1)
