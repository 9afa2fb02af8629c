"""The catalogue of prompts: which ids there are, and what each one says in each language."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.voice import chinese

LANGUAGES = ("zh", "en")
LARGEST_NUMBER = 100
"""Numbers from 0 to this have a prompt each, `number_0` ...; larger ones are put together."""

_PROMPT_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TEXT_KEYS, _TONE_KEYS = set(LANGUAGES), {"tone_hz", "milliseconds"}


class CatalogueError(ValueError):
    """The catalogue cannot be used; `str()` names the prompt and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt: texts by language, or a tone of `tone_hz` for `milliseconds`."""

    prompt_id: str
    texts: Mapping[str, str]
    tone_hz: int = 0
    milliseconds: int = 0

    def text(self, language: str, *, site_name: str) -> str:
        """What is said in the language; empty for a tone."""
        return self.texts.get(language, "").replace("{site}", site_name)


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
    return Catalogue(written | prompts)


def nearest_prompt(prompt_id: str, catalogue: Catalogue) -> str:
    """The id that was probably meant, or an empty text."""
    return next(iter(difflib.get_close_matches(prompt_id, catalogue, n=1)), "")


def _prompt(prompt_id: str, entry: Mapping[str, str | int]) -> Prompt:
    texts = {language: str(entry[language]) for language in LANGUAGES if language in entry}
    tone_hz, milliseconds = int(entry.get("tone_hz", 0)), int(entry.get("milliseconds", 0))
    return Prompt(prompt_id=prompt_id, texts=texts, tone_hz=tone_hz, milliseconds=milliseconds)


def _number_prompts() -> dict[str, Prompt]:
    return {
        f"number_{number}": Prompt(
            prompt_id=f"number_{number}", texts={"zh": chinese.read_integer(number), "en": str(number)}
        )
        for number in range(LARGEST_NUMBER + 1)
    }


def _check_entry(place: str, entry: object) -> None:
    if not isinstance(entry, dict):
        raise CatalogueError(f'{place}: a prompt is a section with zh = "..." and en = "..."')
    keys = set(entry)
    if keys == _TONE_KEYS:
        if not all(type(entry[key]) is int and entry[key] > 0 for key in _TONE_KEYS):
            raise CatalogueError(f"{place}: tone_hz and milliseconds are positive integers")
        return
    for key in sorted(keys - _TEXT_KEYS):
        near = difflib.get_close_matches(key, sorted(_TEXT_KEYS | _TONE_KEYS), n=1)
        raise CatalogueError(
            f"{place}: unknown key `{key}`" + (f"; did you mean `{near[0]}`?" if near else "")
        )
    for language in LANGUAGES:
        said = entry.get(language)
        if not isinstance(said, str) or not said.strip():
            raise CatalogueError(f"{place}: the text `{language}` is missing")
        for name in re.findall(r"\{[^}]*\}?", said):
            if name != "{site}":
                raise CatalogueError(f"{place}: {name} is not known; only {{site}} is replaced")
