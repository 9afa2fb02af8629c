"""A process that makes sound files: a job a line in, a reply a line out.

Started as `python -m engine.adapters.speech.worker`.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from engine.adapters.speech import sound
from engine.adapters.speech.files import write_whole
from engine.adapters.speech.sources import HumanRecording, Reply, Source, Take, Tone, Utterance, read_job
from engine.adapters.speech.synthesis import BrokenVoice, NoSound, Synthesiser
from engine.adapters.speech.voices import PROMPT_VOICES

_SENTENCE_ENDS = tuple("。!?!?.")
_LEAD_MS, _TRAIL_MS = 20, 400
_PIECE_TRAIL_MS, _RECORDED_TRAIL_MS = 30, 250
"""Pieces of a sentence follow each other closely; between sentences callers need time to take one in."""


class Worker:
    """Makes one file after another; the synthesiser is loaded when the first text comes."""

    def __init__(self) -> None:
        self._synthesiser: Synthesiser | None = None

    def warm_up(self) -> None:
        """Load what the first sentence would have to wait for; a broken voice is told of by the first job."""
        for voice in PROMPT_VOICES.values():
            with contextlib.suppress(BrokenVoice, NoSound, sound.BadRecording):
                sound.encode(self._samples(Utterance(text="一 one", voice=voice)))

    def do(self, line: str) -> Reply:
        """Make the file of one job. Every failure becomes a reply."""
        source, target = read_job(line)
        try:
            taken = self._taken(source)
            data = sound.encode(taken.samples)
        except BrokenVoice as error:
            return Reply(error="voice_broken", detail=str(error))
        except NoSound as error:
            return Reply(error="no_sound", detail=str(error))
        except sound.BadRecording as error:
            codes = {HumanRecording: "corrupt_recording", Take: error.code.value}
            return Reply(error=codes.get(type(source), "no_sound"), detail=str(error))
        try:
            write_whole(Path(target), data)
        except OSError as error:
            return Reply(error="not_written", detail=f"{error.strerror}: {error.filename or target}")
        return Reply(
            size=len(data),
            seconds=len(taken.samples) / sound.SAMPLE_RATE,
            level_dbfs=taken.level_dbfs,
            trimmed_seconds=taken.trimmed_seconds,
        )

    def _taken(self, source: Source) -> sound.Taken:
        if isinstance(source, Take):
            return sound.take(
                source.path, least_seconds=source.least_seconds, lead_ms=_LEAD_MS, trail_ms=_RECORDED_TRAIL_MS
            )
        return sound.Taken(samples=self._samples(source))

    def _samples(self, source: Utterance | HumanRecording | Tone) -> sound.Samples:
        match source:
            case Utterance():
                self._synthesiser = self._synthesiser or Synthesiser()
                samples, rate = self._synthesiser.speak(source)
                trail_ms = _TRAIL_MS if source.text.rstrip().endswith(_SENTENCE_ENDS) else _PIECE_TRAIL_MS
                return sound.finish(samples, rate, lead_ms=_LEAD_MS, trail_ms=trail_ms)
            case HumanRecording():
                samples, rate = sound.read_recording(source.path)
                return sound.finish(samples, rate, lead_ms=_LEAD_MS, trail_ms=_RECORDED_TRAIL_MS)
            case Tone():
                return sound.tone(source.tone_hz, source.milliseconds)


def main(live: bool) -> None:
    """Serve until the parent closes the pipe. A `live` one says an empty line when it can speak at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then closes the pipe
    if not live:
        os.nice(10)  # calls come first
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pyttsx3 prints on standard output
    worker = Worker()
    if live:
        worker.warm_up()
        replies.write("\n")
        replies.flush()
    for line in sys.stdin:
        replies.write(json.dumps(asdict(worker.do(line))) + "\n")
        replies.flush()


if __name__ == "__main__":
    main(live="--live" in sys.argv)
