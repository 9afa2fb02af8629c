"""A SIP sender without manners: whatever text a test wants, from a socket that the test holds."""

import re
import socket

SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"


class RawCaller:
    """One call over UDP from the given port."""

    def __init__(self, port: int, pbx_port: int, call_id: str) -> None:
        self._pbx_port = pbx_port
        self._call_id = call_id
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(5)
        self._socket.bind(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]

    def invite(self, number: str, caller: str) -> int:
        """Send an INVITE from the raw header value `caller`; returns the final status, acknowledged."""
        self._caller = caller
        self._send("INVITE", f"sip:{number}@127.0.0.1:{self._pbx_port}", "", SDP)
        while True:
            reply = self._socket.recv(65536).decode("utf-8", "replace")
            if not reply.startswith("SIP/2.0 "):
                continue  # a request of the call before
            status = int(reply.split()[1])
            if status >= 200 and " INVITE" in reply:
                break
        self._to = found.group(1) if (found := re.search(r"^To: (.*)\r$", reply, re.MULTILINE)) else ""
        self._send("ACK", f"sip:{number}@127.0.0.1:{self._pbx_port}", self._to)
        return status

    def bye(self) -> None:
        self._send("BYE", f"sip:127.0.0.1:{self._pbx_port}", self._to, sequence=2)
        self._socket.recv(65536)

    def close(self) -> None:
        self._socket.close()

    def _send(self, method: str, uri: str, to: str, body: str = "", sequence: int = 1) -> None:
        text = (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{self._call_id}{method};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {self._caller};tag=1\r\nTo: {to or f'<{uri}>'}\r\n"
            f"Call-ID: {self._call_id}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:raw@127.0.0.1:{self.port}>\r\nContent-Type: application/sdp\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(text.encode(), ("127.0.0.1", self._pbx_port))
