"""What callers hear, as files: cached, spoken, joined from pieces, or what can be said at all."""

import asyncio
import logging
import os
import shutil
import sys
import wave
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from engine.adapters.speech import sound
from engine.adapters.speech.live import LiveSpeaker
from engine.config import Config, parse_config
from engine.core.effects import PlayPrompts
from engine.core.ivr.values import Value
from engine.core.notices import Notice, NoticeKind
from engine.daemon import prompts
from engine.daemon.paths import SitePaths
from engine.daemon.voice import PromptVoice
from tests.support.site import HOME

MINE = """
[my_balance]
zh = "您的余额是{balance:money},本月应缴{due:money}。"
en = "Your balance is {balance:money}, and {due:money} is due."

[my_name]
zh = "{name},您好"
en = "Hello, {name}"

[never_built]
zh = "这条提示音没有文件。"
en = "This prompt has no file."
"""
BALANCE: dict[str, Value] = {"balance": 12850, "due": 2600}
TODAY = date(2026, 11, 22)
NO_WORKER = ("/nonexistent/worker",)

Make = Callable[..., PromptVoice]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose prompts are built, but for one."""
    home = tmp_path_factory.mktemp("site")
    (home / "voice_prompts").mkdir()
    text = (HOME / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8")
    # What callers hear first, and the pieces of amounts: to make the others takes long, for nobody to hear
    for begin, end in (("# ---- 排队", "# ---- 主菜单前后"), ("# ---- 认客户", "# ---- 拼读用的片段")):
        text = text[: text.index(begin)] + text[text.index(end) :]
    text = text[: text.index("# ---- 拼读日期")]
    (home / "voice_prompts" / "prompts.toml").write_text(text + MINE, encoding="utf-8")
    for language in ("zh", "en"):
        assert not prompts.build(configuration(), paths_of(home), language).problems
        (paths_of(home).prompts / language / "never_built.wav").unlink()
    return home


def configuration() -> Config:
    return parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")


def paths_of(home: Path) -> SitePaths:
    return SitePaths(data=home / "data", home=home, socket=home / "s")


@pytest_asyncio.fixture
async def make(built: Path, tmp_path: Path) -> AsyncIterator[Make]:
    """A voice over a copy of the site, not started yet; it is stopped at the end."""
    home = tmp_path / "site"
    shutil.copytree(built, home, copy_function=os.link)  # files are replaced, never written into
    made: list[PromptVoice] = []

    def voice(live: LiveSpeaker | None = None) -> PromptVoice:
        made.append(PromptVoice(configuration(), paths_of(home), today=lambda: TODAY, live=live))
        return made[-1]

    yield voice
    for one in made:
        await one.stop()


async def said(
    voice: PromptVoice, *ids: str, language: str = "zh", values: dict[str, Value] = BALANCE
) -> list[Path]:
    files = await voice.files(PlayPrompts(call_id="c", prompts=ids, values=values, language=language))
    return [Path(f"{file}.wav") for file in files]


async def spoken(voice: PromptVoice, prompt_id: str, language: str = "zh") -> Path:
    """The whole sentence: a machine with other work to do may be late the first times."""
    await voice.live.settled()
    for _ in range(20):
        (path,) = await said(voice, prompt_id, language=language)
        if not path.name.startswith("j"):
            break
        await voice.live.settled()
    return path


def silences(path: Path) -> list[float]:
    """How long each stretch within a sound is in which nothing is heard, in seconds, the longest first."""
    samples, rate = soundfile.read(path, dtype="float32")
    frames = samples[: len(samples) // 40 * 40].reshape(-1, 40)
    levels = 20 * np.log10(np.sqrt((frames**2).mean(axis=1)) + 1e-6)
    heard = np.flatnonzero(levels > levels.max() - 40)
    return sorted((float(gap - 1) * 40 / rate for gap in np.diff(heard)), reverse=True)


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return float(file.getnframes() / file.getframerate())


@pytest.mark.asyncio
async def test_plain_prompts_are_their_files_in_the_callers_language(make: Make) -> None:
    voice = make()
    await voice.start()
    greeting, menu = await said(voice, "greeting", "main_menu", language="en")
    assert (greeting.parent.name, greeting.name, menu.name) == ("en", "greeting.wav", "main_menu.wav")
    (chinese,) = await said(voice, "greeting", language="")
    assert chinese.parent.name == "zh"


@pytest.mark.asyncio
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_sentence_is_spoken_once_and_then_found(make: Make, language: str) -> None:
    voice = make()
    await voice.start()
    first = await spoken(voice, "my_balance", language)
    assert (first.parent.parent.name, first.parent.name) == ("spoken", language)
    changed = first.stat().st_ino
    (second,) = await said(voice, "my_balance", language=language)
    assert (second, second.stat().st_ino) == (first, changed)
    assert 2.0 < seconds(first) < 9.0
    (other,) = await said(voice, "my_balance", language=language, values={"balance": 100, "due": 0})
    assert other != first


@pytest.mark.asyncio
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_without_the_worker_the_sentence_is_joined_from_pieces(make: Make, language: str) -> None:
    voice = make(LiveSpeaker(command=NO_WORKER))
    await voice.start()
    (joined,) = await said(voice, "my_balance", language=language)
    assert joined.name.startswith("j")
    assert 2.0 < seconds(joined) < 12.0
    assert (await said(voice, "my_balance", language=language)) == [joined]


@pytest.mark.asyncio
@pytest.mark.parametrize("fen", [12850, 250001, 99, 1000020, 6000000])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_amount_from_pieces_has_no_gap_but_at_its_comma(make: Make, fen: int, language: str) -> None:
    voice = make(LiveSpeaker(command=NO_WORKER))
    await voice.start()
    (joined,) = await said(voice, "my_balance", language=language, values={"balance": fen, "due": fen})
    comma, *others = silences(joined)
    assert comma < 0.25
    assert others[0] < 0.12


@pytest.mark.asyncio
async def test_a_hanging_worker_keeps_no_caller(make: Make, tmp_path: Path) -> None:
    program = tmp_path / "hangs.py"
    program.write_text("import time\nprint(flush=True)\ntime.sleep(60)\n")
    voice = make(LiveSpeaker(command=(sys.executable, str(program))))
    await voice.start()
    async with asyncio.timeout(1.0):
        (joined,) = await said(voice, "my_balance")
    assert joined.name.startswith("j")


@pytest.mark.asyncio
async def test_a_prompt_without_a_file_is_spoken_live(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    voice = make()
    await voice.start()
    with caplog.at_level(logging.WARNING):
        live = await spoken(voice, "never_built")
        await said(voice, "never_built")
    assert live.parent.parent.name == "spoken"
    assert seconds(live) > 1.0
    assert caplog.text.count("never_built has no file") == 1


@pytest.mark.asyncio
async def test_what_cannot_be_said_is_left_out_and_the_rest_is_said(make: Make) -> None:
    voice = make(LiveSpeaker(command=NO_WORKER))
    await voice.start()
    said_all = await said(voice, "no_such_prompt", "never_built", "greeting", "my_name", values={})
    assert [path.name[:1] for path in said_all] == ["g", "j"]  # greeting, and 您好 of the last one


@pytest.mark.asyncio
async def test_a_recording_of_the_words_makes_the_sentence_that_persons(make: Make) -> None:
    voice = make()
    config, paths = configuration(), voice._paths
    prompts.recordings_of(config, paths).keep("zh", "my_balance-1", tone(), "您的余额是")
    assert (
        prompts.build(config, paths, "zh").built == 2
    )  # the recording, and the prompt whose file is missing
    await voice.start()
    (joined,) = await said(voice, "my_balance")
    assert joined.name.startswith("j")
    english = await spoken(voice, "my_balance", "en")
    assert not english.name.startswith("j")


@pytest.mark.asyncio
async def test_a_name_between_recorded_words_is_spoken_for_itself(make: Make) -> None:
    voice = make()
    config, paths = configuration(), voice._paths
    prompts.recordings_of(config, paths).keep("zh", "my_name-1", tone(), ",您好")
    prompts.build(config, paths, "zh")
    await voice.start()
    await said(voice, "my_name", values={"name": "欧阳春花"})
    await voice.live.settled()
    (joined,) = await said(voice, "my_name", values={"name": "欧阳春花"})
    assert joined.name.startswith("j")
    assert seconds(joined) > 1.5


@pytest.mark.asyncio
async def test_what_is_said_often_is_ready_after_a_new_start(make: Make) -> None:
    first = make()
    await first.start()
    sentence = await spoken(first, "my_balance")
    await said(first, "my_balance")
    await said(first, "my_balance", values={"balance": 1, "due": 1})
    await first.stop()
    for path in sentence.parent.glob("*.wav"):
        path.unlink()
    again = make()
    await again.start()
    await again.live.settled()
    assert [path.name for path in sentence.parent.glob("*.wav")] == [sentence.name]


@pytest.mark.asyncio
async def test_what_the_office_announces_is_ready_before_anybody_calls(make: Make) -> None:
    voice = make()
    await voice.start()
    notice = Notice(
        kind=NoticeKind.NOTICE, from_at=1, text="城东片区今晚检修。", text_en="Maintenance tonight."
    )
    voice.prepare_notices([notice, Notice(kind=NoticeKind.OUTAGE, from_at=1, text="断网")])
    await voice.live.settled()
    assert len(list(voice.cache.place("zh", "x").parent.glob("*.wav"))) == 1
    (ready,) = await said(voice, "notice", values={"news": notice.words("zh")})
    assert voice.cache.hits == 1
    assert seconds(ready) > 1.5


def tone() -> bytes:
    """A second of 500 Hz, as a finished recording."""
    return sound.encode(sound.tone(500, 1000))
