"""A desk phone with a voice and an ear, timed by packet: when does who hear whom?"""

import asyncio
import math
import re
import struct
import time
from itertools import repeat
from typing import Any

from benchmarks.desk_phone import DeskPhone

_PAYLOAD = 160  # bytes of A-law: 20 ms
_PACKET_S = 0.02
_ALAW = 8
_HEADER = 12  # of RTP (RFC 3550)
_TONE_HZ = 1000
_LOUD = 0.25  # of the samples of a packet that are not nearly silent
_STAYS_S = 3600.0


class SoundingPhone(DeskPhone):
    """Picks up at once and stays; `speaks`: it sends a tone.

    `heard_at` is the instant (`time.perf_counter`) of the first packet with sound in it since `listen`.
    """

    def __init__(self, user: str, secret: str, pbx_port: int, *, speaks: bool) -> None:
        super().__init__(user, secret, pbx_port)
        self.talks_s = repeat(_STAYS_S)
        self.heard_at: asyncio.Future[float] | None = None
        self._speaks = speaks
        self._ear: asyncio.DatagramTransport
        self._speaking: asyncio.Task[None] | None = None
        self._peer: tuple[str, int] | None = None

    async def start(self) -> None:
        """Open the ear, and register."""
        await super().start()
        loop = asyncio.get_running_loop()
        ear, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self), local_addr=("127.0.0.1", self._port + 1)
        )
        self._ear = ear
        if self._speaks:
            self._speaking = loop.create_task(self._speak())

    async def close(self) -> None:
        """Unregister, and be quiet."""
        if self._speaking is not None:
            self._speaking.cancel()
        self._ear.close()
        await super().close()

    def listen(self) -> asyncio.Future[float]:
        """The instant at which sound comes from now on."""
        self.heard_at = asyncio.get_running_loop().create_future()
        return self.heard_at

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """A request says where it wants to have the sound sent to (SDP, RFC 4566)."""
        if data.startswith(b"INVITE") and (audio := re.search(rb"^m=audio (\d+) ", data, re.MULTILINE)):
            self._peer = ("127.0.0.1", int(audio.group(1)))
        super().datagram_received(data, addr)

    def take(self, packet: bytes) -> None:
        """One RTP packet."""
        waits = self.heard_at
        if waits is not None and not waits.done() and is_loud(packet[_HEADER:]):
            waits.set_result(time.perf_counter())

    async def _speak(self) -> None:
        """Send a tone to whoever called last."""
        tone = [_tone(n) for n in range(2)]
        sequence, due = 0, time.perf_counter()
        while True:
            due += _PACKET_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self._peer is not None:
                head = struct.pack("!BBHII", 0x80, _ALAW, sequence & 0xFFFF, sequence * _PAYLOAD, 7)
                self._ear.sendto(head + tone[sequence % len(tone)], self._peer)
                sequence += 1


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, phone: SoundingPhone) -> None:
        self._phone = phone

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._phone.take(data)


def is_loud(payload: bytes) -> bool:
    """Whether A-law samples hold more than noise: the seven bits below the sign say how far from zero."""
    loud = sum((sample ^ 0x55) & 0x7F >= 0x20 for sample in payload)
    return loud > _LOUD * len(payload)


def alaw(sample: float) -> int:
    """One sample, -1 to 1, as A-law (ITU-T G.711)."""
    value = min(4095, int(abs(sample) * 4096))
    exponent = max(0, value.bit_length() - 5)
    mantissa = (value >> max(1, exponent)) & 0x0F
    sign = 0x80 if sample >= 0 else 0
    return (sign | exponent << 4 | mantissa) ^ 0x55


def _tone(number: int) -> bytes:
    first = number * _PAYLOAD
    return bytes(
        alaw(0.3 * math.sin(2 * math.pi * _TONE_HZ * n / 8000)) for n in range(first, first + _PAYLOAD)
    )
