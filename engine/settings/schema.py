"""What config.toml may hold, read from the structs of engine.config, so that a new key needs no word here."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from engine.config import Config
from engine.wire.configuration import EntryInfo, KeyInfo, KeyKind, SectionInfo

HIDDEN = "********"
"""Stands for a secret that is set."""

_Notes = Mapping[tuple[str, str], tuple[str, str]]


@cache
def fields_of(section: str) -> dict[str, inspect.Field]:
    """The keys of a section, or of each entry of its list; empty for a map."""
    struct = _struct_of(_section_types()[section])
    return {field.encode_name: field for field in struct.fields} if struct else {}


@cache
def _section_types() -> dict[str, inspect.Type]:
    config = inspect.type_info(Config)
    assert isinstance(config, inspect.StructType)
    return {field.encode_name: field.type for field in config.fields}


def section_names() -> list[str]:
    """All sections, in the order of the structs."""
    return list(_section_types())


def kind_of(section: str) -> Literal["table", "list", "map"]:
    """table: one entry; list: [[section]] with ids; map: any key is an id."""
    kind = _section_types()[section]
    if isinstance(kind, inspect.DictType):
        return "map"
    return "list" if isinstance(kind, inspect.CollectionType) else "table"


def id_key_of(section: str) -> str:
    """The key that says which entry of a list it is."""
    return next(iter(fields_of(section))) if kind_of(section) == "list" else ""


def is_needed(section: str) -> bool:
    """Whether a list must have an entry."""
    config = inspect.type_info(Config)
    assert isinstance(config, inspect.StructType)
    return next(field.required for field in config.fields if field.encode_name == section)


def type_of(section: str, key: str) -> inspect.Type:
    """What a key may hold; in a map of tables the value of a table's key. Raises KeyError."""
    kind = _section_types()[section]
    if isinstance(kind, inspect.DictType):
        value = kind.value_type
        return value.value_type if isinstance(value, inspect.DictType) else value
    return plain(fields_of(section)[key].type)


def map_of_tables(section: str) -> bool:
    """Whether each entry of a map is a table itself, with keys that the site chooses."""
    kind = _section_types()[section]
    return isinstance(kind, inspect.DictType) and isinstance(kind.value_type, inspect.DictType)


def plain(kind: inspect.Type) -> inspect.Type:
    """The type without `| None`."""
    if isinstance(kind, inspect.UnionType):
        kinds = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def _struct_of(kind: inspect.Type) -> inspect.StructType | None:
    if isinstance(kind, inspect.CollectionType):
        kind = kind.item_type
    return kind if isinstance(kind, inspect.StructType) else None


def key_kind(kind: inspect.Type) -> KeyKind:
    """How a value is typed and shown."""
    kind = plain(kind)
    if isinstance(kind, inspect.BoolType):
        return "flag"
    if isinstance(kind, inspect.IntType):
        return "number"
    if isinstance(kind, inspect.StrType | inspect.LiteralType):
        return "text"
    if isinstance(kind, inspect.CollectionType):
        return "texts" if isinstance(kind.item_type, inspect.StrType | inspect.LiteralType) else "other"
    return "other"


def key_info(section: str, name: str, notes: _Notes) -> KeyInfo:
    """What one key may hold."""
    field = fields_of(section).get(name)
    kind = type_of(section, name)
    item = kind.item_type if isinstance(kind, inspect.CollectionType) else kind
    note, note_en = notes.get((section, name), ("", ""))
    return KeyInfo(
        name=name,
        kind=key_kind(kind),
        required=field.required if field is not None else False,
        default=_default_of(field),
        choices=[str(value) for value in item.values] if isinstance(item, inspect.LiteralType) else [],
        minimum=getattr(item, "ge", None),
        maximum=getattr(item, "le", None),
        pattern=getattr(item, "pattern", None) or "",
        secret=name.endswith("secret"),
        note=note,
        note_en=note_en,
    )


def _default_of(field: inspect.Field | None) -> Any:
    if field is None or field.required:
        return None
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return msgspec.to_builtins(value)


def describe(section: str, config: Config, given: Mapping[str, Any], notes: _Notes) -> SectionInfo:
    """A section with its keys and its values. `given` is what the file says of it, as tomllib reads it."""
    kind = kind_of(section)
    value = getattr(config, section)
    entries: list[EntryInfo] = []
    if kind == "list":
        key = id_key_of(section)
        stated = {str(entry[key]): entry for entry in given.get(section, [])}
        entries = [
            _entry(str(getattr(one, key)), one, stated.get(str(getattr(one, key)), {})) for one in value
        ]
    elif kind == "table":
        entries = [_entry("", value, given.get(section, {}))]
    elif map_of_tables(section):
        entries = [_entry(str(name), one, one) for name, one in value.items()]
    else:
        entries = [_entry("", value, value)]
    return SectionInfo(
        name=section,
        kind="table" if kind == "map" and not map_of_tables(section) else kind,
        id_key=id_key_of(section),
        keys=[key_info(section, name, notes) for name in fields_of(section)],
        any_key=key_info(section, "", notes) if kind == "map" else None,
        entries=entries,
    )


def _entry(entry_id: str, value: Any, given: Mapping[str, Any]) -> EntryInfo:
    values = msgspec.to_builtins(value)
    shown = {name: HIDDEN if name.endswith("secret") and one else one for name, one in values.items()}
    return EntryInfo(id=entry_id, values=shown, given=[name for name in values if name in given])
