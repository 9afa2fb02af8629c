"""Values as people type them, made into what a key holds, or refused with the reason."""

import re
import tomllib
from typing import Any

from msgspec import inspect

from engine.settings.problems import EditProblem
from engine.settings.schema import key_kind, plain

_YES = ("yes", "true", "on", "1", "是")
_NO = ("no", "false", "off", "0", "否")
_COMMAS = re.compile(r"[,，;；、\n]")
_DAY_AND_PERIOD = re.compile(r"[a-z]+(-[a-z]+)? +[0-9]")  # "monday-friday 08:00-18:00" is one text


def to_value(kind: inspect.Type, value: Any, place: str) -> Any:
    """What config.toml is to say. Raises EditProblem."""
    kind = plain(kind)
    match key_kind(kind):
        case "flag":
            return _flag(value, place)
        case "number":
            assert isinstance(kind, inspect.IntType)
            return _number(kind, value, place)
        case "text":
            return _text(kind, str(value).strip() if isinstance(value, int | str) else value, place)
        case "texts":
            assert isinstance(kind, inspect.CollectionType)
            parts = _parts(value) if isinstance(value, str) else value
            if not isinstance(parts, list | tuple):
                raise EditProblem("not_toml", place, '["a", "b"]')
            return [_text(kind.item_type, part, place) for part in parts]
    return _other(value, place)


def _parts(text: str) -> list[str]:
    """The texts of a list, with commas between them, or blanks."""
    one_by_one = _COMMAS.search(text) or _DAY_AND_PERIOD.match(text.strip())
    parts = _COMMAS.split(text) if one_by_one else text.split()
    return [part.strip() for part in parts if part.strip()]


def _flag(value: Any, place: str) -> bool:
    word = str(value).strip().lower()
    if word not in (*_YES, *_NO):
        raise EditProblem("not_a_flag", place)
    return word in _YES


def _number(kind: inspect.IntType, value: Any, place: str) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,18}", str(value).strip()):
        raise EditProblem("not_a_number", place)
    number = int(value)
    if kind.ge is not None and number < kind.ge:
        raise EditProblem("too_small", place, str(kind.ge))
    if kind.le is not None and number > kind.le:
        raise EditProblem("too_large", place, str(kind.le))
    return number


def _text(kind: inspect.Type, value: Any, place: str) -> str:
    if not isinstance(value, str) or any(character < " " or character == "\x7f" for character in value):
        raise EditProblem("bad_form", place, '"..."')
    if isinstance(kind, inspect.LiteralType):
        if value not in kind.values:
            raise EditProblem("not_one_of", place, ", ".join(sorted(str(one) for one in kind.values)))
        return value
    if isinstance(kind, inspect.StrType):
        if kind.min_length and len(value) < kind.min_length:
            raise EditProblem("empty", place)
        if kind.max_length is not None and len(value) > kind.max_length:
            raise EditProblem("too_long", place, str(kind.max_length))
        if kind.pattern and not re.search(kind.pattern, value):
            raise EditProblem("bad_form", place, kind.pattern)
    return value


def _other(value: Any, place: str) -> Any:
    """Tables and the like, as text of TOML or as they are; `parse_config` looks at them closely."""
    if not isinstance(value, str):
        return value
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except (tomllib.TOMLDecodeError, KeyError):
        raise EditProblem("not_toml", place, "{ general = 1 }") from None
