"""A phone's microphone and ear, without a network."""

import wave
from pathlib import Path

import pytest

from engine.adapters.phone.phone import wants_auto_answer
from engine.adapters.phone.sound import Ear, Microphone, WrongSound, read_wav


class Line:
    """Takes so much at once, and gives what is put in."""

    def __init__(self, room: int = 1_000_000, incoming: bytes = b"") -> None:
        self.room = room
        self.sent = b""
        self._incoming = incoming

    def write(self, pcm: bytes) -> int:
        taken = pcm[: self.room]
        self.room -= len(taken)
        self.sent += taken
        return len(taken)

    def read(self, max_bytes: int) -> bytes:
        piece, self._incoming = self._incoming[:max_bytes], self._incoming[max_bytes:]
        return piece


def wav(path: Path, pcm: bytes, *, channels: int = 1, rate: int = 8000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path


def test_the_microphone_says_its_sound_over_and_over_and_from_the_start_in_each_call() -> None:
    microphone, line = Microphone(b"abcdef"), Line()
    microphone.speak(line, 4)
    microphone.speak(line, 10)
    assert line.sent == b"abcdefabcdefab"
    microphone.start()
    microphone.speak(line, 3)
    assert line.sent.endswith(b"ababc")


def test_what_the_line_does_not_take_is_said_later() -> None:
    microphone, line = Microphone(b"abcdef"), Line(room=2)
    microphone.speak(line, 6)
    line.room = 100
    microphone.speak(line, 2)
    assert line.sent == b"abcd"


def test_without_a_sound_the_phone_is_silent() -> None:
    line = Line()
    Microphone.of_file(None).speak(line, 100)
    assert line.sent == b""


def test_what_is_heard_is_written(tmp_path: Path) -> None:
    ear = Ear(tmp_path / "heard.wav")
    ear.listen(Line(incoming=b"ab" * 8000))
    ear.listen(Line(incoming=b"cd" * 4000))
    ear.close()
    assert ear.seconds == 1.5
    assert read_wav(tmp_path / "heard.wav") == b"ab" * 8000 + b"cd" * 4000


def test_an_ear_without_a_file_only_counts() -> None:
    ear = Ear(None)
    ear.listen(Line(incoming=b"ab" * 8000))
    ear.close()
    assert ear.seconds == 1.0


@pytest.mark.parametrize("form", [{"channels": 2}, {"rate": 16000}])
def test_a_wrong_form_is_refused_by_name(tmp_path: Path, form: dict[str, int]) -> None:
    path = wav(tmp_path / "wrong.wav", b"abcd", **form)
    with pytest.raises(WrongSound, match=r"wrong\.wav"):
        read_wav(path)


def test_what_is_no_wav_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(WrongSound, match=r"text\.wav"):
        Microphone.of_file(tmp_path / "text.wav")


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, False),
        ({"Call-Info": "<sip:127.0.0.1>;answer-after=0"}, True),
        ({"Call-Info": "<sip:127.0.0.1>; Answer-After = 0"}, True),
        ({"Call-Info": "<sip:127.0.0.1>;answer-after=5"}, False),
        ({"Alert-Info": "<http://127.0.0.1>;info=alert-autoanswer;delay=0"}, True),
        ({"Alert-Info": "<http://127.0.0.1>;info=ring-2"}, False),
    ],
)
def test_which_calls_a_phone_answers_by_itself(headers: dict[str, str], wanted: bool) -> None:
    assert wants_auto_answer(headers) is wanted
