"""The catalogue of prompts: which ids there are, and what each one says in each language."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.core.voice import chinese
from engine.core.voice.template import Part, Slot, TemplateError, parse_template, slots_of

LANGUAGES = ("zh", "en")
LARGEST_NUMBER = 100
"""Numbers from 0 to this have a prompt each, `number_0` ...; larger ones are put together."""

_PROMPT_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TEXT_KEYS, _TONE_KEYS, _NUMBER_KEY = set(LANGUAGES), {"tone_hz", "milliseconds"}, "number"
_LARGEST_STAFF_KEYS = 9999


class CatalogueError(ValueError):
    """The catalogue cannot be used; `str()` names the prompt and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt: texts by language, or a tone of `tone_hz` for `milliseconds`.

    A text may have places for values (see `template`); then the prompt has no sound of its own, but each of
    its fixed parts has. `number` is what staff key in to record it by telephone; 0: it has none.
    """

    prompt_id: str
    texts: Mapping[str, str]
    tone_hz: int = 0
    milliseconds: int = 0
    number: int = 0

    def text(self, language: str, *, site_name: str) -> str:
        """What is said in the language, places and all; empty for a tone."""
        return self.texts.get(language, "").replace("{site}", site_name)

    @property
    def slots(self) -> frozenset[Slot]:
        """The places for values; the same ones in all languages."""
        return slots_of(next(iter(self.texts.values()), ""))

    def parts(self, language: str, *, site_name: str) -> tuple[Part, ...]:
        """What is said in the language, cut at the places for values."""
        return tuple(
            part.replace("{site}", site_name) if isinstance(part, str) else part
            for part in parse_template(self.texts.get(language, ""))
        )

    def fixed_parts(self) -> tuple["Prompt", ...]:
        """The words between the places, each as a prompt `<id>-<n>`, n from 1; none without places."""
        said: dict[int, dict[str, str]] = {}
        for language, text in self.texts.items():
            fixed = [part for part in parse_template(text) if isinstance(part, str)]
            for number, part in enumerate(fixed if self.slots else (), 1):
                if is_said(part):
                    said.setdefault(number, {})[language] = part
        return tuple(
            Prompt(prompt_id=f"{self.prompt_id}-{number}", texts=texts, number=self.number)
            for number, texts in sorted(said.items())
        )


def is_said(text: str) -> bool:
    """Whether there is a word in the text: a stop by itself has no sound."""
    return any(map(str.isalnum, text))


class Catalogue(Mapping[str, Prompt]):
    """All prompts by id, in the order of the file, the numbers last."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)

    def __getitem__(self, prompt_id: str) -> Prompt:
        return self._prompts[prompt_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)

    def __repr__(self) -> str:
        return f"<Catalogue {len(self)} prompts>"

    def sounds(self, language: str) -> Iterator[Prompt]:
        """What has a sound file in the language: prompts without places, and fixed parts of the others."""
        for prompt in self.values():
            for sound in prompt.fixed_parts() if prompt.slots else (prompt,):
                if sound.tone_hz or language in sound.texts:
                    yield sound

    def by_number(self, number: int) -> Prompt | None:
        """The prompt that staff key in as this number."""
        return next((prompt for prompt in self.values() if prompt.number == number > 0), None)

    def values_of(self) -> dict[str, frozenset[str]]:
        """Of each prompt with places the names of its values."""
        return {
            prompt.prompt_id: frozenset(slot.name for slot in prompt.slots)
            for prompt in self.values()
            if prompt.slots
        }


def parse_catalogue(text: str, filename: str = "prompts.toml") -> Catalogue:
    """Read the text of prompts.toml. Raises CatalogueError with file, prompt and remedy."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{filename}: not valid TOML: {error}") from None
    prompts = _number_prompts()
    for prompt_id, entry in raw.items():
        place = f"{filename}: [{prompt_id}]"
        if prompt_id in prompts:
            raise CatalogueError(f"{place}: this prompt is made by the program; remove it")
        if not _PROMPT_ID.fullmatch(prompt_id):
            raise CatalogueError(
                f"{place}: an id is made of the letters a-z, digits and _, as it names a file"
            )
        _check_entry(place, entry)
    written = {prompt_id: _prompt(prompt_id, entry) for prompt_id, entry in raw.items()}
    _check_numbers(filename, written.values())
    return Catalogue(written | prompts)


def _prompt(prompt_id: str, entry: Mapping[str, str | int]) -> Prompt:
    texts = {language: str(entry[language]) for language in LANGUAGES if language in entry}
    tone_hz, milliseconds = int(entry.get("tone_hz", 0)), int(entry.get("milliseconds", 0))
    return Prompt(
        prompt_id=prompt_id,
        texts=texts,
        tone_hz=tone_hz,
        milliseconds=milliseconds,
        number=int(entry.get(_NUMBER_KEY, 0)),
    )


def _number_prompts() -> dict[str, Prompt]:
    return {
        f"number_{number}": Prompt(
            prompt_id=f"number_{number}", texts={"zh": chinese.read_integer(number), "en": str(number)}
        )
        for number in range(LARGEST_NUMBER + 1)
    }


def _check_numbers(filename: str, prompts: Iterable[Prompt]) -> None:
    taken: dict[int, str] = {}
    for prompt in prompts:
        if prompt.number and taken.setdefault(prompt.number, prompt.prompt_id) != prompt.prompt_id:
            raise CatalogueError(
                f"{filename}: [{prompt.prompt_id}]: number {prompt.number} is that of "
                f"[{taken[prompt.number]}]; give it another"
            )


def _check_entry(place: str, entry: object) -> None:
    if not isinstance(entry, dict):
        raise CatalogueError(f'{place}: a prompt is a section with zh = "..." and en = "..."')
    number = entry.get(_NUMBER_KEY, 1)
    if type(number) is not int or not 1 <= number <= _LARGEST_STAFF_KEYS:
        raise CatalogueError(f"{place}: number is a whole number from 1 to {_LARGEST_STAFF_KEYS}")
    keys = set(entry) - {_NUMBER_KEY}
    if keys == _TONE_KEYS:
        if not all(type(entry[key]) is int and entry[key] > 0 for key in _TONE_KEYS):
            raise CatalogueError(f"{place}: tone_hz and milliseconds are positive integers")
        return
    known = sorted(_TEXT_KEYS | _TONE_KEYS | {_NUMBER_KEY})
    for key in sorted(keys - _TEXT_KEYS):
        near = difflib.get_close_matches(key, known, n=1)
        raise CatalogueError(
            f"{place}: unknown key `{key}`" + (f"; did you mean `{near[0]}`?" if near else "")
        )
    for language in LANGUAGES:
        said = entry.get(language)
        if not isinstance(said, str) or not said.strip():
            raise CatalogueError(f"{place}: the text `{language}` is missing")
    _check_places(place, entry)


def _check_places(place: str, entry: Mapping[str, str]) -> None:
    """The same places in every language: a value that one of them lacks would be lost to its callers."""
    try:
        slots = {language: slots_of(entry[language]) for language in LANGUAGES}
    except TemplateError as error:
        raise CatalogueError(f"{place}: {error}; or {{site}} for the name of the site") from None
    first, second = LANGUAGES
    for slot in sorted(slots[first] ^ slots[second], key=lambda slot: slot.name):
        lacking = first if slot in slots[second] else second
        raise CatalogueError(f"{place}: the text `{lacking}` has no {{{slot.name}:{slot.kind}}}")
