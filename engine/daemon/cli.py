"""`fourseatd`: the engine's own program."""

import asyncio
import gc
import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from engine.config import Config, ConfigError, parse_config
from engine.daemon.paths import SitePaths

app = typer.Typer(
    help="Fourseat 四席: the engine of a call centre. Consoles and commands are in `fourseat`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

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


@app.command()
def run(
    config: ConfigOption = Path("config.toml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details.")] = False,
) -> None:
    """Run the engine until it is told to stop. Talks go on without it.

    Example: fourseatd run --config /etc/fourseat/config.toml
    """
    from engine.daemon.secrets import load_secrets
    from engine.daemon.service import Service
    from engine.daemon.service import run as run_service

    log_to_stderr(verbose)
    settings, paths = read_config(config)
    paths.create()
    secrets = load_secrets(paths.secrets, settings)
    _bring_up_asterisk(settings, paths, secrets)
    gc.freeze()  # what is loaded now stays: no reason to walk it again and again
    asyncio.run(run_service(Service(settings, paths, secrets)))


def _bring_up_asterisk(settings: Config, paths: SitePaths, secrets: dict[str, str]) -> None:
    from engine.adapters.asterisk.process import AsteriskProcessError
    from engine.adapters.asterisk.render import RenderError
    from engine.daemon import telephony
    from engine.provision.errors import ProvisionError

    if settings.asterisk.kind == "system":
        return
    try:
        install = telephony.find_install(
            settings, lambda what, share: logging.getLogger("asterisk").info(what)
        )
        telephony.bring_up(settings, paths, secrets, install)
    except (ProvisionError, RenderError, AsteriskProcessError) as error:
        fail(str(error))


def main() -> None:
    """Entry point of the program."""
    app()


if __name__ == "__main__":
    main()
