"""Reading what Asterisk sends: the one place where AMI headers and AGI variables become plain, safe text.

Callers choose part of what arrives here (name, number, SIP headers). It may hold anything: quotes, control
characters that steer a terminal, a thousand letters. Nothing is trusted further than `dict[str, str]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LINE_END = "\r\n"
MESSAGE_END = b"\r\n\r\n"

# What Asterisk writes where it knows no number or name, in AMI and in AGI.
_ABSENT = frozenset({"", "<unknown>", "unknown"})

# Control characters, invisible joiners, line separators, marks that reverse the direction, lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")

# The escapes of Asterisk's ast_escape_c(), which it applies to names and to the values of variables.
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def parse_message(block: str) -> dict[str, str]:
    """Reads one AMI message; of a repeated header the last counts, variables and output keep all lines."""
    headers: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for line in block.split(LINE_END):
        name, colon, value = line.partition(": ")
        if not colon:
            name, colon, value = line.partition(":")
            if not colon:
                continue
        if name in headers and (name.endswith("Variable") or name == "Output"):
            repeated.setdefault(name, [headers[name]]).append(value)
        headers[name] = value
    for name, values in repeated.items():
        headers[name] = "\n".join(values)
    return headers


def parse_agi_environment(block: str) -> dict[str, str]:
    """Reads the lines that open an AGI session; the first line of a name counts, so none can be smuggled in.

    The path and the query of the request are told apart: `agi_network_script` and `query`.
    """
    environment: dict[str, str] = {}
    for line in block.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.startswith("agi_"):
            environment.setdefault(name, printable(value.removeprefix(" ")))
    script, _, query = environment.get("agi_network_script", "").partition("?")
    environment["agi_network_script"] = script
    environment["query"] = query
    return environment


def printable(value: str, limit: int | None = None) -> str:
    """Drops what could steer a terminal or a log, and what exceeds `limit` characters."""
    return _UNPRINTABLE.sub("", value)[:limit]


def unescape(value: str) -> str:
    """Undoes Asterisk's C escapes, as found in CallerIDName, ConnectedLineName and values of variables."""
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value)


def text(headers: Mapping[str, str], name: str, *, limit: int = 256) -> str:
    """The header as printable text of at most `limit` characters; empty if it is missing."""
    return printable(headers.get(name, ""), limit).strip()


def party_number(headers: Mapping[str, str], name: str, *, limit: int = 64) -> str:
    """A caller's or called number, empty where Asterisk says that it does not know it."""
    value = text(headers, name, limit=limit)
    return "" if value in _ABSENT else value


def party_name(headers: Mapping[str, str], name: str, *, limit: int = 80) -> str:
    """A name out of an AMI event, unescaped, empty where Asterisk says that it does not know it."""
    value = printable(unescape(headers.get(name, "")), limit).strip()
    return "" if value in _ABSENT else value


def integer(headers: Mapping[str, str], name: str) -> int | None:
    """The header as a whole number, None if it is missing or no number."""
    try:
        return int(headers.get(name, ""))
    except ValueError:
        return None


def variables(headers: Mapping[str, str], name: str = "ChanVariable") -> dict[str, str]:
    """The channel variables that an event carries (`channelvars` in manager.conf)."""
    found: dict[str, str] = {}
    for line in headers.get(name, "").split("\n"):
        variable, equals, value = line.partition("=")
        if equals:
            found[variable] = unescape(value)
    return found
