"""Tables of the versions of the voice menu."""

FLOWS: tuple[str, ...] = ()
