"""Many callers in one process: SIP and RTP of the least kind, keys as RFC 4733, sound timed by the kernel.

One clock serves all calls: every 20 ms each sends a packet and takes what has come. The time of a packet is
the kernel's (SO_TIMESTAMPNS), not that of looking at it, so the callers' own work does not count.
"""

import asyncio
import itertools
import re
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

PACKET_S = 0.02
_SAMPLES = 160
_ALAW, _EVENTS = 8, 101
_PAD = "0123456789*#"
_SILENCE = b"\xd5" * _SAMPLES
_KEY_PACKETS = 5  # a key is held for 100 ms
_PAUSE_PACKETS = 4
_BUFFER = 1 << 20
_TIMESTAMPNS = 35  # SO_TIMESTAMPNS of Linux; the socket module has no name for it
_REPLY_S = 20.0
_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of sound: when it came (Unix time in ns), its RTP time stamp, its A-law samples."""

    at: int
    stamp: int
    payload: bytes


@dataclass(slots=True)
class CrowdCall:
    """One caller. `on_packet` is told of each packet of sound, in the order in which they came."""

    cli: str
    call_id: str
    rtp: socket.socket
    on_packet: Callable[[Packet], None] = lambda packet: None
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    answered_at: int = 0  # Unix time in ns, as all times here
    released_at: int = 0  # when the last key was let go
    packets: int = 0
    to: str = ""
    target: str = ""
    sequence: "itertools.count[int]" = field(default_factory=lambda: itertools.count(2))
    waiting: dict[tuple[int, str], asyncio.Future[str]] = field(default_factory=dict)
    _far: tuple[str, int] | None = None
    _due: deque[tuple[int, int]] = field(default_factory=deque)  # key (-1: a pause), packet of it
    _number: int = 0
    _stamp: int = 0
    _released: asyncio.Future[None] | None = None

    async def press(self, keys: str) -> int:
        """Press keys one after another; returns when the last one was let go."""
        for key in keys:
            self._due.extend((_PAD.index(key), packet) for packet in range(_KEY_PACKETS))
            self._due.extend((-1, packet) for packet in range(_PAUSE_PACKETS))
        self._released = asyncio.get_running_loop().create_future()
        await self._released
        return self.released_at

    def begin(self, far_port: int) -> None:
        """The line is answered."""
        self._far = ("127.0.0.1", far_port)
        self.answered_at = time.time_ns()

    def tick(self) -> None:
        """20 ms have passed."""
        if self._far is None:
            return
        self._send()
        self._receive()

    def _send(self) -> None:
        key, packet = self._due.popleft() if self._due else (-1, 0)
        if key < 0:
            self._packet(_ALAW, self._stamp, _SILENCE, marker=False)
        else:
            last = packet == _KEY_PACKETS - 1
            body = struct.pack("!BBH", key, (0x80 if last else 0) | 10, (packet + 1) * _SAMPLES)
            for _ in range(3 if last else 1):
                self._packet(_EVENTS, self._stamp - packet * _SAMPLES, body, marker=packet == 0)
            if last:
                self.released_at = time.time_ns()
                if not any(following >= 0 for following, _ in self._due) and self._released is not None:
                    self._released.set_result(None)
                    self._released = None
        self._stamp = (self._stamp + _SAMPLES) & 0xFFFFFFFF

    def _packet(self, kind: int, stamp: int, body: bytes, *, marker: bool) -> None:
        self._number = (self._number + 1) & 0xFFFF
        head = struct.pack(
            "!BBHII", 0x80, kind | (0x80 if marker else 0), self._number, stamp & 0xFFFFFFFF, 4711
        )
        try:
            self.rtp.sendto(head + body, self._far or ("", 0))
        except OSError:
            pass  # the far end has gone

    def _receive(self) -> None:
        while True:
            try:
                data, notes, _, _ = self.rtp.recvmsg(2048, 64)
            except OSError:
                return
            if data[1] & 0x7F == _ALAW:
                seconds, nanoseconds = struct.unpack("qq", notes[0][2])
                self.packets += 1
                self.on_packet(
                    Packet(seconds * 1_000_000_000 + nanoseconds, int.from_bytes(data[4:8], "big"), data[12:])
                )


class Crowd:
    """The far end of a line with many channels."""

    def __init__(self, port: int, pbx_port: int, number: str) -> None:
        self._port = port
        self._pbx = ("127.0.0.1", pbx_port)
        self._number = number
        self._numbers = itertools.count(1)
        self._run = f"{time.time_ns():x}"
        self.calls: dict[str, CrowdCall] = {}
        self._sip = _udp(port)
        asyncio.get_running_loop().add_reader(self._sip, self._receive)
        self._clock = asyncio.ensure_future(self._tick_for_ever())

    async def close(self) -> None:
        """Let go of the sockets."""
        self._clock.cancel()
        await asyncio.wait({self._clock})
        asyncio.get_running_loop().remove_reader(self._sip)
        self._sip.close()
        for call in self.calls.values():
            call.rtp.close()

    async def call(self, cli: str, on_packet: Callable[[Packet], None]) -> CrowdCall:
        """Call the centre; returns when the line is answered."""
        call_id = f"{self._run}-{next(self._numbers)}@127.0.0.1"
        call = self.calls[call_id] = CrowdCall(cli, call_id, _udp(0), on_packet)
        offer = _offer(call.rtp.getsockname()[1])
        reply = await self._ask(call, "INVITE", 1, offer, f"sip:{self._number}@127.0.0.1:{self._pbx[1]}")
        if not reply.startswith("SIP/2.0 200"):
            raise ConnectionError(f"{cli}: {reply.splitlines()[0]}")
        media = re.search(r"^m=audio (\d+)", reply, re.MULTILINE)
        call.begin(int(media[1]) if media else 0)
        return call

    async def hang_up_all(self) -> None:
        """No call is up any more."""
        await asyncio.gather(*(self.hang_up(call) for call in self.calls.values()))

    async def hang_up(self, call: CrowdCall) -> None:
        """The caller has had enough."""
        if not call.gone.is_set():
            call.gone.set()
            await self._ask(call, "BYE", next(call.sequence), "", call.target)

    async def _tick_for_ever(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            for call in list(self.calls.values()):
                call.tick()
            due += PACKET_S
            await asyncio.sleep(max(0.0, due - clock()))

    # SIP

    async def _ask(self, call: CrowdCall, method: str, sequence: int, body: str, uri: str) -> str:
        """Send a request until it is answered; returns the final answer."""
        reply = call.waiting[sequence, method] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(_REPLY_S):
            while not reply.done():
                self._request(call, method, sequence, body, uri)
                await asyncio.wait({reply}, timeout=_AGAIN_S)
        return str(reply.result())

    def _request(self, call: CrowdCall, method: str, sequence: int, body: str, uri: str) -> None:
        branch = f"z9hG4bK{call.call_id.partition('@')[0]}-{sequence}-{method}"
        self._write(
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{call.cli}@127.0.0.1>;tag=1\r\n"
            f"To: {call.to or f'<{uri}>'}\r\nCall-ID: {call.call_id}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:crowd@127.0.0.1:{self._port}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    def _write(self, text: str) -> None:
        self._sip.sendto(text.encode(), self._pbx)

    def _receive(self) -> None:
        while True:
            try:
                text = self._sip.recv(65536).decode("utf-8", "replace")
            except OSError:
                return
            call = self.calls.get(_header(text, "Call-ID"))
            if text.startswith("SIP/2.0"):
                self._answered(text, call)
            elif not text.startswith("ACK") and call is not None:
                self._asked(text, call)

    def _answered(self, text: str, call: CrowdCall | None) -> None:
        if call is None or text[8:9] == "1":
            return
        sequence, _, method = _header(text, "CSeq").partition(" ")
        if method == "INVITE":
            call.to = _header(text, "To")
            contact = re.search(r"<([^>]+)>", _header(text, "Contact"))
            call.target = contact[1] if contact else f"sip:127.0.0.1:{self._pbx[1]}"
            self._request(call, "ACK", int(sequence), "", call.target)
        waiting = call.waiting.get((int(sequence), method))
        if waiting is not None and not waiting.done():
            waiting.set_result(text)

    def _asked(self, text: str, call: CrowdCall) -> None:
        """The centre hangs up, or offers its sound anew."""
        body = _offer(call.rtp.getsockname()[1]) if text.startswith("INVITE") else ""
        vias = re.findall(r"^Via: .*\r$", text, re.MULTILINE | re.IGNORECASE)
        kept = "".join(f"{name}: {_header(text, name)}\r\n" for name in ("From", "To", "Call-ID", "CSeq"))
        self._write(
            "SIP/2.0 200 OK\r\n"
            + "".join(f"{via}\n" for via in vias)
            + kept
            + f"Contact: <sip:crowd@127.0.0.1:{self._port}>\r\n"
            + f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        if text.startswith("BYE"):
            call.gone.set()


def _udp(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    made.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
    made.bind(("127.0.0.1", port))
    return made


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r$", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _offer(port: int) -> str:
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP {_ALAW} {_EVENTS}\r\na=rtpmap:{_ALAW} PCMA/8000\r\n"
        f"a=rtpmap:{_EVENTS} telephone-event/8000\r\na=fmtp:{_EVENTS} 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    )
