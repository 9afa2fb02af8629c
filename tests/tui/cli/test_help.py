"""Help pages: one for every command, with an example, in both languages, no wider than the terminal."""

from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len

from tests.tui.cli.conftest import Command
from tui.cli.main import tree
from tui.words import read_catalogue


def commands() -> Iterator[tuple[str, Any]]:
    root = tree()
    yield "", root
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        yield name, command
        for sub, subcommand in getattr(command, "commands", {}).items():
            yield f"{name} {sub}", subcommand


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("lang", "usage"), [("zh", "用法:"), ("en", "Usage: ")])
def test_every_page_fits_the_design_size(fourseat: Command, name: str, lang: str, usage: str) -> None:
    outcome = fourseat(*name.split(), "--help", lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{usage}fourseat {name}".strip())
    assert max(cell_len(line) for line in outcome.out.splitlines()) <= 80


@pytest.mark.parametrize("name", [name for name, command in ALL.items() if not hasattr(command, "commands")])
def test_every_command_has_an_example_of_itself(fourseat: Command, name: str) -> None:
    page = fourseat(*name.split(), "--help").out
    assert f"fourseat {name}" in page.partition("示例:")[2]


@pytest.mark.parametrize("name", ALL)
def test_every_text_of_a_page_is_translated(name: str) -> None:
    chinese = read_catalogue("zh")
    texts = [ALL[name].help, *(p.help for p in ALL[name].params if p.name != "help")]
    for text in texts:
        assert text, f"fourseat {name}: a parameter without help"
        assert text in chinese


def test_every_command_that_prints_has_json() -> None:
    without = [name for name, command in ALL.items() if not any("--json" in p.opts for p in command.params)]
    groups = [name for name, command in ALL.items() if hasattr(command, "commands") and name != "queues"]
    assert sorted(without) == sorted([*groups, "agent", "supervisor", "station", "admin", "wallboard"])
