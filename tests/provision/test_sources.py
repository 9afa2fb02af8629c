"""Which mirror the host uses, read from its apt sources."""

from pathlib import Path

import pytest

from engine.provision.errors import NoMirror, NotDebian
from engine.provision.sources import Source, host_mirror, parse_deb822, parse_one_line, read_sources

DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n'
DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
# another comment
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "os-release").write_text(DEBIAN_12)
    return tmp_path


def test_deb822_entry_with_continued_field_and_comment(etc: Path) -> None:
    (etc / "apt/sources.list.d/debian.sources").write_text(DEB822)
    assert host_mirror(etc) == "http://mirror.example/debian"


def test_one_line_entry_with_options(etc: Path) -> None:
    (etc / "apt/sources.list").write_text(
        "# deb http://old.example/debian bookworm main\n"
        "deb-src http://src.example/debian bookworm main\n"
        "deb http://security.example/debian-security bookworm-security main # not this\n"
        "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
        "http://mirror.example/debian bookworm main contrib # this\n"
    )
    assert host_mirror(etc) == "http://mirror.example/debian"


def test_first_usable_entry_in_apts_own_order(etc: Path) -> None:
    (etc / "apt/sources.list").write_text("deb http://first.example/debian stable main\n")
    (etc / "apt/sources.list.d/debian.sources").write_text(DEB822)
    assert host_mirror(etc) == "http://first.example/debian"


@pytest.mark.parametrize(
    "line",
    [
        "deb http://security.example/debian-security bookworm-security main",
        "deb http://mirror.example/debian bookworm-backports main",
        "deb http://mirror.example/debian bookworm contrib",
        "deb [signed-by=/usr/share/keyrings/nodesource.gpg] http://else.example/x bookworm main",
        "deb cdrom:[Debian_12]/ bookworm main",
        "deb http://else.example/packages nodistro main",
        "deb http://half.example/debian",
        "nonsense",
    ],
)
def test_what_is_not_the_archive_is_passed_over(etc: Path, line: str) -> None:
    (etc / "apt/sources.list").write_text(f"{line}\n")
    with pytest.raises(NoMirror) as refusal:
        host_mirror(etc)
    assert 'kind = "system"' in refusal.value.remedy


def test_switched_off_entry_and_other_files_are_passed_over(etc: Path) -> None:
    folder = etc / "apt/sources.list.d"
    (folder / "a.sources").write_text(DEB822.replace("Types: deb\n", "Enabled: no\nTypes: deb\n"))
    (folder / "b.list.save").write_text("deb http://saved.example/debian bookworm main\n")
    (folder / "c.list").write_text("deb http://mirror.example/debian bookworm main\n")
    assert host_mirror(etc) == "http://mirror.example/debian"


def test_embedded_key_does_not_make_a_source_foreign() -> None:
    text = "Types: deb\nURIs: http://m/debian\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN\n .\n"
    (source,) = parse_deb822(text)
    assert source.signed_by.startswith("-----BEGIN")


def test_one_line_without_options() -> None:
    (source,) = parse_one_line("deb   http://m.example/debian   bookworm   main non-free")
    assert source == Source("http://m.example/debian", ("bookworm",), ("main", "non-free"))


def test_another_system_is_told_to_bring_its_own_asterisk(etc: Path) -> None:
    (etc / "os-release").write_text('ID=fedora\nPRETTY_NAME="Fedora Linux 41"\n')
    with pytest.raises(NotDebian) as refusal:
        host_mirror(etc)
    assert "Fedora Linux 41" in refusal.value.problem
    assert "18" in refusal.value.remedy
    assert 'kind = "system"' in refusal.value.remedy


def test_no_sources_at_all(tmp_path: Path) -> None:
    assert list(read_sources(tmp_path / "apt")) == []
