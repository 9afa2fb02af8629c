"""What a change of the configuration brings about, as codes that consoles put into words."""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from engine.config import Config
from engine.settings.schema import HIDDEN, id_key_of, kind_of, map_of_tables, section_names
from engine.wire.configuration import ConfigEffect

# Sockets, folders, the clock of the whole day and the folder of the prompts are opened once, at the start.
NEEDS_RESTART = ("asterisk", "site.data", "site.socket", "site.timezone", "site.language")

# A caller who is in the menu or waits goes on under the rules of the moment when the step began.
_FOR_NEW_CALLS = ("lines", "queues", "hours", "ivr", "numbers")
_SPOKEN = ("site.name", "speech.rate", "speech.human")
_SECRET = re.compile(r"""^(.[ \t]*\w*secret[ \t]*=[ \t]*)["'].+["']""")

CODES = (
    "added",
    "removed",
    "changed",
    "set_up_phone",
    "needs_restart",
    "build_prompts",
    "for_new_calls",
    "at_once",
    "reloads_switch",
    "agent_at_seat",
    "callers_wait",
    "calls_on_line",
)


def needs_restart(place: str) -> bool:
    """Whether a key, written `section.key`, is read only when engine and Asterisk start."""
    return any(place == key or place.startswith(f"{key}.") for key in NEEDS_RESTART)


def running_part(new: Config, running: Config) -> Config:
    """`new` as far as it can take effect at once; the rest as it runs."""
    site = msgspec.structs.replace(
        new.site,
        data=running.site.data,
        socket=running.site.socket,
        timezone=running.site.timezone,
        language=running.site.language,
    )
    return msgspec.structs.replace(new, site=site, asterisk=running.asterisk)


def waiting_for_restart(new: Config, running: Config) -> list[str]:
    """The keys whose value in the file is not the one that runs."""
    return [effect.subject for effect in _differences(running, new) if needs_restart(effect.subject)]


def effects_of(old: Config, new: Config, running: Config) -> list[ConfigEffect]:
    """What has been added, removed and changed, and what that means for what is running."""
    changes = list(_differences(old, new))
    effects = list(changes)
    waiting = waiting_for_restart(new, running)
    restart = [change.subject for change in changes if change.subject in waiting]
    for change in changes:
        section, _, rest = change.subject.partition(".")
        renewed = change.code == "changed" and rest.endswith((".extension", ".secret"))
        if section == "seats" and (change.code == "added" or renewed):
            effects.append(ConfigEffect(code="set_up_phone", subject=rest.partition(".")[0]))
    sections = {one.subject.partition(".")[0] for one in changes if not needs_restart(one.subject)}
    if restart:
        effects.append(ConfigEffect(code="needs_restart", detail=", ".join(restart)))
    if any(change.subject in _SPOKEN for change in changes):
        effects.append(ConfigEffect(code="build_prompts"))
    if sections & set(_FOR_NEW_CALLS):
        effects.append(ConfigEffect(code="for_new_calls"))
    elif sections:
        effects.append(ConfigEffect(code="at_once"))
    return effects


def _differences(old: Config, new: Config) -> Iterator[ConfigEffect]:
    for section in section_names():
        before, after = _entries(section, old), _entries(section, new)
        for name in before.keys() - after.keys():
            yield ConfigEffect(code="removed", subject=f"{section}.{name}", detail=_name_of(before[name]))
        for name, entry in after.items():
            if name not in before:
                yield ConfigEffect(code="added", subject=f"{section}.{name}", detail=_name_of(entry))
            else:
                yield from _changed_keys(f"{section}.{name}".rstrip("."), before[name], entry)


def _entries(section: str, config: Config) -> dict[str, Any]:
    value = msgspec.to_builtins(getattr(config, section))
    if kind_of(section) == "list":
        return {str(entry[id_key_of(section)]): entry for entry in value}
    return {str(key): entry for key, entry in value.items()} if map_of_tables(section) else {"": value}


def _changed_keys(place: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[ConfigEffect]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old != new:
            shown = (HIDDEN, HIDDEN) if key.endswith("secret") else (_short(old), _short(new))
            yield ConfigEffect(code="changed", subject=f"{place}.{key}", detail=" > ".join(shown))


def _short(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(_short(one) for one in value) or "-"
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _name_of(entry: Any) -> str:
    return str(entry.get("name", "")) if isinstance(entry, dict) else ""


def diff_of(before: str, after: str) -> list[str]:
    """The lines that differ, with two lines around them; secrets are not shown."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=2)
    return hide_secrets(lines)


def hide_secrets(lines: Iterable[str]) -> list[str]:
    """Lines of a diff without the values of secrets."""
    return [_SECRET.sub(rf'\1"{HIDDEN}"', line) for line in lines]
