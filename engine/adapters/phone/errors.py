"""What can go wrong with a phone."""


class PhoneError(Exception):
    """The phone could not do what it was told; the text says why."""
