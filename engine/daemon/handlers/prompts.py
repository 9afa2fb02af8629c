"""Prompts: listed, built, recorded and gone back to the synthesised voice."""

import asyncio
import base64
import binascii
import sys
from pathlib import Path

import msgspec

from engine.adapters.speech.build import prompt_path
from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.prompts import describe, languages_of, recordings_of
from engine.daemon.takes import Finished, TakeRefused, finish_take, keep_take, prompt_to_record, uploads_of
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason
from engine.wire.prompts import (
    MOST_BYTES,
    PIECE_BYTES,
    BuildPromptsParams,
    BuiltPrompts,
    ImportedPrompt,
    ImportPromptParams,
    PromptParams,
    PromptPiece,
    Prompts,
    PromptsParams,
    ReadPromptParams,
)

_MOST_UPLOADS = 8


async def list_prompts(context: Context, connection: Connection, params: PromptsParams) -> Prompts:
    """All prompts and where each comes from."""
    config, paths = context.config, context.engine.paths
    languages = [params.language] if params.language else await asyncio.to_thread(languages_of, config, paths)
    return Prompts(prompts=await asyncio.to_thread(describe, config, paths, languages))


async def build_prompts(context: Context, connection: Connection, params: BuildPromptsParams) -> BuiltPrompts:
    """Synthesise what is missing, or everything with `force`, in a process of its own."""
    built = await run_build(context.config_path, params.language, force=params.force)
    context.audit(connection, "prompts.build", params.language)
    context.voice.reload(context.config)
    return built


async def run_build(config_path: Path, language: str, *, force: bool = False) -> BuiltPrompts:
    """Make the sounds of a language, "" for all that are needed. Raises Fault."""
    arguments = ["--language", language, "--json", "--config", str(config_path)]
    arguments += ["--force"] if force else []
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.daemon.cli",
        "prompts",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise Fault(Reason.CONFLICT, errors.decode("utf-8", "replace").strip())
    return msgspec.json.decode(output, type=BuiltPrompts)


async def import_prompt(
    context: Context, connection: Connection, params: ImportPromptParams
) -> ImportedPrompt:
    """A piece of a file; with the last one it is checked, kept and heard, or refused."""
    file = _upload(context, params)
    try:
        if not params.last:
            return ImportedPrompt()
        finished = await _finished(context, params, file)
    except BaseException:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise
    await asyncio.to_thread(file.unlink, missing_ok=True)
    await keep_and_build(context, finished)
    context.audit(connection, "prompts.import", f"{params.language}/{params.prompt_id}")
    return ImportedPrompt(
        seconds=round(finished.reply.seconds, 2),
        level_dbfs=round(finished.reply.level_dbfs, 1),
        trimmed_seconds=round(finished.reply.trimmed_seconds, 2),
    )


async def _finished(context: Context, params: ImportPromptParams, file: Path) -> Finished:
    try:
        return await asyncio.to_thread(
            finish_take, context.config, context.engine.paths, params.language, params.prompt_id, file
        )
    except TakeRefused as error:
        raise _fault(error) from None


async def keep_and_build(context: Context, finished: Finished) -> None:
    """The recording is heard by the next caller. Raises Fault."""
    try:
        await asyncio.to_thread(keep_take, context.config, context.engine.paths, finished)
    except OSError as error:
        raise Fault(Reason.CONFLICT, f"the recording cannot be kept: {error}") from None
    await run_build(context.config_path, finished.language)
    context.voice.reload(context.config)


def _upload(context: Context, params: ImportPromptParams) -> Path:
    """Put the piece to those before it. Raises Fault."""
    if not params.upload_id.isalnum() or len(params.upload_id) > 64:
        raise Fault(Reason.INVALID, "an upload is named by letters and digits", "upload_id")
    try:
        data = base64.b64decode(params.data, validate=True)
        file = uploads_of(context.engine.paths) / params.upload_id
        if not file.exists():
            prompt_to_record(context.config, context.engine.paths, params.language, params.prompt_id)
            _forget_oldest(file.parent)
        with file.open("ab") as whole:
            whole.write(data)
            size = whole.tell()
    except TakeRefused as error:
        raise _fault(error) from None
    except (binascii.Error, OSError) as error:
        raise Fault(Reason.INVALID, f"the file cannot be taken: {error}", "data") from None
    if size > MOST_BYTES:
        file.unlink()
        raise _fault(TakeRefused("too_long", f"{MOST_BYTES // 1_000_000} MB"))
    return file


def _forget_oldest(folder: Path) -> None:
    """What clients left behind that went away."""
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in files[: max(0, len(files) - _MOST_UPLOADS + 1)]:
        path.unlink(missing_ok=True)


def _fault(error: TakeRefused) -> Fault:
    reason = Reason.NOT_FOUND if error.code == "no_prompt" else Reason.INVALID
    return Fault(reason, str(error), f"take|{error.code}|{error.detail}")


async def remove_recording(context: Context, connection: Connection, params: PromptParams) -> Done:
    """Back to the synthesised voice. A file that somebody copied into the site's own folder stays theirs."""
    recordings = recordings_of(context.config, context.engine.paths)
    try:
        removed = await asyncio.to_thread(recordings.remove, params.language, params.prompt_id)
    except OSError as error:
        raise Fault(Reason.CONFLICT, f"the recording cannot be removed: {error}") from None
    if not removed:
        given = await asyncio.to_thread(recordings.find, params.language, params.prompt_id)
        code = TakeRefused("copied_by_hand", str(given)) if given else TakeRefused("not_recorded")
        raise _fault(code)
    context.audit(connection, "prompts.remove", f"{params.language}/{params.prompt_id}")
    await run_build(context.config_path, params.language)
    context.voice.reload(context.config)
    return Done()


async def read_prompt(context: Context, connection: Connection, params: ReadPromptParams) -> PromptPiece:
    """Bytes of a prompt's sound from an offset; none at its end."""
    return await asyncio.to_thread(_piece, context, params)


def _piece(context: Context, params: ReadPromptParams) -> PromptPiece:
    """Blocks. Raises Fault."""
    paths = context.engine.paths
    try:
        prompt_to_record(context.config, paths, params.language, params.prompt_id)
        path = prompt_path(paths.prompts, params.language, params.prompt_id)
        with path.open("rb") as file:
            file.seek(max(0, params.offset))
            data = file.read(PIECE_BYTES)
        return PromptPiece(data=base64.b64encode(data).decode(), size=path.stat().st_size)
    except TakeRefused as error:
        raise _fault(error) from None
    except OSError:
        raise _fault(TakeRefused("no_file", params.prompt_id)) from None


HANDLERS: dict[str, Handler] = {
    "prompts.list": list_prompts,
    "prompts.build": build_prompts,
    "prompts.import": import_prompt,
    "prompts.remove": remove_recording,
    "prompts.read": read_prompt,
}
