"""A prompt with values: said whole, said from pieces, and shown. The first two must be the same words."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.ivr.values import Value, Values, secret_token
from engine.core.voice import chinese_text, english
from engine.core.voice.catalogue import LANGUAGES, parse_catalogue
from engine.core.voice.digit_groups import grouped
from engine.core.voice.pieces import pieces_of
from engine.core.voice.speech_text import fill, missing, show
from engine.core.voice.template import Part, Slot, TemplateError, ValueKind, parse_template, slots_of

TODAY = date(2026, 11, 21)
CATALOGUE = parse_catalogue(
    (Path(__file__).parents[3] / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8")
)


def filled(text: str, language: str = "zh", **values: Value) -> str:
    return fill(parse_template(text), values, language, TODAY)


def shown(text: str, language: str = "zh", **values: Value) -> str:
    return show(parse_template(text), values, language, TODAY)


# kind, value, said in Chinese, shown in Chinese, said in English, shown in English
SAID: list[tuple[str, Value, str, str, str, str]] = [
    (
        "money",
        12850,
        "一百二十八元五角",
        "128.50元",
        "one hundred twenty-eight yuan fifty fen",
        "128.50 yuan",
    ),
    ("money", -2600, "负二十六元", "-26.00元", "minus twenty-six yuan", "-26.00 yuan"),
    ("money", 5, "五分", "0.05元", "five fen", "0.05 yuan"),
    ("money", "1500", "十五元", "15.00元", "fifteen yuan", "15.00 yuan"),
    ("number", 102, "一百零二", "102", "one hundred two", "102"),
    ("count", 2, "两", "2", "two", "2"),
    ("percent", 85, "百分之八十五", "85%", "eighty-five percent", "85%"),
    ("percent", -5, "负百分之五", "-5%", "minus five percent", "-5%"),
    (
        "digits",
        "13800138000",
        "幺三八, 零零幺三, 八零零零",
        "13800138000",
        "one three eight, zero zero one three, eight zero zero zero",
        "13800138000",
    ),
    (
        "digits",
        "261120003",
        "二六幺, 幺二零, 零零三",
        "261120003",
        "two six one, one two zero, zero zero three",
        "261120003",
    ),
    ("digits", "A12", "A 幺二", "A12", "A, one two", "A12"),
    (
        "date",
        "2026-11-20",
        "二零二六年十一月二十日",
        "2026年11月20日",
        "November twentieth twenty twenty-six",
        "November 20, 2026",
    ),
    ("day", "2026-11-19", "前天", "前天", "November nineteenth", "November 19"),
    ("day", "2026-11-20", "昨天", "昨天", "yesterday", "yesterday"),
    ("day", "2026-11-21", "今天", "今天", "today", "today"),
    ("day", "2026-11-22", "明天", "明天", "tomorrow", "tomorrow"),
    ("day", "2026-11-23", "后天", "后天", "November twenty-third", "November 23"),
    ("day", "2026-12-31", "十二月三十一日", "12月31日", "December thirty-first", "December 31"),
    (
        "day",
        "2027-02-02",
        "二零二七年二月二日",
        "2027年2月2日",
        "February second twenty twenty-seven",
        "February 2, 2027",
    ),
    ("month", "2026-10", "十月", "10月", "October", "October"),
    ("month", "2005-02", "二零零五年二月", "2005年2月", "February two thousand five", "February 2005"),
    ("time", "14:30", "十四点三十分", "14:30", "two thirty PM", "14:30"),
    ("time", "08:05", "八点零五分", "08:05", "eight oh five AM", "08:05"),
    ("time", "24:00", "二十四点", "24:00", "midnight", "24:00"),
    ("moment", "2026-11-21 18:00", "今天下午六点", "今天18:00", "today at six PM", "today 18:00"),
    (
        "moment",
        "2026-11-22 14:30",
        "明天下午两点半",
        "明天14:30",
        "tomorrow at two thirty PM",
        "tomorrow 14:30",
    ),
    (
        "moment",
        "2026-11-21T00:05",
        "今天凌晨零点零五分",
        "今天00:05",
        "today at twelve oh five AM",
        "today 00:05",
    ),
    (
        "moment",
        "2026-12-01 08:10",
        "十二月一日早上八点十分",
        "12月1日08:10",
        "December first at eight ten AM",
        "December 1 08:10",
    ),
    (
        "moment",
        "2026-11-20 11:00",
        "昨天上午十一点",
        "昨天11:00",
        "yesterday at eleven AM",
        "yesterday 11:00",
    ),
    (
        "moment",
        "2026-11-21 12:30",
        "今天中午十二点半",
        "今天12:30",
        "today at twelve thirty PM",
        "today 12:30",
    ),
    ("moment", "2026-11-21 12:00", "今天中午十二点", "今天12:00", "today at noon", "today 12:00"),
    (
        "moment",
        "2026-11-21 21:15",
        "今天晚上九点十五分",
        "今天21:15",
        "today at nine fifteen PM",
        "today 21:15",
    ),
    ("duration", 125, "两分五秒", "2分5秒", "two minutes five seconds", "2 min 5 s"),
    ("duration", 3600, "一小时", "1小时", "one hour", "1 h"),
    ("duration", 0, "零秒", "0秒", "zero seconds", "0 s"),
    ("text", "王师傅", "王师傅", "王师傅", "王师傅", "王师傅"),
    ("text", 7, "七", "7", "seven", "7"),
]


@pytest.mark.parametrize(("kind", "value", "zh", "zh_shown", "en", "en_shown"), SAID)
def test_a_value_is_said_and_shown_by_its_kind(
    kind: str, value: Value, zh: str, zh_shown: str, en: str, en_shown: str
) -> None:
    place = f"{{x:{kind}}}"
    assert (filled(place, x=value), shown(place, x=value)) == (zh, zh_shown)
    assert (filled(place, "en", x=value), shown(place, "en", x=value)) == (en, en_shown)


def test_a_sentence_is_said_whole_and_its_own_figures_become_words() -> None:
    text = "您的余额是{balance:money},请按1重启。"
    assert filled(text, balance=12850) == "您的余额是一百二十八元五角, 请按一 chong2 qi3 。"
    assert shown(text, balance=12850) == "您的余额是128.50元,请按1重启。"


# kind, and a value that it does not take
WRONG: list[tuple[str, Value | None]] = [
    ("money", None),
    ("money", "12.5"),
    ("money", 10**15),
    ("money", True),
    ("number", ""),
    ("number", ({"a": 1},)),
    ("duration", -1),
    ("duration", "x"),
    ("date", "2026-02-30"),
    ("date", 20261120),
    ("day", "2026-1-1"),
    ("month", "2026-13"),
    ("month", "2026"),
    ("time", "24:01"),
    ("time", "8:00"),
    ("moment", "2026-11-20"),
    ("moment", "2026-02-30 10:00"),
    ("moment", "2026-11-20 25:00"),
    ("digits", "--"),
    ("digits", "张三"),
    ("digits", secret_token(7, 6)),
    ("text", secret_token(7, 6)),
    ("text", " "),
    ("text", 10**40),
]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_what_a_place_does_not_take_is_left_out_and_named(kind: str, value: Value | None) -> None:
    parts = parse_template(f"余额{{x:{kind}}}好{{x:{kind}}}{{y}}")
    values: Values = {"y": "啊"} if value is None else {"x": value, "y": "啊"}
    assert fill(parts, values, "zh", TODAY) == "余额好啊"
    assert show(parts, values, "en", TODAY) == "余额好啊"
    assert missing(parts, values) == ("x",)


def test_long_numbers_are_grouped_as_people_read_them() -> None:
    assert grouped("8531000100010001") == ["8531", "0001", "0001", "0001"]
    assert grouped("12345") == ["12345"]
    assert grouped("1" * 13) == ["1111", "1111", "1111", "1"]
    assert grouped("1" * 20) == ["1111"] * 5


def test_the_pieces_of_a_prompt_are_its_fixed_parts_and_its_values() -> None:
    parts = parse_template("您的余额是{balance:money},欠费{arrears:money}。")
    values = {"balance": 20000, "arrears": 0}
    assert pieces_of("balance_is", parts, values, "zh", TODAY) == (
        "balance_is-1",
        "two_of",
        "hundred",
        "yuan",
        "balance_is-2",
        "number_0",
        "yuan",
    )


def test_free_text_has_no_pieces_and_a_lacking_value_is_left_out() -> None:
    parts = parse_template("{who}您好{balance:money}")
    assert pieces_of("hi", parts, {"who": "张三"}, "zh", TODAY) is None
    assert pieces_of("hi", parts, {"who": "John"}, "en", TODAY) is None
    assert pieces_of("hi", parts, {"balance": "?"}, "zh", TODAY) == ("hi-1",)


WHOLE_VALUES = st.integers(-(10**8), 10**8) | st.integers(-200, 200)
DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31)) | st.integers(-3, 400).map(
    lambda days: TODAY + timedelta(days)
)
CLOCKS = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
VALUES: dict[ValueKind, st.SearchStrategy[Value]] = {
    ValueKind.DIGITS: st.text("0123456789", min_size=1, max_size=20),
    ValueKind.NUMBER: st.integers(-999_999, 999_999),
    ValueKind.COUNT: st.integers(-999_999, 999_999),
    ValueKind.MONEY: WHOLE_VALUES.filter(lambda fen: abs(fen) < 10**8),
    ValueKind.DATE: DATES.map(str),
    ValueKind.DAY: DATES.map(str),
    ValueKind.MONTH: DATES.map(lambda day: str(day)[:7]),
    ValueKind.TIME: CLOCKS | st.just("24:00"),
    ValueKind.MOMENT: st.builds(lambda day, clock: f"{day} {clock}", DATES, CLOCKS),
    ValueKind.DURATION: st.integers(0, 10**7) | st.integers(0, 200),
    ValueKind.PERCENT: st.integers(-1000, 1000),
}
PLACES = st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind]))


def plain(words: str) -> str:
    """The words without pauses, and 一 without the tone that its neighbours give it."""
    return re.sub("yi[124]", "一", re.sub("[ ,]", "", words))


@given(PLACES, st.sampled_from(LANGUAGES))
def test_the_pieces_say_what_the_sentence_says(place: tuple[ValueKind, Value], language: str) -> None:
    check_pieces(place, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pieces_of_each_day_and_each_half_hour_are_right(language: str) -> None:
    for days in range(-3, 35):
        check_pieces((ValueKind.DAY, str(TODAY + timedelta(days))), language)
    for half_hours in range(48):
        clock = f"{half_hours // 2:02}:{half_hours % 2 * 30:02}"
        check_pieces((ValueKind.MOMENT, f"2026-11-20 {clock}"), language)


def check_pieces(place: tuple[ValueKind, Value], language: str) -> None:
    """The pieces exist, and their texts are the words of the whole sentence."""
    kind, value = place
    parts: tuple[Part, ...] = ("您好 ", Slot("x", kind), " 。")
    pieces = pieces_of("hello", parts, {"x": value}, language, TODAY)
    assert pieces is not None
    assert pieces[0] == "hello-1"
    assert set(pieces[1:]) <= set(CATALOGUE)
    normalise = chinese_text.normalise if language == "zh" else english.normalise
    heard = [normalise(CATALOGUE[piece].text(language, site_name="")) for piece in pieces[1:]]
    said = fill(parts[1:2], {"x": value}, language, TODAY)
    assert plain("".join(heard)) == plain(said)


@given(
    st.sampled_from(sorted(ValueKind)),
    st.text() | st.integers() | st.lists(st.just({"a": 1})).map(tuple),
    st.sampled_from(LANGUAGES),
)
def test_no_value_breaks_a_sentence(kind: ValueKind, value: Value, language: str) -> None:
    parts: tuple[Part, ...] = ("一", Slot("x", kind))
    said = fill(parts, {"x": value}, language, TODAY)
    assert not re.search("[0-9]", re.sub("[a-z]+[1-5]", "", said))
    assert missing(parts, {"x": value}) == (
        () if show(parts, {"x": value}, language, TODAY) != "一" else ("x",)
    )
    pieces_of("x", parts, {"x": value}, language, TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{Name}", "letters a-z"),
        ("{a:colour}", "a kind is one of text, digits"),
        ("{a", "without its other half"),
        ("}", "without its other half"),
    ],
)
def test_a_place_that_nobody_can_fill_is_refused(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        parse_template(text)


def test_a_template_is_cut_at_its_places() -> None:
    assert parse_template("欢迎使用{site},{name}!") == ("欢迎使用{site},", Slot("name", ValueKind.TEXT), "!")
    assert slots_of("{a}{b:money}") == {Slot("a", ValueKind.TEXT), Slot("b", ValueKind.MONEY)}
