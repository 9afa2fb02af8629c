"""Copies recordings to a folder: straight from the file where that may be read, else through the socket."""

import base64
import binascii
import datetime
import hashlib
import os
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import msgspec

from engine.core.records import RecordingInfo
from engine.core.views import CallRow
from engine.wire.methods import CallDetail, CallIdParams, CallsParams, ChunkParams, RecordingFile
from tui.cli.errors import CliError, file_trouble
from tui.cli.output import Progress
from tui.cli.session import Engine
from tui.words import tr

PAGE = 500  # recordings asked for at once
COPY_BYTES = 262_144
EARLIEST_MS = 24 * 3_600_000  # no call is accepted longer before its recording starts
NAME_BYTES = 180  # of a file name; file systems end at 255


class Failure(msgspec.Struct):
    call_id: str
    why: str


class ExportReport(msgspec.Struct):
    """What became of each recording: file names in the folder, or why not."""

    copied: list[str] = []
    present: list[str] = []
    failed: list[Failure] = []


async def export_recordings(
    engine: Engine, folder: Path, call_ids: Sequence[str], wanted: CallsParams
) -> ExportReport:
    """Copy all recordings of these calls, or all that fit `wanted`; one that fails does not stop the rest."""
    if call_ids:
        found = [info for call_id in call_ids for info in await _of_call(engine, call_id)]
    else:
        found = await _all(engine, wanted)
    calls = await _calls_of(engine, found)
    if wanted.staff_number:
        found = [info for info in found if _staff(calls.get(info.call_id)) == wanted.staff_number]
    report = ExportReport()
    with Progress(tr("Copying"), len(found)) as progress:
        for done, info in enumerate(found, 1):
            await _export_one(engine, folder, info, _who(calls.get(info.call_id)), report)
            progress.show(done)
    return report


async def _of_call(engine: Engine, call_id: str) -> list[RecordingInfo]:
    detail: CallDetail = await engine.ask("calls.show", CallIdParams(call_id=call_id))
    if not detail.recordings:
        raise CliError(tr("call {call} has no recording", call=call_id), reason="not_found")
    return detail.recordings


async def _all(engine: Engine, wanted: CallsParams) -> list[RecordingInfo]:
    """Every recording of the time, page by page, newest first; whose they are is known from the calls."""
    found: dict[tuple[str, str], RecordingInfo] = {}
    page = CallsParams(since=wanted.since, until=wanted.until, limit=PAGE)
    while True:
        infos: list[RecordingInfo] = (await engine.ask("recordings.list", page)).recordings
        new = {(info.call_id, info.kind): info for info in infos if (info.call_id, info.kind) not in found}
        found.update(new)
        if not new or len(infos) < PAGE:
            return list(found.values())
        page = msgspec.structs.replace(page, until=min(info.started_at for info in infos) + 1)


async def _calls_of(engine: Engine, infos: Sequence[RecordingInfo]) -> dict[str, CallRow]:
    """The calls of these recordings, for names and agents; page by page, newest first."""
    if not infos:
        return {}
    since = min(info.started_at for info in infos) - EARLIEST_MS
    page = CallsParams(since=since, until=max(info.started_at for info in infos) + 1, limit=PAGE)
    calls: dict[str, CallRow] = {}
    while True:
        rows: list[CallRow] = (await engine.ask("calls.list", page)).calls
        new = {row.call_id: row for row in rows if row.call_id not in calls}
        calls.update(new)
        if not new or len(rows) < PAGE:
            return calls
        page = msgspec.structs.replace(page, until=min(row.accepted_at for row in rows) + 1)


def _staff(call: CallRow | None) -> str:
    return call.staff_number if call else ""


def _who(call: CallRow | None) -> str:
    """Number, customer and agent, as far as they are known."""
    if call is None:
        return ""
    return "_".join(text for text in (call.cli, call.customer_name, call.staff_number) if text)


async def _export_one(
    engine: Engine, folder: Path, info: RecordingInfo, who: str, report: ExportReport
) -> None:
    target = folder / file_name(info, who, engine.zone)
    try:
        if info.error or not info.path:
            raise CliError(info.error or tr("it was not recorded"))
        if target.exists() and sha256_of(target) == info.sha256:
            report.present.append(target.name)
            return
        await _copy(engine, info, target)
    except CliError as error:
        report.failed.append(Failure(info.call_id, error.message))
    except OSError as error:
        report.failed.append(Failure(info.call_id, f"{error.filename or target}: {file_trouble(error)}"))
    else:
        report.copied.append(target.name)


async def _copy(engine: Engine, info: RecordingInfo, target: Path) -> None:
    """Write beside the target and rename, so that a broken copy never has a recording's name."""
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    try:
        with part.open("wb") as file:
            async for block in _blocks(engine, info):
                digest.update(block)
                file.write(block)
        if info.sha256 and digest.hexdigest() != info.sha256:
            raise CliError(tr("the file is not what was recorded: its SHA-256 differs"))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def _blocks(engine: Engine, info: RecordingInfo) -> AsyncIterator[bytes]:
    params = ChunkParams(call_id=info.call_id, kind=info.kind)
    located: RecordingFile = await engine.ask("recordings.locate", params)
    if os.access(located.path, os.R_OK):
        for block in _file_blocks(Path(located.path)):
            yield block
        return
    while True:
        chunk = await engine.ask("recordings.read", params)
        block = _decoded(chunk.data)
        if not block:
            return
        yield block
        params = msgspec.structs.replace(params, offset=params.offset + len(block))


def _file_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(COPY_BYTES):
            yield block


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise CliError(tr("the engine sent a broken piece of the recording")) from None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_name(info: RecordingInfo, who: str, zone: datetime.tzinfo) -> str:
    """Time, who and the call's id, in characters that every file system takes."""
    then = datetime.datetime.fromtimestamp(info.started_at / 1000, zone).strftime("%Y%m%d-%H%M%S")
    suffix = Path(info.path).suffix or ".wav"
    kind = "_" + tr("message") if info.kind == "message" else ""
    end = f"_{_plain(info.call_id)}{kind}{_plain(suffix)}"
    middle = f"{then}_{_plain(who)}" if who else then
    while len(middle.encode()) + len(end.encode()) > NAME_BYTES:
        middle = middle[:-1]
    return middle + end


def _plain(text: str) -> str:
    """Letters of every script, digits, dot, hyphen and underscore; a leading dot would hide the file."""
    kept = (c if c in "._-" or unicodedata.category(c)[0] in "LNM" else "-" for c in text)
    return "".join(kept)
