"""What is said in a call, as prompt ids in the order in which they are played.

A sentence with a number is put together from recorded pieces: nothing is synthesised while a caller listens.
Texts and ids stand in voice_prompts/prompts.toml.
"""

from engine.core.voice import chinese
from engine.core.voice.catalogue import LARGEST_NUMBER

_LARGEST_SAID = 999_999
_PIECE_OF_WORDS = {chinese.read_integer(n): f"number_{n}" for n in range(LARGEST_NUMBER + 1)} | {
    "两": "two_of",
    "百": "hundred",
    "千": "thousand",
    "万": "ten_thousand",
}
_LONGEST_WORDS = max(map(len, _PIECE_OF_WORDS))


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


def pieces_for_money(fen: int, language: str) -> list[str]:
    """An amount in fen: 12850 is 一百二十八元五角, in English 128 yuan 50 fen."""
    if fen < 0:
        return ["minus", *pieces_for_money(-fen, language)]
    yuan, small = divmod(fen, 100)
    jiao, rest = divmod(small, 10) if language == "zh" else (0, small)
    pieces = [*_pieces_for_count(yuan, language), "yuan"] if yuan or not small else []
    if jiao:
        pieces += [*_pieces_for_count(jiao, language), "jiao"]
    elif language == "zh" and yuan and rest:
        pieces.append("number_0")
    return pieces + ([*_pieces_for_count(rest, language), "fen"] if rest else [])


def pieces_for_duration(seconds: int, language: str) -> list[str]:
    """A length of time in minutes and seconds: 两分钟五秒."""
    minutes, rest = divmod(seconds, 60)
    pieces = _pieces_for_things(minutes, "minute", language) if minutes else []
    return pieces + (_pieces_for_things(rest, "second", language) if rest or not minutes else [])


def pieces_for_number(number: int, language: str) -> list[str]:
    """A number from 0 to 999,999; to 100 it is one piece."""
    if not 0 <= number <= _LARGEST_SAID:
        raise ValueError(f"no prompts for {number}: 0 to {_LARGEST_SAID} can be said")
    if number <= LARGEST_NUMBER:
        return [f"number_{number}"]
    return _chinese_pieces(chinese.read_integer(number)) if language == "zh" else _english_pieces(number)


def _pieces_for_count(number: int, language: str) -> list[str]:
    return ["two_of"] if number == 2 and language == "zh" else pieces_for_number(number, language)


def _pieces_for_things(number: int, unit: str, language: str) -> list[str]:
    return [*_pieces_for_count(number, language), unit if number == 1 else unit + "s"]


def _chinese_pieces(words: str) -> list[str]:
    """Cut number words into the longest pieces that there are: 一百|二十八."""
    pieces = []
    while words:
        length = next(n for n in range(_LONGEST_WORDS, 0, -1) if words[:n] in _PIECE_OF_WORDS)
        pieces.append(_PIECE_OF_WORDS[words[:length]])
        words = words[length:]
    return pieces


def _english_pieces(number: int) -> list[str]:
    for unit, piece in ((1000, "thousand"), (100, "hundred")):
        if number >= unit:
            head, rest = divmod(number, unit)
            return [*_english_pieces(head), piece, *(_english_pieces(rest) if rest else [])]
    return [f"number_{number}"]
