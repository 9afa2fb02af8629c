"""Whom and what a new ticket is about, as far as the console knows before anything was entered."""

from dataclasses import dataclass

from tui.tickets.book import Book


@dataclass(frozen=True, slots=True)
class About:
    """Whom a ticket is about, as far as the console knows. `text` is what was written on the call so far."""

    customer_id: int = 0
    call_id: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    text: str = ""
    line: str = ""
    fault: str = ""

    def matter(self, book: Book) -> tuple[str, str]:
        """Type and category that the caller has chosen by keys already."""
        if self.fault:
            for kind in book.types:
                for category in kind.categories:
                    if (category.line, category.fault) == (self.line, self.fault):
                        return kind.id, category.id
        return "", ""
