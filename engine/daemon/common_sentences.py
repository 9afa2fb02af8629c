"""Which sentences callers hear often, so that they are ready after a new start or a change of the voice."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.adapters.speech.files import write_whole
from engine.core.ivr.values import Plain

log = logging.getLogger(__name__)

_MOST_KEPT = 500
_MOST_WARMED = 50
_DAYS = 7
_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """A prompt with the values that it says, in one language."""

    prompt_id: str
    language: str
    values: Mapping[str, Plain]


class CommonSentences:
    """How often each sentence was said, and when last; the last `_MOST_KEPT` of them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._said: dict[str, tuple[int, int]] = {}  # sentence as text: times, day of the last time

    def load(self) -> None:
        """Remember; a file that is spoilt is as good as none."""
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
            self._said = {str(key): (int(times), int(day)) for key, (times, day) in said.items()}
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("%s cannot be read: %s", self._file, error)

    def save(self, today: date) -> None:
        """Write it down, without what is long ago. Raises OSError."""
        kept = {key: said for key, said in self._said.items() if _is_recent(said, today)}
        write_whole(self._file, json.dumps(kept, ensure_ascii=False).encode())

    def count(self, sentence: Sentence, today: date) -> None:
        """It was said once more."""
        key = json.dumps(
            [sentence.prompt_id, sentence.language, dict(sentence.values)], sort_keys=True, ensure_ascii=False
        )
        times, _ = self._said.pop(key, (0, 0))
        self._said[key] = (times + 1, today.toordinal())
        if len(self._said) > _MOST_KEPT:
            del self._said[next(iter(self._said))]

    def often(self, today: date) -> list[Sentence]:
        """What was said more than once in the last days, the most frequent first."""
        recent = [
            (times, key)
            for key, (times, day) in self._said.items()
            if times >= _OFTEN and _is_recent((times, day), today)
        ]
        return [Sentence(*json.loads(key)) for _, key in sorted(recent, reverse=True)[:_MOST_WARMED]]


def _is_recent(said: tuple[int, int], today: date) -> bool:
    return today.toordinal() - said[1] <= _DAYS
