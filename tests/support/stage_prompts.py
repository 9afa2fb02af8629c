"""The stage's prompts: listed, built, recorded and removed."""

import base64
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.wire import prompts as wire
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason
from tests.support.stage_answers import answers

if TYPE_CHECKING:
    from tests.support.stage import Stage


@answers("prompts.list")
def _prompts(stage: "Stage", connection: Connection, params: wire.PromptsParams) -> wire.Prompts:
    return wire.Prompts(
        prompts=[p for p in stage.prompts if not params.language or p.language == params.language]
    )


@answers("prompts.build")
def _build(stage: "Stage", connection: Connection, params: wire.BuildPromptsParams) -> wire.BuiltPrompts:
    return wire.BuiltPrompts(built=3 if params.force else 1, kept=0 if params.force else 2, problems=[])


@answers("prompts.import")
def _import(stage: "Stage", connection: Connection, params: wire.ImportPromptParams) -> wire.ImportedPrompt:
    data = stage.uploads.setdefault(params.upload_id, bytearray())
    data += base64.b64decode(params.data)
    if not params.last:
        return wire.ImportedPrompt()
    if not data.startswith(b"RIFF"):
        raise Fault(Reason.INVALID, "not sound", "take|not_sound|unknown format")
    if data.endswith(b"faint"):
        raise Fault(Reason.INVALID, "too quiet: -52 dBFS", "take|too_quiet|-52 dBFS")
    return wire.ImportedPrompt(seconds=4.25, level_dbfs=-31.4, trimmed_seconds=1.5)


@answers("prompts.remove")
def _remove(stage: "Stage", connection: Connection, params: wire.PromptParams) -> Done:
    found = next(
        (p for p in stage.prompts if (p.id, p.language) == (params.prompt_id, params.language)), None
    )
    if found is None or found.source != "human":
        raise Fault(Reason.INVALID, "not recorded", "take|not_recorded|")
    found.source = "synthesised"
    return Done()


@answers("prompts.read")
def _read(stage: "Stage", connection: Connection, params: wire.ReadPromptParams) -> wire.PromptPiece:
    data = f"RIFF {params.language}/{params.prompt_id}".encode()
    return wire.PromptPiece(data=base64.b64encode(data[params.offset :]).decode(), size=len(data))
