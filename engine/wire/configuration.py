"""Changing the site's configuration while it runs: edits go in, effects come back as codes."""

from typing import Any, Literal

import msgspec

from engine.core.records import Millis
from engine.wire.base import Method, Params, Result, S, X

KeyKind = Literal["text", "number", "flag", "texts", "other"]


class Edit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One change of config.toml.

    `key` empty: the entry `id` of a list is added with the values of the object `value`, or removed. Else the
    key gets the value, which may be text as a person types it; removed, the key has its default again.
    """

    section: str
    id: str = ""
    key: str = ""
    value: Any = None
    remove: bool = False


class ChangeParams(Params):
    """`base` is that of `config.show`: refused if somebody was quicker. `dry_run` only says the effects."""

    edits: list[Edit]
    base: str = ""
    dry_run: bool = False


class ConfigEffect(Result):
    """What a change brings about: a code, what it is about, and a value where there is one."""

    code: str
    subject: str = ""
    detail: str = ""


class ChangeResult(Result):
    """`change` is the number in the history, 0 for a dry run; `secrets` are those of new phones by seat."""

    change: int
    base: str
    effects: list[ConfigEffect]
    diff: list[str]
    secrets: dict[str, str]


class ShowParams(Params):
    """`section` empty: all."""

    section: str = ""


class KeyInfo(Result):
    """What a key may hold; `note` says what it means, in both languages where the file does."""

    name: str
    kind: KeyKind
    required: bool
    default: Any
    choices: list[str]
    minimum: int | None
    maximum: int | None
    pattern: str
    secret: bool
    note: str
    note_en: str


class EntryInfo(Result):
    """One entry of a list, or the whole section with an empty id. `given`: keys that stand in the file."""

    id: str
    values: dict[str, Any]
    given: list[str]


class SectionInfo(Result):
    """A section. kind `table`: one entry; `list`: entries with ids; `map`: any key is an id.

    `id_key` names the key of a list that says which entry it is; `any_key` is what a map's entries hold.
    """

    name: str
    kind: Literal["table", "list", "map"]
    id_key: str
    keys: list[KeyInfo]
    any_key: KeyInfo | None
    entries: list[EntryInfo]


class ConfigShown(Result):
    """`restart` lists keys whose new value waits for a restart; `by_hand`: the file was changed by hand."""

    path: str
    base: str
    by_hand: bool
    sections: list[SectionInfo]
    restart: list[str]


class HistoryParams(Params):
    limit: int = 50


class ChangeRow(Result):
    """One change; `undo_of` is the number of the change before which it went back, 0: none."""

    change: int
    at: Millis
    who: str
    undo_of: int
    effects: list[ConfigEffect]
    diff: list[str]


class ConfigHistory(Result):
    rows: list[ChangeRow]


class UndoParams(Params):
    """`change` 0: the last one; else everything since and including this one."""

    change: int = 0
    dry_run: bool = False


class ApplyParams(Params):
    """Take over what was changed in the file by hand."""

    dry_run: bool = False


CONFIGURATION_METHODS: tuple[Method, ...] = (
    Method("config.show", ShowParams, ConfigShown, S, "Sections, keys, values, and what each may be."),
    Method("config.change", ChangeParams, ChangeResult, X, "Change the running site; calls go on."),
    Method("config.undo", UndoParams, ChangeResult, X, "Take back the last change, or all since one."),
    Method("config.apply", ApplyParams, ChangeResult, X, "Take over what was changed by hand."),
    Method("config.history", HistoryParams, ConfigHistory, S, "Changes, newest first."),
)
