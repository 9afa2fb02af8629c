"""One table in the file of a type: reads its keys one by one, and notes each mistake with what to do."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.ivr.problems import nearest_name
from engine.core.tickets.types import Words

LONGEST_NAME = 40
LONGEST_SENTENCE = 500

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DIGIT = re.compile(r"[0-9]?")
_QUICK = re.compile(r"[a-z]{0,8}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the file of a type: where, and what to do. `key` is like "categories.2.line"."""

    file: str
    key: str
    words: Words

    def text(self, language: str) -> str:
        """In one line."""
        place = f"{self.file} [{self.key}]" if self.key else self.file
        return f"{place}: {self.words.of(language)}"


class Table:
    """Keys and values of one table; whatever is wrong is noted, and read as if it were not there."""

    def __init__(self, raw: Mapping[str, Any], file: str, place: str, problems: list[Problem]) -> None:
        self._raw = raw
        self._file = file
        self._place = place
        self._problems = problems
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether a key is written; it is known then."""
        self._known.append(key)
        return key in self._raw

    def note(self, key: str, zh: str, en: str) -> None:
        """Note a mistake at a key of this table."""
        place = ".".join(part for part in (self._place, key) if part)
        self._problems.append(Problem(self._file, place, Words(zh, en)))

    def id(self, key: str = "id") -> str:
        """A name for machines; it has to be there."""
        value = self.sentence(key, LONGEST_NAME, required=True)
        if value and not _ID.fullmatch(value):
            self.note(
                key,
                f'"{value}"只能用小写字母、数字和下划线,以字母开头,如 "no_signal"',
                f'"{value}" may have small letters, digits and _ only, a letter first, like "no_signal"',
            )
        return value

    def words(self, key: str, longest: int = LONGEST_NAME, *, required: bool = True) -> Words:
        """The Chinese of `key`, and the English of the same key with _en behind."""
        return Words(
            self.sentence(key, longest, required=required),
            self.sentence(f"{key}_en", longest, required=False),
        )

    def digit(self) -> str:
        """The digit that chooses it; may be left out."""
        return self._matching("key", _DIGIT, '一个数字,如 "1"', 'one digit, like "1"')

    def quick(self) -> str:
        """Its code of letters; may be left out."""
        return self._matching(
            "quick", _QUICK, '1 到 8 个小写字母,如 "wxh"', 'one to eight small letters, like "wxh"'
        )

    def sentence(self, key: str, longest: int = LONGEST_NAME, *, required: bool = False) -> str:
        """A text; without one it is empty."""
        value: str = self._value(key, str, "", '写在引号里的文字,如 "..."', 'text in quotes, like "..."')
        if required and not value.strip() and not self._has_mistake(key):
            self.note(key, f'缺少"{key}",请补上', f'"{key}" is missing or empty: write it')
        if len(value) > longest:
            self.note(key, f"太长,最多 {longest} 个字", f"too long: {longest} characters at most")
        return value

    def one_of(self, key: str, choices: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.sentence(key, required=not default) or default
        if value and value not in choices:
            every, hint = ", ".join(choices), meant(value, choices)
            self.note(
                key,
                f'没有"{value}",请写其中之一:{every}{hint.zh}',
                f'there is no "{value}": write one of {every}{hint.en}',
            )
            return default
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no without it."""
        return bool(self._value(key, bool, False, "true(是)或 false(否),不加引号", "true or false"))

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number between two."""
        value = int(self._value(key, int, default, f"一个整数,如 {default}", f"a number, like {default}"))
        if not least <= value <= most:
            self.note(key, f"应在 {least} 到 {most} 之间", f"write a number from {least} to {most}")
            return default
        return value

    def table(self, key: str, *, required: bool = False) -> "Table":
        """A table inside this one."""
        value = self._value(key, Mapping, {}, f"[{key}] 一段", f"a section [{key}]")
        if required and key not in self._raw:
            self.note(key, f"缺少 [{key}] 一段,请补上", f"the section [{key}] is missing: write it")
        return Table(value, self._file, key, self._problems)

    def tables(self, key: str) -> Iterator["Table"]:
        """Tables of the same kind, each named by its place in the file, from 1."""
        value = self._value(key, list, [], f"若干个 [[{key}]] 段", f"sections [[{key}]]")
        for place, one in enumerate(value, start=1):
            name = ".".join(part for part in (self._place, key, str(place)) if part)
            if isinstance(one, Mapping):
                yield Table(one, self._file, name, self._problems)
            else:
                self.note(f"{key}.{place}", f"应为 [[{key}]] 段", f"write a section [[{key}]]")

    def end(self) -> None:
        """Note what nobody has asked for: most often a slip in the name of a key."""
        for key in self._raw:
            if key in self._known:
                continue
            hint = meant(key, self._known)
            self.note(key, f'没有"{key}"这一项,请删除{hint.zh}', f'there is no "{key}": delete it{hint.en}')

    def _value(self, key: str, kind: type, default: Any, zh: str, en: str) -> Any:
        self._known.append(key)
        value = self._raw.get(key, default)
        if isinstance(value, kind) and isinstance(value, bool) == (kind is bool):
            return value
        self.note(key, f"应为{zh}", f"write {en}")
        return default

    def _matching(self, key: str, form: re.Pattern[str], zh: str, en: str) -> str:
        value = self.sentence(key)
        if form.fullmatch(value):
            return value
        self.note(key, f'"{value}"应为{zh}', f'"{value}": write {en}')
        return ""

    def _has_mistake(self, key: str) -> bool:
        return key in self._raw and not isinstance(self._raw[key], str)


def meant(value: str, known: Iterable[str]) -> Words:
    """The end of a sentence that tells what was perhaps meant; empty where nothing is like it."""
    near = nearest_name(value, known)
    return Words(f',是不是"{near}"?', f'; did you mean "{near}"?') if near else Words("")


def note_the_same(table: Table, key: str, value: str, other: str) -> None:
    """Note that a value which tells things apart is there twice."""
    if value and value == other:
        table.note(
            key,
            f'"{value}"已经用过,请改成别的',
            f'"{value}" is taken already: choose another one',
        )
