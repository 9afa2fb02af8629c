"""What a caller's visit knows: values that prompts say, branches look at and services are asked with.

A value is a text, a whole number, or rows of them (bills, packages, cases). Money is integer fen, a date is
"2026-11-20", a month "2026-11", a time of day "14:30", an instant "2026-11-20 14:30", all in the site's zone;
yes and no are the texts "yes" and "no".

What a caller keys in secretly (a password, the secret of a recharge card) never comes into the core: in its
place stands a token, `SECRET_MARK` with a number and the count of keys, so that neither the journal nor a
console can tell it. Whoever performs the effect knows what it stands for.
"""

import re
from collections.abc import Mapping

Plain = str | int
Row = Mapping[str, Plain]
Value = Plain | tuple[Row, ...]
Values = Mapping[str, Value]

_REFERENCE = re.compile(r"\{(.+)\}")

LANGUAGE = "language"  # the value that says in which one the caller is spoken to

SECRET_MARK = "§"  # no telephone has this key


def secret_token(number: int, length: int) -> str:
    """The token that stands for `length` keys: "§7:6"."""
    return f"{SECRET_MARK}{number}:{length}"


def is_secret(digits: str) -> bool:
    """Whether these are not keys but a token."""
    return digits.startswith(SECRET_MARK)


def length_of(digits: str) -> int:
    """How many keys were pressed, secret ones or not."""
    return int(digits.partition(":")[2]) if is_secret(digits) else len(digits)


def reference(written: Plain) -> str:
    """The name in "{name}", which stands for the value; empty: what is written stands for itself."""
    found = _REFERENCE.fullmatch(written) if isinstance(written, str) else None
    return found[1] if found else ""


def keyed(digits: str, terminator: str = "#") -> str:
    """What counts of the keys pressed for an entry: nothing before a star, and not the terminator."""
    return digits if is_secret(digits) else digits.removesuffix(terminator).rpartition("*")[2]
