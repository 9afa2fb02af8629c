"""Texts that were typed and not sent, in a file of the user: a lost SSH line ends the console with them."""

import contextlib
import os
from pathlib import Path

import msgspec

from engine.core.tickets.states import Deed
from tui.station.deeds import Unsent


class _Text(msgspec.Struct):
    number: str
    deed: Deed
    text: str


def kept_file(staff_number: str) -> Path:
    """Where the texts of this person are."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "fourseat" / f"unsent-{staff_number}.json"


def read_unsent(staff_number: str) -> Unsent:
    """What was left unsent; nothing where there is no file, or none that can be read."""
    try:
        texts = msgspec.json.decode(kept_file(staff_number).read_bytes(), type=list[_Text])
    except (OSError, msgspec.DecodeError):
        return {}
    return {(one.number, one.deed): one.text for one in texts}


def write_unsent(staff_number: str, unsent: Unsent) -> None:
    """Keep these, for nobody else to read; without a place to write the console goes on without."""
    path = kept_file(staff_number)
    texts = [_Text(number, deed, text) for (number, deed), text in unsent.items()]
    with contextlib.suppress(OSError):
        if not texts:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(texts))
        fresh.replace(path)
