"""The dictionary of misread words against the real voice: each entry is needed, and its pinyin is taken."""

import re
import subprocess
import sys
from pathlib import Path

from engine.core.voice.chinese_words import MISREAD

PROJECT = Path(__file__).parents[3]


def spoken(texts: list[str]) -> list[str]:
    """Phonemes of each text as the prompts' voice reads it, without stress and pauses."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.adapters.speech.phoneme_oracle", "zh"],
        input="\n".join(texts) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    return [re.sub(r"[\s_|',.-]", "", line) for line in done.stdout.splitlines()[1:]]


def test_each_misread_word_is_put_right_by_its_pinyin() -> None:
    by_itself, by_pinyin = spoken([*MISREAD]), spoken([*MISREAD.values()])
    needless = [word for word, one, other in zip(MISREAD, by_itself, by_pinyin, strict=True) if one == other]
    assert needless == []
    # A syllable that espeak does not know is spelt in English: "(en)".
    assert [word for word, sounds in zip(MISREAD, by_pinyin, strict=True) if "(" in sounds] == []
