"""Where the engine's socket is: from the command line, the environment, or a configuration file."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.config import ConfigError, parse_config
from tui.cli.errors import CliError, NoEngine
from tui.words import tr

USUAL_SOCKET = "/run/fourseat/engine.sock"  # of an installed site
USUAL_CONFIGS = ("config.toml", "/etc/fourseat/config.toml")


def find_socket(socket: str, config: str, environment: Mapping[str, str]) -> str:
    """The socket's path. Raises NoEngine, naming what was tried, or CliError for a broken file."""
    named = socket or environment.get("FOURSEAT_SOCKET", "")
    if named:
        return named
    config_file = find_config(config, environment)
    if not (config or environment.get("FOURSEAT_CONFIG")) and os.path.exists(USUAL_SOCKET):
        return USUAL_SOCKET
    if config_file is not None:
        return socket_of(config_file)
    tried = ", ".join(("--socket", "$FOURSEAT_SOCKET", "--config", "$FOURSEAT_CONFIG", *USUAL_CONFIGS))
    raise NoEngine(
        tr("no engine found; looked at {tried}", tried=tried),
        tr("name its socket or its configuration: fourseat --config /path/config.toml ..."),
    )


def find_config(config: str, environment: Mapping[str, str]) -> Path | None:
    """The configuration file that is named, else the usual one that exists."""
    named = config or environment.get("FOURSEAT_CONFIG", "")
    if named:
        return Path(named)
    return next((Path(usual) for usual in USUAL_CONFIGS if Path(usual).is_file()), None)


def socket_of(config_file: Path) -> str:
    """The socket that this configuration names."""
    try:
        site = parse_config(config_file.read_text(encoding="utf-8"), str(config_file)).site
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=config_file, why=_why(error)),
            tr("name the right one: fourseat --config /path/config.toml ..."),
        ) from None
    except ConfigError as error:
        raise CliError(str(error), tr("correct it, then run: fourseatd check")) from None
    return site.socket or os.path.join(site.data, "run", "engine.sock")


def _why(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
