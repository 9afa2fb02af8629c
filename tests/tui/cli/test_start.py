"""What the start of a short command does without."""

import subprocess
import sys


def test_commands_start_without_the_screens() -> None:
    code = "import sys, tui.cli.main; print(sorted({'textual', 'urllib.request'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
