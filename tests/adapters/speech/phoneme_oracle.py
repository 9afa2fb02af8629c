"""A process that tells how the prompts' voice reads: a text a line in, espeak's phonemes a line out.

A process of its own, as espeak-ng can be loaded only once and must not be loaded into the tests.
"""

import os
import sys
from pathlib import Path

from engine.adapters.speech.sources import Utterance
from engine.adapters.speech.synthesis import Synthesiser
from engine.adapters.speech.voices import PROMPT_VOICES


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    synthesiser = Synthesiser()
    synthesiser.speak(Utterance(text="您好", voice=PROMPT_VOICES[sys.argv[1]]))
    libraries = {
        line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "espeak" in line
    }
    answers.write(" ".join(sorted(libraries)) + "\n")
    for line in sys.stdin:
        answers.write(synthesiser.phonemes(line.rstrip("\n")) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
