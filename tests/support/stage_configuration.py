"""The stage's configuration: the real text, edited as the engine does it, without an Asterisk behind it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.config import Config, ConfigError, parse_config
from engine.settings.edit import apply_edits
from engine.settings.effects import diff_of, effects_of, waiting_for_restart
from engine.settings.notes import notes
from engine.settings.problems import EditProblem
from engine.settings.schema import describe, section_names
from engine.wire import configuration as wire
from engine.wire.messages import Fault, Reason
from engine.wire.methods import SITE_CHANGED
from tests.support import world
from tests.support.stage_answers import _hello, answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")


@dataclass(slots=True)
class StageConfiguration:
    """What stands in config.toml, and what stood there before."""

    text: str = SHIPPED
    started: str = SHIPPED
    by_hand: str = ""
    rows: list[wire.ChangeRow] = field(default_factory=list)
    before: list[str] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return parse_config(self.text, "config.toml")

    @property
    def base(self) -> str:
        return f"base-{len(self.rows)}"


@answers("config.show")
def _show(stage: "Stage", connection: Connection, params: wire.ShowParams) -> wire.ConfigShown:
    now = stage.configuration
    wanted = [params.section] if params.section else section_names()
    if wanted[0] not in section_names():
        known = ", ".join(section_names())
        raise Fault(Reason.NOT_FOUND, "no section", f"unknown_section|{wanted[0]}|{known}")
    meanings, given = notes(SHIPPED), tomllib.loads(now.text)
    return wire.ConfigShown(
        path="/etc/fourseat/config.toml",
        base=now.base,
        by_hand=bool(now.by_hand),
        sections=[describe(section, now.config, given, meanings) for section in wanted],
        restart=waiting_for_restart(now.config, parse_config(now.started, "config.toml")),
    )


@answers("config.change")
def _change(stage: "Stage", connection: Connection, params: wire.ChangeParams) -> wire.ChangeResult:
    if params.base not in ("", stage.configuration.base):
        raise Fault(Reason.CONFLICT, "somebody else was quicker", "moved")
    if stage.configuration.by_hand:
        raise Fault(Reason.CONFLICT, "changed by hand", "by_hand")
    try:
        text = apply_edits(stage.configuration.text, params.edits)
    except EditProblem as problem:
        raise Fault(
            Reason.INVALID, str(problem), f"{problem.code}|{problem.place}|{problem.detail}"
        ) from None
    return _made(stage, connection, text, 0, params.dry_run)


@answers("config.undo")
def _undo(stage: "Stage", connection: Connection, params: wire.UndoParams) -> wire.ChangeResult:
    now = stage.configuration
    number = params.change or len(now.before)
    if not 0 < number <= len(now.before):
        raise Fault(Reason.NOT_FOUND, "there is no change to take back", "no_change")
    return _made(stage, connection, now.before[number - 1], number, params.dry_run)


@answers("config.apply")
def _apply(stage: "Stage", connection: Connection, params: wire.ApplyParams) -> wire.ChangeResult:
    return _made(stage, connection, stage.configuration.by_hand, 0, params.dry_run)


@answers("config.history")
def _history(stage: "Stage", connection: Connection, params: wire.HistoryParams) -> wire.ConfigHistory:
    return wire.ConfigHistory(rows=stage.configuration.rows[::-1][: params.limit])


def _made(
    stage: "Stage", connection: Connection, text: str, undo_of: int, dry_run: bool
) -> wire.ChangeResult:
    now = stage.configuration
    try:
        config = parse_config(text, "config.toml")
    except ConfigError as error:
        raise Fault(Reason.INVALID, str(error), "unfit") from None
    effects, diff = (
        effects_of(now.config, config, parse_config(now.started, "config.toml")),
        diff_of(now.text, text),
    )
    if dry_run:
        return wire.ChangeResult(change=0, base=now.base, effects=effects, diff=diff, secrets={})
    fresh = {seat.id for seat in config.seats} - {seat.id for seat in now.config.seats}
    now.before.append(now.text)
    now.text, now.by_hand = text, ""
    number = len(now.before)
    now.rows.append(
        wire.ChangeRow(
            change=number, at=world.NOW, who=who(connection), undo_of=undo_of, effects=effects, diff=diff
        )
    )
    for one in stage.connections:
        one.notify(SITE_CHANGED, _hello(stage, one, None), SITE_CHANGED)
    secrets = dict.fromkeys(sorted(fresh), "Xy7-made-by-engine")
    return wire.ChangeResult(change=number, base=now.base, effects=effects, diff=diff, secrets=secrets)
