"""Text on its way into the database: whatever comes in, valid UTF-8 without controls is stored."""

import re
import unicodedata

from db.errors import Invalid

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_CONTROLS_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_NOT_SEARCHED = re.compile(r"[\W_]+")


def safe(text: str) -> str:
    """Text that SQLite can store: lone surrogates become '?', control characters a space."""
    if text.isprintable():
        return text
    return _CONTROLS.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def checked(text: str, field: str, limit: int) -> str:
    """One line of text of at most `limit` characters. Raises Invalid "too_long"."""
    if len(text) <= limit and text.isprintable():  # nearly every cell of a list
        return text.strip()
    clean = safe(text[: 4 * limit + 64]).strip()
    if len(clean) > limit:
        raise Invalid("too_long", field, f"{len(text)} > {limit}")
    return clean


def checked_lines(text: str, field: str, limit: int) -> str:
    """Text that may have several lines, of at most `limit` characters. Raises Invalid "too_long"."""
    if len(text) > 2 * limit:
        raise Invalid("too_long", field, f"{len(text)} > {limit}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    clean = _CONTROLS_BUT_LINES.sub(" ", text).strip()
    if len(clean) > limit:
        raise Invalid("too_long", field, f"{len(clean)} > {limit}")
    return clean


def search_form(text: str) -> str:
    """Text as it is compared in searches: one width, small letters, nothing but letters and digits."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):  # nearly every name and address
        return text.casefold()
    return _NOT_SEARCHED.sub("", unicodedata.normalize("NFKC", safe(text)).casefold())
