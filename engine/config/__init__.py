"""The configuration file `config.toml`: typed, strict, and explaining itself.

An unknown key is refused with its place and the nearest known key. This package reads text that it is given:
finding and opening the file is the daemon's job.
"""

import difflib
import re
import tomllib

import msgspec

from engine.config.basics import ConfigError
from engine.config.office import DepartmentSection, Privacy, Tickets
from engine.config.references import check_references
from engine.config.sections import (
    Agents,
    Alarms,
    Asterisk,
    Boss,
    BreakReason,
    Callback,
    Config,
    Dialling,
    Disposition,
    Hours,
    Ivr,
    Line,
    Number,
    Queue,
    Recording,
    Seat,
    Security,
    SelfService,
    Site,
    Speech,
    Wallboard,
)
from engine.config.sources import Source

__all__ = [
    "Alarms",
    "Boss",
    "Config",
    "ConfigError",
    "Line",
    "Queue",
    "Seat",
    "Security",
    "SelfService",
    "Site",
    "parse_config",
]

# Sections that a site's file may still have from before.
_MOVED = {"cases": "time limits belong to the types of tickets (tickets/*.toml) now: delete the section"}


def parse_config(text: str, filename: str) -> Config:
    """Read the text of a configuration file. Raises ConfigError with file, key and remedy."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{filename}: not valid TOML: {error}") from None
    try:
        config = msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{filename}: {_explain(str(error), text)}") from None
    check_references(config, filename)
    return config


def _explain(message: str, text: str) -> str:
    unknown = re.search(r"unknown field `([^`]+)`(?: - at `\$([^`]*)`)?", message)
    if unknown is None:
        return message.replace("$.", "")
    key, place = unknown.group(1), (unknown.group(2) or "").lstrip(".")
    line = next((n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*{key}\b", row)), 0)
    near = difflib.get_close_matches(key, _known_keys(), n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    if not place and key in _MOVED:
        hint = f"; {_MOVED[key]}"
    return f"line {line}: unknown key `{key}`" + (f" in `{place}`" if place else "") + hint


def _known_keys() -> list[str]:
    sections = [Config, Site, Asterisk, Line, Number, Seat, Queue, Hours, BreakReason, Disposition]
    sections += [Recording, Ivr, Speech, Agents, Security, Dialling, Callback, Wallboard, Alarms]
    sections += [Boss, SelfService, DepartmentSection, Tickets, Privacy, Source]
    return sorted({field for section in sections for field in section.__struct_fields__})
