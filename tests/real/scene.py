"""Who hears whom: several parties, each with a tone of its own, judged by what their phones recorded.

    scene = Scene(real, CLI)
    await scene.listen(caller={"seat2"}, seat2={"caller"})   # for a moment, while it is so
    ...
    await scene.judge()                                      # when the calls are over

`MUSIC` is any sound in which no party is heard, the empty set is silence. That it is the waiting music, and
not something else, is the matter of `hears_music`.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.adapters.exchange import LineCall, Listen, Say, Telephone
from tests.real.world import CALLER, SEAT_TONES, heard_by, heard_since, music_folder, now_ms
from tests.support.centre import Whole
from tests.support.heard import RATE, Sound, write_tone
from tests.support.stalls import stood_still_ms

MUSIC = frozenset({"music"})
OUTSIDE_TONE = 2180
TONES = {"caller": CALLER, "outside": OUTSIDE_TONE, **SEAT_TONES}

# What is heard of a change comes later than the change: sound is on its way, and kept ahead.
_SETTLES_S = 0.45
_LASTS_S = 0.55
_MOST_TRIES = 4
_MOST_LOST_S = 1.0
_SOMETHING_S = 0.1
_STEP_S = 0.05
_FRAME, _HOP = 800, 200  # 10 Hz wide
_LOUD = 2e-4  # power of a tone that is meant; each is sent at 4.5e-2
_PART = 0.1  # of all that is heard
_ALONE = 0.8
_PURE = 0.97  # of all, by a phone that sends its tone; a note of the music has overtones
_MOST, _LITTLE = 0.5, 0.25  # of the time: a busy machine loses packets
# A phone that is sent nothing makes a noise of -72 dBFS; a piece of music that fades in is louder soon.
_NOTHING_DBFS = -68.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of time (UTC ms) in which nothing changed, and who was to hear whom."""

    start: int
    end: int
    expected: dict[str, frozenset[str]]
    what: str


class Scene:
    """Collects moments, and judges them when everything is recorded."""

    def __init__(self, real: Whole, cli: str = "") -> None:
        self._real = real
        self._cli = cli
        self._moments: list[Moment] = []
        self._other_ears: dict[str, tuple[int, Path]] = {}

    def person_outside(self, number: str, *, rings_seconds: float = 0.3) -> None:
        """Somebody outside who answers this number and sends a tone."""
        sounds = self._real.centre.sounds
        path = sounds / "tone_outside.wav"
        if not path.exists():
            write_tone(path, OUTSIDE_TONE, 60)
        telephone = Telephone(rings_seconds=rings_seconds, steps=(Say("tone_outside"), Listen(1)))
        self._real.centre.exchange.telephones[number] = telephone

    def other_ear(self, seat_id: str, recorded: Path) -> None:
        """This seat's phone is another one, whose recording ends now: its beginning may be missing."""
        self._other_ears[seat_id] = (now_ms(), recorded)

    async def listen(self, what: str, **expected: "set[str] | frozenset[str]") -> None:
        """Let everybody listen for a moment in which the machine does not stand still."""
        for _ in range(_MOST_TRIES):
            before = now_ms()
            await asyncio.sleep(_SETTLES_S)
            start = now_ms()
            await asyncio.sleep(_LASTS_S)
            if not stood_still_ms(before):
                break
        hears = {party: frozenset(heard) for party, heard in expected.items()}
        self._moments.append(Moment(start, now_ms(), hears, what))

    async def judge(self) -> None:
        """Compare all moments with what was recorded; all phones must be on the hook."""
        wrong = []
        for moment in self._moments:
            for party, expected in moment.expected.items():
                sounds = await self._heard_by(party, moment)
                if not any(who_is_heard(self._real, sound) == expected for sound in sounds):
                    sound = sounds[0]
                    heard = who_is_heard(self._real, sound)
                    wrong.append(
                        f"{moment.what}: {party} hears {sorted(heard)}, not {sorted(expected)};"
                        f" {sound.seconds:.2f} s, {sound.level_dbfs():.0f} dBFS"
                    )
        assert not wrong, "\n".join(wrong)

    def heard_first(self, seat_id: str) -> Sound:
        """What a phone heard in its last talk before the first moment."""
        ear = self._real.phones[seat_id].heard[-1]
        assert ear.path is not None
        return Sound.of(ear.path).part(0, ear.place(self._moments[0].start))

    async def _heard_by(self, party: str, moment: Moment) -> list[Sound]:
        """What came in at a party's phone between the moment's two instants.

        Less is recorded than there was when the machine is busy or stands still: the moment may be earlier in
        the file by any part of what it lacks.
        """
        exchange, phone = self._real.centre.exchange, self._real.phones.get(party)
        if party in self._other_ears:
            ended, path = self._other_ears[party]
            whole = Sound.of(path)
            start, end = (whole.seconds - (ended - instant) / 1000 for instant in (moment.start, moment.end))
            return [whole.part(start, end)]
        if phone is not None:
            await phone.recording()  # it is finished
            ear = next(ear for ear in reversed(phone.heard) if ear.began <= moment.start)
            assert ear.path is not None
            heard, lost = Sound.of(ear.path), stood_still_ms(ear.began) / 1000
            start, end = ear.place(moment.start), ear.place(moment.end)
            told = _earlier(heard, start, end, lost)
            if end - start > _SOMETHING_S:  # what was on its way then comes together later
                told.append(heard.part(start, start + (moment.end - moment.start) / 1000))
            return told
        if party == "caller":
            call: LineCall = self._real.placed[self._cli]
        else:
            call = next(call for call in reversed(exchange.received) if 0 < call.answered_at <= moment.start)
        heard = heard_by(call)
        since = heard_since(call, heard)
        lost = (call.ended_at - since) / 1000 - heard.seconds
        start, end = ((instant - since) / 1000 for instant in (moment.start, moment.end))
        late = (since - call.answered_at) / 1000  # of which a part may be a loss behind the moment
        return _earlier(heard, start, end, lost) + _earlier(heard, start + late, end + late, late)


def _earlier(heard: Sound, start: float, end: float, most: float) -> list[Sound]:
    """A stretch, and those before it by up to so many seconds."""
    steps = np.arange(0, min(max(0.0, most), _MOST_LOST_S) + _STEP_S, _STEP_S)
    return [heard.part(start - early, end - early) for early in steps if start >= early]


def who_is_heard(real: Whole, sound: Sound) -> frozenset[str]:
    """The parties whose tones are in most of a sound, or music."""
    if sound.seconds < _LASTS_S / 2:
        return frozenset()  # hardly anything was sent
    frames = np.lib.stride_tricks.sliding_window_view(sound.samples.astype("float64"), _FRAME)[::_HOP]
    whole = np.mean(frames**2, axis=1)
    mixed, alone, pure = {}, {}, {}
    for party, hz in TONES.items():
        wave = np.exp(-2j * np.pi * hz * np.arange(_FRAME) / RATE)
        power = 2 * np.abs(frames @ wave / _FRAME) ** 2
        mixed[party] = float(np.mean((power > _LOUD) & (power > _PART * whole)))
        alone[party] = float(np.mean((power > _LOUD) & (power > _ALONE * whole)))
        pure[party] = float(np.mean((power > _LOUD) & (power > _PURE * whole)))
    if max(pure.values()) < _LITTLE and sound.is_music(music_folder(real)):
        return MUSIC  # which may have a note like somebody's tone
    if max(mixed.values()) > _MOST:
        return frozenset(_named(mixed))
    if sound.level_dbfs() < _NOTHING_DBFS:
        return frozenset()
    return frozenset(_named(alone)) or MUSIC


def _named(shares: dict[str, float]) -> Iterator[str]:
    """Who is heard most of the time, and who is for a part of it: that is a fault, whatever was expected."""
    for party, share in shares.items():
        if share > _MOST:
            yield party
        elif share > _LITTLE:
            yield f"{party} in part"
