"""Recordings that come through the socket: checked, kept, heard; and gone back from."""

import asyncio
import base64
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.adapters.speech import sound
from engine.wire.prompts import (
    ImportedPrompt,
    ImportPromptParams,
    PromptInfo,
    PromptParams,
    Prompts,
    PromptsParams,
)
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

PIECE = 30_000
RATE = 44_100


def voice(path: Path, seconds: float = 3.0, peak: float = 0.2, rate: int = RATE, channels: int = 2) -> bytes:
    """Something like speech: a tone with a changing level, between silences. Returns the file's bytes."""
    time = np.arange(int(seconds * rate)) / rate
    samples = peak * np.sin(2 * np.pi * 440 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))
    whole = np.concatenate((np.zeros(rate), samples, np.zeros(rate)))
    soundfile.write(path, np.stack([whole] * channels, axis=1), rate)
    return path.read_bytes()


async def send(client: EngineClient, data: bytes, prompt_id: str = "greeting") -> ImportedPrompt:
    starts = range(0, max(1, len(data)), PIECE)
    answer = ImportedPrompt()
    for start in starts:
        params = ImportPromptParams(
            upload_id="a1",
            prompt_id=prompt_id,
            language="zh",
            data=base64.b64encode(data[start : start + PIECE]).decode(),
            last=start == starts[-1],
        )
        answer = await client.call("prompts.import", params, timeout=120)
    return answer


async def info(client: EngineClient, prompt_id: str) -> PromptInfo:
    listed: Prompts = await client.call("prompts.list", PromptsParams(language="zh"), timeout=30)
    return next(prompt for prompt in listed.prompts if prompt.id == prompt_id)


@pytest.mark.asyncio
async def test_a_recording_is_heard_goes_stale_with_its_text_and_is_gone_back_from(
    site: FakeSite, tmp_path: Path
) -> None:
    site.own_prompts()
    client = await site.console("8901", "")
    text = site.folder / "voice_prompts" / "prompts.toml"
    sections = re.split(r"^(?=\[)", text.read_text(encoding="utf-8"), flags=re.MULTILINE)
    before = "".join(section for section in sections if section.startswith("[g"))  # few: they are made below
    text.write_text(before, encoding="utf-8")
    answer = await send(client, voice(tmp_path / "new.mp3"))
    assert answer.seconds == pytest.approx(3.2, abs=0.3)
    assert answer.trimmed_seconds == pytest.approx(1.8, abs=0.3)
    greeting = await info(client, "greeting")
    assert (greeting.source, greeting.stale) == ("human", False)
    heard = sound.measure(Path(greeting.path))
    assert heard.active_dbfs == pytest.approx(sound.LEVEL_DBFS, abs=1.0)
    text.write_text(before.replace("欢迎使用{site}", "这里是{site}"), encoding="utf-8")
    changed = await info(client, "greeting")
    assert (changed.source, changed.stale) == ("human", True)
    assert "欢迎使用" in changed.recorded_text
    text.write_text(before, encoding="utf-8")
    await client.call("prompts.remove", PromptParams(prompt_id="greeting", language="zh"), timeout=120)
    again = await info(client, "greeting")
    assert (again.source, again.stale) == ("synthesised", False)
    await site.settle()
    audit = site.service.store.read(lambda conn: conn.execute("select what from audit").fetchall()).result()
    assert {row[0] for row in audit} >= {"prompts.import", "prompts.remove"}
    with pytest.raises(EngineFault) as refused:
        await client.call("prompts.remove", PromptParams(prompt_id="greeting", language="zh"))
    assert refused.value.detail == "take|not_recorded|"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("text", "not_sound"),
        ("cut", "not_sound"),
        ("silence", "empty"),
        ("faint", "too_quiet"),
        ("clipped", "too_loud"),
        ("short", "too_short"),
        ("long", "too_long"),
    ],
)
async def test_what_is_of_no_use_is_refused_and_nothing_is_replaced(
    site: FakeSite, tmp_path: Path, kind: str, code: str
) -> None:
    client = await site.console("8901", "")
    before = await info(client, "greeting")
    with pytest.raises(EngineFault) as refused:
        await send(client, bad(tmp_path, kind))
    assert refused.value.detail.split("|")[:2] == ["take", code]
    assert await info(client, "greeting") == before
    uploads = site.service.paths.prompts / "uploads"
    assert await asyncio.to_thread(lambda: list(uploads.iterdir())) == []


def bad(folder: Path, kind: str) -> bytes:
    path = folder / "bad.wav"
    match kind:
        case "text":
            return "这不是声音。".encode()
        case "cut":
            return voice(path)[:30]
        case "silence":
            return voice(path, peak=0.0)
        case "faint":
            return voice(path, peak=0.003)
        case "clipped":
            samples, rate = soundfile.read(voice_file(path))
            soundfile.write(path, np.clip(samples * 4, -1, 1), rate)
            return path.read_bytes()
        case "short":
            return voice(path, seconds=0.3)
        case _:
            return voice(path, seconds=125, rate=8000, channels=1)


def voice_file(path: Path) -> Path:
    voice(path, peak=0.9)
    return path


@pytest.mark.asyncio
async def test_only_what_has_a_sound_can_be_recorded(site: FakeSite, tmp_path: Path) -> None:
    client = await site.console("8901", "")
    for prompt_id, code in (("no_such", "no_prompt"), ("../greeting", "no_prompt")):
        with pytest.raises(EngineFault) as refused:
            await send(client, b"RIFF", prompt_id)
        assert refused.value.detail.startswith(f"take|{code}|")


@pytest.mark.asyncio
async def test_agents_and_supervisors_may_not(site: FakeSite) -> None:
    for staff_number in ("8001", "8801"):
        client = await site.console(staff_number, "")
        with pytest.raises(EngineFault) as refused:
            await send(client, b"RIFF")
        assert refused.value.reason == "not_allowed"


@pytest.mark.asyncio
async def test_what_is_missing_or_stale_is_told_by_the_status(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.daemon.voice._LOOK_AFTER_S", 0.01)
    await site.restart()
    voice = site.service.voice
    await until(lambda: voice.unready, 20)
    (site.own_prompts() / "greeting.wav").unlink()
    voice.reload(site.service.config)
    await until(lambda: voice.unready["zh"][0] == 1, 20)
    stale = voice.unready["zh"][1]
    assert stale > 100  # files that nobody has made
    client = await site.console("8801", "")
    status = await client.call("floor.status")
    assert any(f"zh: 1 + {stale}" in problem for problem in status.problems)
