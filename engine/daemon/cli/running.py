"""Run the engine, or the site's Asterisk."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.config import Config, ConfigError
from engine.daemon.cli.common import ConfigOption, fail, log_to_stderr, read_config
from engine.daemon.paths import SitePaths


def run(
    config: ConfigOption = Path("config.toml"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log details.")] = False,
    attach: Annotated[
        bool, typer.Option("--attach", help="Wait for an Asterisk that somebody else starts.")
    ] = False,
) -> None:
    """Run the engine until it is told to stop. Talks go on without it.

    Example: fourseatd run --config /etc/fourseat/config.toml
    """
    from db.errors import DbError
    from engine.adapters.unix_socket import SocketError
    from engine.core.hours import HoursError
    from engine.core.ivr.problems import FlowError
    from engine.daemon.memory import give_back_large_blocks
    from engine.daemon.secrets import load_secrets
    from engine.daemon.service import AlreadyRunning, Service
    from engine.daemon.service import run as run_service

    log_to_stderr(verbose)
    give_back_large_blocks()
    settings, paths = read_config(config)
    paths.create()
    secrets = load_secrets(paths.secrets, settings)
    if not any((paths.prompts / settings.site.language).glob("*.wav")):
        logging.getLogger("prompts").info("synthesising the prompts; this is done once")
        subprocess.run(
            [sys.executable, "-m", "engine.daemon.cli", "prompts", "--json", "--config", str(config)],
            stdout=subprocess.DEVNULL,
            check=False,
        )  # fmt: skip
    if not attach:
        _bring_up_asterisk(settings, paths, secrets)
    gc.freeze()  # what is loaded now stays: no reason to walk it again and again
    try:
        asyncio.run(run_service(Service(settings, config.resolve(), paths, secrets)))
    except (AlreadyRunning, SocketError, DbError, ConfigError, FlowError, HoursError, OSError) as error:
        fail(f"The engine cannot run: {error}. `fourseatd check` says more.")


def _bring_up_asterisk(settings: Config, paths: SitePaths, secrets: dict[str, str]) -> None:
    from engine.adapters.asterisk.process import AsteriskProcessError
    from engine.adapters.asterisk.render import RenderError
    from engine.daemon import telephony
    from engine.provision.errors import ProvisionError

    try:
        install = telephony.find_install(settings, _log_progress)
        telephony.bring_up(settings, paths, secrets, install)
    except (ProvisionError, RenderError, AsteriskProcessError) as error:
        fail(str(error))


def asterisk(config: ConfigOption = Path("config.toml")) -> None:
    """Run the site's Asterisk in the foreground, for the service manager.

    Example: fourseatd asterisk --config /etc/fourseat/config.toml
    """
    from engine.adapters.asterisk.render import RenderError
    from engine.daemon import telephony
    from engine.daemon.secrets import load_secrets
    from engine.provision.errors import ProvisionError

    log_to_stderr(False)
    settings, paths = read_config(config)
    paths.create()
    try:
        install = telephony.find_install(settings, _log_progress)
        command = telephony.prepare(settings, paths, load_secrets(paths.secrets, settings), install)
    except (ProvisionError, RenderError) as error:
        fail(str(error))
    os.execv(command[0], command)


def _log_progress(what: str, share: float | None) -> None:
    logging.getLogger("asterisk").info("%s", what)
