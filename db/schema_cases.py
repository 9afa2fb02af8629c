"""Tables of what customers have told us and are to be told: cases, outages, notices."""

CASES: tuple[str, ...] = ()
