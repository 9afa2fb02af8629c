"""config.toml has every key, with its meaning beside it."""

import typing

import msgspec
import pytest

from engine.config import Config, parse_config
from tests.docs.documents import ROOT

TEXT = (ROOT / "config.toml").read_text(encoding="utf-8")


def sections() -> dict[str, type[msgspec.Struct]]:
    """The struct behind each heading; a map such as [skills] has none."""
    hints = typing.get_type_hints(Config)
    listed = {name: typing.get_args(hint)[0] for name, hint in hints.items() if origin(hint) is list}
    return {
        **{f"[[{name}]]": struct for name, struct in listed.items()},
        **{f"[{name}]": hint for name, hint in hints.items() if origin(hint) is None},
    }


origin = typing.get_origin


def first_section(heading: str) -> tuple[str, list[str]]:
    """The comment of a heading, behind it or above it, and the lines below its first appearance."""
    lines = TEXT.splitlines()
    place = next(number for number, line in enumerate(lines) if line.split(" ")[0] == heading)
    above = lines[place - 1] if lines[place - 1].startswith("#") else ""
    body = []
    for line in lines[place + 1 :]:
        if line.startswith("["):
            break
        body.append(line)
    return lines[place].partition("#")[2] + above, body


@pytest.mark.parametrize("heading", sections())
def test_every_key_is_there_and_explained(heading: str) -> None:
    comment, body = first_section(heading)
    found = {line.split(" =")[0]: "#" in line for line in body if " = " in line and not line.startswith("#")}
    names = [field.name for field in msgspec.structs.fields(sections()[heading])]
    assert list(found) == names
    explained = bool(comment.strip())
    assert explained or all(found.values()), [name for name, has in found.items() if not has]


def test_maps_are_there_and_explained() -> None:
    maps = [name for name, hint in typing.get_type_hints(Config).items() if origin(hint) is dict]
    assert maps
    for name in maps:
        comment, body = first_section(f"[{name}]")
        assert comment.strip()
        assert any(line.startswith("# ") and " = " in line for line in body), "an example"


def test_what_the_file_says_is_the_default() -> None:
    shipped = parse_config(TEXT, "config.toml")
    lists = [name for name, hint in typing.get_type_hints(Config).items() if origin(hint) is list]
    listed = {name: msgspec.to_builtins(getattr(shipped, name)) for name in lists}
    assert shipped == msgspec.convert(listed, Config)
