"""What the commands of the engine's program share: the configuration, a word of regret, the log."""

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine.config import Config, ConfigError, parse_config
from engine.daemon.paths import SitePaths

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="FOURSEAT_CONFIG", help="Configuration file.")
]


def read_config(path: Path) -> tuple[Config, SitePaths]:
    """The configuration and its folders, or a message and exit code 2."""
    try:
        config = parse_config(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}. Name another with --config.", 2)
    except (ConfigError, UnicodeDecodeError) as error:
        fail(str(error), 2)
    return config, SitePaths.of(config, path.resolve().parent)


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def log_to_stderr(verbose: bool) -> None:
    """One line a step; the service manager adds the time."""
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname).1s %(name)s %(message)s"
    )
