"""The site's configuration while it runs: config.toml stays the one truth, and a change drops no call.

A change is worked out whole before anything is touched: new text, new configuration, flow, plan, Asterisk's
files. Then Asterisk reads its files, config.toml is replaced, the change goes into the history, and the floor
gets its new plan. Whatever fails before the last step takes back what was done.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from db.config_history import ConfigChange, append_config_change, find_config_change
from db.errors import DbError
from engine.adapters.asterisk.render import RenderError
from engine.config import Config, ConfigError, parse_config
from engine.core.hours import HoursError
from engine.core.ivr.problems import FlowError
from engine.core.plan import Plan
from engine.core.voice.catalogue import CatalogueError
from engine.daemon.engine import Engine
from engine.daemon.flow_texts import Texts
from engine.daemon.flows import LiveFlows
from engine.daemon.paths import SitePaths
from engine.daemon.plan import load_plan
from engine.daemon.prompts import catalogue_of
from engine.daemon.secrets import load_secrets
from engine.daemon.site_text import digest, read_whole, write_whole
from engine.daemon.switch_files import SwitchFiles, SwitchRefused
from engine.provision.errors import ProvisionError
from engine.settings.effects import diff_of, effects_of, running_part, waiting_for_restart
from engine.settings.problems import EditProblem
from engine.wire.configuration import ChangeResult, ConfigEffect, Edit
from engine.wire.messages import Fault, Reason

log = logging.getLogger(__name__)

_UNUSABLE = (RenderError, HoursError, FlowError, CatalogueError, OSError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A change that was worked out. `config` is what the file will say, `running` what will run."""

    text: str
    config: Config
    running: Config
    plan: Plan
    texts: Mapping[str, Texts]
    effects: list[ConfigEffect]


@dataclass(slots=True)
class LiveConfiguration:
    """What the site is now, and the one way to change it. `on_applied` is told of each change."""

    path: Path
    paths: SitePaths
    engine: Engine
    flows: LiveFlows
    files: SwitchFiles
    secrets: dict[str, str]
    config: Config
    running: Config
    text: str = ""
    on_applied: Callable[[Prepared], None] = lambda prepared: None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def base(self) -> str:
        """Says which configuration it is, for whoever wants to change it."""
        return digest(self.text)

    def changed_by_hand(self) -> bool:
        """Whether the file says something else than what runs. Raises OSError."""
        return read_whole(self.path) != self.text

    def waiting_for_restart(self) -> list[str]:
        """Keys whose value in the file needs a restart."""
        return waiting_for_restart(self.config, self.running)

    async def change(self, edits: Sequence[Edit], *, who: str, base: str, dry_run: bool) -> ChangeResult:
        """Make edits. Raises Fault, and then nothing has changed."""
        async with self._lock:
            if base and base != self.base:
                raise Fault(Reason.CONFLICT, "somebody else changed the configuration: look again", "moved")
            self._refuse_hand_edits()
            try:
                text = await asyncio.to_thread(_edited, self.text, edits)  # 60 ms, and 600 with 780 lines
            except EditProblem as problem:
                detail = f"{problem.code}|{problem.place}|{problem.detail}"
                raise Fault(Reason.INVALID, str(problem), detail) from None
            return await self._make(text, who=who, undo_of=0, dry_run=dry_run)

    async def undo(self, number: int, *, who: str, dry_run: bool) -> ChangeResult:
        """Go back to before a change, 0: the last one. Raises Fault."""
        async with self._lock:
            self._refuse_hand_edits()
            change = await _answered(self.engine.store.read(find_config_change, number))
            if change is None or not change.before:
                raise Fault(Reason.NOT_FOUND, "there is no change to take back", "no_change")
            if number == 0 and change.after_digest != self.base:
                why = "the file was changed by hand since: name the change to go back all the same"
                raise Fault(Reason.CONFLICT, why, "undo_by_hand")
            return await self._make(change.before, who=who, undo_of=change.id, dry_run=dry_run)

    async def apply_file(self, *, who: str, dry_run: bool) -> ChangeResult:
        """Take over what was changed in the file by hand. Raises Fault."""
        async with self._lock:
            return await self._make(self._read_file(), who=who, undo_of=0, dry_run=dry_run)

    async def use_flow(self, file: str, texts: Texts, keep: Callable[[], None] | None) -> None:
        """Have other texts of a flow answer callers; those inside stay in theirs. Raises Fault.

        `keep` writes them down, and blocks; None: only see whether they could be used.
        """
        async with self._lock:
            changed = {**self.flows.texts, file: texts}
            try:
                plan = await asyncio.to_thread(self._load, self.running, changed)
            except FlowError as error:
                language = self.running.site.language
                words = "; ".join(problem.words(language) for problem in error.problems)
                raise Fault(Reason.INVALID, words, "flow") from None
            except _UNUSABLE as error:
                raise Fault(Reason.INVALID, str(error), "flow") from None
            if keep is None:
                return
            try:
                await asyncio.to_thread(keep)
            except (OSError, DbError) as error:
                raise Fault(Reason.CONFLICT, f"{file} cannot be written: {error}", "unwritable") from None
            self._take_plan(plan)

    def _take_plan(self, plan: Plan) -> None:
        self.engine.reconfigure(
            plan, area_code=self.running.site.area_code, recording=self.running.recording.enabled
        )

    # Working it out

    def _read_file(self) -> str:
        try:
            return read_whole(self.path)
        except (OSError, UnicodeDecodeError) as error:
            raise Fault(Reason.CONFLICT, f"{self.path} cannot be read: {error}", "unreadable") from None

    def _refuse_hand_edits(self, *known: str) -> None:
        if self._read_file() not in (self.text, *known):
            raise Fault(Reason.CONFLICT, f"{self.path} was changed by hand: take that over first", "by_hand")

    async def _prepare(self, text: str) -> Prepared:
        """Everything that can be known before anything is touched. Raises Fault."""
        try:
            config = parse_config(text, self.path.name)
            running = running_part(config, self.running)
            plan, texts = await asyncio.to_thread(self._plan, running)
            secrets = dict.fromkeys((f"seat.{seat.id}" for seat in config.seats), "made-when-applied")
            names = await self.files.changed(self.running, running, secrets | self.secrets)
            if running != config:  # what waits for a restart must not keep the engine from starting
                await asyncio.to_thread(self._plan, config)
                await self.files.changed(self.running, config, secrets | self.secrets)
        except ConfigError as error:
            raise Fault(Reason.INVALID, str(error), "unfit") from None
        except ProvisionError as error:
            raise Fault(Reason.CONFLICT, str(error), "no_asterisk") from None
        except ZoneInfoNotFoundError:
            raise Fault(Reason.INVALID, f"[site] timezone: no zone {config.site.timezone}", "unfit") from None
        except _UNUSABLE as error:
            raise Fault(Reason.INVALID, str(error), "unfit") from None
        effects = [*effects_of(self.config, config, self.running), *self._about_calls(running)]
        effects += [ConfigEffect(code="reloads_switch", detail=", ".join(names))] if names else []
        return Prepared(
            text=text,
            config=config,
            running=running,
            plan=plan,
            texts=texts,
            effects=effects,
        )

    def _plan(self, config: Config) -> tuple[Plan, Mapping[str, Texts]]:
        texts = self.flows.with_new(config)
        return self._load(config, texts), texts

    def _load(self, config: Config, texts: Mapping[str, Texts]) -> Plan:
        return load_plan(config, self.paths.home, catalogue_of(self.paths), texts)

    def _about_calls(self, new: Config) -> list[ConfigEffect]:
        """What is going on now at that which is taken away; it goes on to its end."""
        floor = self.engine.floor.state
        seats, lines, queues = (
            _gone(getattr(self.running, name), getattr(new, name)) for name in ("seats", "lines", "queues")
        )
        effects = [
            ConfigEffect(code="agent_at_seat", subject=seat, detail=floor.agent_on_seat[seat])
            for seat in seats
            if floor.agent_on_seat.get(seat)
        ]
        for queue_id in queues:
            if waiting := len(floor.waiting.get(queue_id, ())):
                effects.append(ConfigEffect(code="callers_wait", subject=queue_id, detail=str(waiting)))
        for line_id in lines:
            if up := sum(call.record.line_id == line_id for call in floor.calls.values()):
                effects.append(ConfigEffect(code="calls_on_line", subject=line_id, detail=str(up)))
        return effects

    # Doing it

    async def _make(self, text: str, *, who: str, undo_of: int, dry_run: bool) -> ChangeResult:
        if text == self.text:
            raise Fault(Reason.INVALID, "nothing would change", "nothing|config.toml|")
        prepared = await self._prepare(text)
        diff = diff_of(self.text, text)
        if dry_run:
            return ChangeResult(change=0, base=self.base, effects=prepared.effects, diff=diff, secrets={})
        number, secrets = await self._do(prepared, who=who, undo_of=undo_of, diff=diff)
        return ChangeResult(
            change=number, base=self.base, effects=prepared.effects, diff=diff, secrets=secrets
        )

    async def _do(
        self, prepared: Prepared, *, who: str, undo_of: int, diff: list[str]
    ) -> tuple[int, dict[str, str]]:
        now = self.engine.clock.now()
        if not os.access(self.path.parent, os.W_OK):
            why = f"the engine may not write in {self.path.parent}: let its user have it"
            raise Fault(Reason.CONFLICT, why, f"unwritable|{self.path.parent}|")
        change = ConfigChange(
            at=now,
            who=who,
            undo_of=undo_of,
            effects=msgspec.json.encode(prepared.effects).decode(),
            diff="\n".join(diff),
            before=self.text,
            after_digest=digest(prepared.text),
        )
        try:
            secrets = load_secrets(self.paths.secrets, prepared.running)
            await self.files.switch_over(self.running, prepared.running, secrets)
        except (SwitchRefused, OSError) as error:
            raise Fault(Reason.CONFLICT, f"Asterisk has its old settings again: {error}", "switch") from None
        try:
            self._refuse_hand_edits(prepared.text)  # once more: Asterisk took its time
            await asyncio.to_thread(write_whole, self.path, prepared.text)
            number = await self._remember(change)
        except (OSError, Fault) as error:
            await self.files.take_back(self.running, self.secrets)
            if isinstance(error, Fault):
                raise
            raise Fault(
                Reason.CONFLICT, f"{self.path} cannot be written: {error}", f"unwritable|{self.path}|"
            ) from None
        fresh = {seat: secrets[f"seat.{seat}"] for seat in _gone(prepared.config.seats, self.config.seats)}
        self.secrets.clear()
        self.secrets.update(secrets)
        self.text, self.config, self.running = prepared.text, prepared.config, prepared.running
        await asyncio.to_thread(self.flows.adopt, prepared.texts)
        self._take_plan(prepared.plan)
        self.on_applied(prepared)
        log.info("configuration changed by %s: %s", who, [effect.code for effect in prepared.effects])
        return number, fresh

    async def _remember(self, change: ConfigChange) -> int:
        """Into the history; a change that cannot be kept there is not made."""
        try:
            return int(await _answered(self.engine.store.submit(append_config_change, change)))
        except DbError as error:
            await asyncio.to_thread(write_whole, self.path, self.text)
            raise Fault(Reason.INTERNAL, f"the history cannot be written: {error}", "history") from None


def _gone(before: Sequence[Any], after: Sequence[Any]) -> list[str]:
    """The ids that `before` has and `after` has not."""
    left = {one.id for one in after}
    return [one.id for one in before if one.id not in left]


def _edited(text: str, edits: Sequence[Edit]) -> str:
    from engine.settings.edit import apply_edits  # tomlkit: loaded only when somebody changes something

    return apply_edits(text, edits)


async def _answered(future: "Future[Any]") -> Any:
    return await asyncio.wrap_future(future)


def seat_secrets(config: Config, secrets: Mapping[str, str]) -> dict[str, str]:
    """What each phone logs in with, by seat."""
    return {seat.id: secrets[f"seat.{seat.id}"] for seat in config.seats}
