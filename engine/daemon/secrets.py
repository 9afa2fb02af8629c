"""Passwords that nobody has to think of: made once, kept in the data folder for its owner alone."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path

from engine.config import Config

_LENGTH = 20


def load_secrets(path: Path, config: Config) -> dict[str, str]:
    """What config.toml leaves empty: "ami" and "seat.<id>". New ones are added to the file."""
    known: dict[str, str] = {}
    if path.exists():
        known = tomllib.loads(path.read_text(encoding="utf-8"))
    needed = {"ami": config.asterisk.ami_secret}
    needed |= {f"seat.{seat.id}": seat.secret for seat in config.seats}
    given = {name: value for name, value in needed.items() if value}
    missing = [name for name, value in needed.items() if not value and name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(_LENGTH)[:_LENGTH].replace("_", "x") for name in missing}
        _write(path, known)
    return known | given


def _write(path: Path, values: Mapping[str, str]) -> None:
    text = "".join(f'"{name}" = "{value}"\n' for name, value in sorted(values.items()))
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
