"""Free English text on its way to the synthesiser: words in place of figures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.voice import english_words
from engine.core.voice.english import normalise

CASES: dict[str, dict[str, str]] = {
    "money": {
        "¥128.50": "one hundred twenty-eight yuan fifty fen",
        "¥1,280": "one thousand two hundred eighty yuan",
        "pay ¥0.05 now": "pay five fen now",
        "¥0": "zero yuan",
        "-¥26": "minus twenty-six yuan",
        "¥-26": "minus twenty-six yuan",
        "¥ 100.00": "one hundred yuan",
        "¥1.5 million": "one point five million yuan",
        "¥0.125": "zero point one two five yuan",
        "26 yuan": "twenty-six yuan",
        "-26 yuan": "minus twenty-six yuan",
        "20 yuan/month": "twenty yuan per month",
        "12,850.5 yuan": "twelve thousand eight hundred fifty yuan fifty fen",
        "RMB 300": "three hundred yuan",
        "300 RMB": "three hundred yuan",
        "¥100-¥200": "one hundred yuan to two hundred yuan",
        "5 thousand yuan": "five thousand yuan",
        "￥１２": "twelve yuan",
    },
    "dates": {
        "2026-11-20": "November twentieth twenty twenty-six",
        "2026/11/2": "November second twenty twenty-six",
        "2026.1.31": "January thirty-first twenty twenty-six",
        "2026-11": "November twenty twenty-six",
        "November 20": "November twentieth",
        "November 20, 2026": "November twentieth twenty twenty-six",
        "Nov. 3rd": "November third",
        "20 November 2026": "November twentieth twenty twenty-six",
        "the 20th of November": "November twentieth",
        "12th of May": "May twelfth",
        "until Dec 31, 2005": "until December thirty-first two thousand five",
        "in 2026": "in twenty twenty-six",
        "since 1999": "since nineteen ninety-nine",
        "in 2000": "in two thousand",
        "in 1900": "in nineteen hundred",
        "in 1905": "in nineteen oh five",
        "on November 20 at 6 pm": "on November twentieth at six PM",
        "May I help": "May I help",
        "March 40": "March forty",
        "2026-02-30": "two thousand twenty-six to zero two to thirty",
        "2026-11-20 14:30": "November twentieth twenty twenty-six two thirty PM",
        "2026-11-20T14:30:05+08:00": "November twentieth twenty twenty-six two thirty PM",
    },
    "times": {
        "14:30": "two thirty PM",
        "8:05": "eight oh five AM",
        "00:00": "midnight",
        "24:00": "midnight",
        "12:00": "noon",
        "12:15": "twelve fifteen PM",
        "0:30": "twelve thirty AM",
        "6 pm": "six PM",
        "6pm": "six PM",
        "11 a.m.": "eleven AM",
        "12 am": "midnight",
        "12:30 pm": "twelve thirty PM",
        "6:05 PM": "six oh five PM",
        "8:30-17:30": "eight thirty AM to five thirty PM",
        "25:00": "twenty-five: zero zero",
        "14:30 pm": "two thirty PM",
        "13 pm": "thirteen pm",
        "24:30": "twenty-four: thirty",
    },
    "phones and codes": {
        "13800138000": "one three eight, zero zero one three, eight zero zero zero",
        "+86 138-0013-8000": "one three eight, zero zero one three, eight zero zero zero",
        "0931-8881234": "zero nine three one, eight eight eight, one two three four",
        "call 0931 8881234.": "call zero nine three one, eight eight eight, one two three four.",
        "400-700-1234": "four zero zero, seven zero zero, one two three four",
        "8531 0001 0001 0002": "eight five three one"
        + ", zero zero zero one, zero zero zero one, zero zero zero two",
        "hotline 96335": "hotline nine six three three five",
        "call 110": "call one one zero",
        "dial 114": "dial one one four",
        "room 301": "room three zero one",
        "extension 8001": "extension eight zero zero one",
        "agent 800": "agent eight zero zero",
        "case 261120003": "case two six one, one two zero, zero zero three",
        "ticket no. 123": "ticket no. one two three",
        "case GD20260101": "case G D two zero two six, zero one zero one",
        "case CA20260101": "case C A, two zero two six, zero one zero one",
        "your CA card": "your C A, card",
        "VOD films": "V O D films",
        "error E016": "error E zero one six",
        "007": "zero zero seven",
        "code: 4711": "code: four seven one one",
        "PIN 1234": "PIN one two three four",
        "192.168.1.1": "one nine two point one six eight point one point one",
        "version 1.2.3": "version one point two point three",
        "press 1#": "press one hash",
        "press *": "press star",
    },
    "percentages": {
        "5%": "five percent",
        "99.9%": "ninety-nine point nine percent",
        "-3 %": "minus three percent",
        "0.5‰": "zero point five per mille",
        "10%-20%": "ten percent to twenty percent",
        "100%": "one hundred percent",
    },
    "units": {
        "100Mbps": "one hundred megabits per second",
        "1 Gbps": "one gigabit per second",
        "2 GB": "two gigabytes",
        "1GB": "one gigabyte",
        "500 MB": "five hundred megabytes",
        "2.4GHz": "two point four gigahertz",
        "-5℃": "minus five degrees Celsius",
        "25 °C": "twenty-five degrees Celsius",
        "3km": "three kilometers",
        "60 km/h": "sixty kilometers per hour",
        "1 m": "one meter",
        "90㎡": "ninety square meters",
        "220V": "two hundred twenty volts",
        "12 W": "twelve watts",
        "15 dBm": "fifteen D B M",
        "30 min": "thirty minutes",
        "5s": "five seconds",
        "24h": "twenty-four hours",
    },
    "ordinals": {
        "1st": "first",
        "2nd floor": "second floor",
        "3rd": "third",
        "5th": "fifth",
        "8th": "eighth",
        "9th": "ninth",
        "11th": "eleventh",
        "12th": "twelfth",
        "the 20th": "the twentieth",
        "21st": "twenty-first",
        "100th": "one hundredth",
    },
    "numbers": {
        "press 1, wait 100 seconds": "press one, wait one hundred seconds",
        "0": "zero",
        "1,234,567": "one million two hundred thirty-four thousand five hundred sixty-seven",
        "12.5": "twelve point five",
        "-5": "minus five",
        "1/2": "one half",
        "3/4": "three quarters",
        "2/3": "two thirds",
        "5/4": "five four",
        "1-3 days": "one to three days",
        "7x24": "seven by twenty-four",
        "1,000,000,000": "one billion",
        "2026 subscribers": "two thousand twenty-six subscribers",
        "12 channels": "twelve channels",
        "9999999999999": "nine nine nine nine, " * 3 + "nine",
    },
    "signs and names": {
        "Wi-Fi": "why fie",
        "4K": "four K",
        "24/7 support": "twenty-four seven support",
        "a\x00b\n": "a b",
        "tips & more": "tips and more",
        "a + b = c": "a plus b equals c",
        "you@site": "you at site",
        "（hello）": "hello",
        "hello，world！": "hello, world,",
        "😀": "",
        "张三": "张三",
        'it\'s "on"': 'it\'s "on"',
    },
}


@pytest.mark.parametrize(
    ("text", "spoken"), [case for cases in CASES.values() for case in cases.items()], ids=str
)
def test_english_text_is_read_in_words(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


def test_there_are_cases_enough() -> None:
    assert sum(map(len, CASES.values())) >= 120


anything = st.text() | st.text(alphabet="0123456789-:./,¥%#*xapm Nov20thMBGbs℃")


@given(anything)
def test_no_figure_and_no_sign_is_left_and_twice_is_the_same(text: str) -> None:
    spoken = normalise(text)
    assert not re.search(r"[0-9¥%‰#*/\x00-\x1f]", spoken)
    assert normalise(spoken) == spoken


def test_rubbish_is_read_in_time() -> None:
    for rubbish in ("1" * 20_000, "1-" * 2_000, "1,234," * 2_000, "¥-" * 2_000, "a" * 20_000, " " * 20_000):
        assert isinstance(normalise(rubbish), str)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_number_reads_back(number: int) -> None:
    scales = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    ones = {english_words.read_integer(n): n for n in range(100)}
    total = part = 0
    for word in english_words.read_integer(abs(number)).split():
        if word == "hundred":
            part *= 100
        elif word in scales:
            total, part = total + part * scales[word], 0
        else:
            part += ones[word]
    assert total + part == abs(number)
    assert english_words.read_integer(number).startswith("minus ") == (number < 0)


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        english_words.read_duration(-1)
