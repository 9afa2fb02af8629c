"""Where a flow comes from: the engine, or a file beside its configuration and prompts."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.config import ConfigError, parse_config
from engine.core.voice.catalogue import CatalogueError, parse_catalogue
from engine.wire.methods import FlowText
from tui.cli.errors import CliError
from tui.cli.session import Engine, Settings, visit
from tui.cli.where import find_config
from tui.words import language_in_use, pick, tr

SHIPPED = Path(__file__).parents[2]
CATALOGUE = Path("voice_prompts/prompts.toml")


@dataclass(frozen=True, slots=True)
class FlowSource:
    """A flow's values and the names that it may use: queues by id, prompt texts by id."""

    name: str
    raw: dict[str, Any]
    queues: dict[str, str]
    prompts: dict[str, str]


def flow_of_engine(settings: Settings) -> FlowSource:
    """The flow that the engine runs now."""

    async def work(engine: Engine) -> FlowSource:
        flow: FlowText = await engine.ask("ivr.flow")
        queues = {queue.id: pick(queue.name, queue.name_en) for queue in engine.hello.queues}
        return FlowSource(flow.filename, _parse(flow.text, flow.filename), queues, flow.prompts)

    return visit(settings, work)


def flow_of_file(settings: Settings, file: Path) -> FlowSource:
    """A flow file, with the queues of the configuration and the prompts of the catalogue."""
    config_file = find_config(settings.config, os.environ) or SHIPPED / "config.toml"
    try:
        config = parse_config(_read(config_file), str(config_file))
        here = CATALOGUE if CATALOGUE.is_file() else SHIPPED / CATALOGUE
        catalogue = parse_catalogue(_read(here), str(here))
    except (ConfigError, CatalogueError) as error:
        raise CliError(str(error), tr("correct it, then run: fourseatd check")) from None
    queues = {queue.id: pick(queue.name, queue.name_en) for queue in config.queues}
    language = language_in_use()
    prompts = {name: prompt.text(language, site_name=config.site.name) for name, prompt in catalogue.items()}
    return FlowSource(str(file), _parse(_read(file), str(file)), queues, prompts)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=file, why=error.strerror), tr("check the name")
        ) from None
    except UnicodeDecodeError:
        raise CliError(tr("{file} is not UTF-8 text", file=file), tr("save it as UTF-8")) from None


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CliError(
            tr("{file}: not valid TOML: {why}", file=name, why=error), tr("correct that line")
        ) from None
