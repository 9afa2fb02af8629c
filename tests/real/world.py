"""Words for what happens in a real call: who sends which tone, what is on record, where files are."""

import asyncio
import hashlib
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import soundfile

from engine.adapters.exchange import LineCall, PlacedCall, Say
from engine.core.records import CallRecord
from engine.core.states import AgentState, CallState
from engine.daemon.demo.site import toml_text
from engine.wire.methods import CallDetail
from tests.support.centre import Desk, Whole, eventually
from tests.support.heard import RATE, Sound, Span, longest_hole, write_tone
from tests.support.stalls import longest_stall_ms, stood_still_ms

# Every party sends a tone of its own. None is a key's, none is a multiple of another.
CALLER, OTHER_CALLER = 620, 1060
SEAT_TONES = {"seat1": 1140, "seat2": 1420, "seat3": 1780}
BLIP = 540
TALK_S = 90

# Of a prompt that was played to its end so much is found again, if the machine had other work to do.
WHOLE = 0.75

CLI, OTHER = "13911110001", "13911110002"

_CLOCK_MS = 1000  # the exchange and the engine look at the same clock, but each after some work
_LENGTH_MS = 300


def tone(hz: int) -> Say:
    """A caller who sends a tone until the call is over."""
    return Say(f"tone_{hz}")


def blip() -> Say:
    """A short sound that marks an instant in the recording."""
    return Say("blip")


def make_sounds(whole: Whole) -> None:
    """The tones of all parties; the phones send theirs from now on."""
    sounds = whole.centre.sounds
    for hz in (CALLER, OTHER_CALLER):
        _made(sounds / f"tone_{hz}.wav", hz, TALK_S)
    _made(sounds / "tone_3s.wav", CALLER, 3)
    _made(sounds / "blip.wav", BLIP, 0.1)
    for seat_id, hz in SEAT_TONES.items():
        whole.phones[seat_id].speak_from(_made(sounds / f"tone_{hz}.wav", hz, 5))


def _made(path: Path, hz: int, seconds: float) -> Path:
    return path if path.exists() else write_tone(path, hz, seconds)


def prompt(whole: Whole, name: str) -> Path:
    """The file of a prompt, as Asterisk plays it."""
    return whole.centre.site.paths.prompts / "zh" / f"{name}.wav"


def heard_by(placed: LineCall) -> Sound:
    """What somebody on a telephone heard; `at` finds an instant in it."""
    assert placed.heard is not None
    return Sound.of(placed.heard)


def heard_since(call: LineCall, heard: Sound) -> float:
    """When what was heard began, in UTC ms: on a busy machine that is told late, so its end says when."""
    by_its_end = call.ended_at - heard.seconds * 1000
    return min(max(by_its_end, call.answered_at), call.heard_from)


def at(placed: PlacedCall, millis: int) -> float:
    """An instant as a place in what the caller heard."""
    return (millis - heard_since(placed, heard_by(placed))) / 1000


def recording(whole: Whole, detail: CallDetail, channel: int) -> Sound:
    """One side of the call's recording: 0 is the customer, 1 the agent."""
    (info,) = [info for info in detail.recordings if info.kind == "call"]
    assert not info.error
    return Sound.of(whole.centre.site.paths.recordings / info.path, channel)


async def call_in(whole: Whole, cli: str, *states: CallState, seconds: float = 15.0) -> None:
    """Wait until the call from this number is in one of these states, as a supervisor sees it."""

    async def there() -> bool | None:
        return any(view.cli == cli and view.state in states for view in (await whole.floor()).calls) or None

    await eventually(there, seconds, f"{cli} {'/'.join(states)}")


async def gone(whole: Whole, cli: str, seconds: float = 15.0) -> None:
    """Wait until no call from this number is up."""

    async def away() -> bool | None:
        return all(view.cli != cli for view in (await whole.floor()).calls) or None

    await eventually(away, seconds, f"{cli} gone")


async def presented(desk: Desk, cli: str, seconds: float = 15.0) -> None:
    """Wait until the call from this number rings at a desk."""
    await desk.until(
        lambda view: (
            view.call is not None and view.call.cli == cli and view.call.state is CallState.PRESENTED
        ),
        seconds,
    )


async def talking(desk: Desk, cli: str, seconds: float = 15.0) -> None:
    """Wait until a desk talks with this number."""
    await desk.until(
        lambda view: (
            view.agent.state is AgentState.TALKING and view.call is not None and view.call.cli == cli
        ),
        seconds,
    )


def times_in_order(record: CallRecord, placed: PlacedCall) -> None:
    """All instants are UTC milliseconds, in their order, and as the exchange saw them."""
    instants = [
        record.accepted_at,
        record.offered_at,
        record.presented_at,
        record.answered_at,
        record.ended_at,
    ]
    happened = [instant for instant in instants if instant]
    assert happened == sorted(happened), record
    assert abs(record.accepted_at - placed.answered_at) < _CLOCK_MS
    assert abs(record.ended_at - placed.ended_at) < _CLOCK_MS


def recording_whole(whole: Whole, detail: CallDetail) -> None:
    """The recording is stereo, as long as the call, and the file that was stored."""
    (info,) = [info for info in detail.recordings if info.kind == "call"]
    assert not info.error, info.error
    path = whole.centre.site.paths.recordings / info.path
    facts = soundfile.info(path)
    length_ms = detail.record.ended_at - detail.record.accepted_at
    tolerance_ms = _LENGTH_MS + stood_still_ms(detail.record.accepted_at)
    assert facts.channels == 2
    assert abs(facts.frames / 8 - length_ms) < tolerance_ms, (facts.frames / 8, length_ms)
    assert abs(info.length_ms - length_ms) < tolerance_ms
    assert hashlib.sha256(path.read_bytes()).hexdigest() == info.sha256
    assert info.codec == "flac"


def unbroken(whole: Whole, spans: Iterable[Span], hole_s: float = 0.2) -> bool:
    """Whether no silence between stretches of sound was so long; a machine that stands still makes one."""
    return longest_hole(spans) < hole_s + 2 * longest_stall_ms(whole.started_ms) / 1000


def now_ms() -> int:
    """The clock that engine, exchange and phones share."""
    return time.time_ns() // 1_000_000


def music_folder(whole: Whole) -> Path:
    """Where the pieces of the waiting music are."""
    settings = (whole.centre.site.paths.asterisk / "etc" / "musiconhold.conf").read_text(encoding="utf-8")
    return Path(settings.partition("directory = ")[2].splitlines()[0])


def hears_music(whole: Whole, heard: Sound, start: float, end: float) -> bool:
    """Whether waiting music was heard in both halves of a stretch."""
    folder, middle = music_folder(whole), (start + end) / 2
    return heard.part(start, middle).is_music(folder) and heard.part(middle, end).is_music(folder)


@asynccontextmanager
async def other_configuration(
    whole: Whole, change: Callable[[dict[str, Any]], object], flow: dict[str, str] | None = None
) -> AsyncIterator[None]:
    """Run the engine with a changed configuration, and with replacements in the text of its flow."""
    site = whole.centre.site
    before = site.config_file.read_text(encoding="utf-8")
    settings = tomllib.loads(before)
    change(settings)
    if flow:
        text = (site.paths.home / settings["ivr"]["flow"]).read_text(encoding="utf-8")
        for old, new in flow.items():
            assert old in text
            text = text.replace(old, new)
        (site.paths.home / "other_flow.toml").write_text(text, encoding="utf-8")
        settings["ivr"]["flow"] = "other_flow.toml"
    await _restart(whole, toml_text(settings))
    try:
        yield
    finally:
        await _restart(whole, before)


async def _restart(whole: Whole, configuration: str) -> None:
    engine = whole.centre.engine
    await asyncio.to_thread(engine.stop)
    whole.centre.site.config_file.write_text(configuration, encoding="utf-8")
    await engine.start()
    await engine.wait_for_seats(set(whole.phones))


@contextmanager
def cut_short(whole: Whole, seconds: float, *names: str) -> Iterator[None]:
    """Play only the beginning of some prompts, so that nobody has to hear them out."""
    files = {prompt(whole, name): prompt(whole, name).read_bytes() for name in names}
    try:
        for path in files:
            soundfile.write(path, Sound.of(path).part(0, seconds).samples, RATE, subtype="PCM_16")
        yield
    finally:
        for path, data in files.items():
            path.write_bytes(data)
