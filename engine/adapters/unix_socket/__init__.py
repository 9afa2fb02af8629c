"""The engine's Unix socket: JSON lines in, answers and view changes out."""

from engine.adapters.unix_socket.connection import Connection
from engine.adapters.unix_socket.listening import SocketError
from engine.adapters.unix_socket.server import SocketServer

__all__ = ["Connection", "SocketError", "SocketServer"]
