"""`fourseat ivr`: check the voice menu, walk through it, draw it, and keep its versions."""

import typer

from tui.cli import flow_versions
from tui.cli.help import Command, Group
from tui.cli.ivr_check import check
from tui.cli.ivr_graph import graph
from tui.cli.ivr_try import try_flow
from tui.cli.ivr_walks import walk_files
from tui.words import mark


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("The voice menu."), no_args_is_help=True)
    commands = (
        (
            "check",
            check,
            mark(
                "Find dead ends, missing prompts and the like; how far it is to a person and to each service."
            ),
            "fourseat ivr check --file flows/main.toml",
        ),
        (
            "try",
            try_flow,
            mark("Walk through the menu in the terminal: type keys, read what a caller hears."),
            "fourseat ivr try --file flows/main.toml --outcome balance=owing\n"
            "printf '1\\n\\n' | fourseat ivr try\nfourseat ivr try --as 13900000000",
        ),
        (
            "test",
            walk_files,
            mark("Walk through the menu as files say, and tell where it goes another way."),
            "fourseat ivr test\nfourseat ivr test tests/flows/queue.toml",
        ),
        (
            "graph",
            graph,
            mark("Draw the menu as a tree, or as a picture."),
            "fourseat ivr graph --from main_menu --depth 3\nfourseat ivr graph --svg menu.svg",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    flow_versions.add_commands(group)
    app.add_typer(group, name="ivr")
