"""The Asterisk that the project runs: a private one out of Debian packages, or the system's own.

`python3 -m engine.provision.asterisk` fetches the private one and prints its folder.
"""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.provision.apt import SUITE, Package, PrivateApt, unpack
from engine.provision.cache import cache_folder, disk_full, is_disk_full, require_space, setup_lock
from engine.provision.errors import NoAsterisk, ProvisionError
from engine.provision.progress import Progress, Reporter
from engine.provision.sources import SYSTEM_ASTERISK_REMEDY

PACKAGES = ("asterisk", "asterisk-moh-opsound-wav")
OLDEST = 18
NEEDED_MB = 450  # 96 MB of packages, 285 MB unpacked, and lists
RECIPE = "asterisk-1"  # a new name where the recipe changes: a running Asterisk keeps its own folder
STAMP = "fourseat.json"

# Not needed at run time; about a quarter of the whole.
_UNUSED = (
    "etc", "usr/bin", "usr/libexec", "usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale",
    "usr/share/lintian", "usr/share/perl", "usr/share/perl5", "usr/share/perl-base", "usr/share/snmp",
    "usr/share/bash-completion", "usr/share/misc", "usr/share/asterisk/conf", "usr/lib/*-linux-gnu/perl*",
    "usr/lib/*-linux-gnu/gconv",
)  # fmt: skip


@dataclass(frozen=True)
class AsteriskInstall:
    """An Asterisk on this machine and how it is started."""

    kind: str  # private | system
    program: tuple[str, ...]  # how the binary is called, without arguments
    version: str  # as `asterisk -V` says, without the name
    module_dir: Path
    data_dir: Path  # sounds, music, documentation

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def command(self, etc: Path) -> list[str]:
        """Runs it in the foreground with the configuration in `etc`."""
        return [*self.program, "-C", str(etc / "asterisk.conf"), "-f"]

    def cli(self, etc: Path, command: str) -> list[str]:
        """Gives one command to the Asterisk that runs with the configuration in `etc`."""
        return [*self.program, "-C", str(etc / "asterisk.conf"), "-rx", command]


def ensure_asterisk(progress: Progress) -> AsteriskInstall:
    """The private Asterisk, fetched first where it is not there yet (96 MB, about half a minute)."""
    cache = cache_folder()
    prefix = cache / RECIPE
    if not (prefix / STAMP).is_file():
        with setup_lock(cache, progress):
            if not (prefix / STAMP).is_file():
                _fetch(cache, prefix, progress)
    return _private(prefix)


def _fetch(cache: Path, prefix: Path, progress: Progress) -> None:
    require_space(cache, NEEDED_MB, "the private Asterisk")
    apt = PrivateApt(cache / "apt", progress)
    packages = apt.fetch(PACKAGES, "Fetching the private Asterisk (96 MB)")
    part = prefix.with_name(prefix.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        unpack(packages, part, progress, "Unpacking the private Asterisk")
        _tidy(part)
        _write_stamp(part, packages)
        shutil.rmtree(prefix, ignore_errors=True)
        part.rename(prefix)
    except OSError as error:
        raise disk_full(cache, str(error)) if is_disk_full(error) else error from None
    apt.forget()


def _tidy(prefix: Path) -> None:
    """Do what the install scripts would have done for us, and drop what is never read."""
    sounds = prefix / "usr/share/asterisk/sounds"
    if not (sounds / "en").exists():
        voice = min(path.name for path in sounds.glob("en*") if path.is_dir())
        (sounds / "en").symlink_to(voice)
    for pattern in _UNUSED:
        for path in prefix.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)


def _write_stamp(prefix: Path, packages: Sequence[Package]) -> None:
    """Written last, inside the folder that is renamed into place: it is there only when all else is."""
    done = subprocess.run(
        [*_loader(prefix), "-V"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
    )
    version = _version(done.stdout)
    if version is None:
        raise ProvisionError(
            f"The fetched Asterisk does not start: {(done.stderr or done.stdout).strip()[:300]}",
            "Report this; meanwhile: " + SYSTEM_ASTERISK_REMEDY,
        )
    record = {"suite": SUITE, "asterisk": version, "packages": {p.name: p.version for p in packages}}
    (prefix / STAMP).write_text(json.dumps(record, indent=1), encoding="utf-8")


def _private(prefix: Path) -> AsteriskInstall:
    version = json.loads((prefix / STAMP).read_text(encoding="utf-8"))["asterisk"]
    modules = next(prefix.glob("usr/lib/*/asterisk/modules"))
    return AsteriskInstall("private", _loader(prefix), version, modules, prefix / "usr/share/asterisk")


def _loader(prefix: Path) -> tuple[str, ...]:
    """The unpacked dynamic loader with the unpacked libraries: the host's may be older."""
    loader = next(
        path for pattern in ("usr/lib64", "usr/lib") for path in (prefix / pattern).glob("ld-linux-*.so.*")
    )
    libraries = next(prefix.glob("usr/lib/*-linux-gnu*"))
    return (str(loader), "--library-path", str(libraries), str(prefix / "usr/sbin/asterisk"))


def system_asterisk() -> AsteriskInstall:
    """The Asterisk that the system has installed, 18 or newer."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
    binary = shutil.which("asterisk", path=path)
    remedy = (
        f"Install Asterisk {OLDEST} or newer with the system's package manager, "
        'or set kind = "private" in config.toml, section [asterisk].'
    )
    if binary is None:
        raise NoAsterisk("No Asterisk is installed on this system.", remedy)
    done = subprocess.run(
        [binary, "-V"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
    )
    version = _version(done.stdout)
    if version is None or int(version.split(".")[0]) < OLDEST:
        raise NoAsterisk(f"{binary} is {done.stdout.strip() or 'not an Asterisk'}.", remedy)
    modules, data = _system_folders(Path("/etc/asterisk/asterisk.conf"))
    return AsteriskInstall("system", (binary,), version, modules, data)


def _version(output: str) -> str | None:
    """`Asterisk 22.10.1~dfsg+...` → `22.10.1`; certified releases say `certified/20.7-cert1`."""
    found = re.match(r"Asterisk (?:certified[/-])?(\d+(?:\.\d+)*)", output)
    return found.group(1) if found else None


def _system_folders(configuration: Path) -> tuple[Path, Path]:
    """Where modules and sounds are: as the system's own asterisk.conf says, else the usual places."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, inline_comment_prefixes=(";",))
    try:
        parser.read(configuration, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        parser.clear()
    names = next((dict(parser[name]) for name in parser.sections() if name.startswith("directories")), {})
    found = {key: value.lstrip("> ") for key, value in names.items()}
    modules = [found.get("astmoddir", ""), *map(str, Path("/usr/lib").glob("*/asterisk/modules"))]
    modules += ["/usr/lib/asterisk/modules", "/usr/lib64/asterisk/modules", "/usr/local/lib/asterisk/modules"]
    data = [
        found.get("astdatadir", ""),
        "/usr/share/asterisk",
        "/var/lib/asterisk",
        "/usr/local/share/asterisk",
    ]
    return _first_with(modules, "*.so", "modules"), _first_with(data, "sounds", "sounds")


def _first_with(folders: Sequence[str], content: str, what: str) -> Path:
    for folder in filter(None, folders):
        if any(Path(folder).glob(content)):
            return Path(folder)
    raise NoAsterisk(
        f"The {what} of the installed Asterisk are in none of the usual folders.",
        "Name them in /etc/asterisk/asterisk.conf, section [directories] (astmoddir, astdatadir).",
    )


def main() -> int:
    """Fetch the private Asterisk and print its folder."""
    reporter = Reporter()
    try:
        install = ensure_asterisk(reporter)
    except ProvisionError as error:
        reporter.finish()
        print(error, file=sys.stderr)
        return 1
    reporter.finish()
    print(install.data_dir.parents[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
