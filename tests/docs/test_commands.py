"""Every command in the documents is one that the programs take."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from engine.daemon.cli import app as engine_app
from tests.docs.documents import DOCUMENTS, ROOT, Document
from tests.docs.screen_parts import leaf_commands
from tui.cli.main import tree
from tui.cli.options import to_the_front

_PROGRAMS = ("fourseat", "fourseatd")
_APPS: dict[str, Any] = {"fourseat": tree(), "fourseatd": get_command(engine_app)}
READMES = ("README.md", "README.zh-CN.md")
REFERENCES = ("docs/keys-and-commands.md", "docs/keys-and-commands.zh-CN.md")


def words_of(line: str) -> list[str]:
    """The words of our program in a line of shell: without sudo, settings of variables and folders."""
    words = shlex.split(line)
    while words and (words[0] == "sudo" or re.match(r"^[A-Z_]+=", words[0])):
        words.pop(0)
    return [Path(words[0]).name, *words[1:]] if words else []


def take(words: list[str], *, whole: bool) -> None:
    """Let the program read a command line without doing anything; `whole`: all that it needs is there."""
    program, arguments = words[0], words[1:]
    if program == "fourseat":
        arguments = to_the_front(arguments)
    command = _APPS[program]
    context = command.make_context(program, list(arguments), resilient_parsing=True)
    rest = [*context._protected_args, *context.args]
    while rest and hasattr(command, "commands"):
        name = rest.pop(0)
        assert name in command.commands, f"{' '.join(words)}: there is no {name}"
        command = command.commands[name]
        if hasattr(command, "commands") and not whole and not rest:
            return
        leaf = command.make_context(name, list(rest), parent=context, resilient_parsing=not whole)
        rest = [*leaf._protected_args, *leaf.args] if hasattr(command, "commands") else []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_commands_of_code_blocks_are_whole(name: str) -> None:
    for line in Document.read(name).shell_lines():
        words = words_of(line)
        if words and words[0] in _PROGRAMS:
            take(words, whole=True)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_commands_in_the_text_exist(name: str) -> None:
    for text in Document.read(name).code_words():
        words = words_of(text.replace("...", "").replace("…", "")) if "fourseat" in text else []
        if len(words) > 1 and words[0] in _PROGRAMS and "PATH" not in text:
            take([word for word in words if word not in ("--help", "--json")], whole=False)


@pytest.mark.parametrize("line", ["fourseat user list", "fourseat users list --roles", "fourseatd start"])
def test_a_wrong_command_would_be_found(line: str) -> None:
    with pytest.raises(Exception, match=r"there is no|No such option"):
        take(words_of(line), whole=True)


@pytest.mark.parametrize("name", REFERENCES)
def test_every_command_of_the_client_is_mentioned(name: str) -> None:
    text = Document.read(name).text
    assert not [c.name for c in leaf_commands() if c.epilog.splitlines()[0] not in text]


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_engine_is_mentioned(name: str) -> None:
    text = Document.read(name).text
    missing = [f"fourseatd {c}" for c in _APPS["fourseatd"].commands if f"`fourseatd {c}`" not in text]
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    document = Document.read(name)
    named = re.findall(r"\bmake ([a-z]+)\b", "\n".join(document.shell_lines() + document.code_words()))
    assert set(named) <= targets
