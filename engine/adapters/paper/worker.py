"""The process that makes a PDF: a job on standard input, the file on standard output."""

import logging
import sys

from engine.adapters.paper.forms import sheets
from engine.adapters.paper.jobs import from_line


def main() -> None:
    """Make one PDF."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    job = from_line(sys.stdin.buffer.read().decode("utf-8"))
    sys.stdout.buffer.write(sheets(job))


if __name__ == "__main__":
    main()
