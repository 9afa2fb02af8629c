"""The Asterisk of a site: found or fetched, configured, started, and left running."""

import logging
from collections.abc import Mapping

from engine.adapters.asterisk.caller import Sounds
from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.render import InstancePaths, render_pbx, write_if_changed
from engine.adapters.asterisk.switch import SwitchSettings
from engine.config import Config
from engine.daemon.paths import SitePaths
from engine.provision.asterisk import AsteriskInstall, ensure_asterisk, system_asterisk
from engine.provision.progress import Progress

log = logging.getLogger(__name__)


def instance_paths(paths: SitePaths) -> InstancePaths:
    """Where this site's Asterisk keeps its things."""
    return InstancePaths.below(
        paths.asterisk, recordings=paths.recordings, prompts=paths.prompts, home=paths.home
    )


def find_install(config: Config, progress: Progress) -> AsteriskInstall:
    """The Asterisk that the configuration asks for. Raises ProvisionError with the remedy."""
    return ensure_asterisk(progress) if config.asterisk.kind == "private" else system_asterisk()


def process_of(paths: SitePaths, install: AsteriskInstall) -> AsteriskProcess:
    """The handle of the site's Asterisk."""
    instance = instance_paths(paths)
    return AsteriskProcess(install, instance.etc, instance.run)


def bring_up(
    config: Config, paths: SitePaths, secrets: Mapping[str, str], install: AsteriskInstall
) -> AsteriskProcess:
    """Write the configuration and start Asterisk; one that runs already reads what has changed. Blocks."""
    changed = write_files(config, paths, secrets, install)
    process = process_of(paths, install)
    if process.is_running():
        if changed:
            log.info("Asterisk reads changed configuration: %s", ", ".join(changed))
            process.reload()
    else:
        log.info("starting Asterisk %s", install.version)
        process.start()
    return process


def prepare(
    config: Config, paths: SitePaths, secrets: Mapping[str, str], install: AsteriskInstall
) -> list[str]:
    """Write the configuration; returns the command that runs Asterisk in the foreground."""
    write_files(config, paths, secrets, install)
    return install.command(instance_paths(paths).etc)


def render_files(
    config: Config, paths: SitePaths, secrets: Mapping[str, str], install: AsteriskInstall
) -> dict[str, str]:
    """The text of each of Asterisk's files. Raises RenderError."""
    return render_pbx(config, paths=instance_paths(paths), secrets=secrets, install=install)


def write_files(
    config: Config, paths: SitePaths, secrets: Mapping[str, str], install: AsteriskInstall
) -> list[str]:
    """Write the files that differ; returns their names. Raises RenderError and OSError."""
    instance = instance_paths(paths)
    instance.create()
    return write_if_changed(instance.etc, render_files(config, paths, secrets, install))


def switch_settings(config: Config, paths: SitePaths, secrets: Mapping[str, str]) -> SwitchSettings:
    """How the engine reaches its Asterisk."""
    pbx = config.asterisk
    return SwitchSettings(
        host=pbx.host,
        ami_port=pbx.ami_port,
        ami_user=pbx.ami_user,
        ami_secret=secrets["ami"],
        agi_port=pbx.agi_port,
        seats=frozenset(seat.id for seat in config.seats),
        lines=frozenset(line.id for line in config.lines),
        sounds=Sounds(prompts=str(paths.prompts / config.site.language), messages=str(paths.messages)),
    )
