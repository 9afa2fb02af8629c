"""Long numbers in the groups in which people read them, so that a listener can write them down."""

_LENGTHS = {
    6: (3, 3),
    7: (3, 4),
    8: (4, 4),
    9: (3, 3, 3),
    10: (3, 3, 4),
    11: (3, 4, 4),
    15: (3, 4, 4, 4),
    18: (6, 4, 4, 4),  # an identity card: the region, the birthday, the rest
}
_SHORTEST = 6


def grouped(digits: str) -> list[str]:
    """13800138000 is 138 0013 8000; what is shorter than six stays together."""
    if len(digits) < _SHORTEST:
        return [digits]
    lengths = _LENGTHS.get(len(digits)) or (4,) * -(-len(digits) // 4)
    groups, start = [], 0
    for length in lengths:
        groups.append(digits[start : start + length])
        start += length
    return groups
