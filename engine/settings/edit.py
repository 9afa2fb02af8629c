"""Edits applied to the text of config.toml: its comments and its order stay."""

import tomllib
from collections.abc import Iterable
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Item, Table

from engine.settings import tails
from engine.settings.problems import EditProblem
from engine.settings.schema import (
    fields_of,
    id_key_of,
    is_needed,
    kind_of,
    map_of_tables,
    section_names,
    type_of,
)
from engine.settings.values import to_value
from engine.wire.configuration import Edit

_ID = r"a-z 0-9 _ -"


# A program that the engine runs: who may write the file decides that, not who has an administrator's PIN.
BY_HAND_ONLY = ("alarms.command", "tickets.print")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits. Raises EditProblem, and then nothing is meant to change."""
    before = text
    for edit in edits:
        text = _apply(text, edit)
    if text == before:
        raise EditProblem("nothing", "config.toml")
    return text


def _apply(text: str, edit: Edit) -> str:
    """One edit. What the new text says is compared with what was wanted: no other key may have changed."""
    if edit.section not in section_names():
        raise EditProblem("unknown_section", edit.section, ", ".join(section_names()))
    try:
        document = tomlkit.parse(text)
        wanted = tomllib.loads(text)
        step = _Step(edit)
        step.change_data(wanted)
        step.change_document(document)
        result = tomlkit.dumps(document)
        same = tomllib.loads(result) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, TypeError):
        same = False
    if not same:
        raise EditProblem("odd_form", place_of(edit))
    return result


def place_of(edit: Edit) -> str:
    """`section.id.key`, without the parts that are not given."""
    return ".".join(part for part in (edit.section, edit.id, edit.key) if part)


class _Step:
    """One edit, in the plain data and in the document."""

    def __init__(self, edit: Edit) -> None:
        self.edit = edit
        self.kind = kind_of(edit.section)
        self.id_key = id_key_of(edit.section)
        if place_of(edit) in BY_HAND_ONLY:
            raise EditProblem("by_hand_only", place_of(edit))
        if self.kind == "list" and edit.key == self.id_key:
            raise EditProblem("id_fixed", place_of(edit))
        if self.kind == "table" and (edit.id or not edit.key):
            raise EditProblem("no_list", place_of(edit))

    # What the file says

    def change_data(self, data: dict[str, Any]) -> None:
        edit = self.edit
        if self.kind == "list":
            self._change_list(data.setdefault(edit.section, []))
            if not data[edit.section]:
                if is_needed(edit.section):
                    raise EditProblem("still_needed", place_of(edit))
                del data[edit.section]
            return
        table = data.setdefault(edit.section, {})
        if map_of_tables(edit.section):
            self._change_map(table)
        else:
            self._set(table, edit.key or edit.id)

    def _change_list(self, entries: list[dict[str, Any]]) -> None:
        edit = self.edit
        ids = [str(entry.get(self.id_key, "")) for entry in entries]
        if not edit.key and not edit.remove:
            if edit.id in ids:
                raise EditProblem("id_taken", place_of(edit))
            entries.append(self.new_entry())
            return
        if edit.id not in ids:
            raise EditProblem("unknown_id", place_of(edit), ", ".join(ids))
        if edit.key:
            self._set(entries[ids.index(edit.id)], edit.key)
        else:
            del entries[ids.index(edit.id)]

    def _change_map(self, tables: dict[str, Any]) -> None:
        edit = self.edit
        if edit.remove and edit.id not in tables:
            raise EditProblem("unknown_id", place_of(edit), ", ".join(tables))
        if edit.key:
            self._set(tables.setdefault(edit.id, {}), edit.key)
        elif edit.remove:
            del tables[edit.id]
        else:
            tables[edit.id] = self.new_table()

    def _set(self, table: dict[str, Any], key: str) -> None:
        if self.edit.remove:
            known = fields_of(self.edit.section)
            if known and key not in known:
                raise EditProblem("unknown_key", place_of(self.edit), ", ".join(known))
            table.pop(key, None)
        else:
            table[key] = self.value(key, self.edit.value)

    def value(self, key: str, value: Any) -> Any:
        """The value of a key, checked."""
        try:
            kind = type_of(self.edit.section, key)
        except KeyError:
            known = ", ".join(name for name in fields_of(self.edit.section) if name != self.id_key)
            raise EditProblem("unknown_key", f"{self.edit.section}.{key}", known) from None
        return to_value(kind, value, ".".join(p for p in (self.edit.section, self.edit.id, key) if p))

    def new_entry(self) -> dict[str, Any]:
        """A new entry of a list: its id first, then what was given, in the order of the struct."""
        given = self._given() | {self.id_key: self.edit.id}
        fields = fields_of(self.edit.section)
        values = {key: self._of_id(key, value) for key, value in given.items()}
        for name, field in fields.items():
            if field.required and name not in values:
                raise EditProblem("required", place_of(self.edit), name)
        return {name: values[name] for name in fields if name in values}

    def _of_id(self, key: str, value: Any) -> Any:
        try:
            return self.value(key, value)
        except EditProblem as problem:
            if key == self.id_key and problem.code == "bad_form":
                raise EditProblem("bad_id", place_of(self.edit), problem.detail) from None
            raise

    def new_table(self) -> dict[str, Any]:
        """A new entry of a map of tables."""
        return {key: self.value(key, value) for key, value in self._given().items()}

    def _given(self) -> dict[str, Any]:
        value = self.edit.value
        if not isinstance(value, dict):
            raise EditProblem("not_toml", place_of(self.edit), "{ key = value }")
        return value

    # How the file says it

    def change_document(self, document: tomlkit.TOMLDocument) -> None:
        edit = self.edit
        if self.kind == "list":
            self._change_array(document)
            return
        if edit.section not in document:
            tails.add_section(document, edit.section, tomlkit.table())
        table: Any = document[edit.section]
        if not map_of_tables(edit.section):
            self._set_item(table, edit.key or edit.id)
        elif edit.key:
            self._change_entry(table)
        elif edit.remove:
            tails.remove_key(table, edit.id)
        else:
            tails.put(table, edit.id, _inline(self.new_table()))

    def _change_entry(self, tables: Any) -> None:
        entry = tables.get(self.edit.id)
        if isinstance(entry, Table):
            self._set_item(entry, self.edit.key)
        else:  # an inline table is written anew: tomlkit leaves gaps in one
            values: dict[str, Any] = {} if entry is None else entry.unwrap()
            self._set(values, self.edit.key)
            tails.put(tables, self.edit.id, _inline(values))

    def _change_array(self, document: tomlkit.TOMLDocument) -> None:
        edit = self.edit
        if not edit.key and not edit.remove:
            entry = tomlkit.table()
            for key, value in self.new_entry().items():
                entry.append(key, _item(value))
            tails.add_entry(document, edit.section, entry)
            return
        entries: Any = document[edit.section]
        index = next(n for n, entry in enumerate(entries) if str(entry[self.id_key]) == edit.id)
        if edit.key:
            self._set_item(entries[index], edit.key)
        elif isinstance(entries, AoT):
            tails.remove_entry(document, edit.section, index)
        else:
            del entries[index]

    def _set_item(self, table: Any, key: str) -> None:
        if self.edit.remove:
            if key in table:
                tails.remove_key(table, key)
        elif isinstance(table, Table):
            tails.put(table, key, _item(self.value(key, self.edit.value)))
        else:
            table[key] = self.value(key, self.edit.value)


def _item(value: Any) -> Item:
    return _inline(value) if isinstance(value, dict) else tomlkit.item(value)


def _inline(values: dict[str, Any]) -> Item:
    table = tomlkit.inline_table()
    for key, value in values.items():
        table.append(key, _item(value))
    return table
