"""Ports for Asterisks beside each other on one machine: two demos, or tests side by side."""

import socket
from dataclasses import dataclass, field
from types import TracebackType

LOOPBACK = "127.0.0.1"
_FIRST, _LAST, _STEP = 11_000, 31_999, 1_000  # below the ports that the kernel gives to outgoing connections
_LINES = 16


@dataclass(frozen=True)
class PortBlock:
    """A reserved block of ports. The reservation is an open socket: it ends with `close` or the process."""

    first: int
    _guard: socket.socket = field(repr=False)

    @property
    def sip(self) -> int:
        return self.first + 1

    @property
    def ami(self) -> int:
        return self.first + 2

    @property
    def agi(self) -> int:
        return self.first + 3

    @property
    def exchange_ami(self) -> int:
        return self.first + 4

    @property
    def exchange_agi(self) -> int:
        return self.first + 5

    @property
    def spare(self) -> tuple[int, ...]:
        """For phones and whatever else a demo needs."""
        return tuple(range(self.first + 30, self.first + 100))

    @property
    def rtp(self) -> tuple[int, int]:
        """First and last; a call with both legs takes four."""
        return self.first + 100, self.first + 599

    @property
    def exchange_rtp(self) -> tuple[int, int]:
        return self.first + 600, self.first + 999

    def line(self, number: int) -> int:
        """The exchange's own port for the line with this number, from 0."""
        if not 0 <= number < _LINES:
            raise ValueError(f"line {number} of {_LINES}")
        return self.first + 10 + number

    def close(self) -> None:
        self._guard.close()

    def __enter__(self) -> "PortBlock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_ports() -> PortBlock:
    """Reserve a block of loopback ports that nobody uses, TCP and UDP."""
    for first in range(_FIRST, _LAST, _STEP):
        guard = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            guard.bind((LOOPBACK, first))
            guard.listen(1)
        except OSError:
            guard.close()
            continue
        if all(_is_free(port) for port in range(first + 1, first + 100)):
            return PortBlock(first, guard)
        guard.close()
    raise OSError(f"no {_STEP} ports in a row are free between {_FIRST} and {_LAST}; end another demo")


def _is_free(port: int) -> bool:
    """Probe with the wildcard address: it clashes with a listener on any address."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections do not count
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
