"""A telephone gateway of its own: callers over SIP and RTP who do everything at the instant they choose.

Callers of the practice exchange follow a script; these listen, and do the next thing when they have heard
what it needs. Their keys come as RFC 4733 events, as SIP INFO or as tones, with the lengths that they choose.
"""

import asyncio
import contextlib
import io
import itertools
import re
import socket
import struct
import time
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import soundfile

from tests.support.heard import RATE, Sound

_FRAME = 160  # samples of 20 ms
_EVENTS = "0123456789*#"
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
_PAD = ("123", "456", "789", "*0#")
_SILENCE = b"\xd5"
_REPLY_S = 10.0


class By(StrEnum):
    """How a key gets to the centre."""

    RFC4733 = "rfc4733"
    INFO = "info"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Packet:
    """20 ms of what came in: its place in what is heard, in seconds, and its A-law samples."""

    at: float
    payload: bytes


@dataclass(slots=True)
class _Frame:
    """What is sent in one 20 ms: sound, or a part of an event. `then` is told that it is away."""

    sound: bytes = b""
    event: int = -1
    number: int = 0  # of the event's frames so far
    last: bool = False
    then: asyncio.Future[None] | None = None


@dataclass(slots=True)
class _Dialogue:
    """The SIP side of one call."""

    call_id: str
    cli: str
    to: str = ""
    target: str = ""
    sequence: "itertools.count[int]" = field(default_factory=lambda: itertools.count(2))
    waiting: dict[tuple[int, str], asyncio.Future[str]] = field(default_factory=dict)


class GatewayCall:
    """One caller, from the answer of the line until somebody hangs up."""

    def __init__(self, gateway: "Gateway", dialogue: _Dialogue, by: By) -> None:
        self._gateway = gateway
        self._dialogue = dialogue
        self.by = by
        self.cli = dialogue.cli
        self.gone = asyncio.Event()
        self.answered_at = 0.0  # of the monotonic clock
        self._pending: deque[_Frame] = deque()
        self._packets: list[Packet] = []
        self._line = bytearray()  # what came in, one packet after another; silence where nothing was sent
        self._stamp_before = -1
        self._rtp = _udp(0)
        self._far = ("127.0.0.1", 0)
        self._sending: asyncio.Task[None] | None = None
        self._sequence = self._stamp = 0

    @property
    def rtp_port(self) -> int:
        """Where its sound comes in."""
        return int(self._rtp.getsockname()[1])

    # What the caller does

    async def press(self, keys: str, *, ms: int = 80, pause_ms: int = 120, by: By | None = None) -> None:
        """Press keys one after another; returns when the last one is released."""
        by = by or self.by
        if by is By.INFO:
            for key in keys:
                await self._gateway.info(self._dialogue, key, ms)
                await asyncio.sleep((ms + pause_ms) / 1000)
            return
        frames: list[_Frame] = []
        for key in keys:
            frames += _tone(key, ms) if by is By.TONE else _event(key, ms)
            frames += _sound(np.zeros(pause_ms * RATE // 1000))
        await self._away(frames)

    async def say(self, sound: Sound) -> None:
        """Speak; returns when all is said."""
        await self._away(_sound(sound.samples))

    async def hang_up(self) -> None:
        """Say goodbye, wherever the call stands."""
        if not self.gone.is_set():
            self.gone.set()
            await self._gateway.bye(self._dialogue)

    async def until_gone(self, seconds: float = 15.0) -> None:
        """Wait until the centre has hung up."""
        async with asyncio.timeout(seconds):
            await self.gone.wait()

    # What the caller hears

    def heard(self, start: float = 0.0) -> Sound:
        """What came in so far; its beginning is the answer of the line, or a later place."""
        return Sound(_decoded(bytes(self._line[round(start * RATE) :])))

    def packets(self, start: float = 0.0) -> list[Packet]:
        """What came in so far, as it came; from a place on."""
        return self._packets[bisect_left(self._packets, start, key=lambda packet: packet.at) :]

    @property
    def heard_s(self) -> float:
        """How much came in so far; where nothing is sent it stands still."""
        return len(self._line) / RATE

    @property
    def now(self) -> float:
        """The present as a place in what is heard."""
        return time.monotonic() - self.answered_at

    def _place(self, stamp: int, payload: bytes) -> None:
        """Behind the packet before, or where the clock says, when nothing was sent between."""
        since = (stamp - self._stamp_before) & 0xFFFFFFFF
        if self._stamp_before >= 0 and 0 < since <= 2 * _FRAME:
            self._line += _SILENCE * (since - _FRAME)
        else:
            self._line += _SILENCE * (round(self.now * RATE) - len(self._line))
        self._packets.append(Packet(self.heard_s, payload))
        self._line += payload
        self._stamp_before = stamp

    # Sound on its way

    def begin(self, far_port: int) -> None:
        """The line is answered."""
        self.answered_at = time.monotonic()
        self._far = ("127.0.0.1", far_port)
        asyncio.get_running_loop().add_reader(self._rtp, self._receive)
        self._sending = asyncio.ensure_future(self._send_for_ever())

    async def end(self) -> None:
        """Let go of sockets and tasks."""
        asyncio.get_running_loop().remove_reader(self._rtp)
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait({self._sending})
        for frame in self._pending:
            if frame.then is not None:
                frame.then.cancel()
        self._rtp.close()

    async def _away(self, frames: list[_Frame]) -> None:
        frames[-1].then = asyncio.get_running_loop().create_future()
        self._pending.extend(frames)
        await frames[-1].then

    def _receive(self) -> None:
        while True:
            try:
                packet = self._rtp.recv(2048)
            except OSError:
                return
            if packet[1] & 0x7F == 8:
                self._place(int.from_bytes(packet[4:8], "big"), packet[12:])

    async def _send_for_ever(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            frame = self._pending.popleft() if self._pending else _Frame(sound=_SILENCE * _FRAME)
            self._send(frame)
            if frame.then is not None and not frame.then.done():
                frame.then.set_result(None)
            due = max(due + _FRAME / RATE, clock())  # late is late: two keys never come at once
            await asyncio.sleep(max(0.0, due - clock()))

    def _send(self, frame: _Frame) -> None:
        if frame.event < 0:
            self._packet(8, self._stamp, frame.sound, marker=False)
        else:
            began = self._stamp - frame.number * _FRAME
            body = struct.pack(
                "!BBH", frame.event, (0x80 if frame.last else 0) | 10, (frame.number + 1) * _FRAME
            )
            for _ in range(3 if frame.last else 1):
                self._packet(101, began, body, marker=frame.number == 0)
        self._stamp += _FRAME

    def _packet(self, kind: int, stamp: int, body: bytes, *, marker: bool) -> None:
        head = struct.pack(
            "!BBHII", 0x80, kind | (0x80 if marker else 0), self._sequence, stamp & 0xFFFFFFFF, 4711
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        try:
            self._rtp.sendto(head + body, self._far)
        except OSError:
            pass  # the far end has gone


class Gateway:
    """The far end of a line, on its own port."""

    def __init__(self, port: int, pbx_port: int) -> None:
        self.port = port
        self._pbx = ("127.0.0.1", pbx_port)
        self._calls: dict[str, GatewayCall] = {}
        self._dialogues: dict[str, _Dialogue] = {}
        self._numbers = itertools.count(1)
        self._run = f"{time.time_ns():x}"
        self._sip = _udp(port)
        asyncio.get_running_loop().add_reader(self._sip, self._receive)

    @property
    def calls(self) -> list[GatewayCall]:
        """Those since all were hung up."""
        return list(self._calls.values())

    async def hang_up_all(self) -> None:
        """No call is up any more."""
        for call in self._calls.values():
            with contextlib.suppress(TimeoutError):  # an Asterisk that is down says nothing
                await call.hang_up()
            await call.end()
        self._calls.clear()

    async def close(self) -> None:
        """Let go of the port."""
        await self.hang_up_all()
        asyncio.get_running_loop().remove_reader(self._sip)
        self._sip.close()

    async def call(
        self, cli: str, by: By = By.RFC4733, *, promises_events: bool | None = None
    ) -> GatewayCall:
        """Call the centre; returns when the line is answered. `promises_events`: RFC 4733 in the offer."""
        dialogue = _Dialogue(call_id=f"{self._run}-{next(self._numbers)}@127.0.0.1", cli=cli)
        call = GatewayCall(self, dialogue, by)
        self._calls[dialogue.call_id] = call
        self._dialogues[dialogue.call_id] = dialogue
        promises = by is By.RFC4733 if promises_events is None else promises_events
        reply = await self._ask(
            dialogue, "INVITE", 1, _offer(call.rtp_port, promises), f"sip:96335@127.0.0.1:{self._pbx[1]}"
        )
        assert reply.startswith("SIP/2.0 200"), reply.splitlines()[0]
        media = re.search(r"^m=audio (\d+)", reply, re.MULTILINE)
        assert media is not None
        call.begin(int(media[1]))
        return call

    async def info(self, dialogue: _Dialogue, key: str, ms: int) -> None:
        """A key as SIP INFO."""
        body = f"Signal={key}\r\nDuration={ms}\r\n"
        reply = await self._ask(dialogue, "INFO", next(dialogue.sequence), body, dialogue.target)
        assert reply.startswith("SIP/2.0 200"), reply.splitlines()[0]

    async def bye(self, dialogue: _Dialogue) -> None:
        """The end of a call."""
        await self._ask(dialogue, "BYE", next(dialogue.sequence), "", dialogue.target)

    # SIP

    async def _ask(self, dialogue: _Dialogue, method: str, sequence: int, body: str, uri: str) -> str:
        """Send a request until it is answered; returns the final answer."""
        reply = dialogue.waiting[sequence, method] = asyncio.get_running_loop().create_future()
        text = self._request(dialogue, method, sequence, body, uri)
        async with asyncio.timeout(_REPLY_S):
            while True:
                self._send(text)
                done, _ = await asyncio.wait({reply}, timeout=0.5 if method != "INVITE" else _REPLY_S)
                if done:
                    break
        return str(reply.result())

    def _request(self, dialogue: _Dialogue, method: str, sequence: int, body: str, uri: str) -> str:
        kind = "application/dtmf-relay" if method == "INFO" else "application/sdp"
        branch = f"z9hG4bK{dialogue.call_id.partition('@')[0]}-{sequence}-{method}"
        return (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{dialogue.cli}@127.0.0.1>;tag=1\r\n"
            f"To: {dialogue.to or f'<{uri}>'}\r\nCall-ID: {dialogue.call_id}\r\n"
            f"CSeq: {sequence} {method}\r\nContact: <sip:gateway@127.0.0.1:{self.port}>\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    def _send(self, text: str) -> None:
        self._sip.sendto(text.encode(), self._pbx)

    def _receive(self) -> None:
        while True:
            try:
                data = self._sip.recv(65536)
            except OSError:
                return
            self._came(data.decode("utf-8", "replace"))

    def _came(self, text: str) -> None:
        call_id = _header(text, "Call-ID")
        if text.startswith("SIP/2.0"):
            self._answered(text, self._dialogues.get(call_id))
            return
        method = text.partition(" ")[0]
        if method == "ACK":
            return
        call = self._calls.get(call_id)
        body = _offer(call.rtp_port, events=True) if method == "INVITE" and call is not None else ""
        self._send(_ok(text, body, self.port))
        if method == "BYE" and call is not None:
            call.gone.set()

    def _answered(self, text: str, dialogue: _Dialogue | None) -> None:
        if dialogue is None or text[8:9] == "1":
            return
        sequence, _, method = _header(text, "CSeq").partition(" ")
        if method == "INVITE":
            dialogue.to = _header(text, "To")
            contact = re.search(r"<([^>]+)>", _header(text, "Contact"))
            dialogue.target = contact[1] if contact else f"sip:127.0.0.1:{self._pbx[1]}"
            self._send(self._request(dialogue, "ACK", int(sequence), "", dialogue.target))
        waiting = dialogue.waiting.get((int(sequence), method))
        if waiting is not None and not waiting.done():
            waiting.set_result(text)


def _udp(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind(("127.0.0.1", port))
    return made


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r$", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _ok(request: str, body: str, port: int) -> str:
    vias = re.findall(r"^Via: .*\r$", request, re.MULTILINE | re.IGNORECASE)
    names = ("From", "To", "Call-ID", "CSeq")
    kept = "".join(f"{name}: {_header(request, name)}\r\n" for name in names)
    return (
        "SIP/2.0 200 OK\r\n" + "".join(f"{via}\n" for via in vias) + kept
        + f"Contact: <sip:gateway@127.0.0.1:{port}>\r\n"
        + f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )  # fmt: skip


def _offer(port: int, events: bool) -> str:
    kinds, more = (
        ("8 101", "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n") if events else ("8", "")
    )
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {kinds}\r\na=rtpmap:8 PCMA/8000\r\n{more}a=ptime:20\r\na=sendrecv\r\n"
    )


def _event(key: str, ms: int) -> list[_Frame]:
    count = max(1, ms * RATE // 1000 // _FRAME)
    return [
        _Frame(event=_EVENTS.index(key), number=number, last=number == count - 1) for number in range(count)
    ]


def _tone(key: str, ms: int) -> list[_Frame]:
    row = next(number for number, keys in enumerate(_PAD) if key in keys)
    pair = (_ROWS[row], _COLUMNS[_PAD[row].index(key)])
    times = np.arange(ms * RATE // 1000) / RATE
    return _sound(0.15 * (np.sin(2 * np.pi * pair[0] * times) + np.sin(2 * np.pi * pair[1] * times)))


def _sound(samples: np.ndarray) -> list[_Frame]:
    whole = np.zeros(-(-len(samples) // _FRAME) * _FRAME)
    whole[: len(samples)] = samples
    file = io.BytesIO()
    soundfile.write(file, whole, RATE, format="RAW", subtype="ALAW")
    data = file.getvalue()
    return [_Frame(sound=data[start : start + _FRAME]) for start in range(0, len(data), _FRAME)]


def _decoded(data: bytes) -> np.ndarray:
    if not data:
        return np.zeros(0, dtype="float32")
    sound, _ = soundfile.read(
        io.BytesIO(data), dtype="float32", samplerate=RATE, channels=1, format="RAW", subtype="ALAW"
    )
    return np.asarray(sound)
