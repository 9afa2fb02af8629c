"""Parts of ARCHITECTURE.md: layers, socket, configuration, tables."""

import dataclasses
import sqlite3
import tomllib
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from db.migrations import migrate
from engine.config import Config
from engine.core.effects import Effect
from engine.core.events import Event
from engine.core.requests import Request
from engine.wire.messages import NUMBERS, Reason
from engine.wire.methods import METHODS, NOTIFICATIONS, Nothing
from tests.docs.documents import ROOT
from tests.docs.tables import code, table
from tui.labels import FAULTS, REFUSALS

_TEXT_OF = {
    str: "text",
    int: "int",
    float: "number",
    bool: "bool",
    type(None): "null",
    typing.Any: "any",
}


def contracts() -> str:
    """The import contracts with their reasons, as pyproject.toml has them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rows = []
    for contract in tomllib.loads(text)["tool"]["importlinter"]["contracts"]:
        modules = contract.get("source_modules") or contract["modules"]
        rows.append([contract["name"], ", ".join(map(code, modules)), _reason(text, contract["name"])])
    return table(("Contract", "Modules", "Why"), rows)


def _reason(text: str, name: str) -> str:
    """The comment lines above a contract; a contract without one belongs to the one before."""
    lines = text.splitlines()
    place = lines.index(f'name = "{name}"') - 2  # above [[tool.importlinter.contracts]]
    reason: list[str] = []
    while lines[place].startswith("#"):
        reason.insert(0, lines[place].removeprefix("#").strip())
        place -= 1
    return " ".join(reason) or "as above"


def facts() -> str:
    """Names of everything that goes into the floor and comes out of it."""
    kinds = {"Events": Event, "Requests": Request, "Effects": Effect}
    return table(
        ("Kind", "Names"),
        [
            [kind, ", ".join(code(t.__name__) for t in typing.get_args(union))]
            for kind, union in kinds.items()
        ],
    )


def methods() -> str:
    """The methods of the socket."""
    rows = [
        [code(m.name), m.role or "anybody", _fields(m.params, asked=True), _fields(m.result), m.doc]
        for m in METHODS.values()
    ]
    return table(("Method", "Role", "Params", "Result", "What it does"), rows)


def notifications() -> str:
    """What the engine tells unasked."""
    rows = [[code(name), code(params.__name__), _fields(params)] for name, params in NOTIFICATIONS.items()]
    return table(("Notification", "Params", "Fields"), rows)


def wire_types() -> str:
    """The types that methods and notifications speak of, with their fields."""
    found: dict[str, Any] = {}
    for method in METHODS.values():
        for struct in (method.params, method.result):
            _collect(struct, found)
    for params in NOTIFICATIONS.values():
        _collect(params, found)
    shown = {m.params.__name__ for m in METHODS.values()} | {
        m.result.__name__ for m in METHODS.values() if not dataclasses.is_dataclass(m.result)
    }
    rows = [[code(name), _fields(found[name], whole=True)] for name in sorted(found) if name not in shown]
    return table(("Type", "Fields, or the values of a word"), rows)


def _collect(hint: Any, found: dict[str, Any]) -> None:
    for inner in typing.get_args(hint):
        _collect(inner, found)
    if _is_word(hint):
        found[hint.__name__] = hint
    if _is_record(hint) and hint.__name__ not in found:
        found[hint.__name__] = hint
        for field in typing.get_type_hints(hint).values():
            _collect(field, found)


def _is_record(hint: Any) -> bool:
    return isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, msgspec.Struct))


def _is_word(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _fields(record: Any, *, whole: bool = False, asked: bool = False) -> str:
    """`name: type` of each field; of a record that has a row of its own only the name.

    `asked`: a question mark behind what a client may leave out.
    """
    name: str = record.__name__
    if record is Nothing:
        return "none"
    if _is_word(record):
        return ", ".join(record)
    if dataclasses.is_dataclass(record) and not whole:
        return code(name)
    hints = typing.get_type_hints(record)
    if dataclasses.is_dataclass(record):
        names = [field.name for field in dataclasses.fields(record)]
    else:
        fields = msgspec.structs.fields(record)
        hints = {field.name + "?" * (asked and not field.required): hints[field.name] for field in fields}
        names = list(hints)
    return ", ".join(f"{name}: {_hint(hints[name])}" for name in names)


def _hint(hint: Any) -> str:
    if hint in _TEXT_OF:
        return _TEXT_OF[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (list, tuple):
        return f"[{_hint(inner[0])}]"
    if origin in (dict, Mapping):
        return f"{{{_hint(inner[0])}: {_hint(inner[1])}}}"
    if origin is typing.Literal:
        return " or ".join(f'"{choice}"' for choice in inner)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_hint(choice) for choice in inner)
    assert _is_word(hint) or _is_record(hint), hint
    return str(hint.__name__)


def errors() -> str:
    """Why a request was not done."""
    rows = [[code(reason), str(NUMBERS.get(reason, -32000)), FAULTS[reason]] for reason in Reason]
    return table(("`reason`", "`code`", "What a person is told"), rows)


def refusals() -> str:
    """The floor's refusals: `detail` of the reason `refused`."""
    return table(("`detail`", "What a person is told"), [[code(c), words] for c, words in REFUSALS.items()])


def config_keys() -> str:
    """Every key of config.toml with its default."""
    rows = []
    for name, hint in typing.get_type_hints(Config).items():
        if typing.get_origin(hint) is dict:
            rows.append([code(f"[{name}]"), "its keys are the site's own: see config.toml"])
            continue
        listed = typing.get_origin(hint) is list
        section = typing.get_args(hint)[0] if listed else hint
        keys = ", ".join(_key(field) for field in msgspec.structs.fields(section))
        rows.append([code(f"[[{name}]]" if listed else f"[{name}]"), keys])
    return table(("Section", "Keys and defaults"), rows)


def _key(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return f"`{field.name}` (needed)"
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    default = msgspec.json.encode(default).decode()
    return code(f"{field.name} = {default}")


def tables() -> str:
    """The tables of the database, read from a new one."""
    conn = sqlite3.connect(":memory:")
    try:
        migrate(conn)
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        names = [name for name, sql in conn.execute(query) if _is_table_of_ours(name)]
        columns = {name: [row[1] for row in conn.execute(f"PRAGMA table_info({name})")] for name in names}
    finally:
        conn.close()
    return table(("Table", "Columns"), [[code(name), ", ".join(columns[name])] for name in names])


def _is_table_of_ours(name: str) -> bool:
    """Not SQLite's, not the migrations' own, and not the pieces of the search index."""
    return not name.startswith(("sqlite_", "_sqlite", "customer_search_"))
