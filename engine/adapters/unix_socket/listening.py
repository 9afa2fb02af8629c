"""The listening socket: replaces what a dead engine left behind, never takes a live engine's place."""

import contextlib
import os
import socket
import stat
import struct
from pathlib import Path

MODE_MASK = 0o117  # leaves 0660: owner and group of the engine may connect
BACKLOG = 256
PATH_LIMIT = 107  # bytes that a Unix socket's address holds
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


class SocketError(OSError):
    """The socket cannot be opened; `str()` says why and what to do."""


class Listener:
    """A listening, non-blocking socket and its file."""

    def __init__(self, path: str, listening: socket.socket) -> None:
        self.socket = listening
        self._path = Path(path)
        self._inode = self._path.stat().st_ino

    def remove(self) -> None:
        """Close, and take the file away unless another engine has put its own there."""
        self.socket.close()
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()


def open_listener(path: str) -> Listener:
    """Listen at `path` with mode 0660. Raises SocketError with the remedy."""
    if len(os.fsencode(path)) > PATH_LIMIT:
        raise SocketError(f"{path}: longer than {PATH_LIMIT} bytes; set a shorter `socket` in [site]")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _clear(path)
        return Listener(path, _bind(path))
    except SocketError:
        raise
    except OSError as error:
        raise SocketError(
            f"{path}: {error.strerror}; check `socket` in [site] and the folder's owner"
        ) from error


def peer_credentials(connection: socket.socket) -> tuple[int, int]:
    """(process id, user id) of the other side; for a listener's side, of the process that opened it."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    pid, uid, _gid = CREDENTIALS.unpack(raw)
    return pid, uid


def _clear(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketError(f"{path}: exists and is not a socket; move it away or set `socket` in [site]")
    owner = _live_owner(path)
    if owner:
        raise SocketError(f"{path}: another engine (process {owner}) is running; stop that one first")
    Path(path).unlink()


def _live_owner(path: str) -> int:
    """Process id of the engine that listens, or 0: a child may have inherited a dead engine's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return 0
        except (BlockingIOError, TimeoutError):
            return -1  # its backlog is full: somebody is there
        pid, _uid = peer_credentials(probe)
    return pid if Path(f"/proc/{pid}").exists() else 0


def _bind(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(MODE_MASK)
    try:
        listener.bind(path)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener
