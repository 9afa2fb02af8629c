"""Tables that spreadsheets wrote, as text: whatever their encoding, with nothing guessed or replaced."""

from pathlib import Path

from engine.core.encodings import NotText, encoding_of
from tui.cli.errors import CliError, file_trouble
from tui.words import tr

_BLOCK = 1_048_576


def encoding_of_file(path: Path) -> str:
    """The encoding in which the whole file makes sense. Raises CliError, which names the first bad line."""
    try:
        with path.open("rb") as file:
            return encoding_of(iter(lambda: file.read(_BLOCK), b""))
    except OSError as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=path, why=file_trouble(error)), tr("check the name")
        ) from None
    except NotText as error:
        if error.line:
            raise CliError(
                tr("{file}, line {line}: neither UTF-8 nor GB18030 text", file=path, line=error.line),
                tr("look at the characters of this line, or save the table as CSV again"),
            ) from None
        raise CliError(
            tr("{file} is neither UTF-8 nor GB18030 text", file=path),
            tr("save the table as CSV; an .xlsx file cannot be read"),
        ) from None


def broken_line(path: Path, line: int, error: Exception) -> CliError:
    """A table whose quotation marks do not fit."""
    return CliError(
        tr("{file}, line {line}: {why}", file=path, line=line, why=error),
        tr("look for a quotation mark that is not closed"),
    )


def text_of_file(path: Path) -> str:
    """All of a small file. Raises CliError."""
    encoding = encoding_of_file(path)
    return path.read_bytes().decode(encoding)
