"""What must not be in the repository, and what must be said about what is in it."""

import re
import tomllib

import pytest

from tests.docs.documents import ROOT, Document, text_files

# Written in two pieces, so that this file passes its own test.
_REGISTRIES = (
    "py" + "pi.org",
    "py" + "thonhosted.org",
    "deb.de" + "bian.org",
    "security.de" + "bian.org",
    "archive.ub" + "untu.com",
    "registry.np" + "mjs.org",
    "mirrors.al" + "iyun.com",
    "tuna.ts" + "inghua.edu",
    "mirrors.us" + "tc.edu",
)
_MACHINE_PATH = re.compile("(?<![\\w.])/(?:wo" + "rk|ro" + "ot|home/[a-z]+)/\\w")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_no_registry_is_named() -> None:
    """Downloads go where the machine's own settings say."""
    found = [(name, host) for name, text in text_files() for host in _REGISTRIES if host in text]
    assert not found


def test_no_path_of_a_developers_machine_is_named() -> None:
    found = [(name, match[0]) for name, text in text_files() for match in _MACHINE_PATH.finditer(text)]
    assert not found


@pytest.mark.parametrize("requirement", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["demo"])
def test_what_is_fetched_is_in_the_notice(requirement: str) -> None:
    name = re.split(r"[=<>~ ]", requirement)[0]
    assert name in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_changelog_speaks_of_this_version() -> None:
    headings = [words for depth, words in Document.read("CHANGELOG.md").headings() if depth == 2]
    assert headings[0].startswith(f"[{PROJECT['version']}]")


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
