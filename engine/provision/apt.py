"""Debian packages without root: the host's apt client, with state, cache and sources of its own.

Nothing of the host's package database is read or changed. Packages are verified against the Debian archive
keyring as always, fetched, and unpacked into a folder; their install scripts never run.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.provision.cache import disk_full
from engine.provision.errors import MirrorUnreachable, MissingTool, NoKeyring, ProvisionError
from engine.provision.progress import Progress
from engine.provision.sources import KEYRINGS, SYSTEM_ASTERISK_REMEDY, host_mirror

SUITE = "forky"  # the first Debian release since 11 that has Asterisk
KEYRING_FOLDERS = (Path("/usr/share/keyrings"), Path("/etc/apt/trusted.gpg.d"))

_CONFIGURATION = """\
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::archives "{folder}/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Update::Error-Mode "any";
APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
"""


@dataclass(frozen=True)
class Package:
    """A fetched package file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name.split("_")[0]

    @property
    def version(self) -> str:
        return self.path.name.split("_")[1].replace("%3a", ":")


class PrivateApt:
    """apt-get with its whole state in `folder`. What was fetched stays there until `forget`."""

    def __init__(self, folder: Path, progress: Progress, etc: Path = Path("/etc")) -> None:
        self._folder = folder.absolute()
        self._progress = progress
        self._etc = etc

    def fetch(self, packages: Sequence[str], what: str) -> list[Package]:
        """Download the packages and all they depend on; returns every package file."""
        self._prepare()
        self._run(["update", "-qq"], f"Reading the list of Debian packages ({SUITE})")
        self._run(
            ["autoclean", "-qq"], what
        )  # a run cut short may have left packages that were replaced since
        self._run(["install", "-y", "-qq", "--download-only", *packages], what)
        return sorted(
            (Package(path) for path in (self._folder / "archives").glob("*.deb")), key=lambda p: p.name
        )

    def fetch_only(self, package: str, what: str) -> Package:
        """Download one package without what it depends on."""
        self._prepare()
        self._run(["update", "-qq"], f"Reading the list of Debian packages ({SUITE})")
        singles = self._folder / "singles"
        singles.mkdir(exist_ok=True)
        self._run(["download", "-qq", package], what, cwd=singles)
        return Package(max(singles.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime))

    def forget(self) -> None:
        """Give back the room that lists and packages take."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> None:
        for tool in ("apt-get", "dpkg-deb"):
            if shutil.which(tool) is None:
                raise MissingTool(f"The program {tool} is missing.", SYSTEM_ASTERISK_REMEDY)
        mirror, keyring = host_mirror(self._etc), _keyring()
        for part in ("lists/partial", "archives/partial"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        (self._folder / "apt.conf").write_text(_CONFIGURATION.format(folder=self._folder), encoding="utf-8")
        (self._folder / "sources.list").write_text(
            f"deb [signed-by={keyring}] {mirror} {SUITE} main\n", encoding="utf-8"
        )

    def _run(self, arguments: Sequence[str], what: str, cwd: Path | None = None) -> None:
        self._progress(what, None)
        reading, writing = os.pipe()
        command = ["apt-get", "-c", str(self._folder / "apt.conf"), "-o", f"APT::Status-Fd={writing}"]
        with (
            open(self._folder / "apt.log", "w+", encoding="utf-8", errors="replace") as log,
            os.fdopen(reading, encoding="utf-8", errors="replace") as status,
        ):
            try:
                process = subprocess.Popen(
                    [*command, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(writing,),
                    cwd=cwd or self._folder,
                    env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
                )
            finally:
                os.close(writing)
            with process:
                for line in status:
                    share = _share(line)
                    if share is not None:
                        self._progress(what, share)
            if process.returncode:
                log.seek(0)
                raise _explain(log.read(), self._folder)


def _share(line: str) -> float | None:
    """`dlstatus:3:12.5:Retrieving file 3 of 160` → 0.125"""
    fields = line.split(":")
    if len(fields) < 3 or fields[0] != "dlstatus":
        return None
    return min(1.0, float(fields[2]) / 100)


def _keyring() -> Path:
    for folder in KEYRING_FOLDERS:
        for name in KEYRINGS:
            if (folder / name).is_file():
                return folder / name
    raise NoKeyring(
        "The Debian archive keyring is missing, so packages cannot be verified.",
        "As root: apt-get install debian-archive-keyring. Then run it again.",
    )


def _explain(log: str, folder: Path) -> ProvisionError:
    """Turn apt's last words into a problem and a remedy."""
    errors = [line[2:].strip() for line in log.splitlines() if line.startswith(("E:", "W:"))]
    detail = " ".join(dict.fromkeys(errors))[:600] or "apt-get failed without a word"
    if re.search(r"No space left on device|enough free space|write error|Disk quota", log):
        return disk_full(folder, detail)
    if re.search(r"NO_PUBKEY|not signed|EXPKEYSIG|BADSIG|signatures? (could|were)", log):
        return NoKeyring(
            f"The package list could not be verified: {detail}",
            "As root: apt-get install --only-upgrade debian-archive-keyring. Then run it again.",
        )
    if re.search(r"not valid yet|is expired", log):
        return MirrorUnreachable(
            f"The package list is out of date: {detail}",
            "Check this machine's clock; if it is right, the mirror stands still: choose another.",
        )
    if re.search(r"does not have a Release file|Unable to locate package|no installation candidate|404", log):
        return MirrorUnreachable(
            f"This machine's Debian mirror does not carry {SUITE}: {detail}",
            "Choose a full mirror in /etc/apt/sources.list*, or: " + SYSTEM_ASTERISK_REMEDY,
        )
    return MirrorUnreachable(
        f"The Debian mirror does not answer: {detail}",
        "Check the network (apt-get update as root tells more) and a proxy in /etc/apt/apt.conf.d, then run "
        "it again: what was fetched is kept.",
    )


def unpack(packages: Sequence[Package], prefix: Path, progress: Progress, what: str) -> None:
    """Lay the files of the packages under `prefix`, one package after the other."""
    prefix.mkdir(parents=True, exist_ok=True)
    for number, package in enumerate(packages, 1):
        done = subprocess.run(
            ["dpkg-deb", "-x", str(package.path), str(prefix)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode:
            if "No space left" in done.stderr:
                raise disk_full(prefix, f"unpacking {package.name}")
            package.path.unlink(missing_ok=True)  # fetched anew by the next run
            raise ProvisionError(
                f"The package {package.name} could not be unpacked: {done.stderr.strip()[:300]}",
                "Run it again: this package will be fetched once more.",
            )
        progress(what, number / len(packages))
