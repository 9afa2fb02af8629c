"""The traps of pyttsx3 2.99 and espeak-ng, each on the real libraries."""

import json
import re
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from engine.adapters.speech import sound
from engine.adapters.speech.build import speak_to_file, speak_to_folder, utterance
from engine.adapters.speech.errors import FolderUnusable, SpeechFailed, VoiceBroken
from engine.adapters.speech.pool import WORKER_COMMAND
from engine.adapters.speech.sources import Job, Utterance, Voice
from engine.adapters.speech.voices import CALLER_VOICES, PROMPT_VOICES
from engine.core.voice import chinese_text

PROJECT = Path(__file__).parents[3]
ZH = PROMPT_VOICES["zh"]


@pytest.fixture(scope="module")
def phonemes() -> dict[str, str]:
    """How the prompts' voice reads each of the words and sentences below, as sound without stress marks."""
    texts = [*SOUNDS, *(chinese_text.normalise(text) for text in NORMALISED)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.adapters.speech.phoneme_oracle", "zh"],
        input="\n".join(texts) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    libraries, *answers = done.stdout.splitlines()
    assert "espeakng_loader" in libraries, "the wheel's library must win over the system's"
    return dict(zip(texts, map(plain, answers), strict=True))


def plain(spoken: str) -> str:
    """Phonemes without stress, pauses and spaces."""
    return re.sub(r"[\s_|',]", "", spoken)


# Words that decide whether a voice is usable: 51 falls, 35 rises, 214 dips, 55 is high.
SOUNDS = {
    "银行": "ji35nXA35N",
    "huan2 kuan3": "Xua35nkhwa214n",
    "两百": "liA214Npai214",
    "幺幺零": "jAu55jAu55li35N",
    "您好": "ni35nXAu214",
}

# Free text, and the same in pinyin: once normalised, both must sound alike.
NORMALISED = {
    "128.50元": "yi4 bai3 er4 shi2 ba1 yuan2 wu3 jiao3",
    "2元": "liang3 yuan2",
    "13800138000": "yao1 san1 ba1 ling2 ling2 yao1 san1 ba1 ling2 ling2 ling2",
    "2024-03-05": "er4 ling2 er4 si4 nian2 san1 yue4 wu3 ri4",
    "8:30": "ba1 dian3 san1 shi2 fen1",
    "还款": "huan2 kuan3",
    "重启": "chong2 qi3",
    "1分钟": "yi4 fen1 zhong1",
    "第2位": "di4 er4 wei4",
    "2位": "liang3 wei4",
    "5%": "bai3 fen1 zhi1 wu3",
    "请按1": "qing3 an4 yi1",
}
SOUNDS |= {pinyin: "" for pinyin in NORMALISED.values()}


@pytest.mark.parametrize("text", [text for text, sound in SOUNDS.items() if sound])
def test_words_sound_right(phonemes: dict[str, str], text: str) -> None:
    assert phonemes[text] == SOUNDS[text]


@pytest.mark.parametrize("text", NORMALISED)
def test_a_normalised_text_sounds_like_its_pinyin(phonemes: dict[str, str], text: str) -> None:
    assert phonemes[chinese_text.normalise(text)] == phonemes[NORMALISED[text]]


def test_the_first_text_of_a_worker_is_not_lost(tmp_path: Path) -> None:
    """The first runAndWait of a process writes nothing."""
    speak_to_file("您好", tmp_path / "first.wav", "zh")
    assert sound.measure(tmp_path / "first.wav").seconds > 0.3


def test_each_text_of_a_worker_gets_its_own_file(tmp_path: Path) -> None:
    """Of several texts queued at once only the last would be rendered."""
    texts = {"one": ("好", ZH), "two": ("您好,欢迎来电", ZH), "three": ("您好,欢迎使用客服热线,请稍候", ZH)}
    speak_to_folder(tmp_path, texts, language="zh", workers=1)
    seconds = [sound.measure(tmp_path / f"{name}.wav").seconds for name in texts]
    assert seconds == sorted(seconds)
    assert seconds[0] < seconds[1] < seconds[2]


SPEAK_IN_PROCESSES = """
import os, sys
from engine.adapters.speech.worker import Worker  # numpy once for all; espeak is loaded by each

lines = iter(sys.stdin.read().splitlines())
for pair in zip(lines, lines):
    for line in pair:
        if not os.fork():
            os._exit(bool(Worker().do(line).error))
    for _ in pair:
        assert os.wait()[1] == 0
"""


def test_the_rate_is_never_lost(tmp_path: Path) -> None:
    """Without Synchronize, one process of ten spoke at the default rate."""

    def job(name: str, rate: int) -> str:
        voice = replace(ZH, rate=rate)
        source = utterance("您好,欢迎使用客服热线", voice)
        return Job(name=name, source=source, target=tmp_path / f"{name}.wav").to_line()

    lines = [job("fast", 200), job("slow", 100), *(job(str(number), 100) for number in range(30))]
    command = [sys.executable, "-c", SPEAK_IN_PROCESSES]
    subprocess.run(command, input="\n".join(lines), text=True, check=True, cwd=PROJECT)
    [slow] = {sound.measure(tmp_path / f"{name}.wav").seconds for name in ("slow", *range(30))}
    assert slow > 1.5 * sound.measure(tmp_path / "fast.wav").seconds


def test_the_worker_keeps_its_standard_output_for_replies(tmp_path: Path) -> None:
    """pyttsx3 prints "Audio saved to ..." on standard output."""
    jobs = [
        Job(name="a", source=Utterance(text="您好", voice=ZH), target=tmp_path / f"{n}.wav") for n in "ab"
    ]
    lines = "".join(job.to_line() + "\n" for job in jobs)
    done = subprocess.run(
        WORKER_COMMAND, input=lines, capture_output=True, text=True, check=True, cwd=PROJECT
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["error"] for reply in replies] == ["", ""]
    assert [reply["size"] for reply in replies] == [(tmp_path / f"{n}.wav").stat().st_size for n in "ab"]


def test_the_file_is_what_asterisk_plays_as_it_is(tmp_path: Path) -> None:
    speak_to_file("您好", tmp_path / "a.wav", "zh")
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)


@pytest.mark.parametrize("name", ["cmn-nowhere", "cmn-latn-pinyin+nobody"])
def test_a_voice_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    """espeak ignores an unknown name or variant in silence and goes on with the voice before."""
    with pytest.raises(VoiceBroken, match="is not installed") as caught:
        speak_to_file("您好", tmp_path / "a.wav", "zh", voice=Voice(name=name, language="zh"))
    assert "pip install" in caught.value.remedy
    assert not (tmp_path / "a.wav").exists()


def test_a_voice_that_reads_chinese_as_english_is_refused(tmp_path: Path) -> None:
    """As Debian 12's own espeak-ng does with `cmn`."""
    with pytest.raises(VoiceBroken, match="reads '两百"):
        speak_to_file("您好", tmp_path / "a.wav", "zh", voice=Voice(name="en-us", language="zh"))


def test_a_chinese_voice_is_refused_for_english(tmp_path: Path) -> None:
    with pytest.raises(VoiceBroken, match="reads 'hello'"):
        speak_to_file("hello", tmp_path / "a.wav", "en", voice=replace(ZH, language="en"))


def test_the_data_of_another_espeak_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path))
    speak_to_file("您好", tmp_path / "a.wav", "zh")
    assert sound.measure(tmp_path / "a.wav").seconds > 0.3


@pytest.mark.parametrize(
    ("loader", "message"),
    [
        ("raise ImportError('the wheel is damaged')", "the wheel is damaged"),
        ("def get_data_path(): return '/'\ndef get_library_path(): return '/none.so'", "/none.so"),
        ("import os, sys\nprint('phontab is missing', file=sys.stderr)\nos._exit(1)", "phontab is missing"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_a_broken_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: str, message: str
) -> None:
    """espeak-ng ends the whole process when its data are missing; a build must not try that 161 times."""
    (tmp_path / "espeakng_loader.py").write_text(loader)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(VoiceBroken, match=message):
        speak_to_file("您好", tmp_path / "a.wav", "zh")
    texts = {str(number): ("您好", ZH) for number in range(50)}
    with pytest.raises(VoiceBroken, match=message):
        speak_to_folder(tmp_path / "folder", texts, language="zh", workers=1)


def test_a_text_without_words_cannot_be_spoken(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match="no word in the text"):
        speak_to_file("……", tmp_path / "a.wav", "zh")


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable, match="No such file or directory"):
        speak_to_file("您好", tmp_path / "none" / "a.wav", "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_practice_callers_sound_unlike_the_prompts_and_each_other(tmp_path: Path, language: str) -> None:
    voices = [PROMPT_VOICES[language], *CALLER_VOICES[language]]
    text = {"zh": "您好,我家的电视没有信号", "en": "hello, my television has no signal"}[language]
    texts = {f"voice{number}": (text, voice) for number, voice in enumerate(voices)}
    report = speak_to_folder(tmp_path, texts, language=language, workers=2)
    assert report.problems == []
    assert len({(tmp_path / f"{name}.wav").read_bytes() for name in texts}) == len(voices)
