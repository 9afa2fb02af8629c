"""Articles, their versions, and what they are found by."""

KNOWLEDGE: tuple[str, ...] = ()
