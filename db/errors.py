"""What can go wrong with data, as codes that screens and commands translate.

DbError
├── Invalid      a value cannot be stored (required, too_long, bad_number, bad_money)
├── Duplicate    a number that must be unique belongs to another customer or user
├── NotFound     no such row
├── Stale        somebody else has changed it since it was looked at
├── Refused      the rules of tickets do not allow it (illegal, not_allowed, needs_reply, ...)
├── Unusable     the file is no database, is broken, locked, or of a newer version
└── Closed       the store is not open
"""


class DbError(Exception):
    """Base of all; `code` and `field` are for programs, `str()` is for logs."""

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        super().__init__(" ".join(part for part in (code, field, detail) if part))
        self.code = code
        self.field = field
        self.detail = detail


class Invalid(DbError):
    """A value that cannot be stored."""


class Duplicate(DbError):
    """The value of `field` is taken; `other_id` is the customer that has it (0 for a user)."""

    def __init__(self, field: str, detail: str, other_id: int = 0) -> None:
        super().__init__("duplicate", field, detail)
        self.other_id = other_id


class NotFound(DbError):
    """There is no such row."""

    def __init__(self, field: str, detail: object = "") -> None:
        super().__init__("not_found", field, str(detail))


class Stale(DbError):
    """The row is not the one that was looked at any more."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__("stale", field, detail)


class Refused(DbError):
    """The rules do not allow it; `code` is a word of `engine.core.tickets.states.Refused`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, "ticket", detail)

    @property
    def why(self) -> str:
        """The code, and behind a colon what it is about."""
        return f"{self.code}:{self.detail}" if self.detail else self.code


class Unusable(DbError):
    """The database file cannot be used."""


class Closed(DbError):
    """The store is not open."""

    def __init__(self) -> None:
        super().__init__("closed")
