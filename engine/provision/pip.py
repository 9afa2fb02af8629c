"""Fills a virtual environment from a lock file, with the pip that is there or one out of a Debian package."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.provision.apt import PrivateApt, unpack
from engine.provision.cache import cache_folder, disk_full, setup_lock
from engine.provision.errors import InstallFailed, ProvisionError
from engine.provision.progress import Progress

CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_INCOMPLETE = "fourseat-incomplete"
_ERROR_LINE = re.compile(r"ERROR: (?!Exception)|\w*Error\b|Could not fetch URL|WARNING: Retrying")


def install(venv: Path, project: Path, lock: Path, progress: Progress) -> None:
    """Make `venv` where it is missing or broken, install the lock file's packages and the project itself."""
    environment = _environment(progress)
    pip = _existing_pip(venv)
    if pip is None:
        pip = _create(venv, progress, environment)
    marker = venv / _INCOMPLETE
    marker.touch()
    pins = len(re.findall(r"^[A-Za-z0-9_.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    options = ["install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    _run([*pip, *options, *locked], environment, progress, f"Installing {pins} Python packages", pins)
    own_pip = [str(venv / "bin/python"), "-m", "pip"]
    editable = ["--no-deps", "--no-build-isolation", "-e", str(project)]
    _run([*own_pip, *options, *editable], environment, progress, "Installing Fourseat itself", 1)
    marker.unlink()


def _existing_pip(venv: Path) -> list[str] | None:
    """The pip of an environment that is whole and belongs to this Python, else None."""
    python = venv / "bin/python"
    if not python.exists() or (venv / _INCOMPLETE).exists():
        return None
    question = "import sys, pip; print(sys.base_prefix, sys.prefix, *sys.version_info[:2])"
    done = subprocess.run([str(python), "-c", question], capture_output=True, text=True)
    expected = f"{sys.base_prefix} {venv} {sys.version_info[0]} {sys.version_info[1]}"
    return [str(python), "-m", "pip"] if done.stdout.strip() == expected else None


def _create(venv: Path, progress: Progress, environment: Mapping[str, str]) -> list[str]:
    """Make the environment anew; returns the pip to fill it with."""
    has_pip = importlib.util.find_spec("ensurepip") is not None
    progress("Making the virtual environment", None)
    base = (
        Path(sys.base_prefix) / f"bin/python3.{sys.version_info[1]}"
    )  # not the one inside the old environment
    python = str(base) if base.exists() else sys.executable
    command = [python, "-m", "venv", "--clear", *([] if has_pip else ["--without-pip"]), str(venv)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise _explain(done.stderr + done.stdout, venv)
    if has_pip:
        return [str(venv / "bin/python"), "-m", "pip"]
    return [str(venv / "bin/python"), str(_pip_wheel(progress) / "pip")]


def _pip_wheel(progress: Progress) -> Path:
    """Debian splits pip off Python: its wheel comes from the package that python3-venv would bring."""
    folder = _unpacked("python3-pip-whl", progress)
    return next((folder / "usr/share/python-wheels").glob("pip-*.whl"))


def _unpacked(package: str, progress: Progress) -> Path:
    cache = cache_folder()
    folder = cache / package
    if folder.is_dir():
        return folder
    with setup_lock(cache, progress):
        part = cache / f"{package}.part"
        shutil.rmtree(part, ignore_errors=True)
        file = PrivateApt(cache / "apt", progress).fetch_only(package, f"Fetching {package}")
        unpack([file], part, progress, f"Unpacking {package}")
        part.rename(folder)
    return folder


def _environment(progress: Progress) -> dict[str, str]:
    """The host's settings for pip stay (mirror, proxy, certificates); what would lead it astray goes."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    environment |= {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore", "LC_ALL": "C.UTF-8"}
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment["PIP_CACHE_DIR"] = str(cache_folder() / "pip")
    if not any(os.path.exists(bundle) for bundle in CA_BUNDLES):
        # Debian's pip looks for the system's bundle before it looks at PIP_CERT, unless told so.
        environment |= {"PIP_CERT": str(_certificates(progress)), "PIP_USE_DEPRECATED": "legacy-certs"}
    return environment


def _certificates(progress: Progress) -> Path:
    """A bundle of certificate authorities for a system that has none installed."""
    folder = _unpacked("ca-certificates", progress)
    bundle = folder / "bundle.crt"
    if not bundle.exists():
        parts = sorted((folder / "usr/share/ca-certificates/mozilla").glob("*.crt"))
        bundle.write_text("".join(path.read_text(encoding="utf-8") for path in parts), encoding="utf-8")
    return bundle


def _run(
    command: Sequence[str], environment: Mapping[str, str], progress: Progress, what: str, packages: int
) -> None:
    """Run pip, counting the packages that it has dealt with."""
    progress(what, 0.0)
    seen, lines = 0, []
    with subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ", "Obtaining ")):
                seen += 1
                progress(what, min(0.99, seen / packages))
    if process.returncode:
        raise _explain("".join(lines), Path(command[0]).parents[1])
    progress(what, 1.0)


def _explain(output: str, venv: Path) -> ProvisionError:
    """Turn pip's last words into a problem and a remedy."""
    errors = [line.strip() for line in output.splitlines() if _ERROR_LINE.match(line)]
    detail = " ".join(dict.fromkeys(errors[-3:]))[:800] or output.strip()[-500:] or "no reason given"
    if re.search(r"No space left|Disk quota", output):
        return disk_full(venv, detail)
    if "DO NOT MATCH THE HASHES" in output:
        return InstallFailed(
            f"A downloaded package is not the one that was pinned: {detail}",
            "Run it again; if it stays so, the package index or a proxy in between changes files: change it.",
        )
    if re.search(r"Permission denied|Read-only file system", output):
        return InstallFailed(f"{venv} cannot be written: {detail}", "Use a clone in a folder of your own.")
    return InstallFailed(
        f"The Python packages could not be installed: {detail}",
        "Check the network and the package index (pip config list shows which), then run it again: "
        "what was fetched is kept.",
    )
