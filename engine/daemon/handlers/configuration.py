"""Changing the site while it runs. Every change is audited with its diff."""

import asyncio
import tomllib
from pathlib import Path

import msgspec

import engine
from db.config_history import list_config_changes
from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context, Handler
from engine.settings.notes import notes
from engine.settings.schema import describe, section_names
from engine.wire.configuration import (
    ApplyParams,
    ChangeParams,
    ChangeResult,
    ChangeRow,
    ConfigEffect,
    ConfigHistory,
    ConfigShown,
    HistoryParams,
    ShowParams,
    UndoParams,
)
from engine.wire.messages import Fault, Reason

_SHIPPED = Path(engine.__file__).resolve().parents[1] / "config.toml"


async def show(context: Context, connection: Connection, params: ShowParams) -> ConfigShown:
    """Sections, keys, values, and what each may be. Secrets are never shown."""
    live = context.live
    wanted = [params.section] if params.section else section_names()
    if wanted[0] not in section_names():
        known = ", ".join(section_names())
        raise Fault(Reason.NOT_FOUND, f"no section {wanted[0]}", f"unknown_section|{wanted[0]}|{known}")
    meanings = notes(live.text)
    if _SHIPPED.is_file():
        meanings = meanings | notes(await asyncio.to_thread(_SHIPPED.read_text, "utf-8"))
    given = tomllib.loads(live.text)
    return ConfigShown(
        path=str(live.path),
        base=live.base,
        by_hand=await asyncio.to_thread(live.changed_by_hand),
        sections=[describe(section, live.config, given, meanings) for section in wanted],
        restart=live.waiting_for_restart(),
    )


async def change(context: Context, connection: Connection, params: ChangeParams) -> ChangeResult:
    """Make edits, or say what they would bring about."""
    who = context.who(connection).staff_number
    result = await context.live.change(params.edits, who=who, base=params.base, dry_run=params.dry_run)
    return _written_down(context, connection, "config.change", result)


async def undo(context: Context, connection: Connection, params: UndoParams) -> ChangeResult:
    """Take a change back; that is a change too."""
    who = context.who(connection).staff_number
    result = await context.live.undo(params.change, who=who, dry_run=params.dry_run)
    return _written_down(context, connection, "config.undo", result)


async def apply_file(context: Context, connection: Connection, params: ApplyParams) -> ChangeResult:
    """Take over the file as it was changed by hand."""
    who = context.who(connection).staff_number
    result = await context.live.apply_file(who=who, dry_run=params.dry_run)
    return _written_down(context, connection, "config.apply", result)


async def history(context: Context, connection: Connection, params: HistoryParams) -> ConfigHistory:
    """Changes, newest first."""
    changes = await context.read(list_config_changes, limit=min(max(1, params.limit), 500))
    return ConfigHistory(
        rows=[
            ChangeRow(
                change=one.id,
                at=one.at,
                who=one.who,
                undo_of=one.undo_of,
                effects=msgspec.json.decode(one.effects, type=list[ConfigEffect]),
                diff=one.diff.split("\n"),
            )
            for one in changes
        ]
    )


def _written_down(context: Context, connection: Connection, what: str, result: ChangeResult) -> ChangeResult:
    if result.change:
        lines = [line for line in result.diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        context.audit(connection, what, str(result.change), "\n".join(lines))
    return result


HANDLERS: dict[str, Handler] = {
    "config.show": show,
    "config.change": change,
    "config.undo": undo,
    "config.apply": apply_file,
    "config.history": history,
}
