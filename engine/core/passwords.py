"""Which passwords customers may choose on a telephone's keys."""

from collections.abc import Iterable

SHORTEST, LONGEST = 6, 12

_RISING = "01234567890123456789"
_FALLING = _RISING[::-1]
_OFTEN_USED = frozenset({"147258", "258369", "520520", "521521", "159357", "147852", "102030", "112233"})


def is_weak_password(password: str, own_numbers: Iterable[str] = ()) -> bool:
    """Whether this is no password, or one that others would try first.

    `own_numbers`: customer number, card number and telephones, no part of which is a secret.
    """
    if not (password.isascii() and password.isdigit() and SHORTEST <= len(password) <= LONGEST):
        return True
    in_order = password in _RISING or password in _FALLING
    own = any(password in number for number in own_numbers)
    return in_order or own or password in _OFTEN_USED or _is_repetition(password)


def _is_repetition(password: str) -> bool:
    """111111, 121212, 123123: the same keys again and again."""
    return password in (password * 2)[1:-1]
