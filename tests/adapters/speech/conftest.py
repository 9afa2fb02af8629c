"""Small catalogues and recordings for the speech tests; the synthesiser is always the real one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.adapters.speech.build import build_prompts
from engine.adapters.speech.folder import BuildReport
from engine.adapters.speech.recordings import Recordings
from engine.core.voice.catalogue import Catalogue, Prompt

Build = Callable[..., BuildReport]


def catalogue_of(**texts: str) -> Catalogue:
    """A catalogue with these Chinese texts; the English text is the id."""
    return Catalogue(
        {
            prompt_id: Prompt(prompt_id=prompt_id, texts={"zh": text, "en": prompt_id})
            for prompt_id, text in texts.items()
        }
    )


def no_progress(done: int, total: int, prompt_id: str) -> None:
    """For tests that do not look at the progress."""


def record(
    path: Path, *, seconds: float = 1.0, rate: int = 44_100, channels: int = 2, peak: float = 0.3
) -> None:
    """Write what a person might have recorded: a 500 Hz voice between two seconds of silence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    voice = peak * np.sin(2 * np.pi * 500 * np.arange(int(seconds * rate)) / rate)
    samples = np.concatenate((np.zeros(rate), voice, np.zeros(rate)))
    soundfile.write(path, np.stack([samples] * channels, axis=1), rate)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build a catalogue in Chinese into `tmp_path/prompts`, with recordings from `tmp_path/human`."""

    def run(catalogue: Catalogue, **options: object) -> BuildReport:
        settings: dict[str, object] = {
            "site_name": "某某广电",
            "rate": 165,
            "progress": no_progress,
            "workers": 1,
        }
        settings |= options
        recordings = Recordings(own=tmp_path / "own", given=tmp_path / "human")
        return build_prompts(catalogue, "zh", tmp_path / "prompts", recordings, **settings)  # type: ignore[arg-type]

    return run
