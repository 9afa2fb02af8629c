"""Speaks a text with pyttsx3, in the one order of calls that works every time. Runs in a worker process only.

espeak-ng is GPL-3 and not safe in threads; a process of its own answers both.
"""

import ctypes
import os
import re
from typing import Any

from engine.adapters.speech.sound import Samples, read_raw_wav
from engine.adapters.speech.sources import Utterance, Voice, least_seconds

_TRIES = 3
_NAME = re.compile("【(.*?)】")

# What a healthy voice makes of a sample, in espeak's own phonemes. A bracket tells of a change of language.
_PROOFS = {"zh": ("两百 huan2", ("214", "35")), "en": ("hello", ("h@l",))}


class BrokenVoice(Exception):
    """The synthesiser cannot be loaded, or reads the language wrongly."""


class NoSound(Exception):
    """The synthesiser returned too little sound for the text, in every try."""


def romanised(text: str) -> str:
    """Chinese names, which stand in brackets for it, in pinyin: an English voice would say "Chinese letter".

    Done here and not where the text is made: the dictionary takes 50 MB and half a second to load.
    """
    if "【" not in text:
        return text
    from pypinyin import lazy_pinyin

    words = _NAME.sub(lambda name: f" {' '.join(lazy_pinyin(name[1]))} ", text).split()
    return re.sub(r" (?=[,.!?;:])", "", " ".join(words))


class Synthesiser:
    """pyttsx3 and espeak-ng, loaded once. Only one may exist in a process."""

    def __init__(self) -> None:
        self._espeak, self._engine = _load()
        self._engine.runAndWait()  # the first one returns before anything is synthesised
        self._output = os.memfd_create("speech")
        self._voice: Voice | None = None

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Samples and their rate. Raises BrokenVoice or NoSound."""
        text = romanised(utterance.text) if utterance.voice.language == "en" else utterance.text
        if not any(map(str.isalnum, text)):
            raise NoSound("there is no word in the text")
        self._use(utterance.voice)
        least = least_seconds(text, utterance.voice.rate)
        for _ in range(_TRIES):
            samples, rate = self._render(text)
            if len(samples) > least * rate:
                return samples, rate
        raise NoSound(f"{len(samples) / rate:.2f} s of sound, at least {least:.2f} s expected")

    def phonemes(self, text: str) -> str:
        """What the current voice makes of the text, in espeak's phonemes."""
        convert = self._espeak.dll.espeak_TextToPhonemes
        convert.restype = ctypes.c_char_p
        convert.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value is not None:
            clauses.append((convert(ctypes.byref(rest), 1, 0) or b"").decode())
        return " ".join(clauses)

    def _render(self, text: str) -> tuple[Samples, int]:
        os.ftruncate(self._output, 0)
        self._espeak.Synchronize()
        self._engine.save_to_file(text, f"/proc/self/fd/{self._output}")
        self._engine.runAndWait()
        return read_raw_wav(os.pread(self._output, os.fstat(self._output).st_size, 0))

    def _use(self, voice: Voice) -> None:
        if voice == self._voice:
            return
        self._voice = None
        self._set("voice", voice.name)
        actual = str(self._engine.getProperty("voice"))
        if actual.rpartition("/")[2] != voice.name.lower():
            raise BrokenVoice(f"the voice {voice.name} is not installed; {actual} was left in use")
        self._set("rate", voice.rate)
        self._set("pitch", voice.pitch)
        self._prove(voice)
        self._voice = voice

    def _set(self, name: str, value: str | int) -> None:
        """Without the wait the command is lost in one process of ten."""
        self._engine.setProperty(name, value)
        self._espeak.Synchronize()

    def _prove(self, voice: Voice) -> None:
        sample, expected = _PROOFS[voice.language]
        phonemes = self.phonemes(sample).replace("'", "").replace(",", "")
        if "(" in phonemes or not all(part in phonemes for part in expected):
            raise BrokenVoice(f"the voice {voice.name} reads {sample!r} as {phonemes!r}")


def _load() -> tuple[Any, Any]:
    """Load the library of the wheel first: pyttsx3 then finds it by its name, in place of the system's."""
    try:
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()  # data and library go together
        ctypes.CDLL(espeakng_loader.get_library_path())
        import pyttsx3
        from pyttsx3.drivers import _espeak

        return _espeak, pyttsx3.init("espeak")
    except (OSError, RuntimeError, ImportError) as error:
        raise BrokenVoice(str(error)) from None
