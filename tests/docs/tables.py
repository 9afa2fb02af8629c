"""Markdown tables, with text that may hold what Markdown would take for its own."""

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """One line a row."""
    return "\n".join(map(_line, [headings, ["---"] * len(headings), *rows]))


def code(text: str) -> str:
    """As code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
