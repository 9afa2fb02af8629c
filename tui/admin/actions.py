"""What the administrator's commands do: ask, show the effects, ask again, change, show what came of it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from engine.wire.base import Params
from engine.wire.configuration import ApplyParams, ChangeParams, ChangeResult, Edit, KeyInfo, UndoParams
from tui.admin import people
from tui.admin.form import Entry, Form
from tui.admin.menu import MENU, VERSIONS, go_back
from tui.admin.model import HISTORY, USERS, Admin
from tui.admin.preview import Preview
from tui.admin.tickets import ROUTES, TYPES, open_type, reload_types
from tui.client import EngineFault, EngineGone
from tui.config_words import (
    allowed_words,
    effect_words,
    entry_word,
    key_word,
    note_words,
    refusal_words,
    value_words,
)
from tui.labels import fault_words
from tui.widgets.chooser import Choice, Chooser
from tui.words import tr

if TYPE_CHECKING:
    from tui.admin.app import AdminApp

_YES, _NO = "yes", "no"


async def open_row(app: "AdminApp") -> None:
    """Enter: an entry's keys, a key's value, a user, a change."""
    admin, row = app.admin, app.screen_of_site.row
    if admin.kind == USERS:
        await people.change(app, row)
    elif admin.kind == HISTORY:
        await _change(app, "config.undo", UndoParams(change=int(row)))
    elif admin.kind == VERSIONS:
        await go_back(app, int(row))
    elif admin.kind == "entries":
        app.screen_of_site.go(admin.section, row)
    elif admin.kind == TYPES:
        await open_type(app, row)
    elif admin.kind not in (MENU, ROUTES):
        await _edit_key(app, row)


async def _edit_key(app: "AdminApp", name: str) -> None:
    admin = app.admin
    key = admin.key(name)
    assert key is not None
    typed = await _choose(app, key, name) if _choices(key) else await _type(app, key, name)
    if typed is not None and typed != value_words(admin.value(name)):
        await _edit(app, _edit_of(admin, name, typed))


def _choices(key: KeyInfo) -> list[str]:
    return [_YES, _NO] if key.kind == "flag" else key.choices if key.kind == "text" else []


async def _choose(app: "AdminApp", key: KeyInfo, name: str) -> str | None:
    words = {_YES: tr("yes"), _NO: tr("no")}
    now = app.admin.value(name)
    now = (_YES if now else _NO) if key.kind == "flag" else now
    choices = [
        Choice((str(number),), one, words.get(one, one)) for number, one in enumerate(_choices(key), 1)
    ]
    chosen = await app.choose(Chooser(_label(name), choices, chosen=str(now)))
    return None if chosen == now else chosen


async def _type(app: "AdminApp", key: KeyInfo, name: str) -> str | None:
    value = "" if key.secret else value_words(app.admin.value(name))
    typed = await app.fill(Form(_label(name), [_field(key, name, value)]))
    if typed is None or (key.secret and not typed[name]):
        return None
    return typed[name]


def _label(name: str) -> str:
    word = key_word(name)
    return name if word == name else f"{word} ({name})"


def _field(key: KeyInfo, name: str, value: str = "") -> Entry:
    notes = [note_words(key), allowed_words(key)]
    return Entry(
        name=name,
        label=key_word(name),
        note="; ".join(note for note in notes if note),
        value=value,
        hidden=key.secret,
    )


def _edit_of(admin: Admin, key: str, value: Any = None, *, remove: bool = False) -> Edit:
    return Edit(section=admin.section, id=admin.entry or "", key=key, value=value, remove=remove)


async def add(app: "AdminApp") -> None:
    """A new entry: its id and what it cannot be without; the rest has defaults."""
    admin = app.admin
    if admin.kind == USERS:
        await people.add(app)
        return
    info = admin.info
    assert info is not None
    title = tr("New: {what}", what=entry_word(admin.section))
    if info.any_key is not None:
        await _add_to_map(app, title)
        return
    keys = [key for key in info.keys if key.required or key.name == info.id_key]
    typed = await app.fill(Form(title, [_field(key, key.name) for key in keys]))
    if typed is not None:
        entry_id = typed.pop(info.id_key).strip()
        await _edit(app, Edit(section=admin.section, id=entry_id, value=typed), row=entry_id)


async def _add_to_map(app: "AdminApp", title: str) -> None:
    """Skills: who, and one queue to begin with."""
    queues = ", ".join(queue.id for queue in app.admin.queues)
    fields = [
        Entry(name="id", label=tr("Staff no.")),
        Entry(name="queue", label=tr("Queue"), note=queues),
        Entry(name="level", label=tr("Skill level"), note=tr("level 1 is asked first"), value="1"),
    ]
    typed = await app.fill(Form(title, fields))
    if typed is not None:
        value = {typed["queue"].strip(): typed["level"]}
        staff_number = typed["id"].strip()
        edit = Edit(section=app.admin.section, id=staff_number, value=value)
        await _edit(app, edit, row=staff_number)


async def remove(app: "AdminApp") -> None:
    """An entry goes, a key has its default again, a user may log in no more, or again."""
    admin, row = app.admin, app.screen_of_site.row
    if admin.kind == USERS:
        await people.toggle(app, row)
    elif admin.kind == "entries":
        await _edit(app, Edit(section=admin.section, id=row, remove=True))
    else:
        await _edit(app, _edit_of(admin, row, remove=True))


async def undo(app: "AdminApp") -> None:
    """The last change is taken back."""
    await _change(app, "config.undo", UndoParams())


async def take_over(app: "AdminApp") -> None:
    """What was changed by hand holds."""
    await _change(app, "config.apply", ApplyParams())


async def show_history(app: "AdminApp") -> None:
    """The list of changes."""
    app.screen_of_site.go(HISTORY)
    app.screen_of_site.set_focus(app.screen_of_site.entries)


async def _edit(app: "AdminApp", edit: Edit, row: str = "") -> None:
    base = app.admin.shown.base if app.admin.shown else ""
    await _change(app, "config.change", ChangeParams(edits=[edit], base=base), row)


async def _change(app: "AdminApp", method: str, params: Params, row: str = "") -> None:
    """Say the effects, and when they are wanted, make the change."""
    preview = await _asked(app, method, _dry(params, dry_run=True))
    if preview is None:
        return
    sentences = [effect_words(effect) for effect in preview.effects]
    if not await app.push_screen_wait(
        Preview(tr("This would happen"), sentences, tr("Enter: do it   Esc: leave it"))
    ):
        app.say(tr("Nothing has been changed."))
        return
    done = await _asked(app, method, params)
    await app.reload(row)
    if done is not None:
        secrets = [
            tr("The secret of {seat}'s phone: {secret}", seat=seat, secret=secret)
            for seat, secret in done.secrets.items()
        ]
        app.say(
            "  ".join([tr("Done, change {number}; u takes it back", number=done.change), *secrets]), "good"
        )


def _dry(params: Params, *, dry_run: bool) -> Params:
    import msgspec

    return msgspec.structs.replace(params, dry_run=dry_run)


async def _asked(app: "AdminApp", method: str, params: Params) -> ChangeResult | None:
    """The engine's answer, or its refusal in words."""
    try:
        result: ChangeResult = await app.engine.call(method, params, timeout=30.0)
    except EngineFault as fault:
        words = refusal_words(fault.message, fault.detail)
        said = ": ".join(part for part in words if part) if words else fault_words(fault, app.zone)
        app.say(said, "warn")
        if fault.detail in ("moved", "by_hand"):
            await app.reload()
        return None
    except EngineGone:
        app.say(tr("The engine does not answer; it is not known whether this was done"), "warn")
        return None
    return result


PERFORMERS: dict[str, Callable[["AdminApp"], Awaitable[None]]] = {
    "site.open": open_row,
    "site.add": add,
    "site.remove": remove,
    "site.undo": undo,
    "site.history": show_history,
    "site.take_over": take_over,
    "site.reload_types": reload_types,
}
