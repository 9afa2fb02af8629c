"""The words of the AGI protocol: commands with their arguments quoted, replies read."""

from __future__ import annotations

import re
from typing import NamedTuple

# Asterisk 18 reads a command into 2,048 bytes, with line end and NUL; the rest would be a second one.
MAX_COMMAND_BYTES = 2046

_REPLY = re.compile(r"(\d{3})[ -](.*)", re.DOTALL)
_RESULT = re.compile(r"result=(\S*)(?: \((.*)\))?(?: endpos=(\d+))?\s*$", re.DOTALL)
_APPLICATION = re.compile(r"\w+", re.ASCII)


class AgiReply(NamedTuple):
    """One reply; `note` is what is in brackets (a value, "timeout", "hangup"), `endpos` counts samples."""

    code: int
    result: str
    note: str
    endpos: int | None


def quoted(argument: str) -> str:
    """One argument, whatever it contains; a line break is refused later, with the whole command."""
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'


def exec_command(application: str, arguments: tuple[str, ...]) -> str:
    """The EXEC command; commas, brackets and quotes inside an argument keep their dialplan meaning."""
    if not _APPLICATION.fullmatch(application):
        raise ValueError(f"no name of an application: {application!r}")
    return f"EXEC {application} {quoted(','.join(arguments))}"


def encode_command(line: str) -> bytes:
    """The bytes to send; refuses what Asterisk would not read as this one command."""
    if not line.strip() or any(forbidden in line for forbidden in "\r\n\0"):
        raise ValueError("an AGI command is one line of text")
    data = line.encode("utf-8") + b"\n"
    if len(data) > MAX_COMMAND_BYTES:
        raise ValueError(f"longer than the {MAX_COMMAND_BYTES} bytes that Asterisk reads")
    return data


def parse_reply(text: str) -> AgiReply | None:
    """Reads a reply that may have several lines; None if it is none."""
    match = _REPLY.match(text)
    if match is None:
        return None
    code, rest = int(match[1]), match[2]
    result = _RESULT.match(rest) if code == 200 else None
    if result is None:
        return AgiReply(code, "", rest, None)
    return AgiReply(code, result[1], result[2] or "", int(result[3]) if result[3] else None)


def has_open_value(line: str) -> bool:
    """Whether a reply goes on in the next line: its value has a line break, so its bracket is still open."""
    return line.startswith("200 ") and " (" in line and ")" not in line


def digit(reply: AgiReply) -> str:
    """The key that ended a command, out of its character code; empty if none did."""
    return chr(int(reply.result)) if reply.result.isdecimal() and reply.result != "0" else ""
