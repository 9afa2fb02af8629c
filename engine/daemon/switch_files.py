"""Asterisk's files while it runs: written anew, read without a restart, taken back if it refuses them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from engine.adapters.asterisk.errors import AsteriskError
from engine.config import Config
from engine.daemon.paths import SitePaths
from engine.daemon.telephony import find_install, render_files, write_files
from engine.provision.asterisk import AsteriskInstall

log = logging.getLogger(__name__)

# What reads a file again while calls go on. A file that is not listed is read by everything.
_READERS = {
    "pjsip.conf": "module reload res_pjsip.so",
    "extensions.conf": "dialplan reload",
    "musiconhold.conf": "moh reload",
    "confbridge.conf": "module reload app_confbridge.so",
    "features.conf": "module reload features",
}
_ALL = "core reload"

Command = Callable[[str], Awaitable[str]]


class SwitchRefused(RuntimeError):
    """Asterisk did not take the new configuration; it has the old one again."""


@dataclass(slots=True)
class SwitchFiles:
    """The configuration folder of the site's Asterisk. `command` gives one command to it."""

    paths: SitePaths
    command: Command
    install: AsteriskInstall | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def changed(self, old: Config, new: Config, secrets: Mapping[str, str]) -> list[str]:
        """The names of the files that would change. Raises RenderError and ProvisionError."""
        install = await self._found(new)
        before, after = [
            await asyncio.to_thread(render_files, one, self.paths, secrets, install) for one in (old, new)
        ]
        return sorted(name for name, text in after.items() if before.get(name) != text)

    async def switch_over(self, old: Config, new: Config, secrets: Mapping[str, str]) -> list[str]:
        """Write the files and have them read. Raises SwitchRefused, and then all is as it was."""
        async with self._lock:
            install = await self._found(new)
            names = await asyncio.to_thread(write_files, new, self.paths, secrets, install)
            try:
                await self._read_again(names)
                if "pjsip.conf" in names:
                    await self._look_for(new)
            except (AsteriskError, SwitchRefused) as error:
                await self._take_back(old, secrets, install)
                raise SwitchRefused(str(error)) from error
            if names:
                log.info("Asterisk has read %s", ", ".join(names))
            return names

    async def take_back(self, old: Config, secrets: Mapping[str, str]) -> None:
        """Something else failed: Asterisk gets its old files."""
        async with self._lock:
            await self._take_back(old, secrets, await self._found(old))

    async def _found(self, config: Config) -> AsteriskInstall:
        if self.install is None:
            self.install = await asyncio.to_thread(find_install, config, lambda what, share: None)
        return self.install

    async def _read_again(self, names: list[str]) -> None:
        for order in dict.fromkeys(_READERS.get(name, _ALL) for name in names):
            answer = await self.command(order)
            if "rror" in answer or "No such" in answer:
                raise SwitchRefused(f"{order}: {answer.strip()}")

    async def _look_for(self, config: Config) -> None:
        """An endpoint that Asterisk cannot use is dropped without a word of its own."""
        for endpoint in (*(seat.id for seat in config.seats), *(line.id for line in config.lines)):
            if "Unable to find" in await self.command(f"pjsip show endpoint {endpoint}"):
                raise SwitchRefused(f"{endpoint} is not known to Asterisk afterwards")

    async def _take_back(self, old: Config, secrets: Mapping[str, str], install: AsteriskInstall) -> None:
        names = await asyncio.to_thread(write_files, old, self.paths, secrets, install)
        try:
            await self._read_again(names)
        except (AsteriskError, SwitchRefused) as error:
            log.error("Asterisk has not read its old files again, it does at its next start: %s", error)
