"""`fourseatd check`: what would stop this site from working, and what to do about each thing."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.render import RenderError, render_pbx
from engine.config import Config, ConfigError
from engine.core.hours import HoursError
from engine.core.ivr.bundle import read_bundle
from engine.core.ivr.check import check_raw
from engine.core.ivr.problems import FlowError
from engine.core.voice.catalogue import CatalogueError
from engine.daemon.flow_texts import read_texts
from engine.daemon.paths import SitePaths
from engine.daemon.plan import check_queues, flow_files, opening_hours, queue_hours, ticket_hours
from engine.daemon.prompts import catalogue_of, languages_of, states_of
from engine.daemon.telephony import find_install, instance_paths, process_of
from engine.daemon.tickets.book import load_book
from engine.provision.asterisk import AsteriskInstall
from engine.provision.errors import ProvisionError

_EARLIEST_SANE_YEAR_S = 1_735_689_600  # 2025: a box without a clock battery wakes up before this
_MIN_DATA_MB = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when it is well."""

    area: str
    text: str
    remedy: str = ""
    fatal: bool = True

    @property
    def ok(self) -> bool:
        """Nothing is to be done."""
        return not self.remedy


_STALE_REMEDIES = {
    "synthesised": "Run `fourseat prompts build`.",
    "human": "Record them again, or remove them: `fourseat prompts list --stale`.",
}

Check = Callable[[Config, SitePaths], Iterator[Finding]]


def check_site(config: Config, paths: SitePaths) -> Iterator[Finding]:
    """Look at everything; a check that cannot be made is a finding of its own."""
    for area, check in _CHECKS:
        try:
            yield from check(config, paths)
        except Exception as error:
            yield Finding(area, f"cannot be checked: {error!r}", "Report this; it is a fault of Fourseat.")


def _flow(config: Config, paths: SitePaths) -> Iterator[Finding]:
    for file in flow_files(config):
        yield from _one_flow(config, paths, paths.home / file)


def _one_flow(config: Config, paths: SitePaths, path: Path) -> Iterator[Finding]:
    try:
        raw = read_bundle(read_texts(path))
        catalogue = catalogue_of(paths)
    except OSError as error:
        remedy = "Name the flow file in [ivr] flow, or in flow of [[numbers]]."
        yield Finding("flow", f"{error.filename}: {error.strerror}", remedy)
        return
    except (FlowError, CatalogueError) as error:
        yield Finding("flow", f"{path}: {error}", "Mend the file at the place named.")
        return
    queues = {queue.id for queue in config.queues}
    problems = check_raw(raw, queues, set(catalogue), catalogue.values_of())
    for problem in problems:
        yield Finding("flow", problem.words("en"), "Mend the flow file.", problem.severity == "error")
    yield from _promised(config, raw, path)
    if not problems:
        yield Finding("flow", f"{path.name}: {len(raw.get('nodes', raw))} entries, no problems")


def _promised(config: Config, raw: dict[str, Any], path: Path) -> Iterator[Finding]:
    """What is switched on has to stand in the flow, or nobody will ever hear it."""
    nodes = [node for node in raw.get("nodes", {}).values() if isinstance(node, dict)]
    surveys = any(node.get("kind") == "survey" for node in nodes)
    callbacks = any(node.get("kind") == "queue" and node.get("callback") for node in nodes)
    if any(queue.survey for queue in config.queues) and not surveys:
        remedy = "Add a node of kind survey, or set survey = false."
        yield Finding("flow", f"{path.name}: a queue has a survey, the flow has none", remedy, fatal=False)
    if config.callback.enabled and not callbacks:
        remedy = "Name a node of kind callback in the key callback of its queues, or set enabled = false."
        yield Finding("flow", f"{path.name}: [callback] is enabled, no queue offers it", remedy, fatal=False)


def _hours(config: Config, paths: SitePaths) -> Iterator[Finding]:
    try:
        opening_hours(config)
        for queue in config.queues:
            queue_hours(config, queue)
        ticket_hours(config)
    except HoursError as error:
        yield Finding("hours", str(error), "Mend the hours in config.toml.")
    else:
        yield Finding("hours", "opening hours can be read")


def _queues(config: Config, paths: SitePaths) -> Iterator[Finding]:
    try:
        check_queues(config, paths.home, set(catalogue_of(paths)))
    except ConfigError as error:
        yield Finding("queues", str(error), "Mend the queue in config.toml.")
    else:
        yield Finding("queues", f"{len(config.queues)} queues, music and announcements are there")


def _tickets(config: Config, paths: SitePaths) -> Iterator[Finding]:
    """A file that is wrong is left out: its tickets cannot be made, all others can."""
    loaded = load_book(config, paths.home)
    for text in loaded.words("en"):
        yield Finding("tickets", text, f"Mend it in {config.tickets.types}/, then `fourseat tickets types`.")
    if not loaded.problems:
        book = loaded.book
        count = len(book.departments)
        yield Finding("tickets", f"{len(book.types)} types of tickets, {count} departments")


def _prompts(config: Config, paths: SitePaths) -> Iterator[Finding]:
    for language in languages_of(config, paths):
        yield from _prompts_in(config, paths, language)


def _prompts_in(config: Config, paths: SitePaths, language: str) -> Iterator[Finding]:
    from engine.adapters.speech.check import check_prompts

    catalogue = catalogue_of(paths)
    problems = check_prompts(catalogue, language, paths.prompts)
    for problem in problems[:5]:
        text = f"{problem.prompt_id} ({language}): {problem.code.replace('_', ' ')} {problem.detail}"
        yield Finding("prompts", text, problem.remedy, fatal=False)
    if len(problems) > 5:
        text = f"{len(problems) - 5} more in {language}"
        yield Finding("prompts", text, "Run `fourseat prompts build`.", fatal=False)
    stale = [state for state in states_of(config, paths, language) if state.stale]
    for source, remedy in _STALE_REMEDIES.items():
        ids = [state.prompt.prompt_id for state in stale if state.source == source]
        if ids:
            text = f"{len(ids)} {source} in {language} say another text: {', '.join(ids[:5])}"
            yield Finding("prompts", text, remedy, fatal=False)
    if not problems and not stale:
        yield Finding("prompts", f"{sum(1 for _ in catalogue.sounds(language))} prompts in {language}")


def _voice(config: Config, paths: SitePaths) -> Iterator[Finding]:
    """Callers hear what is there all the same; what is new could not be spoken."""
    from engine.adapters.speech.self_test import try_voices

    for finding in try_voices():
        yield Finding("voice", finding.text, finding.remedy, fatal=False)


def _asterisk(config: Config, paths: SitePaths) -> Iterator[Finding]:
    try:
        install = find_install(config, _say_nothing)
    except ProvisionError as error:
        yield Finding("asterisk", str(error), "See above; or set [asterisk] kind.")
        return
    yield Finding("asterisk", f"version {install.version}, {install.kind}")
    try:
        secrets = {"ami": "x", **{f"seat.{seat.id}": "x" for seat in config.seats}}
        render_pbx(config, paths=instance_paths(paths), secrets=secrets, install=install)
    except RenderError as error:
        yield Finding("asterisk", str(error), "Change this value in config.toml.")
    process = process_of(paths, install)
    if config.asterisk.kind == "private":
        yield from _ports(config, process)
        yield from _music(install)


def _ports(config: Config, process: AsteriskProcess) -> Iterator[Finding]:
    if process.is_running():
        yield Finding("ports", "Asterisk of this site is running")
        return
    pbx = config.asterisk
    wanted = [
        (socket.SOCK_DGRAM, pbx.sip_address, pbx.sip_port, "sip_port"),
        (socket.SOCK_STREAM, pbx.host, pbx.ami_port, "ami_port"),
        (socket.SOCK_STREAM, "127.0.0.1", pbx.agi_port, "agi_port"),
    ]
    taken = [(port, key) for kind, address, port, key in wanted if not _is_free(kind, address, port)]
    for port, key in taken:
        remedy = f"End the program that has it (`ss -lnpu -lnpt`), or change [asterisk] {key}."
        yield Finding("ports", f"port {port} is taken by another program", remedy)
    if not taken:
        yield Finding("ports", f"SIP {pbx.sip_port}, AMI {pbx.ami_port}, AGI {pbx.agi_port} are free")


def _is_free(kind: int, address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _music(install: AsteriskInstall) -> Iterator[Finding]:
    if not any((install.data_dir / "moh").glob("*")):
        yield Finding("music", "no waiting music is there", "Copy WAV files into the folder `moh`.", False)


def _disk(config: Config, paths: SitePaths) -> Iterator[Finding]:
    folder = next(place for place in (paths.data, *paths.data.parents) if place.exists())
    if not os.access(folder, os.W_OK):
        yield Finding(
            "disk", f"{folder} cannot be written", f"chown it, or change [site] data ({paths.data})."
        )
        return
    free_mb = shutil.disk_usage(folder).free // 1_048_576
    least = max(_MIN_DATA_MB, config.recording.min_free_mb)
    if free_mb < least:
        yield Finding("disk", f"only {free_mb} MB are free", f"Make room: at least {least} MB.")
    else:
        hours = free_mb * 1_048_576 // (16_000 * 3600)
        yield Finding("disk", f"{free_mb} MB are free, room for about {hours} hours of recordings")


def _clock(config: Config, paths: SitePaths) -> Iterator[Finding]:
    if time.time() < _EARLIEST_SANE_YEAR_S:
        yield Finding("clock", f"the clock says {time.ctime()}", "Set it: `timedatectl set-time`.")
        return
    synchronised = _timedatectl("NTPSynchronized")
    if synchronised == "no":
        yield Finding(
            "clock", "the clock is not synchronised", "Run `timedatectl set-ntp true`.", fatal=False
        )
    else:
        yield Finding("clock", time.strftime("%Y-%m-%d %H:%M:%S"))


def _timedatectl(name: str) -> str:
    try:
        done = subprocess.run(
            ["timedatectl", "show", "--property", name, "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _socket(config: Config, paths: SitePaths) -> Iterator[Finding]:
    size = len(os.fsencode(paths.socket))
    if size > 107:
        yield Finding("socket", f"{paths.socket} has {size} bytes", "Set [site] socket to a shorter path.")
    else:
        yield Finding("socket", str(paths.socket))


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("flow", _flow),
    ("queues", _queues),
    ("hours", _hours),
    ("tickets", _tickets),
    ("prompts", _prompts),
    ("voice", _voice),
    ("asterisk", _asterisk),
    ("disk", _disk),
    ("clock", _clock),
    ("socket", _socket),
)


def _say_nothing(what: str, share: float | None) -> None:
    """Checking shows no progress."""
