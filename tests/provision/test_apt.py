"""The private apt client, with the real apt-get against mirrors that fail."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from engine.provision import apt as apt_module
from engine.provision.apt import Package, PrivateApt, _explain, unpack
from engine.provision.errors import DiskFull, MirrorUnreachable, MissingTool, NoKeyring, ProvisionError

needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="no apt-get on this system")


def silent(what: str, share: float | None) -> None:
    pass


class NothingHere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def empty_mirror() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), NothingHere) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/debian"
        server.shutdown()
        thread.join()


def etc_with(folder: Path, mirror: str) -> Path:
    (folder / "etc/apt").mkdir(parents=True)
    (folder / "etc/os-release").write_text("ID=debian\nVERSION_CODENAME=bookworm\n")
    (folder / "etc/apt/sources.list").write_text(f"deb {mirror} bookworm main\n")
    return folder / "etc"


@needs_apt
def test_mirror_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It is tried again as often as at a user's, but without the seconds between.
    at_once = f'{apt_module._CONFIGURATION}Acquire::Retries::Delay "false";\n'
    monkeypatch.setattr(apt_module, "_CONFIGURATION", at_once)
    apt = PrivateApt(tmp_path / "apt", silent, etc_with(tmp_path, "http://127.0.0.1:1/debian"))
    with pytest.raises(MirrorUnreachable) as refusal:
        apt.fetch(["asterisk"], "fetching")
    assert "network" in refusal.value.remedy
    assert "127.0.0.1" in refusal.value.problem


@needs_apt
def test_mirror_that_does_not_carry_the_suite(tmp_path: Path, empty_mirror: str) -> None:
    apt = PrivateApt(tmp_path / "apt", silent, etc_with(tmp_path, empty_mirror))
    with pytest.raises(MirrorUnreachable) as refusal:
        apt.fetch(["asterisk"], "fetching")
    assert "forky" in refusal.value.problem
    assert 'kind = "system"' in refusal.value.remedy


def test_missing_apt_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="apt-get"):
        PrivateApt(tmp_path / "apt", silent).fetch(["asterisk"], "fetching")


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        ("E: Write error - write (28: No space left on device)", DiskFull),
        ("E: You don't have enough free space in /x/archives/.", DiskFull),
        (
            "W: GPG error: http://m forky InRelease: signatures couldn't be verified: NO_PUBKEY 0E98404D",
            NoKeyring,
        ),
        ("E: The repository 'http://m forky InRelease' is not signed.", NoKeyring),
        ("E: Release file for http://m is not valid yet (invalid for another 3d).", MirrorUnreachable),
        ("E: Unable to locate package asterisk", MirrorUnreachable),
        ("E: Failed to fetch http://m/x  Temporary failure resolving 'm'", MirrorUnreachable),
        ("", MirrorUnreachable),
    ],
)
def test_words_of_apt_become_a_problem_and_a_remedy(
    log: str, kind: type[ProvisionError], tmp_path: Path
) -> None:
    problem = _explain(log, tmp_path)
    assert type(problem) is kind
    assert log[3:].strip() in problem.problem
    assert problem.remedy


@needs_apt
def test_broken_package_is_thrown_away_to_be_fetched_anew(tmp_path: Path) -> None:
    package = Package(tmp_path / "thing_1%3a2.0-1_amd64.deb")
    package.path.write_bytes(b"!<arch>\ncut short")
    assert (package.name, package.version) == ("thing", "1:2.0-1")
    with pytest.raises(ProvisionError, match="thing"):
        unpack([package], tmp_path / "prefix", silent, "unpacking")
    assert not package.path.exists()
