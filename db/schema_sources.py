"""What subscriber systems say of customers, and what the office has added, kept apart."""

SOURCES: tuple[str, ...] = ()
