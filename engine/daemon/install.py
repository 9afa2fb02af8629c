"""`fourseatd install`: service user, units and the seats' SSH log-in, each step said before it is done."""

import grp
import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.config import Config

USER = "fourseat"
SEATS_GROUP = "fourseat-seats"
CONFIG = Path("/etc/fourseat/config.toml")
SOCKET = "/run/fourseat/engine.sock"
SITE_FOLDERS = ("flows", "voice_prompts", "tickets", "knowledge")
"""What a site has of its own beside its configuration: copied once, and edited there."""

_UNITS = ("fourseat-asterisk.service", "fourseat-engine.service")


class InstallError(RuntimeError):
    """A step failed; the text says which and why. Steps that are done stay done; run it again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change to the machine. `needed` looks whether it is there already."""

    text: str
    needed: Callable[[], bool]
    do: Callable[[], None]


def plan_install(config: Config, home: Path, data: Path, root: Path = Path("/")) -> Iterator[Step]:
    """All steps in order. `home` holds config.toml and the folders beside it; `root` is / but for tests."""
    place = _Places(home, data, root)
    _refuse_hidden(Path(sys.executable))
    yield _user_step(USER, home=str(data))
    yield _group_step(SEATS_GROUP)
    for seat in config.seats:
        yield _user_step(seat.id, home="/nonexistent", groups=(USER, SEATS_GROUP), shell="/bin/sh")
    yield Step(f"folder {data}, for {USER} alone", lambda: not place.at(data).is_dir(), place.make_data)
    yield from place.site_files()
    for name in _UNITS:
        yield place.file_step(Path("/etc/systemd/system") / name, place.filled(name))
    yield place.file_step(Path("/etc/ssh/sshd_config.d/fourseat.conf"), place.filled("sshd-fourseat.conf"))
    yield _run_step("systemd reads the units", "systemctl", "daemon-reload")
    for name in _UNITS:
        yield _run_step(f"{name} starts now and with the machine", "systemctl", "enable", "--now", name)
    yield _run_step("the SSH server reads its configuration", "systemctl", "reload", "ssh")


def _refuse_hidden(program: Path) -> None:
    """Services see nothing below the home folders, so nothing may run from there."""
    if program.parts[1:2] in (("root",), ("home",)):
        raise InstallError(
            f"{program} is in a home folder, which services do not see: clone to /opt/fourseat"
        )


def carry_out(steps: Iterator[Step], *, dry_run: bool, say: Callable[[str], None]) -> None:
    """Do what is not done yet, or only say it. Raises InstallError."""
    for number, step in enumerate(steps, 1):
        try:
            needed = step.needed()
        except OSError as error:
            raise InstallError(f"{step.text}: {error}") from error
        say(f"{number:2d}. {'    ' if needed else '[ok]'} {step.text}")
        if needed and not dry_run:
            try:
                step.do()
            except (OSError, subprocess.CalledProcessError) as error:
                raise InstallError(f"{step.text}: {error}") from error


class _Places:
    """Where things go, and what stands in the files."""

    def __init__(self, home: Path, data: Path, root: Path) -> None:
        self._home, self._data, self._root = home, data, root
        self._values = {
            "user": USER,
            "seats": SEATS_GROUP,
            "bin": str(Path(sys.executable).parent),
            "config": str(CONFIG),
            "etc": str(CONFIG.parent),
            "data": str(data),
            "socket": SOCKET,
        }

    def at(self, path: Path) -> Path:
        return self._root / path.relative_to("/")

    def make_data(self) -> None:
        folder = self.at(self._data)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.chown(folder, USER, USER)

    def site_files(self) -> Iterator[Step]:
        """Configuration and the folders beside it: put there once, the site's own from then on."""
        yield Step(f"{CONFIG}, yours to edit", lambda: not self.at(CONFIG).exists(), self._copy_config)
        for name in SITE_FOLDERS:
            target = self.at(CONFIG.parent / name)
            yield Step(
                f"{CONFIG.parent / name}/, yours to edit",
                lambda target=target: not target.exists(),  # type: ignore[misc]
                lambda name=name, target=target: _copy_tree(self._home / name, target),  # type: ignore[misc]
            )

    def _copy_config(self) -> None:
        text = (self._home / "config.toml").read_text(encoding="utf-8")
        text = re.sub(r'^socket = ""', f'socket = "{SOCKET}"', text, flags=re.MULTILINE)
        text = re.sub(r'^data = "[^"]*"', f'data = "{self._data}"', text, flags=re.MULTILINE)
        target = self.at(CONFIG)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o600)  # the seats are in the group, and there may be passwords in it
        for path in (target, target.parent):  # the engine replaces the file when somebody changes the site
            shutil.chown(path, USER, USER)

    def filled(self, name: str) -> str:
        """A file of deploy/ with its places filled in."""
        text = (self._home / "deploy" / name).read_text(encoding="utf-8")
        return re.sub(r"@(\w+)@", lambda match: self._values[match[1]], text)

    def file_step(self, path: Path, text: str) -> Step:
        target = self.at(path)

        def needed() -> bool:
            return not target.exists() or target.read_text(encoding="utf-8") != text

        def write() -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

        return Step(str(path), needed, write)


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target)


def _user_step(name: str, *, home: str, groups: tuple[str, ...] = (), shell: str = "") -> Step:
    def needed() -> bool:
        try:
            pwd.getpwnam(name)
        except KeyError:
            return True
        return False

    shell = shell or "/usr/sbin/nologin"
    command = ["useradd", "--system", "--home-dir", home, "--shell", shell]
    command += ["--groups", ",".join(groups)] if groups else ["--user-group"]
    what = f"system user {name}" + (" for SSH; give it a password: `passwd " + name + "`" if groups else "")
    return Step(what, needed, lambda: _run(*command, name))


def _group_step(name: str) -> Step:
    def needed() -> bool:
        try:
            grp.getgrnam(name)
        except KeyError:
            return True
        return False

    return Step(f"group {name}", needed, lambda: _run("groupadd", "--system", name))


def _run_step(text: str, *command: str) -> Step:
    return Step(f"{text}: `{' '.join(command)}`", lambda: True, lambda: _run(*command))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C"})
