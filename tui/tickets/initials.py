"""First letters of Chinese words, so that a department is found without an input method.

The 3,755 ordinary characters of GB 2312 stand in the order of their pinyin: the place tells the letter.
"""

import bisect

_FIRSTS = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_PLACES = [character.encode("gb2312") for character in _FIRSTS]
_LAST = "座".encode("gb2312")


def initials(text: str) -> str:
    """Letters of a text: 城东维护站 is cdwhz; Latin letters and digits stay, what is unknown is left out."""
    return "".join(_initial(character) for character in text)


def _initial(character: str) -> str:
    if character.isascii():
        return character.casefold() if character.isalnum() else ""
    try:
        place = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if not _PLACES[0] <= place <= _LAST:
        return ""
    return _LETTERS[bisect.bisect_right(_PLACES, place) - 1]


def fits(typed: str, *names: str) -> bool:
    """One of the names contains what was typed, or its initials do."""
    wanted = typed.strip().casefold()
    return any(wanted in name.casefold() or wanted in initials(name) for name in names)
