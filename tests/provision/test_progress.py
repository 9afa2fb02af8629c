"""How progress is shown: a bar on a terminal, few lines in a log."""

import io

from engine.provision.progress import Reporter


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_log_gets_a_line_a_quarter() -> None:
    log = io.StringIO()
    reporter = Reporter(log)
    for percent in range(0, 101, 5):
        reporter("Fetching", percent / 100)
    reporter("Unpacking", None)
    reporter("Unpacking", None)
    reporter.finish()
    assert log.getvalue().splitlines() == [
        "Fetching 0%", "Fetching 25%", "Fetching 50%", "Fetching 75%", "Fetching 100%", "Unpacking",
    ]  # fmt: skip


def test_terminal_gets_one_line_a_phase_that_ends_full() -> None:
    terminal = Terminal()
    reporter = Reporter(terminal)
    reporter("Fetching", 0.0)
    reporter("Fetching", 1.0)
    reporter("Unpacking", None)
    reporter.finish()
    lines = terminal.getvalue().split("\n")
    assert len(lines) == 3
    assert lines[0].startswith("\rFetching [")
    assert lines[0].endswith("[########################] 100%\x1b[K")
    assert lines[1:] == ["\rUnpacking\x1b[K", ""]
