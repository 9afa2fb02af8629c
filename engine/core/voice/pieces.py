"""What is said in a call, as prompt ids in the order in which they are played.

A sentence with a number is put together from recorded pieces: nothing is synthesised while a caller listens.
Texts and ids stand in voice_prompts/prompts.toml.
"""

from collections.abc import Mapping
from datetime import date

from engine.core.ivr.values import Values
from engine.core.voice import chinese, english_words
from engine.core.voice.catalogue import LARGEST_NUMBER, is_said
from engine.core.voice.spoken_values import say_value
from engine.core.voice.template import Part, Slot

_LARGEST_SAID = 999_999
# What is said in either language, by its words; the same words stand in prompts.toml.
_CHINESE_PIECES = (
    {word: f"digit_{digit}" for digit, word in enumerate("零幺二三四五六七八九")}
    | {chinese.read_integer(n): f"number_{n}" for n in range(LARGEST_NUMBER + 1)}
    | {f"{chinese.read_integer(n)}月": f"month_{n}" for n in range(1, 13)}
    | {f"{chinese.read_integer(n)}日": f"day_{n}" for n in range(1, 32)}
    | {
        "两": "two_of",
        "百": "hundred",
        "千": "thousand",
        "万": "ten_thousand",
        "亿": "hundred_million",
        "负": "minus",
        "百分之": "percent",
        "元": "yuan",
        "角": "jiao",
        "分": "fen",
        "秒": "seconds",
        "分钟": "minutes",
        "小时": "hours",
        "天": "days",
        "年": "year",
        "前天": "day_before_yesterday",
        "昨天": "yesterday",
        "今天": "today",
        "明天": "tomorrow",
        "后天": "day_after_tomorrow",
        "凌晨": "before_dawn",
        "早上": "early_morning",
        "上午": "before_noon",
        "中午": "noon",
        "下午": "after_noon",
        "晚上": "evening",
        "点": "o_clock",
        "半": "half",
    }
)
_ENGLISH_PIECES = (
    {english_words.read_integer(n): f"number_{n}" for n in range(LARGEST_NUMBER + 1)}
    | {english_words.MONTHS[n - 1]: f"month_{n}" for n in range(1, 13)}
    | {english_words.read_ordinal(n): f"day_{n}" for n in range(1, 32)}
    | {name: name for name in ("hundred", "thousand", "million", "minus", "percent", "yuan", "fen")}
    | {name: name for name in ("second", "seconds", "minute", "minutes", "hour", "hours", "day", "days")}
    | {name: name for name in ("yesterday", "today", "tomorrow", "noon", "midnight", "oh", "at")}
    | {"AM": "before_noon", "PM": "after_noon"}
)
_LONGEST_CHINESE = max(map(len, _CHINESE_PIECES))
_LONGEST_ENGLISH = max(len(words.split()) for words in _ENGLISH_PIECES)


def pieces_of(
    prompt_id: str, parts: tuple[Part, ...], values: Values, language: str, today: date
) -> tuple[str, ...] | None:
    """The sounds that say a prompt with its values, or None where a value has words without a sound.

    The words between the places are `<prompt_id>-<n>`; n counts them from 1. A value that cannot be said is
    left out, as in `speech_text.fill`.
    """
    said: list[str] = []
    fixed = 0
    for part in parts:
        if isinstance(part, Slot):
            words = say_value(part, values.get(part.name), language, today)
            pieces = pieces_for_words(words, language)
            if pieces is None:
                return None
            said += pieces
        else:
            fixed += 1
            said += [f"{prompt_id}-{fixed}"] if is_said(part) else []
    return tuple(said)


def pieces_for_words(words: str, language: str) -> list[str] | None:
    """The longest sounds that together say these words of a value; None if there are none for some."""
    if language == "zh":
        return _cut(list(words.replace(",", "")), "", _CHINESE_PIECES, _LONGEST_CHINESE)
    return _cut(words.replace(",", "").split(), " ", _ENGLISH_PIECES, _LONGEST_ENGLISH)


def _cut(tokens: list[str], gap: str, sounds: Mapping[str, str], longest: int) -> list[str] | None:
    pieces: list[str] = []
    start = 0
    while start < len(tokens):
        ends = range(min(start + longest, len(tokens)), start, -1)
        end = next((end for end in ends if gap.join(tokens[start:end]) in sounds), None)
        if end is None:
            return None
        pieces.append(sounds[gap.join(tokens[start:end])])
        start = end
    return pieces


def pieces_for_position(position: int, expected_wait_seconds: int | None, language: str) -> list[str]:
    """Place in the queue (1 = next) and the expected wait; None where no estimate can be given."""
    if position <= 1:
        return ["queue_next"]
    place = ["queue_position_before", *pieces_for_number(position, language), "queue_position_after"]
    return place + ([] if expected_wait_seconds is None else pieces_for_wait(expected_wait_seconds, language))


def pieces_for_wait(seconds: int, language: str) -> list[str]:
    """The expected wait in minutes, rounded up: a caller forgives less time, not more."""
    if seconds < 60:
        return ["wait_under_minute"]
    minutes = -(-seconds // 60)
    if minutes > 60:
        return ["wait_over_hour"]
    return ["wait_about", *_pieces_for_things(minutes, "minute", language)]


def pieces_for_agent_number(staff_number: str) -> list[str]:
    """工号八零零幺为您服务; nothing for a staff number without digits."""
    digits = pieces_for_digits(staff_number)
    return ["agent_number_before", *digits, "agent_number_after"] if digits else []


def pieces_for_digits(text: str) -> list[str]:
    """Each digit by itself, as phone and ticket numbers are read; all other characters are left out."""
    return [f"digit_{character}" for character in text if character in "0123456789"]


def pieces_for_number(number: int, language: str) -> list[str]:
    """A number from 0 to 999,999; to 100 it is one piece."""
    read = chinese.read_integer if language == "zh" else english_words.read_integer
    pieces = pieces_for_words(read(number), language) if 0 <= number <= _LARGEST_SAID else None
    if pieces is None:
        raise ValueError(f"no prompts for {number}: 0 to {_LARGEST_SAID} can be said")
    return pieces


def _pieces_for_things(number: int, unit: str, language: str) -> list[str]:
    counted = ["two_of"] if number == 2 and language == "zh" else pieces_for_number(number, language)
    return [*counted, unit if number == 1 else unit + "s"]
