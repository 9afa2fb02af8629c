"""Days as text, 2026-11-22: they compare as such."""

from datetime import date


def is_day(text: str) -> bool:
    """Whether this is a day that there is, in this one form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
