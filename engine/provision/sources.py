"""Reads the host's own apt sources, to learn which Debian mirror this machine uses."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.provision.errors import NoMirror, NotDebian

KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
SYSTEM_ASTERISK_REMEDY = (
    'Install Asterisk 18 or newer with the system\'s own package manager, and set kind = "system" in '
    "config.toml, section [asterisk]."
)


@dataclass(frozen=True)
class Source:
    """One `deb` entry of the host's sources."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""


def host_mirror(etc: Path = Path("/etc")) -> str:
    """The address of the Debian mirror that the host itself uses."""
    release = os_release(etc / "os-release")
    if release.get("ID") != "debian":
        raise NotDebian(
            f"This is {release.get('PRETTY_NAME', 'not a Debian system')}; "
            "the private Asterisk comes as Debian packages.",
            SYSTEM_ASTERISK_REMEDY,
        )
    sources = list(read_sources(etc / "apt"))
    for source in sources:
        if _is_debian_archive(source, release.get("VERSION_CODENAME", "")):
            return source.uri
    raise NoMirror(
        f"None of the {len(sources)} entries in {etc}/apt/sources.list* is Debian's archive, component main.",
        "Add the usual entry for your mirror there (see man sources.list), or: " + SYSTEM_ASTERISK_REMEDY,
    )


def os_release(path: Path) -> dict[str, str]:
    """The key=value pairs of os-release(5); empty when there is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {key.strip(): " ".join(shlex.split(value)) for key, value in pairs}


def read_sources(apt: Path) -> Iterator[Source]:
    """All enabled binary entries, in apt's own order: sources.list, then sources.list.d by name."""
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    for path in files:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if path.suffix == ".sources":
            yield from parse_deb822(text)
        elif path.suffix == ".list":
            yield from parse_one_line(text)


def parse_one_line(text: str) -> Iterator[Source]:
    """`deb [option=value ...] uri suite component ...`"""
    for line in text.splitlines():
        kind, _, rest = line.split("#", 1)[0].strip().partition(" ")
        if kind != "deb":
            continue
        options: dict[str, str] = {}
        rest = rest.strip()
        if rest.startswith("["):
            inside, _, rest = rest[1:].partition("]")
            options = dict(option.split("=", 1) for option in inside.split() if "=" in option)
        uri, suite, *components = [*rest.split(), "", ""]
        yield Source(uri, (suite,), tuple(filter(None, components)), options.get("signed-by", ""))


def parse_deb822(text: str) -> Iterator[Source]:
    """Paragraphs of `Field: values`, a leading blank continuing the field before; comments are skipped."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in "\n".join(line.rstrip() for line in lines).split("\n\n"):
        fields = _fields(paragraph)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in (
            "no",
            "false",
        ):
            continue
        suites, components = fields.get("suites", "").split(), fields.get("components", "").split()
        for uri in fields.get("uris", "").split():
            yield Source(uri, tuple(suites), tuple(components), fields.get("signed-by", "").strip())


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in paragraph.splitlines():
        if line[:1] in (" ", "\t"):
            fields[key] = f"{fields.get(key, '')}\n{line.strip()}"
        elif ":" in line:
            key, _, value = line.partition(":")
            key = key.strip().lower()
            fields[key] = value.strip()
    return fields


def _is_debian_archive(source: Source, codename: str) -> bool:
    """The archive proper: not the security or backports part, not somebody else's packages."""
    names = {codename, "stable", "testing", "unstable", "sid"} - {""}
    foreign = source.signed_by.startswith("/") and Path(source.signed_by).name not in KEYRINGS
    return (
        not foreign
        and not source.uri.startswith(("cdrom:", "file:"))
        and bool(names & set(source.suites))
        and "main" in source.components
    )
