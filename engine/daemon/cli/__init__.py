"""`fourseatd`: the engine's own program. One file a group of commands."""

import typer

from engine.daemon.cli import copies, practice, running, site

app = typer.Typer(
    help="Fourseat 四席: the engine of a call centre. Consoles and commands are in `fourseat`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    running.run,
    running.asterisk,
    site.check,
    site.prompts,
    site.install,
    practice.demo,
    practice.simulate,
    copies.backup,
    copies.restore,
):
    app.command()(command)


def main() -> None:
    """Entry point of the program."""
    app()
