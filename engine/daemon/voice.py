"""What a caller hears, as files: ready ones, sentences that were said before, and new ones in good time.

A sentence with values is taken from the cache; else it is spoken by the warm worker, which takes some
hundredths of a second; else put together from pieces; else what there is of it is said. Where somebody has
recorded its words, pieces come first, so that the voice is that person's. The caller never waits for long.
"""

import asyncio
import hashlib
import logging
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.adapters.speech.build import prompt_path, source_of, utterance, voice_of
from engine.adapters.speech.cache import SentenceCache
from engine.adapters.speech.joining import BadPiece, Piece, join
from engine.adapters.speech.live import LiveSpeaker
from engine.adapters.speech.recordings import Recordings
from engine.adapters.speech.sources import Source, Voice, key_of
from engine.config import Config
from engine.core.effects import PlayPrompts
from engine.core.ivr.values import Plain, Values
from engine.core.notices import Notice, NoticeKind
from engine.core.voice.catalogue import LANGUAGES, Catalogue, CatalogueError, Prompt, is_said
from engine.core.voice.pieces import pieces_of
from engine.core.voice.speech_text import fill, missing
from engine.core.voice.template import Part, Slot
from engine.daemon.common_sentences import CommonSentences, Sentence
from engine.daemon.paths import SitePaths
from engine.daemon.prompts import catalogue_of, recordings_of, unready

log = logging.getLogger(__name__)

SPOKEN = "spoken"
_SOON_S = 0.3  # with the start of the playing, the caller hears something within 400 ms
_AT_LAST_S = 2.5  # there is nothing else to be heard: better late than never
_PAUSES_MS = {",": 150, "、": 150, ":": 150, ";": 200, "。": 300, ".": 300, "!": 300, "?": 300}
_LOOK_AFTER_S = 10.0  # not while the engine starts: that takes some tenths of a second
_MB = 1_048_576


class PromptVoice:
    """The voice of a site. `today` tells the date where the site is."""

    def __init__(
        self,
        config: Config,
        paths: SitePaths,
        *,
        today: Callable[[], date] | None = None,
        live: LiveSpeaker | None = None,
    ) -> None:
        zone = ZoneInfo(config.site.timezone)
        self._paths = paths
        self._today = today or (lambda: datetime.now(zone).date())
        self.live = live or LiveSpeaker()
        self.cache = SentenceCache(paths.prompts / SPOKEN, config.speech.cache_mb * _MB)
        self._common = CommonSentences(paths.prompts / SPOKEN / "common.json")
        self.unready: dict[str, tuple[int, int]] = {}
        self._changed = asyncio.Event()
        self._missed: set[Path] = set()
        self._config = config
        self._catalogue = Catalogue({})
        self._recordings = Recordings(paths.prompts, paths.prompts)
        self._recorded: dict[str, frozenset[str]] = {}

    async def start(self) -> None:
        """Learn what there is, and have spoken what is said often. Raises OSError or CatalogueError."""
        self.cache.make_folders(LANGUAGES)
        await asyncio.to_thread(self.cache.load)
        await asyncio.to_thread(self._common.load)
        self._read(self._config)
        self.warm()

    async def stop(self) -> None:
        """End the workers, remember what is said often."""
        await self.live.close()
        try:
            await asyncio.to_thread(self._common.save, self._today())
        except OSError as error:
            log.warning("what is said often cannot be remembered: %s", error)

    def reload(self, config: Config) -> None:
        """Prompts, recordings or the configuration have changed."""
        self.cache.limit_bytes = config.speech.cache_mb * _MB
        try:
            self._read(config)
        except (OSError, CatalogueError) as error:
            log.error("the prompts stay as they were: %s", error)
            return
        self._changed.set()
        self.warm()

    async def look_after(self) -> None:
        """A while after the start, and after each change: is anything missing or stale? Never ends."""
        while True:
            await asyncio.sleep(_LOOK_AFTER_S)
            self.unready = await unready(self._config, self._paths)
            for language, (lacking, stale) in self.unready.items():
                log.warning("prompts in %s: %d missing, %d stale; run `fourseat prompts build`",
                            language, lacking, stale)  # fmt: skip
            self._changed.clear()
            await self._changed.wait()

    def warm(self) -> None:
        """Have spoken, when nobody waits, what was said often in the last days."""
        for sentence in self._common.often(self._today()):
            self.prepare(sentence)

    def prepare(self, sentence: Sentence) -> None:
        """Have a sentence spoken before anybody asks for it."""
        prompt = self._catalogue.get(sentence.prompt_id)
        if (
            prompt is None
            or not prompt.slots
            or missing(self._parts(prompt, sentence.language), sentence.values)
        ):
            return
        source, target = self._sentence(prompt, sentence.values, sentence.language)
        if not target.exists():
            self.live.prepare(source, target)

    def prepare_notices(self, notices: Iterable[Notice]) -> None:
        """What the office announces is ready before somebody calls."""
        for notice in notices:
            for language in LANGUAGES if notice.kind is NoticeKind.NOTICE and notice.text else ():
                self.prepare(Sentence("notice", language, {"news": notice.words(language)}))

    async def files(self, order: PlayPrompts) -> list[str]:
        """The files to be played in this order, as paths without suffix; what cannot be said is left out."""
        self.live.wake()
        language = order.language or self._config.site.language
        found = await asyncio.gather(
            *(self._safely(prompt_id, order.values, language) for prompt_id in order.prompts)
        )
        return [str(path.with_suffix("")) for path in found if path is not None]

    async def _safely(self, prompt_id: str, values: Values, language: str) -> Path | None:
        try:
            prompt = self._catalogue.get(prompt_id)
            if prompt is not None and prompt.slots:
                return await self._valued(prompt, values, language)
            return await self._plain(prompt_id, prompt, language)
        except Exception:  # whatever it is: the call goes on
            log.exception("prompt %s cannot be said", prompt_id)
            return None

    # A prompt without values

    async def _plain(self, prompt_id: str, prompt: Prompt | None, language: str) -> Path | None:
        path = prompt_path(self._paths.prompts, language, prompt_id)
        if path.exists():
            return path
        if path not in self._missed:
            self._missed.add(path)
            log.warning("prompt %s has no file in %s: it is spoken live; run `fourseat prompts build`",
                        prompt_id, language)  # fmt: skip
        if prompt is not None:
            source = source_of(prompt, self._voice(language), self._config.site.name)
            spoken = await self._spoken(source, language, _AT_LAST_S)
            if spoken is not None:
                return spoken
        other = prompt_path(self._paths.prompts, self._config.site.language, prompt_id)
        return other if other.exists() else None

    async def _spoken(self, source: Source, language: str, seconds: float) -> Path | None:
        """The sound of a source out of the cache, or made within this time."""
        target = self.cache.place(language, key_of(source))
        if self.cache.find(target):
            return target
        if await self.live.say(source, target, seconds):
            self.cache.add(target)
            return target
        return None

    # A prompt with values

    async def _valued(self, prompt: Prompt, values: Values, language: str) -> Path | None:
        parts = self._parts(prompt, language)
        lacking = missing(parts, values)
        if lacking:
            log.warning("prompt %s lacks %s", prompt.prompt_id, ", ".join(lacking))
        else:
            self._common.count(Sentence(prompt.prompt_id, language, _own(values, parts)), self._today())
        if self._is_recorded(prompt, language):
            joined = await self._joined(prompt, parts, values, language)
            if joined is not None:
                return joined
        source, _ = self._sentence(prompt, values, language)
        return (
            await self._spoken(source, language, _SOON_S)
            or await self._joined(prompt, parts, values, language)
            or await self._spoken(source, language, _AT_LAST_S)
            or await self._joined(prompt, parts, values, language, partly=True)
        )

    def _sentence(self, prompt: Prompt, values: Values, language: str) -> tuple[Source, Path]:
        """What the whole sentence is spoken from, and the place of its sound."""
        words = fill(self._parts(prompt, language), values, language, self._today())
        source = utterance(words, self._voice(language))
        return source, self.cache.place(language, key_of(source))

    async def _joined(
        self, prompt: Prompt, parts: tuple[Part, ...], values: Values, language: str, *, partly: bool = False
    ) -> Path | None:
        """One file of the sounds of a sentence; None where one of them is not there, unless `partly`."""
        pieces: list[Piece] = []
        fixed = 0
        for part in parts:
            fixed += isinstance(part, str)
            if isinstance(part, Slot):
                found = await self._value(part, values, language)
            elif is_said(part):
                path = prompt_path(self._paths.prompts, language, f"{prompt.prompt_id}-{fixed}")
                found = [Piece(path, pause_after(part))] if path.exists() else None
            else:
                found = []
            if found is None and not partly:
                return None
            pieces += found or []
        return await self._one_file(pieces, language) if pieces else None

    async def _value(self, slot: Slot, values: Values, language: str) -> list[Piece] | None:
        """The sounds of one value: those that exist already, or one that is spoken for it."""
        names = pieces_of("", (slot,), values, language, self._today())
        if names is not None:
            paths = [prompt_path(self._paths.prompts, language, name) for name in names]
            if all(path.exists() for path in paths):
                return [Piece(path) for path in paths]
        words = fill((slot,), values, language, self._today())
        spoken = await self._spoken(utterance(words, self._voice(language)), language, _SOON_S)
        return None if spoken is None else [Piece(spoken)]

    async def _one_file(self, pieces: list[Piece], language: str) -> Path | None:
        """The sounds joined, now or before."""
        marks = repr([_mark(piece) for piece in pieces])
        target = self.cache.place(language, f"j{hashlib.sha256(marks.encode()).hexdigest()[:31]}")
        if not self.cache.find(target):
            try:
                await asyncio.to_thread(join, pieces, target)
            except (OSError, BadPiece) as error:
                log.error("pieces cannot be joined: %s", error)
                return None
            self.cache.add(target)
        return target

    # What the site has

    def _read(self, config: Config) -> None:
        self._catalogue = catalogue_of(self._paths)
        self._recordings = recordings_of(config, self._paths)
        self._recorded = {language: self._recordings.ids(language) for language in LANGUAGES}
        self._config = config
        self._missed.clear()

    def _parts(self, prompt: Prompt, language: str) -> tuple[Part, ...]:
        return prompt.parts(language, site_name=self._config.site.name)

    def _voice(self, language: str) -> Voice:
        return voice_of(language, self._config.speech.rate)

    def _is_recorded(self, prompt: Prompt, language: str) -> bool:
        recorded = self._recorded.get(language, frozenset())
        return any(part.prompt_id in recorded for part in prompt.fixed_parts())


def _mark(piece: Piece) -> tuple[str, int, int]:
    """Tells a sound that was made anew; one of the cache is named by what it says."""
    cached = piece.path.parent.parent.name == SPOKEN
    return str(piece.path), 0 if cached else piece.path.stat().st_mtime_ns, piece.pause_ms


def pause_after(words: str) -> int:
    """How long a speaker stops behind these words, in milliseconds."""
    return _PAUSES_MS.get(unicodedata.normalize("NFKC", words.rstrip()[-1:]), 0)


def _own(values: Values, parts: tuple[Part, ...]) -> dict[str, Plain]:
    """The values that a sentence says."""
    names = {part.name for part in parts if isinstance(part, Slot)}
    return {name: value for name, value in values.items() if name in names and isinstance(value, str | int)}
