"""The virtual environment of the project, made from nothing but a Python.

`python3 -m engine.provision.venv run|dev` brings `.venv` up to date: `run` for using the project, `dev` with
the tools for testing too. A finished environment carries a stamp, so that a second run costs nothing.
The imports below the version check are late: an older Python must get as far as the error message.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.provision.progress import Progress

CLONE = Path(__file__).resolve().parents[2]
OLDEST, NEWEST = (3, 11), (3, 13)
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
NEEDED_MB = 700


def main() -> int:
    """Bring the environment up to date, or say what is in the way."""
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in LOCKS:
        print("usage: python3 -m engine.provision.venv run|dev", file=sys.stderr)
        return 2
    if is_current(kind):
        return 0
    _use_right_python()
    from engine.provision.errors import ProvisionError
    from engine.provision.progress import Reporter

    reporter = Reporter()
    try:
        ensure_venv(kind, reporter)
    except ProvisionError as error:
        reporter.finish()
        print(error, file=sys.stderr)
        return 1
    reporter.finish()
    return 0


def is_current(kind: str) -> bool:
    """True if `.venv` has all that this kind needs; `dev` has all of `run`."""
    return any(
        _stamp(has).is_file() and _stamp(has).read_text() == _fingerprint(has) for has in {kind, "dev"}
    )


def ensure_venv(kind: str, progress: "Progress") -> None:
    """Make or complete `.venv`. What an interrupted run left behind is made anew."""
    from engine.provision.cache import require_space, setup_lock
    from engine.provision.pip import install

    venv = CLONE / ".venv"
    with setup_lock(CLONE / ".cache", progress, "venv.lock"):
        if is_current(kind):
            return
        require_space(CLONE, NEEDED_MB, "the virtual environment")
        for old in LOCKS:
            _stamp(old).unlink(missing_ok=True)
        install(venv, CLONE, CLONE / LOCKS[kind], progress)
        _stamp(kind).write_text(_fingerprint(kind))


def _stamp(kind: str) -> Path:
    return CLONE / ".venv" / f"fourseat-{kind}.stamp"


def _fingerprint(kind: str) -> str:
    """Changes with the pinned packages, the entry points, the interpreter and the place of the folder."""
    digest = hashlib.sha256()
    for name in (LOCKS[kind], "pyproject.toml"):
        digest.update((CLONE / name).read_bytes())
    base = os.path.realpath(os.path.join(sys.base_prefix, "bin"))
    digest.update(f"{CLONE} {base} {sys.version}".encode())
    return digest.hexdigest()


def _use_right_python() -> None:
    """Go on with another Python of this machine where this one is too old or too new."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, "-m", "engine.provision.venv", *sys.argv[1:]])
    print(
        "This is Python {}.{}; Python 3.11, 3.12 or 3.13 is needed, and none is on the path.\n"
        "Install one (Debian: apt-get install python3), or name it: make PYTHON=/path/to/python3.12".format(
            *sys.version_info[:2]
        ),
        file=sys.stderr,
    )
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
