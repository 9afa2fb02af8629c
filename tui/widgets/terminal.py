"""Terminals that do not send UTF-8: their bytes must not end a console in the middle of a call."""

import codecs
from collections.abc import Callable
from functools import partial

from textual import events
from textual.drivers import linux_driver
from textual.message import Message

from tui.words import mark

NOT_UTF8 = "\ufffd"


def _tolerant_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


# Textual's own decoder raises on the first such byte, and the whole console ends.
linux_driver.getincrementaldecoder = _tolerant_decoder  # type: ignore[attr-defined,assignment]


def is_not_utf8(event: events.Key) -> bool:
    """A key that was no UTF-8; it is swallowed, and the message says what to do."""
    if event.character != NOT_UTF8:
        return False
    event.stop()
    event.prevent_default()
    return True


class NotUtf8(Message):
    """The terminal does not send UTF-8."""

    words = mark("This terminal does not send UTF-8: set its character set to UTF-8 to type Chinese")
