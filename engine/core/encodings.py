"""The encoding of an office's text: UTF-8, UTF-16, or GB18030 as Chinese spreadsheets write it."""

import codecs
from collections.abc import Iterable

_MARKED = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNMARKED = ("utf-8-sig", "gb18030")


class NotText(ValueError):
    """No encoding fits. `line`: the first one that the best of them cannot read; 0: this is no text."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}" if line else "no text")
        self.line = line


class _Try:
    """One encoding, as far as it goes."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.line = 1
        self.fits = True
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def read(self, block: bytes, *, final: bool = False) -> None:
        if not self.fits:
            return
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.fits = False
            text = error.object[: error.start].decode(error.encoding)
        if "\x00" in text:  # a spreadsheet's own format, or damage
            raise NotText(0)
        self.line += text.count("\n")


def encoding_of(blocks: Iterable[bytes]) -> str:
    """The encoding in which the whole text makes sense, as Python names it. Raises NotText.

    `blocks`: all bytes, in pieces of any size but the first, which holds the mark if there is one.
    """
    tries: list[_Try] = []
    for block in blocks:
        if not tries:
            marked = block.startswith(_MARKED)
            tries = [_Try(encoding) for encoding in (("utf-16",) if marked else _UNMARKED)]
        if not marked and b"\x00" in block:
            raise NotText(0)
        for one in tries:
            one.read(block)
    for one in tries:
        one.read(b"", final=True)
    if not tries:
        return _UNMARKED[0]
    fitting = next((one.encoding for one in tries if one.fits), None)
    if fitting is None:
        raise NotText(max(one.line for one in tries))
    return fitting
