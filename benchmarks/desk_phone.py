"""A SIP phone of the least kind, so that the phone itself costs next to nothing and can be timed by packet.

It registers, rings, and if told to, picks up at once and hangs up after a moment. It sends no sound.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Iterator
from itertools import count
from typing import Any, cast

_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
_EXPIRES_S = 600

Headers = dict[str, list[str]]


class DeskPhone(asyncio.DatagramProtocol):
    """One phone with one line.

    `talks_s` gives the seconds after which it hangs up each call that it picks up; None: it only rings.
    """

    def __init__(self, user: str, secret: str, pbx_port: int) -> None:
        self.talks_s: Iterator[float] | None = None
        self.invites = 0
        self.gaps_ms: list[float] = []
        self._user = user
        self._secret = secret
        self._pbx = ("127.0.0.1", pbx_port)
        self._sequence = count(1)
        self._registered: asyncio.Future[None] | None = None
        self._transport: asyncio.DatagramTransport
        self._port = 0
        self._call: Headers | None = None
        self._answered = False
        self._hung_up_at: float | None = None
        self._contact = ""
        self._call_key = f"{user}-{time.time_ns():x}"

    def forget_gaps(self) -> None:
        """Begin to count anew."""
        self.gaps_ms.clear()
        self._hung_up_at = None

    async def start(self) -> None:
        """Register; returns when the registrar has accepted."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        await self._register(_EXPIRES_S)

    async def close(self) -> None:
        """Unregister."""
        await self._register(0)
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._port = transport.get_extra_info("sockname")[1]
        self._contact = f"<sip:{self._user}@127.0.0.1:{self._port}>"

    def datagram_received(self, data: bytes, addr: Any) -> None:
        now = time.perf_counter()
        first, headers = _parse(data.decode("utf-8", "replace"))
        if first.startswith("SIP/2.0"):
            self._replied(int(first.split()[1]), headers)
            return
        method = first.split()[0]
        if method == "INVITE":
            self._invited(headers, now)
        elif method == "ACK":
            self._acknowledged(headers)
        elif method == "CANCEL":
            self._reply(headers, "200 OK")
            if self._call is not None:
                self._reply(self._call, "487 Request Terminated")
        else:
            self._reply(headers, "200 OK")
            if method == "BYE":
                self._call = None

    # Calls

    def _invited(self, headers: Headers, now: float) -> None:
        if self._call is not None and self._call["call-id"] == headers["call-id"]:
            return  # sent again
        if self._hung_up_at is not None:
            self.gaps_ms.append((now - self._hung_up_at) * 1000)
            self._hung_up_at = None
        self.invites += 1
        self._call, self._answered = headers, False
        self._reply(headers, "180 Ringing")
        if self.talks_s is not None:
            self._answered = True
            self._reply(headers, "200 OK", _SDP.format(port=self._port + 1))

    def _acknowledged(self, headers: Headers) -> None:
        if self._call is None or headers["call-id"] != self._call["call-id"]:
            return
        if self._answered and self.talks_s is not None:
            asyncio.get_running_loop().call_later(next(self.talks_s), self._hang_up, self._call)
        else:
            self._call = None

    def _hang_up(self, call: Headers) -> None:
        if self._call is not call:
            return
        self._call = None
        match = re.search(r"<([^>]+)>", call["contact"][0])
        target = match.group(1) if match else ""
        self._hung_up_at = time.perf_counter()
        self._send(
            f"BYE {target} SIP/2.0",
            {
                "Via": self._via(),
                "From": self._tagged(call["to"][0]),
                "To": call["from"][0],
                "Call-ID": call["call-id"][0],
                "CSeq": "1 BYE",
            },
        )

    # Registration

    async def _register(self, expires: int) -> None:
        self._registered = asyncio.get_running_loop().create_future()
        self._expires = expires
        self._send_register("")
        async with asyncio.timeout(5):
            await self._registered

    def _send_register(self, authorization: str) -> None:
        own = f"<sip:{self._user}@127.0.0.1>"
        headers = {
            "Via": self._via(),
            "From": f"{own};tag=r",
            "To": own,
            "Call-ID": self._call_key,
            "CSeq": f"{next(self._sequence)} REGISTER",
            "Contact": self._contact,
            "Expires": str(self._expires),
        }
        if authorization:
            headers["Authorization"] = authorization
        self._send(f"REGISTER sip:127.0.0.1:{self._pbx[1]} SIP/2.0", headers)

    def _replied(self, status: int, headers: Headers) -> None:
        if not headers["cseq"][0].endswith("REGISTER") or self._registered is None:
            return
        if status == 401:
            self._send_register(self._digest(headers["www-authenticate"][0]))
        elif not self._registered.done():
            if status == 200:
                self._registered.set_result(None)
            else:
                self._registered.set_exception(RuntimeError(f"{self._user} cannot register: {status}"))

    def _digest(self, challenge: str) -> str:
        asked = {name: quoted or plain for name, quoted, plain in _FIELD.findall(challenge)}
        uri = f"sip:127.0.0.1:{self._pbx[1]}"
        secret = _md5(f"{self._user}:{asked['realm']}:{self._secret}")
        response = _md5(f"{secret}:{asked['nonce']}:00000001:fourseat:auth:{_md5(f'REGISTER:{uri}')}")
        opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return (
            f'Digest username="{self._user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
            f'uri="{uri}", qop=auth, nc=00000001, cnonce="fourseat", algorithm=MD5, '
            f'response="{response}"{opaque}'
        )

    # Packets

    def _reply(self, request: Headers, status: str, body: str = "") -> None:
        lines = [f"SIP/2.0 {status}"]
        lines += [f"Via: {via}" for via in request["via"]]
        lines += [f"Record-Route: {route}" for route in request.get("record-route", [])]
        lines += [
            f"From: {request['from'][0]}",
            f"To: {self._tagged(request['to'][0])}",
            f"Call-ID: {request['call-id'][0]}",
            f"CSeq: {request['cseq'][0]}",
            f"Contact: {self._contact}",
        ]
        self._write(lines, body)

    def _send(self, first: str, headers: dict[str, str]) -> None:
        self._write([first, *(f"{name}: {value}" for name, value in headers.items()), "Max-Forwards: 70"], "")

    def _write(self, lines: list[str], body: str) -> None:
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body)}")
        self._transport.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._pbx)

    def _via(self) -> str:
        return f"SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK{time.time_ns():x};rport"

    @staticmethod
    def _tagged(to: str) -> str:
        return to if ";tag=" in to else f"{to};tag=phone"


_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _parse(text: str) -> tuple[str, Headers]:
    first, *lines = text.partition("\r\n\r\n")[0].split("\r\n")
    headers: Headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return first, headers
