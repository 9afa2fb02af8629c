"""The blank lines and comments between sections, which tomlkit keeps at the end of the section above.

A new key goes before them, a new entry takes them over, and an entry that is removed leaves them behind.
"""

from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Comment, Item, Table, Whitespace

_Tail = list[tuple[Any, Item]]


def put(table: Any, key: str, item: Item) -> None:
    """Set a key where it stands, with its comment, or after the last key."""
    if key in table:
        table[key] = item
        return
    if not isinstance(table, Table):
        table[key] = item
        return
    tail = _cut(table)
    table.append(key, item)
    _hang(table, tail)


def remove_key(table: Any, key: str) -> None:
    """Remove a key; what follows the table stays."""
    last = table[key] if isinstance(table, Table) else None
    tail = _cut(last) if isinstance(last, Table) else []
    table.remove(key)
    if tail:
        _hang(table, tail)


def add_section(document: tomlkit.TOMLDocument, name: str, item: Item) -> None:
    """A section at the end of the file, after a blank line."""
    if not document.as_string().endswith("\n\n"):
        document.add(tomlkit.nl())
    document.append(name, item)


def add_entry(document: tomlkit.TOMLDocument, name: str, entry: Table) -> None:
    """A further [[name]] behind the others, with a blank line between them."""
    if name not in document:
        array = tomlkit.aot()
        array.append(entry)
        add_section(document, name, array)
        return
    entries: Any = document[name]
    if not isinstance(entries, AoT):
        entries.append(_as_inline(entry))
        return
    tail: _Tail = []
    if len(entries):
        last = _deepest(entries[-1])
        tail = _cut(last)
        _hang(last, [(None, Whitespace("\n"))])
    entries.append(entry)
    _hang(entry, tail)


def remove_entry(document: tomlkit.TOMLDocument, name: str, index: int) -> None:
    """Remove one [[name]]; the comments behind it go to what stands before it."""
    entries: Any = document[name]
    tail = _cut(_deepest(entries[index]))
    is_last = index == len(entries) - 1
    before = _deepest(entries[index - 1]) if index else _before(document, name)
    del entries[index]
    if not len(entries):
        document.remove(name)
    if is_last and before is not None:
        above = _cut(before)
        _hang(before, above if _has_comment(above) else [])  # an empty gap is not needed twice
        _hang(before, tail)
    elif not is_last and before is not None and _has_comment(tail):
        _hang(before, tail)


def _before(document: tomlkit.TOMLDocument, name: str) -> Table | None:
    """The last table above a section, None at the head of the file."""
    found: Table | None = None
    for key, item in document.body:
        if key is not None and key.key == name:
            return found
        if isinstance(item, AoT) and len(item):
            found = _deepest(item[-1])
        elif isinstance(item, Table):
            found = _deepest(item)
    return found


def _deepest(table: Table) -> Table:
    """The table whose end is the end of this one."""
    for _key, item in reversed(table.value.body):
        if isinstance(item, AoT) and len(item):
            return _deepest(item[-1])
        if isinstance(item, Table):
            return _deepest(item)
        if not isinstance(item, Whitespace | Comment):
            break
    return table


def _cut(table: Table) -> _Tail:
    """Take the blank lines, and the comments behind a blank line, off the end of a table."""
    body = table.value.body
    start = len(body)
    while start and isinstance(body[start - 1][1], Whitespace | Comment):
        start -= 1
    while start < len(body) and isinstance(body[start][1], Comment):
        start += 1  # right below the last key: it belongs to the table
    tail = list(body[start:])
    del body[start:]
    return tail


def _hang(table: Table, tail: _Tail) -> None:
    container: Container = table.value
    container.body.extend(tail)


def _has_comment(tail: _Tail) -> bool:
    return any(isinstance(item, Comment) for _, item in tail)


def _as_inline(entry: Table) -> Item:
    table = tomlkit.inline_table()
    for key, value in entry.items():
        table.append(key, value)
    return table
