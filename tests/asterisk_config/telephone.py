"""A telephone company for tests: the practice exchange with Python at its switchboard.

Blocking on purpose: one thread a call, each scripted in the test that makes it.
"""

import socket
import socketserver
import time
from collections.abc import Callable
from typing import TypeVar

WAIT_SECONDS = 15.0
T = TypeVar("T")


def wait_for(look: Callable[[], T], what: str, seconds: float = WAIT_SECONDS) -> T:
    """The first true value that `look` gives."""
    deadline = time.monotonic() + seconds
    while not (value := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)
    return value


class Hungup(Exception):
    """The channel of an AGI session is gone."""


class Agi(socketserver.StreamRequestHandler):
    """One FastAGI session; the server's `play` gets it."""

    def handle(self) -> None:
        self.env = {}
        while line := self.rfile.readline().decode().strip():
            key, _, value = line.partition(": ")
            self.env[key] = value
        try:
            self.server.play(self)  # type: ignore[attr-defined]
        except (Hungup, OSError):
            pass

    @property
    def script(self) -> str:
        return self.env["agi_network_script"]

    def argument(self, number: int) -> str:
        return self.env.get(f"agi_arg_{number}", "")

    def command(self, text: str) -> str:
        """Send a command; returns its reply line."""
        self.wfile.write(f"{text}\n".encode())
        while True:
            reply = self.rfile.readline().decode().strip()
            if not reply:
                raise Hungup
            if reply != "HANGUP":
                return reply

    def wait_hangup(self) -> None:
        """Until Asterisk closes the session or says that the caller is gone."""
        while self.rfile.readline().decode().strip() not in ("", "HANGUP"):
            pass


class AgiServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int, play: Callable[[Agi], None]) -> None:
        super().__init__(("127.0.0.1", port), Agi)
        self.play = play


class Ami:
    """Just enough of the manager interface to place a call and to ask for a variable."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self._file = self._socket.makefile("rb")
        self._file.readline()
        assert self.ask(Action="Login", Username=user, Secret=secret, Events="off")["Response"] == "Success"

    def ask(self, **fields: str) -> dict[str, str]:
        message = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        self._socket.sendall(f"{message}\r\n".encode())
        while True:
            answer: dict[str, str] = {}
            while line := self._file.readline().decode("utf-8", "replace").strip():
                key, _, value = line.partition(": ")
                answer[key] = value
            if "Response" in answer:
                return answer

    def close(self) -> None:
        self._file.close()
        self._socket.close()
