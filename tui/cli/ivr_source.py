"""Where a flow comes from: the engine, or a file beside its configuration and prompts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.config import ConfigError, parse_config
from engine.core.ivr.bundle import included_files, read_bundle
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import Flow
from engine.core.ivr.problems import FlowError
from engine.core.ivr.walk_words import Texts
from engine.core.voice.catalogue import LANGUAGES, CatalogueError, parse_catalogue
from engine.core.voice.template import Slot, slots_of
from engine.wire.methods import FlowText
from engine.wire.prompts import Prompts, PromptsParams
from tui.cli.errors import CliError, file_trouble
from tui.cli.session import Engine, Settings, visit
from tui.cli.where import find_config
from tui.words import language_in_use, mark, pick, tr

SHIPPED = Path(__file__).parents[2]
CATALOGUE = Path("voice_prompts/prompts.toml")

FlowFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help=mark("A flow file; else the flow that the engine runs.")),
]


@dataclass(frozen=True, slots=True)
class FlowSource:
    """A flow's files and the names that it may use: queues by id, prompts' texts by language and id."""

    name: str
    raw: dict[str, Any]
    queues: dict[str, str]
    texts: Texts
    language: str  # the site's
    measured: Mapping[str, float]  # seconds of prompts that have a sound

    @property
    def known_prompts(self) -> frozenset[str]:
        """Those that exist in any language."""
        return frozenset(prompt for texts in self.texts.values() for prompt in texts)

    @property
    def prompt_values(self) -> dict[str, frozenset[str]]:
        """The values that each prompt says, in whatever language."""
        return {prompt: frozenset(slot.name for slot in slots) for prompt, slots in self.places.items()}

    @property
    def places(self) -> dict[str, frozenset[Slot]]:
        """The places for values of each prompt, in whatever language."""
        found: dict[str, frozenset[Slot]] = dict.fromkeys(self.known_prompts, frozenset())
        for texts in self.texts.values():
            for prompt, text in texts.items():
                found[prompt] |= slots_of(text)
        return found

    @property
    def prompts(self) -> Mapping[str, str]:
        """The texts for the reader of the screen."""
        return self.texts[language_in_use()]

    def flow(self) -> Flow:
        """Raises CliError with all that is wrong."""
        try:
            return parse_flow(self.raw, self.prompt_values)
        except FlowError as error:
            raise unusable(error, self.name) from None


def unusable(error: FlowError, name: str) -> CliError:
    """The flow cannot be walked."""
    words = "\n".join(problem.words(language_in_use()) for problem in error.problems)
    return CliError(words, tr("correct {file}, then: fourseat ivr check", file=name))


def source_of(settings: Settings, file: Path | None) -> FlowSource:
    """The flow of this file, else the engine's."""
    return flow_of_file(settings, file) if file else flow_of_engine(settings)


def flow_of_engine(settings: Settings) -> FlowSource:
    """The flow that the engine runs now."""

    async def work(engine: Engine) -> FlowSource:
        flow: FlowText = await engine.ask("ivr.flow")
        language = engine.hello.language
        sounds: Prompts = await engine.ask(
            "prompts.list", PromptsParams(language="en" if language == "en" else "zh")
        )
        return FlowSource(
            name=flow.filename,
            raw=_parse(flow.files, flow.filename),
            queues={queue.id: pick(queue.name, queue.name_en) for queue in engine.hello.queues},
            texts=flow.texts,
            language=language,
            measured={sound.id: sound.seconds for sound in sounds.prompts if sound.seconds},
        )

    return visit(settings, work)


def flow_of_file(settings: Settings, file: Path) -> FlowSource:
    """A flow file and those that it includes, with the queues and prompts of the configuration."""
    config_file = find_config(settings.config, os.environ) or SHIPPED / "config.toml"
    try:
        config = parse_config(read_text(config_file), str(config_file))
        here = CATALOGUE if CATALOGUE.is_file() else SHIPPED / CATALOGUE
        catalogue = parse_catalogue(read_text(here), str(here))
    except (ConfigError, CatalogueError) as error:
        raise CliError(str(error), tr("correct it, then run: fourseatd check")) from None
    queues = {queue.id: pick(queue.name, queue.name_en) for queue in config.queues}
    texts = {
        language: {
            name: prompt.text(language, site_name=config.site.name) for name, prompt in catalogue.items()
        }
        for language in LANGUAGES
    }
    return FlowSource(
        name=str(file),
        raw=_parse(files_of(file), str(file)),
        queues=queues,
        texts=texts,
        language=config.site.language,
        measured={},
    )


def files_of(file: Path) -> dict[str, str]:
    """The texts of a flow: the file itself first, then those that it includes and that are there."""
    main = read_text(file)
    beside = {name: file.parent / name for name in included_files(main)}
    return {file.name: main} | {name: read_text(path) for name, path in beside.items() if path.is_file()}


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=file, why=file_trouble(error)), tr("check the name")
        ) from None
    except UnicodeDecodeError:
        raise CliError(tr("{file} is not UTF-8 text", file=file), tr("save it as UTF-8")) from None


def _parse(files: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        return read_bundle(files)
    except FlowError as error:
        raise unusable(error, name) from None
