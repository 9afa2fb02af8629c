"""`fourseat prompts import|remove|export`: recordings that people make, in and out of the engine."""

import base64
import csv
import uuid
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.wire.base import Done
from engine.wire.prompts import (
    MOST_BYTES,
    PIECE_BYTES,
    ImportedPrompt,
    ImportPromptParams,
    PromptInfo,
    PromptParams,
    PromptPiece,
    Prompts,
    PromptsParams,
    ReadPromptParams,
)
from tui.cli.change import Yes, agreed, is_terminal
from tui.cli.errors import CliError, UsageProblem, file_trouble
from tui.cli.options import Json, settings_of
from tui.cli.output import Progress, print_json
from tui.cli.prompt_options import Language, Languages, PromptId, known, known_or_all
from tui.cli.session import Engine, visit
from tui.words import mark, tr

_WORK_SECONDS = 300.0
_INDEX = "prompts.csv"
_NOT_A_NAME = str.maketrans("/\\", "__")


class Exported(msgspec.Struct, kw_only=True):
    """What an export wrote."""

    folder: str
    files: list[str]
    missing: list[str]


def import_prompt(
    context: typer.Context,
    prompt_id: PromptId,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=mark("WAV, MP3, FLAC or OGG, of any rate and channels."))
    ],
    voice: Language = "zh",
    as_json: Json = False,
) -> None:
    language = known(voice)
    data = _read(file)

    async def work(engine: Engine) -> ImportedPrompt:
        upload, answer = uuid.uuid4().hex, ImportedPrompt()
        with Progress(tr("Importing"), len(data)) as progress:
            for start in range(0, len(data), PIECE_BYTES):
                piece = data[start : start + PIECE_BYTES]
                params = ImportPromptParams(
                    upload_id=upload,
                    prompt_id=prompt_id,
                    language=language,
                    data=base64.b64encode(piece).decode(),
                    last=start + PIECE_BYTES >= len(data),
                )
                answer = await engine.ask("prompts.import", params, seconds=_WORK_SECONDS)
                progress.show(start + len(piece))
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    print(tr("{prompt} is recorded now: {seconds:.1f} s", prompt=prompt_id, seconds=result.seconds))
    facts = {"level": result.level_dbfs, "trimmed": result.trimmed_seconds}
    print(tr("It was at {level:.0f} dB, {trimmed:.1f} s of silence were cut off.", **facts))


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise CliError(
                tr("{file} has {size} MB", file=file, size=size // 1_000_000),
                tr("a recording has at most {size} MB", size=MOST_BYTES // 1_000_000),
            )
        data = file.read_bytes()
    except OSError as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=file, why=file_trouble(error)), tr("name another file")
        ) from None
    if not data:
        raise CliError(tr("{file} is empty", file=file), tr("name another file"))
    return data


def remove(
    context: typer.Context,
    prompt_id: PromptId,
    voice: Language = "zh",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    language = known(voice)
    if not yes:
        if as_json or not is_terminal():
            raise UsageProblem(tr("nobody is there to say yes"), tr("add --yes to do it"))
        print(
            tr("The recording of {prompt} will be gone; callers hear the machine's voice.", prompt=prompt_id)
        )
        if not agreed():
            print(tr("Nothing has been changed."))
            return

    async def work(engine: Engine) -> Done:
        params = PromptParams(prompt_id=prompt_id, language=language)
        answer: Done = await engine.ask("prompts.remove", params, seconds=_WORK_SECONDS)
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        print(tr("{prompt} is synthesised again.", prompt=prompt_id))


def export(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help=mark("Where to; made if it is not there."))
    ],
    voice: Languages = "",
    recorded: Annotated[
        bool, typer.Option("--recorded", help=mark("Only what people have recorded."))
    ] = False,
    as_json: Json = False,
) -> None:
    language = known_or_all(voice)

    async def work(engine: Engine) -> Exported:
        listed: Prompts = await engine.ask("prompts.list", PromptsParams(language=language))
        wanted = [info for info in listed.prompts if info.source == "human" or not recorded]
        report = Exported(folder=str(folder), files=[], missing=[])
        with Progress(tr("Exporting"), len(wanted)) as progress:
            for done, info in enumerate(wanted, 1):
                await _export_one(engine, folder, info, report)
                progress.show(done)
        _write_index(folder, wanted)
        return report

    try:
        report = visit(settings_of(context), work)
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=folder, why=file_trouble(error)),
            tr("name another folder"),
        ) from None
    if as_json:
        print_json(report)
        return
    print(
        tr(
            "{count} sounds and {index} written to {folder}, {missing} have no sound",
            count=len(report.files),
            index=_INDEX,
            folder=folder,
            missing=len(report.missing),
        )
    )


async def _export_one(engine: Engine, folder: Path, info: PromptInfo, report: Exported) -> None:
    if info.source == "missing":
        report.missing.append(f"{info.language}/{info.id}")
        return
    data = b""
    while True:
        params = ReadPromptParams(prompt_id=info.id, language=known(info.language), offset=len(data))
        piece: PromptPiece = await engine.ask("prompts.read", params)
        if not piece.data:
            break
        data += base64.b64decode(piece.data)
    path = folder / info.language / f"{info.id.translate(_NOT_A_NAME)}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    report.files.append(str(path))


def _write_index(folder: Path, prompts: list[PromptInfo]) -> None:
    """What is to be read out, for whoever records it; a spreadsheet shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _INDEX).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "prompt", "language", "source", "stale", "seconds", "text"])
        for info in prompts:
            stale = "yes" if info.stale else ""
            writer.writerow(
                [info.number or "", info.id, info.language, info.source, stale, info.seconds, info.text]
            )


COMMANDS = (
    (
        "import",
        import_prompt,
        mark("Take a recording for a prompt: checked, made as loud as the others, heard at once."),
        "fourseat prompts import greeting welcome.mp3",
    ),
    (
        "remove",
        remove,
        mark("Throw a recording away: the prompt is synthesised again."),
        "fourseat prompts remove greeting",
    ),
    (
        "export",
        export,
        mark("Copy the sounds, and a list of the texts for whoever records them."),
        "fourseat prompts export /tmp/prompts",
    ),
)
